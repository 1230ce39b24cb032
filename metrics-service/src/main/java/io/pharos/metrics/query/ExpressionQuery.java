package io.pharos.metrics.query;

import io.pharos.metrics.math.Expression;

import org.jspecify.annotations.Nullable;

/// One Expression of GetMetricData, parsed.
///
/// @param periodS for what has no period of its own; null when none was given
public record ExpressionQuery(
        String id,
        Expression expression,
        @Nullable Integer periodS,
        @Nullable String label,
        boolean returnData,
        boolean isForbidden)
        implements DataQuery {}
