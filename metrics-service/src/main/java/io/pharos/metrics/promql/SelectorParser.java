package io.pharos.metrics.promql;

import io.pharos.metrics.promql.Matcher.Kind;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// Selectors, lists of labels, and what may follow an expression: `[5m]`, `[1h:5m]`, `offset`, `@`.
///
/// CloudWatch: an OpenTelemetry datapoint's attribute has two names, `@datapoint.key` and `key`; here
/// it goes by the second.
final class SelectorParser {
    private static final String DATAPOINT = "@datapoint.";
    private static final String DATAPOINT_NAME = "@datapoint.@name";

    /// What `info` takes labels of, unless it is told.
    static final Expr.Selector TARGET_INFO =
            new Expr.Selector(
                    List.of(Matcher.of(LabelSet.NAME, Kind.EQUAL, "target_info")), Expr.Shift.NONE);

    private final TokenReader tokens;

    SelectorParser(TokenReader tokens) {
        this.tokens = tokens;
    }

    static String canonical(String label) {
        if (label.equals(DATAPOINT_NAME)) {
            return LabelSet.NAME;
        }
        var isAttribute =
                label.startsWith(DATAPOINT)
                        && label.length() > DATAPOINT.length()
                        && label.charAt(DATAPOINT.length()) != '@';
        return isAttribute ? label.substring(DATAPOINT.length()) : label;
    }

    /// `(a, "b.c")`
    List<String> labelNames() {
        tokens.expect("(");
        var names = new ArrayList<String>();
        tokens.list(")", () -> names.add(canonical(labelName())));
        return names;
    }

    private String labelName() {
        var token = tokens.peek();
        var isName =
                token.kind() == Token.Kind.STRING
                        ? !token.text().isEmpty()
                        : token.kind() == Token.Kind.NAME && token.text().indexOf(':') < 0;
        if (!isName) {
            throw tokens.unexpected(token, "a label");
        }
        return tokens.next().text();
    }

    /// @param metric the name before the braces
    Expr.Selector selector(@Nullable Token metric) {
        var at = metric == null ? tokens.peek() : metric;
        var matchers = new ArrayList<Matcher>();
        if (metric != null) {
            matchers.add(Matcher.of(LabelSet.NAME, Kind.EQUAL, metric.text()));
        }
        if (tokens.accept("{")) {
            tokens.list("}", () -> matchers.add(matcher(metric != null)));
        }
        var names = matchers.stream().filter(SelectorParser::tellsName).count();
        if (names > 1 && metric != null) {
            throw tokens.error(
                    at, "metric name must not be set twice: \"%s\"".formatted(metric.text()));
        }
        if (matchers.stream().noneMatch(Matcher::needsLabel)) {
            throw tokens.error(at, "vector selector must contain at least one non-empty matcher");
        }
        if (matchers.stream().noneMatch(m -> m.name().equals(LabelSet.NAME) && m.needsLabel())) {
            throw tokens.error(at, "vector selector must select a metric by name");
        }
        return new Expr.Selector(List.copyOf(matchers), Expr.Shift.NONE);
    }

    /// Which info series, and which of their labels.
    Expr.Selector info() {
        var at = tokens.peek();
        tokens.expect("{");
        var matchers = new ArrayList<Matcher>();
        tokens.list("}", () -> matchers.add(matcher(false)));
        var names = matchers.stream().filter(m -> m.name().equals(LabelSet.NAME)).toList();
        if (names.isEmpty()) {
            matchers.addAll(TARGET_INFO.matchers());
        } else if (names.stream().noneMatch(Matcher::needsLabel)) {
            throw tokens.error(at, "vector selector must select a metric by name");
        }
        return new Expr.Selector(List.copyOf(matchers), Expr.Shift.NONE);
    }

    private static boolean tellsName(Matcher matcher) {
        return matcher.name().equals(LabelSet.NAME) && matcher.kind() == Kind.EQUAL;
    }

    /// `label="value"`, or a metric's name alone: `"my.metric"`
    private Matcher matcher(boolean isNamed) {
        var token = tokens.peek();
        var name = labelName();
        var sign = tokens.peek();
        if (token.kind() == Token.Kind.STRING && (sign.is(",") || sign.is("}"))) {
            if (isNamed) {
                throw tokens.error(
                        token, "metric name must not be set twice: \"%s\"".formatted(name));
            }
            return Matcher.of(LabelSet.NAME, Kind.EQUAL, name);
        }
        var kind =
                switch (tokens.next().text()) {
                    case "=" -> Kind.EQUAL;
                    case "!=" -> Kind.NOT_EQUAL;
                    case "=~" -> Kind.MATCHES;
                    case "!~" -> Kind.MATCHES_NOT;
                    default -> throw tokens.unexpected(sign, "a label matching operator");
                };
        var value = tokens.next();
        if (value.kind() != Token.Kind.STRING) {
            throw tokens.unexpected(value, "a string");
        }
        try {
            return Matcher.of(canonical(name), kind, value.text());
        } catch (IllegalArgumentException broken) {
            throw tokens.error(value, String.valueOf(broken.getMessage()));
        }
    }

