package io.pharos.metrics.query;

import java.util.List;

/// The slice of time one page of GetMetricData covers: as many slots as the budget of datapoints
/// allows over all metrics, empty ones included (AWS counts those too), at least one of the longest
/// period.
///
/// @param fromS periods that start here or later
/// @param toS and before this
/// @param nextS where the next page starts in the direction of the scan
public record DatapointPage(long fromS, long toS, boolean isLast, long nextS) {

    /// The page that starts where the one before ended.
    ///
    /// @param grids of all metrics; none empty, at least one
    /// @param cursorS [#nextS] of the page before, or [#start]
    public static DatapointPage at(
            List<PeriodGrid> grids, boolean ascending, long cursorS, long budget) {
        var step = step(grids);
        var slotsPerStep =
                grids.stream().mapToLong(grid -> Math.ceilDiv(step, (long) grid.periodS())).sum();
        var span = Math.max(1, budget / slotsPerStep) * step;
        if (ascending) {
            var to = cursorS + span;
            return new DatapointPage(cursorS, to, to >= last(grids), to);
        }
        var from = cursorS - span;
        return new DatapointPage(from, cursorS, from <= first(grids), from);
    }

    /// Where the first page starts.
    public static long start(List<PeriodGrid> grids, boolean ascending) {
        var first = first(grids);
        if (ascending) {
            return first;
        }
        var step = step(grids);
        return first + Math.ceilDiv(last(grids) - first, step) * step;
    }

    private static long step(List<PeriodGrid> grids) {
        return grids.stream().mapToLong(PeriodGrid::periodS).max().orElseThrow();
    }

    private static long first(List<PeriodGrid> grids) {
        return grids.stream().mapToLong(PeriodGrid::startS).min().orElseThrow();
    }

    private static long last(List<PeriodGrid> grids) {
        return grids.stream().mapToLong(PeriodGrid::endS).max().orElseThrow();
    }
}
