package io.pharos.logs.insights;

import io.pharos.logs.insights.Expr.Comparison;
import io.pharos.logs.insights.Token.Kind;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/// Expressions, one method for each level of precedence.
final class ExpressionParser {
    /// How deep expressions may nest, operators of one level in a row included.
    static final int MAX_DEPTH = 200;

    private final Tokens tokens;
    private final Supplier<InsightsQuery> subQuery;
    private int depth;

    /// @param subQuery reads a query up to the parenthesis that closes it
    ExpressionParser(Tokens tokens, Supplier<InsightsQuery> subQuery) {
        this.tokens = tokens;
        this.subQuery = subQuery;
    }

    /// `a = 1 or b = 2 and not c = 3`
    Expr expression() {
        descend();
        var first = and();
        if (!tokens.peek().isWord("or")) {
            depth--;
            return first;
        }
        var operands = new ArrayList<>(List.of(first));
        while (tokens.acceptWord("or")) {
            operands.add(and());
        }
        depth--;
        return new Expr.Or(List.copyOf(operands), first.start(), tokens.lastEnd());
    }

    private Expr and() {
        var first = not();
        if (!tokens.peek().isWord("and")) {
            return first;
        }
        var operands = new ArrayList<>(List.of(first));
        while (tokens.acceptWord("and")) {
            operands.add(not());
        }
        return new Expr.And(List.copyOf(operands), first.start(), tokens.lastEnd());
    }

    private Expr not() {
        var next = tokens.peek();
        if (next.isWord("not") || next.is("!")) {
            tokens.next();
            descend();
            var operand = not();
            depth--;
            return new Expr.Not(operand, next.start(), tokens.lastEnd());
        }
        return comparison();
    }

    private Expr comparison() {
        var left = sum();
        var start = left.start();
        var next = tokens.peek();
        var comparison = next.kind() == Kind.SYMBOL ? Comparison.of(next.text()) : null;
        if (comparison != null) {
            tokens.next();
            var right = sum();
            return new Expr.Compare(comparison, left, right, start, tokens.lastEnd());
        }
        if (next.is("=~")) {
            tokens.next();
            return like(left, true); // a =~ "text" is a regular expression, too
        }
        var negated = next.isWord("not");
        if (negated) {
            tokens.next();
        }
        Expr found;
        if (tokens.acceptWord("like")) {
            found = like(left, false);
        } else if (tokens.acceptWord("in")) {
            found = in(left);
        } else if (negated) {
            throw tokens.unexpected(tokens.peek());
        } else {
            return left;
        }
        return negated ? new Expr.Not(found, start, tokens.lastEnd()) : found;
    }

    private Expr like(Expr operand, boolean textIsRegex) {
        var pattern = tokens.regexAhead();
        tokens.next();
        var end = tokens.lastEnd();
        return switch (pattern.kind()) {
            case REGEX -> new Expr.LikeRegex(operand, pattern.text(), operand.start(), end);
            case TEXT ->
                    textIsRegex
                            ? new Expr.LikeRegex(operand, pattern.text(), operand.start(), end)
                            : new Expr.LikeText(operand, pattern.text(), operand.start(), end);
            case NAME, QUOTED_NAME, NUMBER, PERIOD, SYMBOL, END -> throw tokens.unexpected(pattern);
        };
    }

    /// `in ["a", 1]`, `in (SOURCE … | fields a)`
    private Expr in(Expr operand) {
        if (tokens.accept("(")) {
            descend();
            var query = subQuery.get();
            depth--;
            tokens.expect(")");
            return new Expr.InQuery(operand, query, operand.start(), tokens.lastEnd());
        }
        tokens.expect("[");
        var values = new ArrayList<Expr>();
        do {
            values.add(sum());
        } while (tokens.accept(","));
        tokens.expect("]");
        return new Expr.In(operand, List.copyOf(values), operand.start(), tokens.lastEnd());
    }

    private Expr sum() {
        var left = product();
        var operators = 0;
        while (tokens.peek().is("+") || tokens.peek().is("-")) {
            operators = checked(operators + 1);
            var operator = tokens.next().text().charAt(0);
            var right = product();
            left = new Expr.Arithmetic(operator, left, right, left.start(), tokens.lastEnd());
        }
        return left;
    }

