package io.pharos.metrics.query;

import org.jspecify.annotations.Nullable;

/// One query of GetMetricData, checked.
public sealed interface DataQuery permits MetricQuery, ExpressionQuery {
    String id();

    /// As it was written; null for an automatic one.
    @Nullable String label();

    /// False: it is not told, others may refer to it.
    boolean returnData();

    /// Another account's: nothing links accounts here.
    boolean isForbidden();
}
