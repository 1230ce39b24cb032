package io.pharos.logs.insights;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// An expression as it was written, with its place in the query: `start` inclusive, `end` exclusive.
public sealed interface Expr {
    int start();

    int end();

    /// `"text"`
    record Text(String value, int start, int end) implements Expr {}

    /// `12.5`
    record Number(double value, String text, int start, int end) implements Expr {}

    /// `5m`
    record Interval(Period period, int start, int end) implements Expr {}

    /// `req.id`, `@timestamp`, a name between backticks.
    record Field(String name, int start, int end) implements Expr {}

    /// `list[0]`
    record Element(Expr list, int index, int start, int end) implements Expr {}

    /// `list[0].name`
    record Member(Expr map, String name, int start, int end) implements Expr {}

    /// `strlen(name)`; the name in lower case.
    record Call(String function, List<Expr> arguments, int start, int end) implements Expr {}

    /// The star of `count(*)`.
    record Star(int start, int end) implements Expr {}

    /// `/regex/` where a function takes one.
    record Regex(String pattern, int start, int end) implements Expr {}

    record Not(Expr operand, int start, int end) implements Expr {}

    record And(List<Expr> operands, int start, int end) implements Expr {}

    record Or(List<Expr> operands, int start, int end) implements Expr {}

    /// `a >= b`
    record Compare(Comparison comparison, Expr left, Expr right, int start, int end)
            implements Expr {}

    /// `a + b`; the operator is one of `+ - * / % ^`.
    record Arithmetic(char operator, Expr left, Expr right, int start, int end) implements Expr {}

    record Negate(Expr operand, int start, int end) implements Expr {}

    /// `a like "text"`: contains.
    record LikeText(Expr operand, String text, int start, int end) implements Expr {}

    /// `a like /regex/`, `a =~ /regex/`: found somewhere in it.
    record LikeRegex(Expr operand, String pattern, int start, int end) implements Expr {}

    /// `a in ["x", 1]`
    record In(Expr operand, List<Expr> values, int start, int end) implements Expr {}

    /// `a in (SOURCE "group" | fields b)`
    record InQuery(Expr operand, InsightsQuery query, int start, int end) implements Expr {}

    /// `= != < <= > >=`
    enum Comparison {
        EQUAL("="),
        NOT_EQUAL("!="),
        LESS("<"),
        AT_MOST("<="),
        GREATER(">"),
        AT_LEAST(">=");

        private final String symbol;

        Comparison(String symbol) {
            this.symbol = symbol;
        }

        static @Nullable Comparison of(String symbol) {
            for (var comparison : values()) {
                if (comparison.symbol.equals(symbol)) {
                    return comparison;
                }
            }
            return null;
        }
    }
}
