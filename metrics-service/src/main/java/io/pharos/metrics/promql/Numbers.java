package io.pharos.metrics.promql;

import java.math.BigDecimal;
import java.util.Arrays;

/// Arithmetic over the values of a group or a window, [from, to) of an array, never empty.
final class Numbers {
    private Numbers() {}

    /// Compensated, so that order hardly matters.
    static double sum(double[] values, int from, int to) {
        var sum = 0.0;
        var lost = 0.0;
        for (var i = from; i < to; i++) {
            var value = values[i];
            var next = sum + value;
            if (Double.isInfinite(next)) {
                lost = 0;
            } else {
                lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
            }
            sum = next;
        }
        return sum + lost;
    }

    static double average(double[] values, int from, int to) {
        var sum = sum(values, from, to);
        if (!Double.isInfinite(sum)) {
            return sum / (to - from);
        }
        var mean = 0.0; // the sum is too large, the mean may not be
        for (var i = from; i < to; i++) {
            mean += values[i] / (to - from);
        }
        return mean;
    }

    /// NaN only when there is nothing else.
    static double minimum(double[] values, int from, int to) {
        var minimum = values[from];
        for (var i = from + 1; i < to; i++) {
            if (values[i] < minimum || Double.isNaN(minimum)) {
                minimum = values[i];
            }
        }
        return minimum;
    }

    static double maximum(double[] values, int from, int to) {
        var maximum = values[from];
        for (var i = from + 1; i < to; i++) {
            if (values[i] > maximum || Double.isNaN(maximum)) {
                maximum = values[i];
            }
        }
        return maximum;
    }

    /// Of the population, by Welford's way.
    static double variance(double[] values, int from, int to) {
        var mean = 0.0;
        var squares = 0.0;
        var count = 0;
        for (var i = from; i < to; i++) {
            count++;
            var delta = values[i] - mean;
            mean += delta / count;
            squares += delta * (values[i] - mean);
        }
        return squares / count;
    }

    /// Linear between ranks; NaN is the lowest value.
    static double quantile(double q, double[] values, int from, int to) {
        if (Double.isNaN(q)) {
            return Double.NaN;
        }
        if (q < 0) {
            return Double.NEGATIVE_INFINITY;
        }
        if (q > 1) {
            return Double.POSITIVE_INFINITY;
        }
        var sorted = Arrays.copyOfRange(values, from, to);
        Arrays.sort(sorted); // NaN at the end
        var size = sorted.length;
        var nans = 0;
        while (nans < size && Double.isNaN(sorted[size - 1 - nans])) {
            nans++;
        }
        var rank = q * (size - 1);
        var lower = (int) Math.max(0, Math.floor(rank));
        var upper = Math.min(size - 1, lower + 1);
        var weight = rank - Math.floor(rank);
        return rotated(sorted, nans, lower) * (1 - weight) + rotated(sorted, nans, upper) * weight;
    }

    private static double rotated(double[] sorted, int nans, int rank) {
        return rank < nans ? Double.NaN : sorted[rank - nans];
    }

    /// As labels and answers show numbers: the shortest digits that tell the value, without exponent.
    static String text(double value) {
        if (Double.isNaN(value)) {
            return "NaN";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "+Inf" : "-Inf";
        }
        if (value == Math.rint(value) && Math.abs(value) < 1e15) {
            return value == 0 && 1 / value < 0 ? "-0" : Long.toString((long) value);
        }
        var text = new BigDecimal(Double.toString(value)).toPlainString();
        return text.indexOf('.') >= 0 ? text.replaceAll("0+$", "").replaceAll("\\.$", "") : text;
    }
}
