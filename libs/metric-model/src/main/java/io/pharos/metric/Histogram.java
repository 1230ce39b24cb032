package io.pharos.metric;

import java.util.Arrays;

/// Weights of samples by logarithmic bin: bin `i` holds values from 1.1^i up to 1.1^(i+1); zero has a
/// bin of its own. What AWS's percentiles and trimmed statistics are computed from. Mergeable in any
/// order, mutable, for one thread at a time.
///
/// Negative values have no bin: see [Aggregate] for when statistics are unavailable.
public final class Histogram {
    /// Values below 1.1^-7000 share the lowest bin.
    public static final int LOWEST_BIN = -7000;

    static final double BASE = 1.1;
    private static final double LN_BASE = Math.log(BASE);
    private static final int INITIAL_BINS = 4;

    private int[] bins;
    private double[] weights;
    private int size;
    private double zeroWeight;

    public Histogram() {
        bins = new int[INITIAL_BINS];
        weights = new double[INITIAL_BINS];
    }

    private Histogram(int[] bins, double[] weights, int size, double zeroWeight) {
        this.bins = bins;
        this.weights = weights;
        this.size = size;
        this.zeroWeight = zeroWeight;
    }

    /// From stored parts.
    ///
    /// @throws IllegalArgumentException unless bins ascend and each has a weight
    public static Histogram of(int[] bins, double[] weights, double zeroWeight) {
        if (bins.length != weights.length) {
            throw new IllegalArgumentException("bins and weights differ in number");
        }
        for (var i = 1; i < bins.length; i++) {
            if (bins[i] <= bins[i - 1]) {
                throw new IllegalArgumentException("bins do not ascend");
            }
        }
        return new Histogram(bins.clone(), weights.clone(), bins.length, zeroWeight);
    }

    /// The bin of a value above zero.
    public static int binOf(double value) {
        return Math.max(LOWEST_BIN, (int) Math.floor(Math.log(value) / LN_BASE));
    }

    /// Adds samples of one value. A weight of zero leaves no trace.
    ///
    /// @throws IllegalArgumentException for a negative value
    public void add(double value, double weight) {
        if (value < 0) {
            throw new IllegalArgumentException("negative values have no bin");
        }
        if (weight == 0) {
            return;
        }
        if (value == 0) {
            zeroWeight += weight;
        } else {
            addToBin(binOf(value), weight);
        }
    }

    public void merge(Histogram other) {
        zeroWeight += other.zeroWeight;
        for (var i = 0; i < other.size; i++) {
            addToBin(other.bins[i], other.weights[i]);
        }
    }

    private void addToBin(int bin, double weight) {
        var at =
                size > 0 && bins[size - 1] < bin
                        ? -size - 1
                        : Arrays.binarySearch(bins, 0, size, bin);
        if (at >= 0) {
            weights[at] += weight;
            return;
        }
        var insert = -at - 1;
        if (size == bins.length) {
            bins = Arrays.copyOf(bins, size * 2);
            weights = Arrays.copyOf(weights, size * 2);
        }
        System.arraycopy(bins, insert, bins, insert + 1, size - insert);
        System.arraycopy(weights, insert, weights, insert + 1, size - insert);
        bins[insert] = bin;
        weights[insert] = weight;
        size++;
    }

    public Histogram copy() {
        return new Histogram(
                Arrays.copyOf(bins, Math.max(1, size)),
                Arrays.copyOf(weights, Math.max(1, size)),
                size,
                zeroWeight);
    }

    /// Number of bins above zero.
    public int binCount() {
        return size;
    }

    /// The index of the `at`-th bin, ascending.
    public int bin(int at) {
        return bins[at];
    }

    public double weight(int at) {
        return weights[at];
    }

    public double zeroWeight() {
        return zeroWeight;
    }

    public double totalWeight() {
        var total = zeroWeight;
        for (var i = 0; i < size; i++) {
            total += weights[i];
        }
        return total;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Histogram that
                && size == that.size
                && zeroWeight == that.zeroWeight
                && Arrays.equals(bins, 0, size, that.bins, 0, size)
                && Arrays.equals(weights, 0, size, that.weights, 0, size);
    }

    @Override
    public int hashCode() {
        var hash = Double.hashCode(zeroWeight);
        for (var i = 0; i < size; i++) {
            hash = 31 * (31 * hash + bins[i]) + Double.hashCode(weights[i]);
        }
        return hash;
    }

    @Override
    public String toString() {
        var text = new StringBuilder("{0: ").append(zeroWeight);
        for (var i = 0; i < size; i++) {
            text.append(", ").append(bins[i]).append(": ").append(weights[i]);
        }
        return text.append('}').toString();
    }
}
