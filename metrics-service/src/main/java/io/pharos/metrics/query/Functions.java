package io.pharos.metrics.query;

import io.pharos.metrics.math.ExpressionError;
import io.pharos.wire.Tenant;

import java.util.List;

/// Functions outside of Pharos that answer time series: `LAMBDA`.
public interface Functions {
    /// AWS: `LAMBDA` calls that a second has room for; here those of one request.
    int MAX_CALLS = 5;

    /// Calls one and waits for its answer.
    ///
    /// @param function its name, or its ARN
    /// @param arguments texts, numbers and booleans
    /// @param grid the periods that are asked for, not empty
    /// @throws Failure when it does not answer time series
    /// @throws ExpressionError when functions can not be called
    List<Series> call(Tenant tenant, String function, List<Object> arguments, PeriodGrid grid);

    /// A series that a function answered.
    ///
    /// @param timesS starts of periods of the grid, ascending, seconds since the epoch
    /// @param values as many as `timesS`, finite
    record Series(String label, long[] timesS, double[] values) {}

    /// Why there is no answer: a message of the result.
    final class Failure extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final String code;

        public Failure(String code, String message) {
            super(message, null, false, false);
            this.code = code;
        }

        public String code() {
            return code;
        }

        @Override
        public String getMessage() {
            return String.valueOf(super.getMessage());
        }
    }
}
