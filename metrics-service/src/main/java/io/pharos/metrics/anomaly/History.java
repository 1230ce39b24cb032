package io.pharos.metrics.anomaly;

import java.util.Arrays;

/// What a metric did: points in ascending order of time, gaps left out.
///
/// @param periodS how far apart points are
/// @param timesS starts of periods, seconds since the epoch
/// @param values as many as times, finite
public record History(int periodS, long[] timesS, double[] values) {
    public History {
        if (periodS < 1 || timesS.length != values.length) {
            throw new IllegalArgumentException("no history");
        }
    }

    public int size() {
        return timesS.length;
    }

    /// Without what lies in excluded ranges.
    History without(TrainingRules rules) {
        var times = new long[size()];
        var kept = new double[size()];
        var count = 0;
        for (var i = 0; i < size(); i++) {
            if (!rules.isExcluded(timesS[i])) {
                times[count] = timesS[i];
                kept[count++] = values[i];
            }
        }
        return count == size()
                ? this
                : new History(periodS, Arrays.copyOf(times, count), Arrays.copyOf(kept, count));
    }
}
