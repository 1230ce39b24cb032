package io.pharos.metrics.math;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/// Points of one series in ascending order of time; periods without a value have no point. Values are
/// finite. Arrays are shared between series: nobody may write to them.
///
/// @param source which metric it tells of, by the caller's number; [#NO_SOURCE] for none
/// @param slots the window it was made for, empty periods included
public record TimeSeries(int source, Slots slots, long[] times, double[] values) {
    public static final int NO_SOURCE = -1;
    private static final long[] NO_TIMES = {};
    private static final double[] NO_VALUES = {};

    public static TimeSeries empty(int source, Slots slots) {
        return new TimeSeries(source, slots, NO_TIMES, NO_VALUES);
    }

    /// Values at times, but for those that are not finite: AWS leaves such points out.
    static TimeSeries finite(int source, Slots slots, long[] times, double[] values) {
        var kept = 0;
        for (var value : values) {
            kept += Double.isFinite(value) ? 1 : 0;
        }
        if (kept == values.length) {
            return new TimeSeries(source, slots, times, values);
        }
        var keptTimes = new long[kept];
        var keptValues = new double[kept];
        var at = 0;
        for (var i = 0; i < values.length; i++) {
            if (Double.isFinite(values[i])) {
                keptTimes[at] = times[i];
                keptValues[at++] = values[i];
            }
        }
        return new TimeSeries(source, slots, keptTimes, keptValues);
    }

    public int size() {
        return times.length;
    }

    public boolean isEmpty() {
        return times.length == 0;
    }

    /// Each value by itself.
    TimeSeries map(DoubleUnaryOperator each) {
        var mapped = new double[values.length];
        for (var i = 0; i < mapped.length; i++) {
            mapped[i] = each.applyAsDouble(values[i]);
        }
        return finite(source, slots, times, mapped);
    }

    /// The value at a time; NaN without one.
    double at(long time) {
        var i = Arrays.binarySearch(times, time);
        return i < 0 ? Double.NaN : values[i];
    }

    TimeSeries from(int otherSource) {
        return new TimeSeries(otherSource, slots, times, values);
    }

    /// Several series on one axis of time: each time that any of them has, with their values there, NaN
    /// for those that have none.
    static Joined join(TimeSeries... series) {
        var first = series[0].times;
        var same = true;
        for (var one : series) {
            same &= one.times == first || Arrays.equals(one.times, first);
        }
        var values = new double[series.length][];
        if (same) {
            for (var i = 0; i < series.length; i++) {
                values[i] = series[i].values;
            }
            return new Joined(first, values);
        }
        var times = union(series);
        for (var i = 0; i < series.length; i++) {
            values[i] = series[i].spread(times);
        }
        return new Joined(times, values);
    }

    private static long[] union(TimeSeries[] series) {
        var total = 0;
        for (var one : series) {
            total += one.times.length;
        }
        var all = new long[total];
        var at = 0;
        for (var one : series) {
            System.arraycopy(one.times, 0, all, at, one.times.length);
            at += one.times.length;
        }
        Arrays.sort(all);
        var distinct = 0;
        for (var i = 0; i < total; i++) {
            if (i == 0 || all[i] != all[i - 1]) {
                all[distinct++] = all[i];
            }
        }
        return Arrays.copyOf(all, distinct);
    }

    private double[] spread(long[] axis) {
        var spread = new double[axis.length];
        var i = 0;
        for (var at = 0; at < axis.length; at++) {
            spread[at] = i < times.length && times[i] == axis[at] ? values[i++] : Double.NaN;
        }
        return spread;
    }

    /// @param values by series, then by time
    record Joined(long[] times, double[][] values) {}
}
