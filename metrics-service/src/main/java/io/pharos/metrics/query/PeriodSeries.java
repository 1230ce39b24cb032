package io.pharos.metrics.query;

import io.pharos.metric.Statistic;
import io.pharos.metrics.math.Slots;
import io.pharos.metrics.math.TimeSeries;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/// From what was read to time series. Series over the same full grid share one axis of time.
public final class PeriodSeries {
    private final Map<PeriodGrid, long[]> axes = new HashMap<>();

    /// One statistic of each period; where it is unavailable there is no point. AWS: with several units
    /// in a period, the first by name answers.
    public TimeSeries of(int source, PeriodAggregates periods, Statistic statistic) {
        var grid = periods.grid();
        var slots = new Slots(grid.startS(), grid.periodS(), grid.count());
        var columns = periods.columns();
        if (columns.isEmpty()) {
            return TimeSeries.empty(source, slots);
        }
        if (columns.size() > 1) {
            return ofSeveral(source, periods, slots, statistic);
        }
        var column = columns.getFirst();
        var size = column.size();
        var values = new double[size];
        var available = 0;
        for (var i = 0; i < size; i++) {
            values[i] = column.value(i, statistic);
            available += Double.isFinite(values[i]) ? 1 : 0;
        }
        if (available == size && size == grid.count()) {
            return new TimeSeries(source, slots, axis(grid), values);
        }
        var times = new long[available];
        var kept = available == size ? values : new double[available];
        for (int i = 0, at = 0; i < size; i++) {
            if (Double.isFinite(values[i])) {
                times[at] = column.startS(i);
                kept[at++] = values[i];
            }
        }
        return new TimeSeries(source, slots, times, kept);
    }

    private static TimeSeries ofSeveral(
            int source, PeriodAggregates periods, Slots slots, Statistic statistic) {
        var bySlot = new double[Math.toIntExact(slots.count())];
        var taken = new boolean[bySlot.length];
        for (var column : periods.columns()) { // ascending by unit
            for (var i = 0; i < column.size(); i++) {
                var slot = column.slot(i);
                if (!taken[slot]) {
                    taken[slot] = true;
                    bySlot[slot] = column.value(i, statistic);
                }
            }
        }
        var times = new long[bySlot.length];
        var values = new double[bySlot.length];
        var size = 0;
        for (var slot = 0; slot < bySlot.length; slot++) {
            if (taken[slot] && Double.isFinite(bySlot[slot])) {
                times[size] = slots.startS() + (long) slot * slots.periodS();
                values[size++] = bySlot[slot];
            }
        }
        return new TimeSeries(
                source, slots, Arrays.copyOf(times, size), Arrays.copyOf(values, size));
    }

    private long[] axis(PeriodGrid grid) {
        return axes.computeIfAbsent(
                grid,
                it -> {
                    var times = new long[Math.toIntExact(it.count())];
                    for (var i = 0; i < times.length; i++) {
                        times[i] = it.startOf(i);
                    }
                    return times;
                });
    }
}
