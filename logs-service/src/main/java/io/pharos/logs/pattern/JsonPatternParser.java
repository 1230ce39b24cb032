package io.pharos.logs.pattern;

import io.pharos.logs.pattern.DelimitedMatcher.Comparison;
import io.pharos.logs.pattern.JsonExpression.AllOf;
import io.pharos.logs.pattern.JsonExpression.AnyOf;
import io.pharos.logs.pattern.JsonExpression.Condition;
import io.pharos.logs.pattern.JsonExpression.NotExists;
import io.pharos.logs.pattern.JsonExpression.Test;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatchlogs.model.InvalidParameterException;

import java.util.ArrayList;

/// `{ ($.eventName = ConsoleLogin) && ($.users[*].id >= 3 || $.error NOT EXISTS) }`.
final class JsonPatternParser {
    /// Parentheses within parentheses.
    static final int MAX_DEPTH = 64;

    /// AWS: regular expressions in one pattern.
    static final int MAX_REGEXES = 2;

    /// AWS: wildcard steps in one pattern; one selector takes one.
    static final int MAX_WILDCARDS = 3;

    private static final int MAX_INDEX_DIGITS = 9;

    /// What [#parse] returns.
    record Parsed(JsonExpression expression, int regexes) {}

    private final PatternReader reader;
    private int regexes;
    private int wildcards;
    private int depth;

    private JsonPatternParser(PatternReader reader) {
        this.reader = reader;
    }

    static Parsed parse(String text) {
        if (!text.endsWith("}")) {
            throw PatternFault.of("If a filter pattern starts with '{' it must end with '}'");
        }
        var parser = new JsonPatternParser(new PatternReader(text, 1, text.length() - 1));
        var expression = parser.any();
        parser.reader.skipBlanks();
        if (!parser.reader.atEnd()) {
            throw PatternFault.invalid();
        }
        return new Parsed(expression, parser.regexes);
    }

    /// A selector on its own, as metric transformations hold it; null when it is none.
    static @Nullable JsonSelector selector(String text) {
        var reader = new PatternReader(text, 0, text.length());
        try {
            var selector = new JsonPatternParser(reader).selector();
            return reader.atEnd() ? selector : null;
        } catch (InvalidParameterException _) {
            return null;
        }
    }

    private JsonExpression any() {
        var operands = new ArrayList<JsonExpression>();
        operands.add(all());
        while (accept("||")) {
            operands.add(all());
        }
        return operands.size() == 1 ? operands.getFirst() : new AnyOf(operands);
    }

    private JsonExpression all() {
        var operands = new ArrayList<JsonExpression>();
        operands.add(primary());
        while (accept("&&")) {
            operands.add(primary());
        }
        return operands.size() == 1 ? operands.getFirst() : new AllOf(operands);
    }

    private JsonExpression primary() {
        if (accept("(")) { // ($.a = 1 || $.b = 2)
            if (++depth > MAX_DEPTH) {
                throw PatternFault.invalid();
            }
            var inner = any();
            depth--;
            if (!accept(")")) {
                throw PatternFault.invalid();
            }
            return inner;
        }
        var selector = selector();
        reader.skipBlanks();
        if (accept("NOT")) { // $.user NOT EXISTS
            expect("EXISTS");
            return new NotExists(selector);
        }
        if (accept("IS")) { // $.ok IS TRUE
            return new Condition(selector, new JsonExpression.Is(constant()));
        }
        return new Condition(selector, comparison());
    }

    private JsonValue.Kind constant() {
        if (accept("NULL")) {
            return JsonValue.Kind.NULL;
        }
        if (accept("TRUE")) {
            return JsonValue.Kind.TRUE;
        }
        expect("FALSE");
        return JsonValue.Kind.FALSE;
    }

    private Test comparison() {
        var sign = sign();
        reader.skipBlanks();
        var wanted = sign == Comparison.EQUAL;
        switch (reader.peek()) {
            case '"' -> { // = "Failed authentication"
                var text = reader.quoted();
                if (!sign.isOrder()) {
                    return new JsonExpression.Text(TextOperand.of(text), wanted);
                }
            }
            case '%' -> { // = %Trail%
                if (!sign.isOrder() && ++regexes <= MAX_REGEXES) {
                    return new JsonExpression.Search(PatternRegex.of(reader.regex()), wanted);
                }
            }
            default -> { // > 60, = GET, = kms.amazonaws.com
                var word = reader.run(JsonPatternParser::isBare);
                var number = Numbers.parse(word);
                if (!Double.isNaN(number)) {
                    return new JsonExpression.Numeric(sign, word, number);
                }
                if (!sign.isOrder() && !word.isEmpty()) {
                    return new JsonExpression.Text(TextOperand.of(word), wanted);
                }
            }
        }
        throw PatternFault.invalid();
    }

    private Comparison sign() {
        for (var comparison : Comparison.values()) {
            if (reader.accept(comparison.sign())) {
                return comparison;
            }
        }
        throw PatternFault.invalid();
    }

    private JsonSelector selector() {
        reader.skipBlanks();
        var text = new StringBuilder("$");
        var steps = new ArrayList<JsonSelector.Step>();
        var wildcardsBefore = wildcards;
        reader.expect("$");
        while (reader.peek() == '.' || reader.peek() == '[') {
            steps.add(step(text));
        }
        if (steps.isEmpty() || wildcards - wildcardsBefore > 1 || wildcards > MAX_WILDCARDS) {
            throw PatternFault.invalid();
        }
        return new JsonSelector(text.toString(), steps);
    }

    private JsonSelector.Step step(StringBuilder text) {
        var dotted = reader.accept(".");
        text.append(dotted ? "." : "");
        if (reader.accept("['")) { // .['cluster.name']
            var name = reader.run(c -> c != '\'');
            reader.expect("']");
            text.append("['").append(name).append("']");
            return new JsonSelector.Member(name);
        }
        if (reader.accept("[*]")) { // [*]
            wildcards++;
            text.append("[*]");
            return new JsonSelector.AnyElement();
        }
        if (reader.accept("[")) { // [12]
            var digits = reader.run(c -> c >= '0' && c <= '9');
            reader.expect("]");
            if (digits.isEmpty() || digits.length() > MAX_INDEX_DIGITS) {
                throw PatternFault.invalid();
            }
            text.append('[').append(digits).append(']');
            return new JsonSelector.Element(Integer.parseInt(digits));
        }
        if (reader.accept("*")) { // .*
            wildcards++;
            text.append('*');
            return new JsonSelector.AnyMember();
        }
        var name = reader.run(c -> Character.isLetterOrDigit(c) || "_-@".indexOf(c) >= 0);
        if (name.isEmpty()) {
            throw PatternFault.invalid();
        }
        text.append(name);
        return new JsonSelector.Member(name);
    }

    private boolean accept(String operator) {
        reader.skipBlanks();
        return reader.accept(operator);
    }

    private void expect(String word) {
        if (!accept(word)) {
            throw PatternFault.invalid();
        }
    }

    private static boolean isBare(int c) {
        return !Character.isWhitespace(c) && "()&|\"%=<>!?".indexOf(c) < 0;
    }
}
