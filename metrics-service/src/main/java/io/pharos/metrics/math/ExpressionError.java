package io.pharos.metrics.math;

/// An expression that makes no sense, in AWS's words; the caller says which one it was. The one exception
/// that parsing, searching and evaluating let escape, whatever the text.
public final class ExpressionError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ExpressionError(String message) {
        super(message, null, false, false);
    }

    /// @param position of the offending text in the expression, from 0
    public static ExpressionError at(int position, String message) {
        return new ExpressionError(message + " at position " + position);
    }

    /// What went wrong, without the expression's id.
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
