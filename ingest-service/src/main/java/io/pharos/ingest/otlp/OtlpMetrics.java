package io.pharos.ingest.otlp;

import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.DataPointFlags;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.SummaryDataPoint;
import io.pharos.ingest.sample.Distribution;
import io.pharos.ingest.sample.ExponentialBuckets;
import io.pharos.ingest.sample.HistogramSeries;
import io.pharos.ingest.sample.RefusedSample;
import io.pharos.ingest.sample.SampleSet;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// An export request as samples: every datapoint on its own, so that one at fault takes no other with
/// it. Pure.
///
/// Gauges and sums are stored as sent, cumulative ones as the counters that PromQL's `rate` expects.
/// Histograms of delta temporality become the distribution of one sample, so that Sum, SampleCount and
/// percentiles work; cumulative histograms and summaries become series as Prometheus has them, see
/// [HistogramSeries].
public final class OtlpMetrics {
    /// Buckets of one explicit histogram.
    static final int MAX_BUCKETS = ExponentialBuckets.MAX_BUCKETS;

    private static final long NANOS_PER_MILLI = Duration.ofMillis(1).toNanos();

    private final OtlpLabels labels = new OtlpLabels();
    private final SampleSet samples;
    private long rejected;
    private @Nullable String firstReason;

    private OtlpMetrics(long receivedMs) {
        samples = new SampleSet(receivedMs);
    }

    /// @param rejected datapoints that are not among the samples
    /// @param message why the first of them is not, or what else the sender should know; empty for
    ///     nothing
    public record Taken(SampleSet samples, long rejected, String message) {}

    public static Taken of(ExportMetricsServiceRequest request, long receivedMs) {
        var metrics = new OtlpMetrics(receivedMs);
        for (var resource : request.getResourceMetricsList()) {
            var outer = new TreeMap<String, String>();
            metrics.labels.resource(
                    outer, resource.getResource().getAttributesList(), resource.getSchemaUrl());
            for (var scope : resource.getScopeMetricsList()) {
                var inner = new TreeMap<>(outer);
                metrics.labels.scope(inner, scope.getScope(), scope.getSchemaUrl());
                for (var metric : scope.getMetricsList()) {
                    metrics.take(metric, inner);
                }
            }
        }
        return new Taken(metrics.samples, metrics.rejected, metrics.message());
    }

    private String message() {
        if (firstReason != null) {
            return firstReason;
        }
        return labels.hasShortened()
                ? "attribute values longer than %d characters lost their end"
                        .formatted(SampleSet.MAX_LABEL_VALUE)
                : "";
    }

    private void take(Metric metric, SortedMap<String, String> outer) {
        switch (metric.getDataCase()) {
            case GAUGE ->
                    metric.getGauge()
                            .getDataPointsList()
                            .forEach(point -> each(metric, () -> number(metric, outer, point)));
            case SUM -> {
                var temporality = metric.getSum().getAggregationTemporality();
                for (var point : metric.getSum().getDataPointsList()) {
                    each(
                            metric,
                            () -> {
                                isCumulative(temporality);
                                number(metric, outer, point);
                            });
                }
            }
            case HISTOGRAM -> {
                var temporality = metric.getHistogram().getAggregationTemporality();
                for (var point : metric.getHistogram().getDataPointsList()) {
                    each(metric, () -> histogram(metric, outer, point, isCumulative(temporality)));
                }
            }
            case EXPONENTIAL_HISTOGRAM -> {
                var temporality = metric.getExponentialHistogram().getAggregationTemporality();
                for (var point : metric.getExponentialHistogram().getDataPointsList()) {
                    each(
                            metric,
                            () -> exponential(metric, outer, point, isCumulative(temporality)));
                }
            }
            case SUMMARY ->
                    metric.getSummary()
                            .getDataPointsList()
                            .forEach(point -> each(metric, () -> summary(metric, outer, point)));
            case DATA_NOT_SET -> {}
        }
    }

