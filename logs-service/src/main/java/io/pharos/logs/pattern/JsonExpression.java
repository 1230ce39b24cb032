package io.pharos.logs.pattern;

import io.pharos.logs.pattern.DelimitedMatcher.Comparison;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What a JSON pattern asks of an event.
sealed interface JsonExpression {
    boolean holds(JsonValue event);

    /// Texts without which no event can match, as long as the event has no escapes. Lets most events
    /// go by without being parsed.
    Set<String> necessary();

    /// In order of appearance.
    void selectors(List<JsonSelector> into);

    /// `a || b`.
    record AnyOf(List<JsonExpression> operands) implements JsonExpression {
        @Override
        public boolean holds(JsonValue event) {
            for (var operand : operands) {
                if (operand.holds(event)) {
                    return true;
                }
            }
            return false;
        }

        @Override
        public Set<String> necessary() {
            var common = new HashSet<>(operands.getFirst().necessary());
            operands.forEach(operand -> common.retainAll(operand.necessary()));
            return common;
        }

        @Override
        public void selectors(List<JsonSelector> into) {
            operands.forEach(operand -> operand.selectors(into));
        }
    }

    /// `a && b`.
    record AllOf(List<JsonExpression> operands) implements JsonExpression {
        @Override
        public boolean holds(JsonValue event) {
            for (var operand : operands) {
                if (!operand.holds(event)) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public Set<String> necessary() {
            var all = new HashSet<String>();
            operands.forEach(operand -> all.addAll(operand.necessary()));
            return all;
        }

        @Override
        public void selectors(List<JsonSelector> into) {
            operands.forEach(operand -> operand.selectors(into));
        }
    }

    /// `$.user NOT EXISTS`: nothing is there, not even null.
    record NotExists(JsonSelector selector) implements JsonExpression {
        @Override
        public boolean holds(JsonValue event) {
            return !selector.any(event, _ -> true);
        }

        @Override
        public Set<String> necessary() {
            return Set.of();
        }

        @Override
        public void selectors(List<JsonSelector> into) {
            into.add(selector);
        }
    }

    /// A selector and a test of which one selected value must pass. A place that does not exist passes
    /// none, not even `!=`.
    record Condition(JsonSelector selector, Test test) implements JsonExpression {
        @Override
        public boolean holds(JsonValue event) {
            return selector.any(event, test::accepts);
        }

        @Override
        public Set<String> necessary() {
            var texts = new ArrayList<String>();
            for (var step : selector.steps()) {
                if (step instanceof JsonSelector.Member(var name)) {
                    texts.add(name);
                }
            }
            if (test instanceof Text(var operand, var wanted) && wanted) {
                texts.add(operand.needle());
            }
            texts.removeIf(String::isEmpty);
            return new HashSet<>(texts);
        }

        @Override
        public void selectors(List<JsonSelector> into) {
            into.add(selector);
        }
    }

    /// What a value must be. Objects and arrays pass no test.
    sealed interface Test {
        boolean accepts(JsonValue value);
    }

    /// `IS NULL`, `IS TRUE`, `IS FALSE`.
    record Is(JsonValue.Kind kind) implements Test {
        @Override
        public boolean accepts(JsonValue value) {
            return value instanceof JsonValue.Scalar scalar && scalar.kind() == kind;
        }
    }

    /// `= "UpdateTrail"`, `!= 123.123.*`: on the scalar's text.
    record Text(TextOperand operand, boolean wanted) implements Test {
        @Override
        public boolean accepts(JsonValue value) {
            return value instanceof JsonValue.Scalar scalar
                    && !scalar.isNull()
                    && operand.accepts(scalar.text()) == wanted;
        }
    }

    /// `= %Trail%`.
    record Search(PatternRegex regex, boolean wanted) implements Test {
        @Override
        public boolean accepts(JsonValue value) {
            return value instanceof JsonValue.Scalar scalar
                    && !scalar.isNull()
                    && regex.occursIn(scalar.text()) == wanted;
        }
    }

    /// `> 60`, `= 1e-3`: by value for JSON numbers; strings are equal to its text or not, and have no
    /// order.
    record Numeric(Comparison comparison, String text, double number) implements Test {
        @Override
        public boolean accepts(JsonValue value) {
            if (!(value instanceof JsonValue.Scalar scalar) || scalar.isNull()) {
                return false;
            }
            if (scalar.kind() == JsonValue.Kind.NUMBER) {
                var other = Numbers.parse(scalar.text());
                return !Double.isNaN(other)
                        && comparison.holds(Numbers.compare(scalar.text(), other, text, number));
            }
            return !comparison.isOrder()
                    && scalar.text().equals(text) == (comparison == Comparison.EQUAL);
        }
    }
}
