package io.pharos.metrics.math;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongToDoubleFunction;

/// Functions that look along a series.
final class Shapes {
    private Shapes() {}

    private interface Step {
        double of(double before, double now, long seconds);
    }

    /// By how much each value differs from the last one there was; the first point has none.
    static TimeSeries difference(TimeSeries series) {
        return steps(series, (before, now, _) -> now - before);
    }

    static TimeSeries timeDifference(TimeSeries series) {
        return steps(series, (_, _, seconds) -> seconds);
    }

    static TimeSeries rate(TimeSeries series) {
        return steps(series, (before, now, seconds) -> (now - before) / seconds);
    }

    private static TimeSeries steps(TimeSeries series, Step step) {
        if (series.isEmpty()) {
            return series;
        }
        var times = series.times();
        var values = new double[times.length - 1];
        for (var i = 0; i < values.length; i++) {
            values[i] =
                    step.of(series.values()[i], series.values()[i + 1], times[i + 1] - times[i]);
        }
        return TimeSeries.finite(
                series.source(),
                series.slots(),
                Arrays.copyOfRange(times, 1, times.length),
                values);
    }

    static TimeSeries runningSum(TimeSeries series) {
        var sums = series.values().clone();
        for (var i = 1; i < sums.length; i++) {
            sums[i] += sums[i - 1];
        }
        return TimeSeries.finite(series.source(), series.slots(), series.times(), sums);
    }

    static TimeSeries constant(double number, Slots slots) {
        var values = new double[Math.toIntExact(slots.count())];
        Arrays.fill(values, number);
        return TimeSeries.finite(TimeSeries.NO_SOURCE, slots, slots.times(), values);
    }

    /// Every slot, in gaps with what the filling says of that time.
    static TimeSeries fill(TimeSeries series, LongToDoubleFunction filling) {
        var onSlots = onSlots(series);
        var values = onSlots.values()[0].clone();
        for (var i = 0; i < values.length; i++) {
            if (Double.isNaN(values[i])) {
                values[i] = filling.applyAsDouble(onSlots.times()[i]);
            }
        }
        return TimeSeries.finite(series.source(), series.slots(), onSlots.times(), values);
    }

    /// Gaps take the value before them; one at the start stays.
    static TimeSeries fillByRepeating(TimeSeries series) {
        var onSlots = onSlots(series);
        var values = onSlots.values()[0].clone();
        for (var i = 1; i < values.length; i++) {
            values[i] = Double.isNaN(values[i]) ? values[i - 1] : values[i];
        }
        return TimeSeries.finite(series.source(), series.slots(), onSlots.times(), values);
    }

    /// Gaps between two values lie on the line between them; those at the edges stay.
    static TimeSeries fillLinearly(TimeSeries series) {
        var onSlots = onSlots(series);
        var times = onSlots.times();
        var values = onSlots.values()[0].clone();
        var before = -1;
        for (var i = 0; i < values.length; i++) {
            if (Double.isNaN(values[i])) {
                continue;
            }
            for (var gap = before + 1; before >= 0 && gap < i; gap++) {
                var share = (double) (times[gap] - times[before]) / (times[i] - times[before]);
                values[gap] = values[before] + share * (values[i] - values[before]);
            }
            before = i;
        }
        return TimeSeries.finite(series.source(), series.slots(), times, values);
    }

    private static TimeSeries.Joined onSlots(TimeSeries series) {
        var slots = series.slots();
        if (slots.count() == series.size()) {
            return new TimeSeries.Joined(series.times(), new double[][] {series.values()});
        }
        var every = slots.times();
        return TimeSeries.join(
                series,
                new TimeSeries(TimeSeries.NO_SOURCE, slots, every, new double[every.length]));
    }

    /// Stable; series without points come last.
    static List<TimeSeries> sort(List<TimeSeries> series, Reduction by, boolean descending) {
        record Ranked(TimeSeries series, double rank) {}
        var ranked = new ArrayList<Ranked>(series.size());
        for (var one : series) {
            ranked.add(
                    new Ranked(
                            one, one.isEmpty() ? Double.NaN : by.over(one.values(), one.size())));
        }
        var order = Comparator.comparingDouble(Ranked::rank);
        ranked.sort(
                Comparator.comparing((Ranked one) -> Double.isNaN(one.rank()))
                        .thenComparing(descending ? order.reversed() : order));
        return ranked.stream().map(Ranked::series).toList();
    }
}
