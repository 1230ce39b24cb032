package io.pharos.metric;

import org.jspecify.annotations.Nullable;

/// What a series did in one period and unit: the statistic set and, while it is known, the histogram.
/// Grows by samples, statistic sets and other aggregates, in any order with the same result (but for
/// rounding of sums). Mutable, for one thread at a time.
///
/// AWS: extended statistics are unavailable once the period holds a negative sample, or a statistic
/// set that does not tell the values of its samples. `p0` and `p100` remain.
public final class Aggregate {
    private double sampleCount;
    private double sum;
    private double minimum = Double.POSITIVE_INFINITY;
    private double maximum = Double.NEGATIVE_INFINITY;
    private boolean distributed = true;
    // Made when there are two different values: while all are one value, the bounds tell the bin.
    private @Nullable Histogram histogram;

    public static Aggregate ofSample(double value, double weight) {
        var aggregate = new Aggregate();
        aggregate.addSample(value, weight);
        return aggregate;
    }

    /// From stored parts.
    ///
    /// @param histogram null when the distribution is unavailable
    public static Aggregate of(StatisticSet set, @Nullable Histogram histogram) {
        var aggregate = new Aggregate();
        aggregate.take(set.sampleCount(), set.sum(), set.minimum(), set.maximum());
        aggregate.distributed = histogram != null;
        aggregate.histogram = histogram;
        return aggregate;
    }

    public void addSample(double value, double weight) {
        if (distributed) {
            if (value < 0) {
                forgetDistribution();
            } else if (isEmpty() || (histogram == null && value == minimum && value == maximum)) {
                histogram = null; // the bounds still tell everything
            } else {
                ownHistogram().add(value, weight);
            }
        }
        take(weight, value * weight, value, value);
    }

    /// AWS: a set with min = max and sum = min × count is that many equal samples; one with a count of
    /// 1 and its sum between its bounds is one sample of the value sum.
    public void addSet(StatisticSet set) {
        if (set.minimum() == set.maximum() && set.sum() == set.minimum() * set.sampleCount()) {
            addSample(set.minimum(), set.sampleCount());
            return;
        }
        if (distributed) {
            if (set.sampleCount() == 1
                    && set.minimum() >= 0
                    && set.minimum() <= set.sum()
                    && set.sum() <= set.maximum()) {
                ownHistogram().add(set.sum(), 1);
            } else {
                forgetDistribution();
            }
        }
        take(set.sampleCount(), set.sum(), set.minimum(), set.maximum());
    }

    public void merge(Aggregate other) {
        if (other.isEmpty()) {
            return;
        }
        if (distributed) {
            if (!other.distributed) {
                forgetDistribution();
            } else if (other.histogram != null) {
                ownHistogram().merge(other.histogram);
            } else if (isEmpty()) {
                histogram = null;
            } else if (histogram != null || minimum != other.minimum || maximum != other.maximum) {
                ownHistogram().add(other.minimum, other.sampleCount);
            }
        }
        take(other.sampleCount, other.sum, other.minimum, other.maximum);
    }

    private void take(double count, double total, double low, double high) {
        sampleCount += count;
        sum += total;
        minimum = Math.min(minimum, low);
        maximum = Math.max(maximum, high);
    }

    private void forgetDistribution() {
        distributed = false;
        histogram = null;
    }

    private Histogram ownHistogram() {
        var own = histogram;
        if (own == null) {
            own = new Histogram();
            if (!isEmpty()) {
                own.add(minimum, sampleCount);
            }
            histogram = own;
        }
        return own;
    }

    /// True before anything was added.
    public boolean isEmpty() {
        return minimum > maximum;
    }

    public double sampleCount() {
        return sampleCount;
    }

    public double sum() {
        return sum;
    }

    public double minimum() {
        return minimum;
    }

    public double maximum() {
        return maximum;
    }

    public StatisticSet statisticSet() {
        return new StatisticSet(sampleCount, sum, minimum, maximum);
    }

    /// False when extended statistics are unavailable.
    public boolean isDistributed() {
        return distributed;
    }

    /// True while all samples had one value, so that the statistic set tells the distribution too.
    public boolean isOneValue() {
        return distributed && histogram == null;
    }

    /// A copy; null when the distribution is unavailable.
    public @Nullable Histogram histogram() {
        if (!distributed) {
            return null;
        }
        if (histogram != null) {
            return histogram.copy();
        }
        var single = new Histogram();
        if (!isEmpty()) {
            single.add(minimum, sampleCount);
        }
        return single;
    }

    /// The statistic over this aggregate; NaN when it is unavailable (AWS leaves the datapoint out).
    public double value(Statistic statistic) {
        return switch (statistic) {
            case Statistic.Basic basic ->
                    switch (basic) {
                        case SAMPLE_COUNT -> sampleCount;
                        case SUM -> sum;
                        case AVERAGE -> sum / sampleCount;
                        case MINIMUM -> minimum;
                        case MAXIMUM -> maximum;
                    };
            case Statistic.Percentile percentile when percentile.percent() == 0 -> minimum;
            case Statistic.Percentile percentile when percentile.percent() == 100 -> maximum;
            case Statistic.Extended extended -> {
                var known = histogram();
                yield known == null
                        ? Double.NaN
                        : new Distribution(known, minimum, maximum).value(extended);
            }
        };
    }
}