    /// What may follow, each of `offset` and `@` once.
    Expr suffixes(Expr expression) {
        var result = expression;
        while (true) {
            var token = tokens.peek();
            if (tokens.accept("[")) {
                result = ranged(token, result);
            } else if (tokens.acceptWord("offset")) {
                result = offset(token, result);
            } else if (tokens.accept("@")) {
                result = at(token, result);
            } else {
                return result;
            }
        }
    }

    private Expr ranged(Token token, Expr expression) {
        var rangeMs = tokens.duration();
        if (tokens.accept(":")) {
            var stepMs = tokens.peek().is("]") ? 0 : tokens.duration();
            tokens.expect("]");
            if (expression.type() != Expr.Type.VECTOR) {
                throw tokens.error(
                        token,
                        "subquery is only allowed on instant vector, got %s"
                                .formatted(expression.type()));
            }
            positive(token, rangeMs);
            return new Expr.Subquery(expression, rangeMs, stepMs, Expr.Shift.NONE);
        }
        tokens.expect("]");
        if (!(expression instanceof Expr.Selector selector)) {
            throw tokens.error(token, "ranges only allowed for vector selectors");
        }
        if (!selector.shift().equals(Expr.Shift.NONE)) {
            throw tokens.error(token, "no offset or @ modifiers allowed before range");
        }
        positive(token, rangeMs);
        return new Expr.Range(selector, rangeMs);
    }

    private void positive(Token token, long rangeMs) {
        if (rangeMs <= 0) {
            throw tokens.error(token, "duration must be greater than 0");
        }
    }

    /// `offset 5m`, `offset -1h`
    private Expr offset(Token token, Expr expression) {
        var negative = tokens.accept("-");
        var offsetMs = tokens.duration();
        var before = shift(token, expression, "offset");
        if (before.offsetMs() != 0) {
            throw tokens.error(token, "offset may not be set multiple times");
        }
        return shifted(expression, new Expr.Shift(negative ? -offsetMs : offsetMs, before.at()));
    }

    /// `@ 1609746000.5`, `@ start()`, `@ end()`
    private Expr at(Token token, Expr expression) {
        Expr.At at;
        if (tokens.acceptWord("start")) {
            tokens.expect("(");
            tokens.expect(")");
            at = new Expr.At.Start();
        } else if (tokens.acceptWord("end")) {
            tokens.expect("(");
            tokens.expect(")");
            at = new Expr.At.End();
        } else {
            var negative = tokens.accept("-");
            if (!negative) {
                tokens.accept("+");
            }
            if (tokens.peek().kind() != Token.Kind.NUMBER) {
                throw tokens.unexpected(tokens.peek(), "a timestamp");
            }
            var seconds = tokens.number();
            if (!(seconds * 1_000 <= Durations.MAX_MS * 1.0)) {
                throw tokens.error(token, "timestamp out of bounds for @ modifier");
            }
            at = new Expr.At.Time(Math.round((negative ? -seconds : seconds) * 1_000));
        }
        var before = shift(token, expression, "@");
        if (before.at() != null) {
            throw tokens.error(token, "@ <timestamp> may not be set multiple times");
        }
        return shifted(expression, new Expr.Shift(before.offsetMs(), at));
    }

    private Expr.Shift shift(Token token, Expr expression, String modifier) {
        return switch (expression) {
            case Expr.Selector selector -> selector.shift();
            case Expr.Range range -> range.selector().shift();
            case Expr.Subquery subquery -> subquery.shift();
            default ->
                    throw tokens.error(
                            token,
                            modifier
                                    + " modifier must be preceded by an instant vector selector or"
                                    + " range vector selector or a subquery");
        };
    }

    private static Expr shifted(Expr expression, Expr.Shift shift) {
        return switch (expression) {
            case Expr.Selector selector -> new Expr.Selector(selector.matchers(), shift);
            case Expr.Range range ->
                    new Expr.Range(
                            new Expr.Selector(range.selector().matchers(), shift), range.rangeMs());
            case Expr.Subquery subquery ->
                    new Expr.Subquery(
                            subquery.inner(), subquery.rangeMs(), subquery.stepMs(), shift);
            default -> expression;
        };
    }
}
