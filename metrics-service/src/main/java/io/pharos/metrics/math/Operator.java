package io.pharos.metrics.math;

import org.jspecify.annotations.Nullable;

/// Infix operators, by how tightly they bind.
public enum Operator {
    OR("OR", 1),
    AND("AND", 2),
    EQUAL("==", 3),
    NOT_EQUAL("!=", 3),
    AT_MOST("<=", 3),
    AT_LEAST(">=", 3),
    LESS("<", 3),
    GREATER(">", 3),
    PLUS("+", 4),
    MINUS("-", 4),
    TIMES("*", 5),
    DIVIDED_BY("/", 5),
    POWER("^", 7);

    /// Between `*` and `^`: -2^2 is -4, -2*3 is (-2)*3.
    static final int NEGATION_POWER = 6;

    private final String symbol;
    private final int power;

    Operator(String symbol, int power) {
        this.symbol = symbol;
        this.power = power;
    }

    /// As it is written.
    public String symbol() {
        return symbol;
    }

    int power() {
        return power;
    }

    /// The operator that is written so; null when none is.
    static @Nullable Operator of(String text) {
        return switch (text) {
            case "OR", "||" -> OR;
            case "AND", "&&" -> AND;
            case "==" -> EQUAL;
            case "!=" -> NOT_EQUAL;
            case "<=" -> AT_MOST;
            case ">=" -> AT_LEAST;
            case "<" -> LESS;
            case ">" -> GREATER;
            case "+" -> PLUS;
            case "-" -> MINUS;
            case "*" -> TIMES;
            case "/" -> DIVIDED_BY;
            case "^" -> POWER;
            default -> null;
        };
    }

    /// Comparisons and logic answer 1 or 0; everything but 0 is true.
    double apply(double left, double right) {
        return switch (this) {
            case OR -> truth(left != 0 || right != 0);
            case AND -> truth(left != 0 && right != 0);
            case EQUAL -> truth(left == right);
            case NOT_EQUAL -> truth(left != right);
            case AT_MOST -> truth(left <= right);
            case AT_LEAST -> truth(left >= right);
            case LESS -> truth(left < right);
            case GREATER -> truth(left > right);
            case PLUS -> left + right;
            case MINUS -> left - right;
            case TIMES -> left * right;
            case DIVIDED_BY -> left / right;
            case POWER -> Math.pow(left, right);
        };
    }

    private static double truth(boolean is) {
        return is ? 1 : 0;
    }
}
