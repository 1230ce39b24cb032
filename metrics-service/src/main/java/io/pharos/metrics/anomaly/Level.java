package io.pharos.metrics.anomaly;

import java.util.Arrays;

/// Where a metric is apart from its seasons: medians of a day each, straight lines between their
/// middles, level before the first and after the last.
record Level(long[] timesS, double[] values) {
    private static final int DAY_S = 86_400;

    /// A day counts when it has this share of the points of the fullest one.
    private static final double FULL_ENOUGH = 0.6;

    /// Days are counted back from the end, so that the last one is whole.
    static Level fit(long endS, long[] timesS, double[] values, int most) {
        var days = new double[most][];
        var sizes = new int[most];
        for (var i = 0; i < values.length; i++) {
            var day = (int) Math.min(most - 1, (endS - 1 - timesS[i]) / DAY_S);
            if (days[day] == null) {
                days[day] = new double[16];
            }
            if (sizes[day] == days[day].length) {
                days[day] = Arrays.copyOf(days[day], 2 * sizes[day]);
            }
            days[day][sizes[day]++] = values[i];
        }
        var fullest = Arrays.stream(sizes).max().orElse(0);
        var times = new long[most];
        var medians = new double[most];
        var count = 0;
        for (var day = most - 1; day >= 0; day--) {
            if (sizes[day] > 0 && sizes[day] >= FULL_ENOUGH * fullest) {
                times[count] = endS - DAY_S / 2 - (long) day * DAY_S;
                medians[count++] = Robust.median(days[day], sizes[day]);
            }
        }
        return new Level(Arrays.copyOf(times, count), Arrays.copyOf(medians, count));
    }

    /// The same everywhere.
    static Level constant(double value) {
        return new Level(new long[] {0}, new double[] {value});
    }

    double at(double timeS) {
        var last = timesS.length - 1;
        if (timeS <= timesS[0]) {
            return values[0];
        }
        if (timeS >= timesS[last]) {
            return values[last];
        }
        var i = 1;
        while (timesS[i] < timeS) {
            i++;
        }
        var share = (timeS - timesS[i - 1]) / (timesS[i] - timesS[i - 1]);
        return values[i - 1] + share * (values[i] - values[i - 1]);
    }

    void takeOff(long[] at, double[] from) {
        for (var i = 0; i < from.length; i++) {
            from[i] -= at(at[i]);
        }
    }
}
