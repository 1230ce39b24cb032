package io.pharos.metrics.point;

import io.pharos.metric.Aggregate;
import io.pharos.metric.Histogram;
import io.pharos.metric.StatisticSet;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/// What a series did in one unit, period by period, ascending, as columns: no object a point but the
/// histograms. Points of one period are merged, by the rules of [Aggregate]. For one thread.
public final class PointColumns {
    private static final int FIRST_CAPACITY = 16;
    private static final Histogram UNDISTRIBUTED = new Histogram();

    private int size;
    private int[] periods = new int[FIRST_CAPACITY];
    private double[] counts = new double[FIRST_CAPACITY];
    private double[] sums = new double[FIRST_CAPACITY];
    private double[] minima = new double[FIRST_CAPACITY];
    private double[] maxima = new double[FIRST_CAPACITY];
    // Made when the first is needed; null for a point whose samples are all one value.
    private @Nullable Histogram @Nullable [] histograms;

    public int size() {
        return size;
    }

    public int period(int i) {
        return periods[i];
    }

    public double sampleCount(int i) {
        return counts[i];
    }

    public double sum(int i) {
        return sums[i];
    }

    public double minimum(int i) {
        return minima[i];
    }

    public double maximum(int i) {
        return maxima[i];
    }

    /// False when extended statistics are unavailable.
    public boolean isDistributed(int i) {
        return histograms == null || histograms[i] != UNDISTRIBUTED;
    }

    /// Null when extended statistics are unavailable. Not a copy.
    public @Nullable Histogram histogram(int i) {
        if (!isDistributed(i)) {
            return null;
        }
        var kept = keptHistogram(i);
        return kept != null ? kept : single(minima[i], counts[i]);
    }

    /// Null while all samples are one value, and when extended statistics are unavailable.
    @Nullable Histogram keptHistogram(int i) {
        var kept = histograms == null ? null : histograms[i];
        return kept == UNDISTRIBUTED ? null : kept;
    }

    /// A copy.
    public Aggregate aggregate(int i) {
        var kept = keptHistogram(i);
        return Aggregate.of(
                new StatisticSet(counts[i], sums[i], minima[i], maxima[i]),
                kept != null ? kept.copy() : histogram(i));
    }

    private static Histogram single(double value, double weight) {
        var histogram = new Histogram();
        histogram.add(value, weight);
        return histogram;
    }

    public void clear() {
        size = 0;
        if (histograms != null) {
            Arrays.fill(histograms, null);
        }
    }

    public void add(int period, Aggregate aggregate) {
        add(
                period,
                aggregate.sampleCount(),
                aggregate.sum(),
                aggregate.minimum(),
                aggregate.maximum(),
                aggregate.isDistributed(),
                aggregate.isOneValue() ? null : aggregate.histogram());
    }

    /// Takes what was seen in a period; periods may come in any order, and several times.
    ///
    /// @param distributed false: extended statistics are unavailable
    /// @param histogram null while all samples are one value; taken over, not copied
    public void add(
            int period,
            double count,
            double sum,
            double minimum,
            double maximum,
            boolean distributed,
            @Nullable Histogram histogram) {
        var kept = distributed ? histogram : UNDISTRIBUTED;
        if (size == 0 || periods[size - 1] < period) {
            insert(size, period, count, sum, minimum, maximum, kept);
        } else if (periods[size - 1] == period) {
            merge(size - 1, count, sum, minimum, maximum, kept);
        } else {
            var at = Arrays.binarySearch(periods, 0, size, period);
            if (at >= 0) {
                merge(at, count, sum, minimum, maximum, kept);
            } else {
                insert(-at - 1, period, count, sum, minimum, maximum, kept);
            }
        }
    }

    private void insert(
            int at,
            int period,
            double count,
            double sum,
            double minimum,
            double maximum,
            @Nullable Histogram kept) {
        if (size == periods.length) {
            grow();
        }
        var moved = size - at;
        if (moved > 0) {
            System.arraycopy(periods, at, periods, at + 1, moved);
            System.arraycopy(counts, at, counts, at + 1, moved);
            System.arraycopy(sums, at, sums, at + 1, moved);
            System.arraycopy(minima, at, minima, at + 1, moved);
            System.arraycopy(maxima, at, maxima, at + 1, moved);
            if (histograms != null) {
                System.arraycopy(histograms, at, histograms, at + 1, moved);
            }
        }
        periods[at] = period;
        counts[at] = count;
        sums[at] = sum;
        minima[at] = minimum;
        maxima[at] = maximum;
        if (histograms != null) {
            histograms[at] = kept;
        } else if (kept != null) {
            ownHistograms()[at] = kept;
        }
        size++;
    }

    private void grow() {
        var capacity = size * 2;
        periods = Arrays.copyOf(periods, capacity);
        counts = Arrays.copyOf(counts, capacity);
        sums = Arrays.copyOf(sums, capacity);
        minima = Arrays.copyOf(minima, capacity);
        maxima = Arrays.copyOf(maxima, capacity);
        if (histograms != null) {
            histograms = Arrays.copyOf(histograms, capacity);
        }
    }

    private @Nullable Histogram[] ownHistograms() {
        var own = histograms;
        if (own == null) {
            own = new @Nullable Histogram[periods.length];
            histograms = own;
        }
        return own;
    }

    private void merge(
            int at,
            double count,
            double sum,
            double minimum,
            double maximum,
            @Nullable Histogram other) {
        var mine = histograms == null ? null : histograms[at];
        if (mine != UNDISTRIBUTED) {
            if (other == UNDISTRIBUTED) {
                ownHistograms()[at] = UNDISTRIBUTED;
            } else if (mine != null || other != null || minima[at] != minimum) {
                var merged = mine != null ? mine : single(minima[at], counts[at]);
                if (other != null) {
                    merged.merge(other);
                } else {
                    merged.add(minimum, count);
                }
                ownHistograms()[at] = merged;
            }
        }
        counts[at] += count;
        sums[at] += sum;
        minima[at] = Math.min(minima[at], minimum);
        maxima[at] = Math.max(maxima[at], maximum);
    }
}
