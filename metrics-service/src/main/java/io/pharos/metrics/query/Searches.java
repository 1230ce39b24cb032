package io.pharos.metrics.query;

import io.pharos.metrics.math.ExpressionError;
import io.pharos.metrics.series.Series;
import io.pharos.wire.Tenant;

import java.time.Instant;
import java.util.List;

/// What expressions find beyond the metrics that a request names: `SEARCH` and Metrics Insights queries.
public interface Searches {
    /// AWS: a search finds no more, the rest is left out.
    int MAX_SERIES = 500;

    /// The metrics a `SEARCH` finds among those of the last two weeks; their data is read together with
    /// that of all other metrics of the request.
    ///
    /// @param query the first argument, e.g. `{AWS/EC2,InstanceId} MetricName="CPUUtilization"`
    /// @throws ExpressionError when it is no search
    Found search(Tenant tenant, String query, Instant now);

    /// @param series at most [#MAX_SERIES], in the order in which they are answered
    /// @param isCapped more were there
    record Found(List<Series> series, boolean isCapped) {}

    /// Whether a Metrics Insights query answers groups, and not one series. Reads nothing.
    ///
    /// @throws ExpressionError when it is no query
    boolean isGrouped(String sql);

    /// Runs a Metrics Insights query.
    ///
    /// @param sql `SELECT …`, the whole expression
    /// @param grid periods to be told; none shorter than a minute
    /// @throws ExpressionError when it is no query
    Selected select(Tenant tenant, String sql, PeriodGrid grid, Instant now);

    /// @param groups at most [#MAX_SERIES], ordered
    /// @param isPartial more metrics or groups were there than are looked at
    record Selected(List<Group> groups, boolean isPartial) {}

    /// One series of a query: points in ascending order of time.
    ///
    /// @param label values of the keys of GROUP BY; empty without GROUP BY
    /// @param timesS starts of periods that have a value, seconds since the epoch
    /// @param values as many as `timesS`, finite
    record Group(String label, long[] timesS, double[] values) {}
}
