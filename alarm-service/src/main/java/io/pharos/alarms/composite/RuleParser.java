package io.pharos.alarms.composite;

import io.pharos.wire.AwsError;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatch.model.StateValue;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Parses AlarmRules. Keywords are upper-case; AND binds tighter than OR. Errors are AWS's: the token,
/// its place, and what could stand there.
///
/// Limits: [#MAX_CHILDREN] different alarms and [#MAX_ELEMENTS] alarms, literals and pairs of
/// parentheses.
public final class RuleParser {
    static final int MAX_CHILDREN = 100;
    static final int MAX_ELEMENTS = 500;

    /// How deep NOT and parentheses may nest.
    static final int MAX_DEPTH = 500;

    private static final String STATES = "ALARM, OK, or INSUFFICIENT_DATA";
    private static final String OPERAND = "'(', 'NOT', AT_LEAST, TRUE or FALSE, " + STATES;
    private static final String REFERENCE = "ALARM NAME or ARN";
    private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");
    private static final Pattern PERCENTAGE = Pattern.compile("\\d{1,9}%");

    private final List<RuleToken> tokens;
    private int next;
    private int elements;
    private int depth;

    private RuleParser(String rule) {
        this.tokens = RuleToken.of(rule);
    }

    /// @throws AwsError of validation when it is not a rule, or exceeds a limit
    public static RuleExpr parse(String rule) {
        var parser = new RuleParser(rule);
        var expr = parser.or();
        parser.endOperand(RuleToken.Kind.END, "<EOF>");
        if (parser.elements > MAX_ELEMENTS) {
            throw error("AlarmRule must not have more than " + MAX_ELEMENTS + " elements");
        }
        if (expr.alarms().size() > MAX_CHILDREN) {
            throw error("AlarmRule must not refer to more than " + MAX_CHILDREN + " alarms");
        }
        return expr;
    }

    /// `a AND b OR c`
    private RuleExpr or() {
        var operands = new ArrayList<>(List.of(and()));
        while (accept("OR")) {
            operands.add(and());
        }
        return operands.size() == 1 ? operands.getFirst() : new RuleExpr.Or(List.copyOf(operands));
    }

    /// `a AND NOT b`
    private RuleExpr and() {
        var operands = new ArrayList<>(List.of(not()));
        while (accept("AND")) {
            operands.add(not());
        }
        return operands.size() == 1 ? operands.getFirst() : new RuleExpr.And(List.copyOf(operands));
    }

    private RuleExpr not() {
        enter();
        var expr = accept("NOT") ? new RuleExpr.Not(not()) : operand(); // NOT NOT ALARM(a)
        depth--;
        return expr;
    }

    private void enter() {
        if (++depth > MAX_DEPTH) {
            throw error("AlarmRule must not nest deeper than " + MAX_DEPTH);
        }
    }

    private RuleExpr operand() {
        var token = tokens.get(next);
        elements++;
        if (token.kind() == RuleToken.Kind.OPEN) { // (a OR b)
            next++;
            var inner = or();
            endOperand(RuleToken.Kind.CLOSE, "')'");
            return inner;
        }
        if (accept("TRUE")) {
            return new RuleExpr.Literal(true);
        }
        if (accept("FALSE")) {
            return new RuleExpr.Literal(false);
        }
        if (accept("AT_LEAST")) {
            return atLeast();
        }
        var state = state();
        if (state == null) {
            throw unsupported(token, OPERAND);
        }
        expect(RuleToken.Kind.OPEN, "'('"); // ALARM("my alarm")
        var reference = reference();
        expect(RuleToken.Kind.CLOSE, "')'");
        return new RuleExpr.InState(state, reference);
    }

    private @Nullable StateValue state() {
        for (var state : StateValue.knownValues()) {
            if (accept(state.toString())) {
                return state;
            }
        }
        return null;
    }

    private String reference() {
        var token = tokens.get(next);
        var isEmpty = token.text().equals("\"\"");
        if (isEmpty
                || (token.kind() != RuleToken.Kind.WORD && token.kind() != RuleToken.Kind.QUOTED)) {
            throw unsupported(token, REFERENCE);
        }
        next++;
        return token.reference();
    }

    /// `AT_LEAST(50%, NOT ALARM, (a, b, "c d"))`
    private RuleExpr atLeast() {
        expect(RuleToken.Kind.OPEN, "'('");
        var threshold = tokens.get(next++);
        var isPercentage = PERCENTAGE.matcher(threshold.text()).matches();
        if (!isPercentage && !NUMBER.matcher(threshold.text()).matches()) {
            throw unsupported(threshold, "NUMBER, PERCENTAGE NUMBER");
        }
        expect(RuleToken.Kind.COMMA, "','");
        var negated = accept("NOT");
        var state = state();
        if (state == null) {
            throw unsupported(tokens.get(next), negated ? STATES : "'NOT', " + STATES);
        }
        expect(RuleToken.Kind.COMMA, "','");
        var references = references();
        expect(RuleToken.Kind.CLOSE, "')'");
        var count =
                isPercentage
                        ? share(threshold.text(), references.size())
                        : absolute(threshold.text(), references.size());
        return new RuleExpr.AtLeast(count, negated, state, references);
    }

    private List<String> references() {
        expect(RuleToken.Kind.OPEN, "'('");
        var references = new ArrayList<>(List.of(reference()));
        while (tokens.get(next).kind() == RuleToken.Kind.COMMA) {
            next++;
            references.add(reference());
        }
        expect(RuleToken.Kind.CLOSE, "',', ')'");
        elements += references.size();
        return List.copyOf(references);
    }

    private static int absolute(String text, int alarms) {
        var count = Integer.parseInt(text);
        if (count < 1 || count > alarms) {
            throw error(
                    "AT_LEAST absolute threshold must be between 1 and number of alarms ("
                            + alarms
                            + ")");
        }
        return count;
    }

    /// 67 % of 3 is 3: what is begun counts.
    private static int share(String text, int alarms) {
        var percent = Integer.parseInt(text.substring(0, text.length() - 1));
        if (percent < 1 || percent > 100) {
            throw error("AT_LEAST percentage threshold must be between 1 and 100");
        }
        return Math.ceilDiv(percent * alarms, 100);
    }

    private boolean accept(String word) {
        if (tokens.get(next).is(word)) {
            next++;
            return true;
        }
        return false;
    }

    private void expect(RuleToken.Kind kind, String words) {
        var token = tokens.get(next);
        if (token.kind() != kind) {
            throw unsupported(token, words);
        }
        next++;
    }

    /// Behind an operand. AWS leaves AND and OR unnamed when one token too many is the only fault.
    private void endOperand(RuleToken.Kind kind, String words) {
        var token = tokens.get(next);
        if (token.kind() != kind) {
            var isOneTooMany = next + 1 < tokens.size() && tokens.get(next + 1).kind() == kind;
            throw unsupported(token, isOneTooMany ? words : words + ", 'AND', 'OR'");
        }
        next++;
    }

    private static AwsError unsupported(RuleToken token, String allowed) {
        return error(
                "Unsupported token '%s' at char %d, must be: %s"
                        .formatted(token.text(), token.position(), allowed));
    }

    static AwsError error(String what) {
        return AwsError.validation("Error in AlarmRule [" + what + "]");
    }
}
