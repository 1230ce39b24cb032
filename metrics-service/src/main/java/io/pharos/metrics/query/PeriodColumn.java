package io.pharos.metrics.query;

import io.pharos.metric.Aggregate;
import io.pharos.metric.Distribution;
import io.pharos.metric.Histogram;
import io.pharos.metric.Statistic;
import io.pharos.metric.StatisticSet;
import io.pharos.metric.Unit;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/// One series in one unit over a grid: the periods that have samples, ascending, as columns. Made for
/// many series at once: no object a period. Complete once [PeriodAggregates] gives it out.
public final class PeriodColumn {
    private static final int FIRST_CAPACITY = 16;

    private final PeriodGrid grid;
    private final Unit unit;
    private int size;
    private int[] slots = new int[FIRST_CAPACITY];
    private double[] counts = new double[FIRST_CAPACITY];
    private double[] sums = new double[FIRST_CAPACITY];
    private double[] minima = new double[FIRST_CAPACITY];
    private double[] maxima = new double[FIRST_CAPACITY];
    // Undistributed ones are marked; the others have a histogram unless all their samples are one
    // value.
    private @Nullable Histogram @Nullable [] histograms;

    private static final Histogram UNDISTRIBUTED = new Histogram();

    PeriodColumn(PeriodGrid grid, Unit unit) {
        this.grid = grid;
        this.unit = unit;
    }

    public Unit unit() {
        return unit;
    }

    /// How many periods have samples.
    public int size() {
        return size;
    }

    /// Which period of the grid the i-th is.
    public int slot(int i) {
        return slots[i];
    }

    /// Start of the i-th period, seconds since the epoch.
    public long startS(int i) {
        return grid.startOf(slots[i]);
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

    /// NaN when the statistic is unavailable (AWS leaves the datapoint out).
    public double value(int i, Statistic statistic) {
        return switch (statistic) {
            case Statistic.Basic basic ->
                    switch (basic) {
                        case SAMPLE_COUNT -> counts[i];
                        case AVERAGE -> sums[i] / counts[i];
                        case SUM -> sums[i];
                        case MINIMUM -> minima[i];
                        case MAXIMUM -> maxima[i];
                    };
            case Statistic.Percentile percentile when percentile.percent() == 0 -> minima[i];
            case Statistic.Percentile percentile when percentile.percent() == 100 -> maxima[i];
            case Statistic.Extended extended -> {
                var histogram = histogram(i);
                yield histogram == null
                        ? Double.NaN
                        : new Distribution(histogram, minima[i], maxima[i]).value(extended);
            }
        };
    }

    /// The i-th period for further merging.
    public Aggregate aggregate(int i) {
        return Aggregate.of(
                new StatisticSet(counts[i], sums[i], minima[i], maxima[i]), histogram(i));
    }

    private @Nullable Histogram histogram(int i) {
        var kept = histograms == null ? null : histograms[i];
        if (kept == UNDISTRIBUTED) {
            return null;
        }
        return kept != null ? kept : single(minima[i], counts[i]);
    }

    private static Histogram single(double value, double weight) {
        var histogram = new Histogram();
        histogram.add(value, weight);
        return histogram;
    }

    /// Takes what was seen in a period; slots may come in any order, and several times.
    ///
    /// @param distributed false: extended statistics are unavailable
    /// @param histogram null while all samples are one value; taken over, not copied
    void add(
            int slot,
            double count,
            double sum,
            double minimum,
            double maximum,
            boolean distributed,
            @Nullable Histogram histogram) {
        var kept = distributed ? histogram : UNDISTRIBUTED;
        if (size > 0 && slots[size - 1] == slot) {
            merge(size - 1, count, sum, minimum, maximum, kept);
        } else if (size == 0 || slots[size - 1] < slot) {
            insert(size, slot, count, sum, minimum, maximum, kept);
        } else {
            var at = Arrays.binarySearch(slots, 0, size, slot);
            if (at >= 0) {
                merge(at, count, sum, minimum, maximum, kept);
            } else {
                insert(-at - 1, slot, count, sum, minimum, maximum, kept);
            }
        }
    }

    private void insert(
            int at,
            int slot,
            double count,
            double sum,
            double minimum,
            double maximum,
            @Nullable Histogram kept) {
        if (size == slots.length) {
            grow();
        }
        var moved = size - at;
        if (moved > 0) {
            System.arraycopy(slots, at, slots, at + 1, moved);
            System.arraycopy(counts, at, counts, at + 1, moved);
            System.arraycopy(sums, at, sums, at + 1, moved);
            System.arraycopy(minima, at, minima, at + 1, moved);
            System.arraycopy(maxima, at, maxima, at + 1, moved);
            if (histograms != null) {
                System.arraycopy(histograms, at, histograms, at + 1, moved);
            }
        }
        slots[at] = slot;
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
        slots = Arrays.copyOf(slots, capacity);
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
            own = new @Nullable Histogram[slots.length];
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
