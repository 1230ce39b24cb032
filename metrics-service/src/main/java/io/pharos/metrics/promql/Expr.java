package io.pharos.metrics.promql;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// A query, understood and of consistent types.
public sealed interface Expr {
    Type type();

    /// What an expression gives.
    enum Type {
        SCALAR("scalar"),
        STRING("string"),
        VECTOR("instant vector"),
        MATRIX("range vector");

        private final String text;

        Type(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    record NumberLiteral(double value) implements Expr {
        @Override
        public Type type() {
            return Type.SCALAR;
        }
    }

    record StringLiteral(String value) implements Expr {
        @Override
        public Type type() {
            return Type.STRING;
        }
    }

    /// When a selector looks instead of the time of evaluation: `@ 1609746000`, `@ start()`,
    /// `@ end()`.
    sealed interface At {
        record Time(long ms) implements At {}

        record Start() implements At {}

        record End() implements At {}
    }

    /// `offset` and `@`.
    record Shift(long offsetMs, @Nullable At at) {
        static final Shift NONE = new Shift(0, null);
    }

    /// What of its series a selector gives.
    enum Part {
        /// Their samples.
        WHOLE,
        /// Of histograms, the numbers of observations.
        COUNT,
        /// Of histograms, the sums of observations.
        SUM,
        /// Of histograms, how many observations there are up to each bound, told by the label `le`.
        BUCKETS
    }

    /// `name{label="value"} offset 5m @ end()`
    record Selector(List<Matcher> matchers, Shift shift, Part part) implements Expr {
        Selector(List<Matcher> matchers, Shift shift) {
            this(matchers, shift, Part.WHOLE);
        }

        @Override
        public Type type() {
            return Type.VECTOR;
        }
    }

    /// `name{label="value"}[5m]`
    record Range(Selector selector, long rangeMs) implements Expr {
        @Override
        public Type type() {
            return Type.MATRIX;
        }
    }

    /// `expression[1h:5m]`
    ///
    /// @param stepMs zero for the default
    record Subquery(Expr inner, long rangeMs, long stepMs, Shift shift) implements Expr {
        @Override
        public Type type() {
            return Type.MATRIX;
        }
    }

    record Negation(Expr operand) implements Expr {
        @Override
        public Type type() {
            return operand.type();
        }
    }

    /// How the two sides of an operator find each other.
    ///
    /// @param on whether `labels` are those that must be equal; else they need not be
    /// @param include labels that `group_left` and `group_right` take over
    record Matching(
            Cardinality cardinality, boolean on, List<String> labels, List<String> include) {
        static final Matching DEFAULT =
                new Matching(Cardinality.ONE_TO_ONE, false, List.of(), List.of());
    }

    /// How many series of each side may belong together.
    enum Cardinality {
        ONE_TO_ONE,
        MANY_TO_ONE,
        ONE_TO_MANY
    }

    record Binary(BinaryOperator operator, Expr left, Expr right, boolean bool, Matching matching)
            implements Expr {
        @Override
        public Type type() {
            return left.type() == Type.SCALAR && right.type() == Type.SCALAR
                    ? Type.SCALAR
                    : Type.VECTOR;
        }
    }

    /// `sum by (job) (…)`
    ///
    /// @param parameter of topk, bottomk, quantile and count_values
    record Aggregation(
            Aggregator operator,
            @Nullable Expr parameter,
            Expr operand,
            boolean without,
            List<String> labels)
            implements Expr {
        @Override
        public Type type() {
            return Type.VECTOR;
        }
    }

    record Call(Function function, List<Expr> arguments) implements Expr {
        @Override
        public Type type() {
            return function.result();
        }
    }
}
