package io.pharos.metrics.query.api;

import io.pharos.metrics.math.ExpressionError;
import io.pharos.metrics.query.InsightRules;
import io.pharos.metrics.query.PeriodGrid;
import io.pharos.wire.Tenant;

import java.util.List;

/// Knows none.
public final class NoInsightRules implements InsightRules {
    @Override
    public List<Point> points(Tenant tenant, String rule, PeriodGrid grid) {
        throw new ExpressionError("Function 'INSIGHT_RULE_METRIC' is not supported here");
    }
}
