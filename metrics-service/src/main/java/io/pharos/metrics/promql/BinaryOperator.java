package io.pharos.metrics.promql;

import java.util.Optional;

/// Operators between two expressions; the higher power binds more tightly.
enum BinaryOperator {
    OR("or", 1),
    AND("and", 2),
    UNLESS("unless", 2),
    EQUAL("==", 3),
    NOT_EQUAL("!=", 3),
    LESS("<", 3),
    LESS_OR_EQUAL("<=", 3),
    GREATER(">", 3),
    GREATER_OR_EQUAL(">=", 3),
    PLUS("+", 4),
    MINUS("-", 4),
    TIMES("*", 5),
    DIVIDED("/", 5),
    MODULO("%", 5),
    ATAN2("atan2", 5),
    POWER("^", 6);

    static final int NEGATION_POWER = 5;

    private final String text;
    private final int power;

    BinaryOperator(String text, int power) {
        this.text = text;
        this.power = power;
    }

    static Optional<BinaryOperator> of(String text) {
        for (var operator : values()) {
            if (operator.text.equals(text)) {
                return Optional.of(operator);
            }
        }
        return Optional.empty();
    }

    String text() {
        return text;
    }

    int power() {
        return power;
    }

    boolean isRightAssociative() {
        return this == POWER;
    }

    boolean isSet() {
        return power <= 2;
    }

    boolean isComparison() {
        return power == 3;
    }

    double compute(double left, double right) {
        return switch (this) {
            case PLUS -> left + right;
            case MINUS -> left - right;
            case TIMES -> left * right;
            case DIVIDED -> left / right;
            case MODULO -> left % right;
            case POWER -> Math.pow(left, right);
            case ATAN2 -> Math.atan2(left, right);
            default -> throw new IllegalStateException(text + " does not compute");
        };
    }

    boolean holds(double left, double right) {
        return switch (this) {
            case EQUAL -> left == right;
            case NOT_EQUAL -> left != right;
            case LESS -> left < right;
            case LESS_OR_EQUAL -> left <= right;
            case GREATER -> left > right;
            case GREATER_OR_EQUAL -> left >= right;
            default -> throw new IllegalStateException(text + " does not compare");
        };
    }
}