    private void each(Metric metric, Runnable take) {
        try {
            take.run();
        } catch (RefusedSample refused) {
            rejected++;
            if (firstReason == null) {
                var name = metric.getName();
                firstReason =
                        (name.length() > SampleSet.MAX_NAME
                                        ? name.substring(0, SampleSet.MAX_NAME)
                                        : name)
                                + ": "
                                + refused.getMessage();
            }
        }
    }

    private static boolean isCumulative(AggregationTemporality temporality) {
        return switch (temporality) {
            case AGGREGATION_TEMPORALITY_CUMULATIVE -> true;
            case AGGREGATION_TEMPORALITY_DELTA -> false;
            case AGGREGATION_TEMPORALITY_UNSPECIFIED, UNRECOGNIZED ->
                    throw new RefusedSample("no aggregation temporality");
        };
    }

    /// A point that says that there is none: nothing to store, nothing wrong.
    private static boolean isAbsent(int flags) {
        return (flags & DataPointFlags.DATA_POINT_FLAGS_NO_RECORDED_VALUE_MASK_VALUE) != 0;
    }

    private long time(long nanos) {
        if (nanos == 0) {
            throw new RefusedSample("a datapoint without a time");
        }
        var millis = Long.divideUnsigned(nanos, NANOS_PER_MILLI);
        samples.checkTime(millis);
        return millis;
    }

    private SortedMap<String, String> labelsOf(
            SortedMap<String, String> outer, List<KeyValue> attributes) {
        return labels.datapoint(outer, attributes);
    }

    private void number(Metric metric, SortedMap<String, String> outer, NumberDataPoint point) {
        if (isAbsent(point.getFlags())) {
            return;
        }
        var timestamp = time(point.getTimeUnixNano());
        var value =
                switch (point.getValueCase()) {
                    case AS_DOUBLE -> point.getAsDouble();
                    case AS_INT -> (double) point.getAsInt();
                    case VALUE_NOT_SET -> throw new RefusedSample("a datapoint without a value");
                };
        SampleSet.checkValue(value);
        var series = SampleSet.series(metric.getName(), labelsOf(outer, point.getAttributesList()));
        samples.add(series, timestamp, value, OtlpUnits.of(metric.getUnit()));
    }

    private void histogram(
            Metric metric,
            SortedMap<String, String> outer,
            HistogramDataPoint point,
            boolean cumulative) {
        if (isAbsent(point.getFlags())) {
            return;
        }
        var timestamp = time(point.getTimeUnixNano());
        var bounds = point.getExplicitBoundsList();
        var counts = point.getBucketCountsList();
        if (counts.size() > MAX_BUCKETS) {
            throw new RefusedSample("a histogram with more than " + MAX_BUCKETS + " buckets");
        }
        if (!(counts.isEmpty() && bounds.isEmpty()) && counts.size() != bounds.size() + 1) {
            throw new RefusedSample("a histogram whose bounds and counts do not fit");
        }
        for (var i = 0; i < bounds.size(); i++) {
            if (!Double.isFinite(bounds.get(i)) || i > 0 && bounds.get(i) <= bounds.get(i - 1)) {
                throw new RefusedSample("a histogram whose bounds do not ascend");
            }
        }
        var attributes = labelsOf(outer, point.getAttributesList());
        var sum = point.hasSum() ? point.getSum() : Double.NaN;
        if (cumulative) {
            var upTo = new TreeMap<Double, Double>();
            var total = 0.0;
            for (var i = 0; i < bounds.size(); i++) {
                total += unsigned(counts.get(i));
                upTo.put(bounds.get(i), total);
            }
            series(metric, attributes, timestamp)
                    .histogram(
                            upTo, unsigned(point.getCount()), sum, OtlpUnits.of(metric.getUnit()));
            return;
        }
        var buckets = new ArrayList<Distribution.Bucket>();
        for (var i = 0; i < counts.size(); i++) {
            if (counts.get(i) != 0) {
                var lower = i == 0 ? Double.NEGATIVE_INFINITY : bounds.get(i - 1);
                var upper = i == bounds.size() ? Double.POSITIVE_INFINITY : bounds.get(i);
                buckets.add(new Distribution.Bucket(lower, upper, unsigned(counts.get(i))));
            }
        }
        if (counts.isEmpty() && point.getCount() != 0) {
            buckets.add(
                    new Distribution.Bucket(
                            Double.NEGATIVE_INFINITY,
                            Double.POSITIVE_INFINITY,
                            unsigned(point.getCount())));
        }
        distribution(
                metric,
                attributes,
                timestamp,
                Distribution.of(
                        buckets,
                        sum,
                        point.hasMin() ? point.getMin() : Double.NaN,
                        point.hasMax() ? point.getMax() : Double.NaN));
    }

