package io.pharos.metrics.math;

import java.util.List;
import java.util.function.Consumer;

/// An expression, parsed. Positions count characters from 0 and are there for messages.
public sealed interface Expression {
    int position();

    /// `0.5`
    record Constant(int position, double value) implements Expression {}

    /// `'Average'`
    record Text(int position, String value) implements Expression {}

    /// `m1`: the result of another query.
    record Reference(int position, String id) implements Expression {}

    /// `REPEAT`, `ASC`: a bare word, which some functions take.
    record Word(int position, String word) implements Expression {}

    /// `SUM(m1)`
    record Call(int position, MathFunction function, List<Expression> arguments)
            implements Expression {}

    /// `[m1, m2]`
    record Array(int position, List<Expression> members) implements Expression {}

    /// `-m1`
    record Negation(int position, Expression operand) implements Expression {}

    /// `m1 + m2`
    record Binary(int position, Operator operator, Expression left, Expression right)
            implements Expression {}

    /// `SELECT …`: a Metrics Insights query is always the whole expression.
    record Select(String sql) implements Expression {
        @Override
        public int position() {
            return 0;
        }
    }

    /// Shows this expression and all below it, from left to right.
    default void forEach(Consumer<Expression> visitor) {
        visitor.accept(this);
        switch (this) {
            case Call call -> call.arguments().forEach(one -> one.forEach(visitor));
            case Array array -> array.members().forEach(one -> one.forEach(visitor));
            case Negation negation -> negation.operand().forEach(visitor);
            case Binary binary -> {
                binary.left().forEach(visitor);
                binary.right().forEach(visitor);
            }
            case Constant _, Text _, Reference _, Word _, Select _ -> {}
        }
    }
}
