package io.pharos.metrics.query.api;

import io.pharos.metrics.math.ExpressionError;
import io.pharos.metrics.query.Functions;
import io.pharos.metrics.query.PeriodGrid;
import io.pharos.wire.Tenant;

import java.util.List;

/// Calls none.
public final class NoFunctions implements Functions {
    @Override
    public List<Series> call(
            Tenant tenant, String function, List<Object> arguments, PeriodGrid grid) {
        throw new ExpressionError("Function 'LAMBDA' is not supported here");
    }
}
