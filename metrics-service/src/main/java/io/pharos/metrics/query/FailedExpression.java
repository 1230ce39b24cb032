package io.pharos.metrics.query;

import io.pharos.metrics.math.ExpressionError;

/// What is wrong with one expression of a request.
public final class FailedExpression extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public FailedExpression(String id, ExpressionError error) {
        super("Error in expression '" + id + "': " + error.getMessage(), error, false, false);
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
