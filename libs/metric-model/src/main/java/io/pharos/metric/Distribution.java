package io.pharos.metric;

import org.jspecify.annotations.Nullable;

/// Evaluates a [Histogram] within the bounds of its samples, giving AWS's own figures.
///
/// Every bin is clipped to [minimum, maximum]. Percentiles interpolate geometrically inside a bin;
/// trimmed statistics cut bins linearly and take the arithmetic mean of the edges for the first and
/// the last piece, the geometric mean for those between.
public final class Distribution {
    private final double[] lows;
    private final double[] highs;
    private final double[] weights;
    private final double total;
    private final double minimum;
    private final double maximum;

    public Distribution(Histogram histogram, double minimum, double maximum) {
        this.minimum = minimum;
        this.maximum = maximum;
        var zeros = histogram.zeroWeight() > 0 ? 1 : 0;
        var size = histogram.binCount() + zeros;
        lows = new double[size];
        highs = new double[size];
        weights = new double[size];
        var sum = 0.0;
        if (zeros == 1) {
            weights[0] = histogram.zeroWeight();
            sum = weights[0];
        }
        for (var i = zeros; i < size; i++) {
            var bin = histogram.bin(i - zeros);
            highs[i] = Math.min(Math.pow(Histogram.BASE, bin + 1), maximum);
            lows[i] = Math.min(Math.max(Math.pow(Histogram.BASE, bin), minimum), highs[i]);
            weights[i] = histogram.weight(i - zeros);
            sum += weights[i];
        }
        total = sum;
    }

    /// NaN when there is no answer: fewer than one sample, or an empty range.
    public double value(Statistic.Extended statistic) {
        return switch (statistic) {
            case Statistic.Percentile(var percent) -> percentile(percent);
            case Statistic.Ranked(var kind, var from, var to) ->
                    trimmed(kind, total * from / 100, total * to / 100, null);
            case Statistic.Valued(var kind, var from, var to) -> {
                var bounds = new Bounds(from, to);
                yield trimmed(kind, rank(from), rank(to), bounds);
            }
        };
    }

    private record Bounds(double from, double to) {}

    private double percentile(double percent) {
        if (percent == 0 || minimum == maximum) {
            return minimum;
        }
        if (percent == 100) {
            return maximum;
        }
        if (total < 1) {
            return Double.NaN;
        }
        var rank = percent / 100 * total;
        var before = 0.0;
        for (var i = 0; i < weights.length; i++) {
            if (rank <= before + weights[i]) {
                return lows[i] == highs[i]
                        ? lows[i]
                        : lows[i] * Math.pow(highs[i] / lows[i], (rank - before) / weights[i]);
            }
            before += weights[i];
        }
        return maximum;
    }

    /// The weight at or below a value.
    private double rank(double value) {
        var rank = 0.0;
        for (var i = 0; i < weights.length; i++) {
            if (value >= highs[i]) {
                rank += weights[i];
            } else if (value > lows[i]) {
                rank += weights[i] * (value - lows[i]) / (highs[i] - lows[i]);
            } else {
                break;
            }
        }
        return rank;
    }

    /// @param bounds null when the range was given in ranks
    private double trimmed(
            Statistic.Trim kind, double lowRank, double highRank, @Nullable Bounds bounds) {
        if (total <= 0) {
            return Double.NaN;
        }
        var count = Math.max(0, highRank - lowRank);
        return switch (kind) {
            case TRIMMED_COUNT -> count;
            case TRIMMED_SUM -> count == 0 ? 0 : sumBetween(lowRank, highRank);
            case TRIMMED_MEAN -> count == 0 ? Double.NaN : sumBetween(lowRank, highRank) / count;
            case PERCENTILE_RANK -> count / total * 100;
            case WINSORIZED_MEAN -> {
                var kept = count == 0 ? 0 : sumBetween(lowRank, highRank);
                var low = bounds == null ? lowerEdge(lowRank) : clip(bounds.from());
                var high = bounds == null ? upperEdge(highRank) : clip(bounds.to());
                var cutAbove = total - highRank;
                yield (kept
                                + (lowRank > 0 ? lowRank * low : 0)
                                + (cutAbove > 0 ? cutAbove * high : 0))
                        / total;
            }
        };
    }

    private double sumBetween(double lowRank, double highRank) {
        var sum = 0.0;
        var before = 0.0;
        for (var i = 0; i < weights.length && before < highRank; i++) {
            var after = before + weights[i];
            var from = Math.max(before, lowRank);
            var to = Math.min(after, highRank);
            if (to > from) {
                var width = highs[i] - lows[i];
                var low = from == before ? lows[i] : lows[i] + (from - before) / weights[i] * width;
                var high = to == after ? highs[i] : lows[i] + (to - before) / weights[i] * width;
                var isFirst = before <= lowRank;
                var isLast = after >= highRank;
                var middle = isFirst || isLast ? (low + high) / 2 : Math.sqrt(low * high);
                sum += (to - from) * middle;
            }
            before = after;
        }
        return sum;
    }

    /// The outer boundary of the bin that holds the lower cut.
    private double lowerEdge(double rank) {
        var before = 0.0;
        for (var i = 0; i < weights.length; i++) {
            if (rank < before + weights[i]) {
                return lows[i];
            }
            before += weights[i];
        }
        return maximum;
    }

    /// The outer boundary of the bin that holds the upper cut.
    private double upperEdge(double rank) {
        var before = 0.0;
        for (var i = 0; i < weights.length; i++) {
            if (rank <= before + weights[i]) {
                return highs[i];
            }
            before += weights[i];
        }
        return maximum;
    }

    private double clip(double value) {
        return Math.max(minimum, Math.min(maximum, value));
    }
}
