package io.pharos.metrics.query;

/// The slice of time one page of GetMetricData covers: as many slots as the budget of datapoints allows
/// over all series, empty ones included (AWS counts those too), at least one of the longest period.
///
/// @param fromS periods that start here or later
/// @param toS and before this
/// @param nextS where the next page starts in the direction of the scan
public record DatapointPage(long fromS, long toS, boolean isLast, long nextS) {
    /// Datapoints that are computed for one page, so that no expression takes all there is.
    static final long MAX_COMPUTED = 20_000_000;

    /// The page that starts where the one before ended.
    ///
    /// @param cost of something
    /// @param cursorS [#nextS] of the page before, or [#start]
    public static DatapointPage at(PageCost cost, boolean ascending, long cursorS, long budget) {
        var step = cost.stepS();
        var affordable = MAX_COMPUTED / Math.max(1, cost.computed());
        var span = Math.max(1, Math.min(budget / cost.perStep(), affordable)) * step;
        if (ascending) {
            var to = cursorS + span;
            return new DatapointPage(cursorS, to, to >= cost.lastS(), to);
        }
        var from = cursorS - span;
        return new DatapointPage(from, cursorS, from <= cost.firstS(), from);
    }

    /// Where the first page starts.
    public static long start(PageCost cost, boolean ascending) {
        if (ascending) {
            return cost.firstS();
        }
        var step = cost.stepS();
        return cost.firstS() + Math.ceilDiv(cost.lastS() - cost.firstS(), step) * step;
    }
}
