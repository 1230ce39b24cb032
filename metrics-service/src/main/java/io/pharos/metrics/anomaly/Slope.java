package io.pharos.metrics.anomaly;

import java.util.Arrays;

/// The trend of a seasonal series: the median of what it changed by from one cycle to the next, the
/// slope of Hirsch, Slack and Smith (1982) with neighbouring cycles only.
final class Slope {
    private static final int DAY_S = 86_400;

    /// A trend is one when this share of days agrees on its direction.
    private static final double AGREEMENT = 0.75;

    private Slope() {}

    /// How much each point differs from the one a lag before; points without such are left out.
    ///
    /// @param of times of the differences, as long as there are points; what is beyond the answer's length
    ///     says nothing
    static double[] differences(History history, int lagS, long[] of) {
        var times = history.timesS();
        var values = history.values();
        var found = new double[times.length];
        var count = 0;
        for (int i = 0, before = 0; i < times.length; i++) {
            while (times[before] < times[i] - lagS) {
                before++;
            }
            if (times[before] == times[i] - lagS) {
                of[count] = times[i];
                found[count++] = values[i] - values[before];
            }
        }
        return Arrays.copyOf(found, count);
    }

    /// Per second; 0 without a clear direction.
    static double of(History history, Cycle cycle, int fewestDays) {
        var times = new long[history.size()];
        var changes = differences(history, cycle.seconds(), times);
        if (changes.length == 0) {
            return 0;
        }
        var days = 0;
        var up = 0;
        var down = 0;
        for (int from = 0, to = 0; from < changes.length; from = to) {
            while (to < changes.length && times[to] < times[from] + DAY_S) {
                to++;
            }
            var day = Arrays.copyOfRange(changes, from, to);
            var change = Robust.median(day, day.length);
            days++;
            up += change > 0 ? 1 : 0;
            down += change < 0 ? 1 : 0;
        }
        if (days < fewestDays || Math.max(up, down) < AGREEMENT * days) {
            return 0;
        }
        return Robust.median(changes, changes.length) / cycle.seconds();
    }
}
