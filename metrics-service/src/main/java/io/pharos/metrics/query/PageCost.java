package io.pharos.metrics.query;

import java.util.HashMap;
import java.util.Map;

/// What a slot of time costs in a call of GetMetricData: the series that are read and those that are told,
/// whichever are more. AWS: periods without samples count too.
public final class PageCost {
    private final Map<Integer, Long> read = new HashMap<>();
    private final Map<Integer, Long> told = new HashMap<>();
    private long firstS = Long.MAX_VALUE;
    private long lastS = Long.MIN_VALUE;
    private int longestS;
    private long computed;

    /// A series that is read.
    public void addRead(PeriodGrid grid) {
        add(read, grid, 1);
    }

    /// Series that are told.
    public void addTold(PeriodGrid grid, long series) {
        add(told, grid, series);
    }

    /// Series that are computed, on the way too.
    public void addComputed(long series) {
        computed += series;
    }

    private void add(Map<Integer, Long> to, PeriodGrid grid, long series) {
        if (grid.count() > 0) {
            to.merge(grid.periodS(), series, Long::sum);
            firstS = Math.min(firstS, grid.startS());
            lastS = Math.max(lastS, grid.endS());
            longestS = Math.max(longestS, grid.periodS());
        }
    }

    /// Nothing to page through.
    public boolean isNothing() {
        return longestS == 0;
    }

    long firstS() {
        return firstS;
    }

    long lastS() {
        return lastS;
    }

    /// Pages consist of whole periods of every series.
    int stepS() {
        return longestS;
    }

    long computed() {
        return computed;
    }

    /// Datapoints of a step.
    long perStep() {
        return Math.max(1, Math.max(perStep(read), perStep(told)));
    }

    private long perStep(Map<Integer, Long> seriesByPeriod) {
        var sum = 0L;
        for (var entry : seriesByPeriod.entrySet()) {
            sum += entry.getValue() * Math.ceilDiv(longestS, entry.getKey());
        }
        return sum;
    }
}