    private void exponential(
            Metric metric,
            SortedMap<String, String> outer,
            ExponentialHistogramDataPoint point,
            boolean cumulative) {
        if (isAbsent(point.getFlags())) {
            return;
        }
        var timestamp = time(point.getTimeUnixNano());
        var buckets =
                new ExponentialBuckets(
                        point.getScale(), point.getZeroThreshold(), unsigned(point.getZeroCount()));
        var positive = point.getPositive();
        for (var i = 0; i < positive.getBucketCountsCount(); i++) {
            buckets.positive(
                    (long) positive.getOffset() + i, unsigned(positive.getBucketCounts(i)));
        }
        var negative = point.getNegative();
        for (var i = 0; i < negative.getBucketCountsCount(); i++) {
            buckets.negative(
                    (long) negative.getOffset() + i, unsigned(negative.getBucketCounts(i)));
        }
        var attributes = labelsOf(outer, point.getAttributesList());
        var sum = point.hasSum() ? point.getSum() : Double.NaN;
        if (cumulative) {
            series(metric, attributes, timestamp)
                    .histogram(
                            buckets.cumulative(),
                            unsigned(point.getCount()),
                            sum,
                            OtlpUnits.of(metric.getUnit()));
            return;
        }
        distribution(
                metric,
                attributes,
                timestamp,
                Distribution.of(
                        buckets.all(),
                        sum,
                        point.hasMin() ? point.getMin() : Double.NaN,
                        point.hasMax() ? point.getMax() : Double.NaN));
    }

    /// Nothing for a histogram without an observation: CloudWatch has no sample of none.
    private void distribution(
            Metric metric,
            SortedMap<String, String> attributes,
            long timestamp,
            Distribution distribution) {
        for (var value : distribution.values()) {
            SampleSet.checkValue(value);
        }
        for (var count : distribution.counts()) {
            SampleSet.checkValue(count);
        }
        var series = SampleSet.series(metric.getName(), attributes);
        samples.add(series, timestamp, distribution, OtlpUnits.of(metric.getUnit()));
    }

    private void summary(Metric metric, SortedMap<String, String> outer, SummaryDataPoint point) {
        if (isAbsent(point.getFlags())) {
            return;
        }
        var timestamp = time(point.getTimeUnixNano());
        if (point.getQuantileValuesCount() > MAX_BUCKETS) {
            throw new RefusedSample("a summary with more than " + MAX_BUCKETS + " quantiles");
        }
        var values = new TreeMap<Double, Double>();
        for (var quantile : point.getQuantileValuesList()) {
            values.put(quantile.getQuantile(), quantile.getValue());
        }
        series(metric, labelsOf(outer, point.getAttributesList()), timestamp)
                .summary(
                        values,
                        unsigned(point.getCount()),
                        point.getSum(),
                        OtlpUnits.of(metric.getUnit()));
    }

    private HistogramSeries series(
            Metric metric, SortedMap<String, String> attributes, long timestamp) {
        return new HistogramSeries(samples, metric.getName(), attributes, timestamp);
    }

    private static double unsigned(long count) {
        return count >= 0 ? count : (count >>> 1) * 2.0;
    }
}
