package io.pharos.metric;

/// Count, sum and bounds of some samples; what every basic statistic is made of. Merging is
/// associative and commutative but for floating-point rounding of sums.
///
/// AWS: Sum is not checked against the bounds; a sample of weight zero changes neither count nor sum
/// but does move the bounds.
public record StatisticSet(double sampleCount, double sum, double minimum, double maximum) {

    /// One sample of a weight (1 when a client gave no count).
    public static StatisticSet of(double value, double weight) {
        return new StatisticSet(weight, value * weight, value, value);
    }

    public StatisticSet merge(StatisticSet other) {
        return new StatisticSet(
                sampleCount + other.sampleCount,
                sum + other.sum,
                Math.min(minimum, other.minimum),
                Math.max(maximum, other.maximum));
    }

    /// NaN when nothing has a weight.
    public double average() {
        return sum / sampleCount;
    }
}
