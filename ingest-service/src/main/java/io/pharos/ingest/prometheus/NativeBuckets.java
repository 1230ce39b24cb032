package io.pharos.ingest.prometheus;

import io.pharos.ingest.prometheus.proto.BucketSpan;
import io.pharos.ingest.prometheus.proto.NativeHistogram;
import io.pharos.ingest.sample.ExponentialBuckets;
import io.pharos.ingest.sample.RefusedSample;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// The buckets of a native histogram, out of its spans and deltas.
final class NativeBuckets {
    private static final int CUSTOM_BOUNDS = -53;
    private static final int MIN_SCHEMA = -4;
    private static final int MAX_SCHEMA = 8;

    private NativeBuckets() {}

    static double count(NativeHistogram histogram) {
        return switch (histogram.getCountCase()) {
            case COUNT_INT -> unsigned(histogram.getCountInt());
            case COUNT_FLOAT -> histogram.getCountFloat();
            case COUNT_NOT_SET -> 0;
        };
    }

    /// Upper bounds with the observations up to them, as
    /// [io.pharos.ingest.sample.HistogramSeries] wants them.
    ///
    /// @throws RefusedSample for a histogram that is none
    static SortedMap<Double, Double> cumulative(NativeHistogram histogram) {
        if (histogram.getSchema() == CUSTOM_BOUNDS) {
            return custom(histogram);
        }
        if (histogram.getSchema() < MIN_SCHEMA || histogram.getSchema() > MAX_SCHEMA) {
            throw new RefusedSample("a histogram of an unknown schema: " + histogram.getSchema());
        }
        var zeroCount =
                switch (histogram.getZeroCountCase()) {
                    case ZERO_COUNT_INT -> unsigned(histogram.getZeroCountInt());
                    case ZERO_COUNT_FLOAT -> histogram.getZeroCountFloat();
                    case ZEROCOUNT_NOT_SET -> 0;
                };
        var buckets =
                new ExponentialBuckets(
                        histogram.getSchema(), histogram.getZeroThreshold(), zeroCount);
        // Prometheus counts by upper bounds: its bucket i ends at base^i.
        each(
                histogram.getPositiveSpansList(),
                histogram.getPositiveDeltasList(),
                histogram.getPositiveCountsList(),
                (index, count) -> buckets.positive(index - 1, count));
        each(
                histogram.getNegativeSpansList(),
                histogram.getNegativeDeltasList(),
                histogram.getNegativeCountsList(),
                (index, count) -> buckets.negative(index - 1, count));
        return buckets.cumulative();
    }

    private static SortedMap<Double, Double> custom(NativeHistogram histogram) {
        var bounds = histogram.getCustomValuesList();
        if (bounds.size() > ExponentialBuckets.MAX_BUCKETS) {
            throw new RefusedSample("a histogram with too many buckets");
        }
        var counts = new double[bounds.size() + 1];
        each(
                histogram.getPositiveSpansList(),
                histogram.getPositiveDeltasList(),
                histogram.getPositiveCountsList(),
                (index, count) -> {
                    if (index < 0 || index >= counts.length) {
                        throw new RefusedSample("a histogram with a bucket without a bound");
                    }
                    counts[(int) index] = count;
                });
        var upTo = new TreeMap<Double, Double>();
        var total = 0.0;
        for (var i = 0; i < bounds.size(); i++) {
            if (Double.isNaN(bounds.get(i)) || i > 0 && bounds.get(i) <= bounds.get(i - 1)) {
                throw new RefusedSample("a histogram whose bounds do not ascend");
            }
            total += counts[i];
            upTo.put(bounds.get(i), total);
        }
        return upTo;
    }

    @FunctionalInterface
    private interface Buckets {
        void take(long index, double count);
    }

    private static void each(
            List<BucketSpan> spans, List<Long> deltas, List<Double> counts, Buckets buckets) {
        var isFloat = !counts.isEmpty();
        var all = isFloat ? counts.size() : deltas.size();
        var next = 0;
        var index = 0L;
        var current = 0L;
        for (var span : spans) {
            index += span.getOffset();
            var length = Integer.toUnsignedLong(span.getLength());
            for (var i = 0L; i < length; i++) {
                if (next == all) {
                    throw new RefusedSample("a histogram whose spans and buckets do not fit");
                }
                current += isFloat ? 0 : deltas.get(next);
                buckets.take(index, isFloat ? counts.get(next) : current);
                next++;
                index++;
            }
        }
        if (next != all) {
            throw new RefusedSample("a histogram whose spans and buckets do not fit");
        }
    }

    private static double unsigned(long count) {
        return count >= 0 ? count : (count >>> 1) * 2.0;
    }
}
