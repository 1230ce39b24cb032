package io.pharos.metrics.promql;

import java.util.Arrays;
import java.util.List;

/// Functions over the samples of a window; ABSENT when there is no answer.
final class RangeFunctions {
    /// How much longer than usual a gap at an end may be to be taken for a usual one.
    private static final double EXTRAPOLATED = 1.1;

    private RangeFunctions() {}

    /// @param window not empty
    /// @param parameters the scalar arguments, by step
    static double of(
            Function function, Window window, List<double[]> parameters, int step, long nowMs) {
        var values = window.all();
        var from = window.from();
        var to = window.to();
        return switch (function) {
            case RATE, INCREASE, DELTA ->
                    window.hasDeltas() && function != Function.DELTA
                            ? added(function, window)
                            : extrapolated(function, window);
            case IRATE, IDELTA -> instant(function, window);
            case DERIV ->
                    window.size() < 2
                            ? Column.ABSENT
                            : Regression.of(window, window.timeMs(0)).slope();
            case PREDICT_LINEAR -> {
                if (window.size() < 2) {
                    yield Column.ABSENT;
                }
                var line = Regression.of(window, nowMs);
                yield line.slope() * parameters.getFirst()[step] + line.intercept();
            }
            case DOUBLE_EXPONENTIAL_SMOOTHING, HOLT_WINTERS ->
                    smoothed(window, parameters.getFirst()[step], parameters.getLast()[step]);
            case CHANGES -> changes(window);
            case RESETS -> resets(window);
            case AVG_OVER_TIME -> Numbers.average(values, from, to);
            case SUM_OVER_TIME -> Numbers.sum(values, from, to);
            case COUNT_OVER_TIME -> window.size();
            case MIN_OVER_TIME -> Numbers.minimum(values, from, to);
            case MAX_OVER_TIME -> Numbers.maximum(values, from, to);
            case STDVAR_OVER_TIME -> Numbers.variance(values, from, to);
            case STDDEV_OVER_TIME -> Math.sqrt(Numbers.variance(values, from, to));
            case QUANTILE_OVER_TIME ->
                    Numbers.quantile(parameters.getFirst()[step], values, from, to);
            case MAD_OVER_TIME -> medianDeviation(window);
            case PRESENT_OVER_TIME, ABSENT_OVER_TIME -> 1;
            case LAST_OVER_TIME -> values[to - 1];
            case FIRST_OVER_TIME -> values[from];
            default -> throw new IllegalStateException(function + " is not over a range");
        };
    }

    /// The increase that samples are themselves.
    private static double added(Function function, Window window) {
        var sum = Numbers.sum(window.all(), window.from(), window.to());
        return function == Function.RATE ? sum / window.rangeS() : sum;
    }

    /// The change between the first and the last sample, stretched to the window's ends where they
    /// are about as near as the next sample would be; a counter is not stretched below zero.
    private static double extrapolated(Function function, Window window) {
        if (window.size() < 2) {
            return Column.ABSENT;
        }
        var last = window.size() - 1;
        var change = window.value(last) - window.value(0);
        var isCounter = function != Function.DELTA;
        if (isCounter) {
            for (var i = 1; i <= last; i++) {
                if (window.value(i) < window.value(i - 1)) { // started again at zero
                    change += window.value(i - 1);
                }
            }
        }
        var sampled = (window.timeMs(last) - window.timeMs(0)) / 1_000.0;
        var usual = sampled / last;
        var toStart = (window.timeMs(0) - window.startMs()) / 1_000.0;
        var toEnd = (window.endMs() - window.timeMs(last)) / 1_000.0;
        if (toStart >= usual * EXTRAPOLATED) {
            toStart = usual / 2;
        }
        if (isCounter && change > 0 && window.value(0) >= 0) {
            toStart = Math.min(toStart, sampled * (window.value(0) / change));
        }
        if (toEnd >= usual * EXTRAPOLATED) {
            toEnd = usual / 2;
        }
        var factor = (sampled + toStart + toEnd) / sampled;
        if (function == Function.RATE) {
            factor /= window.rangeS();
        }
        return change * factor;
    }

    private static double instant(Function function, Window window) {
        var last = window.size() - 1;
        if (last < 1) {
            return Column.ABSENT;
        }
        var value = window.value(last);
        var before = window.value(last - 1);
        if (function == Function.IDELTA) {
            return value - before;
        }
        var seconds = (window.timeMs(last) - window.timeMs(last - 1)) / 1_000.0;
        return (window.hasDeltas() || value < before ? value : value - before) / seconds;
    }

    private static double changes(Window window) {
        var changes = 0;
        for (var i = 1; i < window.size(); i++) {
            var value = window.value(i);
            var before = window.value(i - 1);
            if (value != before && !(Double.isNaN(value) && Double.isNaN(before))) {
                changes++;
            }
        }
        return changes;
    }

    private static double resets(Window window) {
        var resets = 0;
        for (var i = 1; i < window.size(); i++) {
            if (window.value(i) < window.value(i - 1)) {
                resets++;
            }
        }
        return resets;
    }

    private static double medianDeviation(Window window) {
        var median = Numbers.quantile(0.5, window.all(), window.from(), window.to());
        var deviations = Arrays.copyOfRange(window.all(), window.from(), window.to());
        for (var i = 0; i < deviations.length; i++) {
            deviations[i] = Math.abs(deviations[i] - median);
        }
        return Numbers.quantile(0.5, deviations, 0, deviations.length);
    }

    /// Holt's linear method.
    private static double smoothed(Window window, double smoothing, double trending) {
        if (!(smoothing > 0 && smoothing < 1)) {
            throw PromqlException.execution(
                    "invalid smoothing factor. Expected: 0 < sf < 1, got: "
                            + Numbers.text(smoothing));
        }
        if (!(trending > 0 && trending < 1)) {
            throw PromqlException.execution(
                    "invalid trend factor. Expected: 0 < tf < 1, got: " + Numbers.text(trending));
        }
        if (window.size() < 2) {
            return Column.ABSENT;
        }
        var before = 0.0;
        var level = window.value(0);
        var trend = window.value(1) - window.value(0);
        for (var i = 1; i < window.size(); i++) {
            if (i > 1) {
                trend = trending * (level - before) + (1 - trending) * trend;
            }
            before = level;
            level = smoothing * window.value(i) + (1 - smoothing) * (level + trend);
        }
        return level;
    }

    /// The line of least squares.
    ///
    /// @param slope a second
    /// @param intercept at the time asked for
    private record Regression(double slope, double intercept) {
        static Regression of(Window window, long interceptMs) {
            var count = window.size();
            var first = window.value(0);
            var constant = true;
            var xs = new double[count];
            var ys = new double[count];
            var xys = new double[count];
            var squares = new double[count];
            for (var i = 0; i < count; i++) {
                var x = (window.timeMs(i) - interceptMs) / 1_000.0;
                constant &= window.value(i) == first;
                xs[i] = x;
                ys[i] = window.value(i);
                xys[i] = x * ys[i];
                squares[i] = x * x;
            }
            if (constant) {
                return Double.isInfinite(first)
                        ? new Regression(Double.NaN, Double.NaN)
                        : new Regression(0, first);
            }
            var sumX = Numbers.sum(xs, 0, count);
            var sumY = Numbers.sum(ys, 0, count);
            var covariance = Numbers.sum(xys, 0, count) - sumX * sumY / count;
            var variance = Numbers.sum(squares, 0, count) - sumX * sumX / count;
            var slope = covariance / variance;
            return new Regression(slope, sumY / count - slope * sumX / count);
        }
    }
}
