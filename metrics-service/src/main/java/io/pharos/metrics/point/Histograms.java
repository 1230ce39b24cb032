package io.pharos.metrics.point;

import io.pharos.metric.Histogram;

import org.jspecify.annotations.Nullable;

/// A point's histogram as a block keeps it:
/// * 0: one bin, that of both bounds, with the point's count;
/// * n × 2, n > 1: n bins of whole weights from the minimum's to the maximum's that add up to the count:
///   the steps between them less one but for the last, the weights less one but for the last;
/// * 1: any: the weight of zeros, number of bins, steps and weights.
final class Histograms {
    private static final int IMPLIED = 0;
    private static final int ANY = 1;

    /// More bins than there are.
    private static final int MAX_BINS = 1 << 14;

    private Histograms() {}

    static void write(BlockWriter out, PointColumns points, int i) {
        var histogram = points.keptHistogram(i);
        if (histogram == null) { // one value
            out.putVarint(IMPLIED);
            return;
        }
        if (!isBounded(histogram, points.minimum(i), points.maximum(i), points.sampleCount(i))) {
            writeAny(out, histogram);
            return;
        }
        var last = histogram.binCount() - 1;
        if (last == 0) {
            out.putVarint(IMPLIED);
            return;
        }
        out.putVarint((last + 1) * 2L);
        for (var bin = 1; bin < last; bin++) {
            out.putVarint(histogram.bin(bin) - histogram.bin(bin - 1) - 1);
        }
        for (var bin = 0; bin < last; bin++) {
            out.putVarint((long) histogram.weight(bin) - 1);
        }
    }

    /// Whether bounds and count tell the outer bins and the last weight.
    private static boolean isBounded(
            Histogram histogram, double minimum, double maximum, double count) {
        var last = histogram.binCount() - 1;
        if (last < 0
                || histogram.zeroWeight() != 0
                || minimum <= 0
                || histogram.bin(0) != Histogram.binOf(minimum)
                || histogram.bin(last) != Histogram.binOf(maximum)
                || count >= 1L << 50) {
            return false;
        }
        var total = 0.0;
        for (var bin = 0; bin <= last; bin++) {
            var weight = histogram.weight(bin);
            if (weight < 1 || weight != Math.rint(weight)) {
                return false;
            }
            total += weight;
        }
        return total == count;
    }

    private static void writeAny(BlockWriter out, Histogram histogram) {
        out.putVarint(ANY);
        out.putWeight(histogram.zeroWeight());
        out.putVarint(histogram.binCount());
        var before = 0;
        for (var i = 0; i < histogram.binCount(); i++) {
            out.putSigned(histogram.bin(i) - before);
            out.putWeight(histogram.weight(i));
            before = histogram.bin(i);
        }
    }

    /// Null when all samples are one value.
    static @Nullable Histogram read(BlockReader in, double count, double minimum, double maximum) {
        var code = in.varint();
        if (code == IMPLIED) {
            if (minimum == maximum) {
                return null;
            }
            var single = new Histogram();
            single.add(minimum, count);
            return single;
        }
        if (code == ANY) {
            return readAny(in);
        }
        var size = Math.toIntExact(Math.min(code >>> 1, MAX_BINS));
        var bins = new int[size];
        var weights = new double[size];
        bins[0] = Histogram.binOf(minimum);
        bins[size - 1] = Histogram.binOf(maximum);
        for (var bin = 1; bin < size - 1; bin++) {
            bins[bin] = bins[bin - 1] + 1 + (int) in.varint();
        }
        var rest = count;
        for (var bin = 0; bin < size - 1; bin++) {
            weights[bin] = in.varint() + 1;
            rest -= weights[bin];
        }
        weights[size - 1] = rest;
        return histogram(bins, weights, 0);
    }

    private static Histogram readAny(BlockReader in) {
        var zeroWeight = in.weight();
        var size = in.count(MAX_BINS);
        var bins = new int[size];
        var weights = new double[size];
        var before = 0;
        for (var i = 0; i < size; i++) {
            before += (int) in.signed();
            bins[i] = before;
            weights[i] = in.weight();
        }
        return histogram(bins, weights, zeroWeight);
    }

    private static Histogram histogram(int[] bins, double[] weights, double zeroWeight) {
        try {
            return Histogram.of(bins, weights, zeroWeight);
        } catch (IllegalArgumentException broken) {
            throw new IllegalStateException("broken block: histogram", broken);
        }
    }
}
