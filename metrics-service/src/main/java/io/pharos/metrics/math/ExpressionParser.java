package io.pharos.metrics.math;

import io.pharos.metrics.math.Lexer.Kind;
import io.pharos.metrics.math.Lexer.Token;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Reads expressions by precedence climbing. AWS: Metric math syntax. Low to high: OR, AND, comparisons,
/// + and -, * and /, unary -, ^ (which groups to the right).
public final class ExpressionParser {
    /// Characters of an expression. AWS: 2,048.
    public static final int MAX_LENGTH = 2_048;

    static final int MAX_DEPTH = 100;

    private static final Pattern SELECT =
            Pattern.compile("\\s*SELECT\\s.*", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    private final List<Token> tokens;
    private int next;
    private int depth;

    private ExpressionParser(List<Token> tokens) {
        this.tokens = tokens;
    }

    /// @throws ExpressionError when it is none
    public static Expression parse(String text) {
        if (text.length() > MAX_LENGTH) {
            throw new ExpressionError("Expression is longer than " + MAX_LENGTH + " characters");
        }
        if (SELECT.matcher(text).matches()) {
            return new Expression.Select(text); // SELECT AVG(m) FROM ns
        }
        var parser = new ExpressionParser(Lexer.tokens(text));
        var expression = parser.expression(0);
        if (parser.peek().kind() != Kind.END) {
            throw unexpected(parser.peek());
        }
        return expression;
    }

    private Expression expression(int minPower) {
        if (++depth > MAX_DEPTH) {
            throw ExpressionError.at(peek().position(), "Expression is nested too deeply");
        }
        var left = operand();
        while (true) {
            var token = peek();
            var operator = token.kind() == Kind.TEXT ? null : Operator.of(token.text());
            if (operator == null || operator.power() <= minPower) {
                break;
            }
            next++; // m1 + m2 * 3; m1 ^ -1
            var right =
                    operator == Operator.POWER
                            ? expression(Operator.NEGATION_POWER - 1)
                            : expression(operator.power());
            left = new Expression.Binary(token.position(), operator, left, right);
        }
        depth--;
        return left;
    }

    private Expression operand() {
        var token = tokens.get(next);
        next = Math.min(next + 1, tokens.size() - 1);
        return switch (token.kind()) {
            case NUMBER -> new Expression.Constant(token.position(), number(token)); // 0.5
            case TEXT -> new Expression.Text(token.position(), token.text()); // 'Average'
            case WORD -> word(token); // m1, SUM(m1), REPEAT
            case SYMBOL ->
                    switch (token.text()) {
                        case "-" -> // -m1
                                new Expression.Negation(
                                        token.position(), expression(Operator.NEGATION_POWER));
                        case "[" -> // [m1, m2]
                                new Expression.Array(token.position(), list("]", 1));
                        case "(" -> { // (m1 + m2)
                            var inner = expression(0);
                            expect(")");
                            yield inner;
                        }
                        default -> throw unexpected(token);
                    };
            case END -> throw unexpected(token);
        };
    }

    private Expression word(Token token) {
        if (Operator.of(token.text()) != null) {
            throw unexpected(token);
        }
        if (peek().isSymbol("(")) {
            next++;
            var function = MathFunction.named(token.text());
            if (function == null) {
                throw new ExpressionError("Function '" + token.text() + "' not found");
            }
            var arguments = list(")", 0);
            function.checkArguments(arguments.size());
            return new Expression.Call(
                    token.position(),
                    function,
                    function == MathFunction.LAMBDA ? withBooleans(arguments) : arguments);
        }
        return Character.isLowerCase(token.text().charAt(0))
                ? new Expression.Reference(token.position(), token.text())
                : new Expression.Word(token.position(), token.text());
    }

    /// `true` and `false` are no ids where a function takes booleans.
    private static List<Expression> withBooleans(List<Expression> arguments) {
        return arguments.stream()
                .map(one ->
                        one instanceof Expression.Reference(var position, var id)
                                        && (id.equals("true") || id.equals("false"))
                                ? new Expression.Word(position, id)
                                : one)
                .toList();
    }

    private List<Expression> list(String end, int fewest) {
        var list = new ArrayList<Expression>();
        if (fewest == 0 && peek().isSymbol(end)) {
            next++;
            return list;
        }
        do {
            list.add(expression(0));
        } while (accept(","));
        expect(end);
        return List.copyOf(list);
    }

    private static double number(Token token) {
        try {
            var value = Double.parseDouble(token.text());
            if (Double.isFinite(value)) {
                return value;
            }
        } catch (NumberFormatException notOne) {
            // As any other text that makes no sense.
        }
        throw unexpected(token);
    }

    private Token peek() {
        return tokens.get(next);
    }

    private boolean accept(String symbol) {
        var is = peek().isSymbol(symbol);
        next += is ? 1 : 0;
        return is;
    }

    private void expect(String symbol) {
        if (!accept(symbol)) {
            throw unexpected(peek());
        }
    }

    private static ExpressionError unexpected(Token token) {
        return ExpressionError.at(
                token.position(),
                token.kind() == Kind.END
                        ? "Invalid syntax, unexpected end"
                        : "Invalid syntax, unexpected '" + token.text() + "'");
    }
}