    private Expr product() {
        var left = power();
        var operators = 0;
        while (tokens.peek().is("*") || tokens.peek().is("/") || tokens.peek().is("%")) {
            operators = checked(operators + 1);
            var operator = tokens.next().text().charAt(0);
            var right = power();
            left = new Expr.Arithmetic(operator, left, right, left.start(), tokens.lastEnd());
        }
        return left;
    }

    private Expr power() {
        var base = unary();
        if (!tokens.accept("^")) {
            return base;
        }
        descend();
        var exponent = power(); // 2 ^ 3 ^ 2 is 2 ^ 9
        depth--;
        return new Expr.Arithmetic('^', base, exponent, base.start(), tokens.lastEnd());
    }

    private Expr unary() {
        var next = tokens.peek();
        if (!next.is("-")) {
            return operand();
        }
        tokens.next();
        descend();
        var operand = unary();
        depth--;
        return new Expr.Negate(operand, next.start(), tokens.lastEnd());
    }

    /// A field or a call, and nothing behind it.
    Expr operand() {
        return access(primary());
    }

    private Expr primary() {
        var token = tokens.regexAhead();
        tokens.next();
        var start = token.start();
        var end = token.end();
        return switch (token.kind()) {
            case NUMBER ->
                    new Expr.Number(Double.parseDouble(token.text()), token.text(), start, end);
            case PERIOD -> new Expr.Interval(period(token), start, end);
            case TEXT -> new Expr.Text(token.text(), start, end);
            case REGEX -> new Expr.Regex(token.text(), start, end);
            case QUOTED_NAME -> new Expr.Field(token.text(), start, end);
            case NAME -> tokens.peek().is("(") ? call(token) : field(token);
            case SYMBOL -> {
                if (token.is("(")) {
                    var inner = expression();
                    tokens.expect(")");
                    yield inner;
                }
                if (token.is("*")) {
                    yield new Expr.Star(start, end);
                }
                throw tokens.unexpected(token);
            }
            case END -> throw tokens.unexpected(token);
        };
    }

    /// `filter and = 1` is more likely a slip than a field.
    private Expr field(Token name) {
        var isOperator =
                switch (name.text().toLowerCase(Locale.ROOT)) {
                    case "and", "or", "not", "like", "in", "as", "by" -> true;
                    default -> false;
                };
        if (isOperator) {
            throw tokens.unexpected(name);
        }
        return new Expr.Field(name.text(), name.start(), name.end());
    }

    Period period(Token token) {
        var period = Period.parse(token.text());
        if (period == null) {
            throw tokens.unexpected(token);
        }
        return period;
    }

    private Expr call(Token name) {
        tokens.expect("(");
        var arguments = new ArrayList<Expr>();
        if (!tokens.peek().is(")")) {
            do {
                arguments.add(expression());
            } while (tokens.accept(","));
        }
        tokens.expect(")");
        return new Expr.Call(
                name.text().toLowerCase(Locale.ROOT),
                List.copyOf(arguments),
                name.start(),
                tokens.lastEnd());
    }

    /// `list[0]`, `list[0].name`
    private Expr access(Expr base) {
        var of = base;
        var steps = 0;
        while (of instanceof Expr.Field
                || of instanceof Expr.Element
                || of instanceof Expr.Member) {
            if (tokens.accept("[")) {
                var index = tokens.expect(Kind.NUMBER);
                tokens.expect("]");
                of = new Expr.Element(of, index(index), of.start(), tokens.lastEnd());
            } else if (tokens.accept(".")) {
                var name = tokens.next();
                if (name.kind() != Kind.NAME && name.kind() != Kind.QUOTED_NAME) {
                    throw tokens.unexpected(name);
                }
                of = new Expr.Member(of, name.text(), of.start(), tokens.lastEnd());
            } else {
                return of;
            }
            steps = checked(steps + 1);
        }
        return of;
    }

    private int index(Token token) {
        try {
            return Integer.parseInt(token.text());
        } catch (NumberFormatException _) {
            throw tokens.unexpected(token);
        }
    }

    private int checked(int operators) {
        if (operators > MAX_DEPTH) {
            throw tooDeep();
        }
        return operators;
    }

    private void descend() {
        if (++depth > MAX_DEPTH) {
            throw tooDeep();
        }
    }

    private RuntimeException tooDeep() {
        var next = tokens.peek();
        return QueryFault.at(next.start(), next.end(), "The query is nested too deeply");
    }
}
