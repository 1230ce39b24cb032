package io.pharos.ingest.sample;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// The buckets of an exponential histogram, OpenTelemetry's or Prometheus's native one: bucket `i`
/// holds (base^i, base^(i+1)] with base 2^(2^-scale). Collected, then given as bounds or as counts.
public final class ExponentialBuckets {
    public static final int MIN_SCALE = -10;
    public static final int MAX_SCALE = 20;

    /// Buckets of one histogram; OpenTelemetry's SDKs and Prometheus keep to 160.
    public static final int MAX_BUCKETS = 2_000;

    private static final long MAX_INDEX = 1L << 30;

    /// Scale of the series that cumulative histograms become: few enough of them, and the same
    /// whatever finer scale the sender changes to.
    static final int SERIES_SCALE = 2;

    private final int scale;
    private final double zeroThreshold;
    private final double zeroCount;
    private final TreeMap<Integer, Double> positive = new TreeMap<>();
    private final TreeMap<Integer, Double> negative = new TreeMap<>();

    /// @throws RefusedSample for a scale outside of what the protocols know
    public ExponentialBuckets(int scale, double zeroThreshold, double zeroCount) {
        if (scale < MIN_SCALE || scale > MAX_SCALE) {
            throw new RefusedSample("a histogram of an unknown scale: " + scale);
        }
        this.scale = scale;
        this.zeroThreshold = zeroThreshold;
        this.zeroCount = zeroCount;
    }

    /// @param index of OpenTelemetry's: the lower bound is base^index
    /// @throws RefusedSample when there are too many
    public void positive(long index, double count) {
        add(positive, index, count);
    }

    public void negative(long index, double count) {
        add(negative, index, count);
    }

    private void add(TreeMap<Integer, Double> buckets, long index, double count) {
        if (Math.abs(index) > MAX_INDEX) {
            throw new RefusedSample("a histogram with a bucket beyond all numbers");
        }
        if (!(count >= 0)) {
            throw new RefusedSample("a histogram with a count below zero");
        }
        if (count > 0) {
            buckets.merge((int) index, count, Double::sum);
        }
        if (positive.size() + negative.size() > MAX_BUCKETS) {
            throw new RefusedSample("a histogram with more than " + MAX_BUCKETS + " buckets");
        }
    }

    private static double bound(int scale, long index) {
        var exponent = Math.scalb((double) index, -scale);
        return exponent == Math.rint(exponent) && Math.abs(exponent) <= Double.MAX_EXPONENT
                ? Math.scalb(1.0, (int) exponent)
                : Math.pow(2, exponent);
    }

    /// Ascending, none empty.
    public List<Distribution.Bucket> all() {
        var buckets = new ArrayList<Distribution.Bucket>();
        negative.descendingMap()
                .forEach((index, count) ->
                        buckets.add(
                                new Distribution.Bucket(
                                        -bound(scale, index + 1L), -bound(scale, index), count)));
        if (zeroCount > 0) {
            // An observation in here counts as zero.
            buckets.add(new Distribution.Bucket(0, 0, zeroCount));
        }
        positive.forEach((index, count) ->
                buckets.add(
                        new Distribution.Bucket(
                                bound(scale, index), bound(scale, index + 1L), count)));
        return buckets;
    }

    /// Upper bounds with the counts of all observations up to them, in buckets of [#SERIES_SCALE] at
    /// the finest, those between the outer ones without a gap. The bucket of everything is not among
    /// them.
    public SortedMap<Double, Double> cumulative() {
        var counts = new TreeMap<Double, Double>();
        var coarser = Math.max(0, scale - SERIES_SCALE);
        var to = scale - coarser;
        merged(negative, coarser)
                .forEach((index, count) -> counts.merge(-bound(to, index), count, Double::sum));
        if (zeroCount > 0 || !negative.isEmpty()) {
            counts.merge(zeroThreshold, zeroCount, Double::sum);
        }
        merged(positive, coarser)
                .forEach((index, count) -> counts.merge(bound(to, index + 1L), count, Double::sum));
        var total = 0.0;
        for (var entry : counts.entrySet()) {
            total += entry.getValue();
            entry.setValue(total);
        }
        return counts;
    }

    private static TreeMap<Integer, Double> merged(TreeMap<Integer, Double> buckets, int coarser) {
        var merged = new TreeMap<Integer, Double>();
        buckets.forEach((index, count) -> merged.merge(index >> coarser, count, Double::sum));
        if (!merged.isEmpty() && merged.lastKey() - (long) merged.firstKey() <= MAX_BUCKETS) {
            for (var index = merged.firstKey() - 1; index <= merged.lastKey(); index++) {
                merged.putIfAbsent(index, 0.0);
            }
        }
        return merged;
    }

    @Override
    public String toString() {
        return Arrays.toString(all().toArray());
    }
}
