package io.pharos.metrics.promql;

import static io.pharos.metrics.promql.Expr.Type.MATRIX;
import static io.pharos.metrics.promql.Expr.Type.SCALAR;
import static io.pharos.metrics.promql.Expr.Type.STRING;
import static io.pharos.metrics.promql.Expr.Type.VECTOR;

import io.pharos.metrics.promql.Expr.Cardinality;
import io.pharos.metrics.promql.Expr.Matching;
import io.pharos.metrics.promql.Expr.Type;
import io.pharos.metrics.promql.Token.Kind;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/// Prometheus 3's grammar, by precedence climbing. Bounded in length and depth; everything that is
/// wrong with a query, types included, is a [PromqlException] with its position.
public final class Parser {
    public static final int MAX_LENGTH = 10_000;
    static final int MAX_DEPTH = 100;

    private final SelectorParser selectors;
    private final TokenReader tokens;
    private int depth;

    private Parser(String text) {
        this.tokens = new TokenReader(text);
        this.selectors = new SelectorParser(tokens);
    }

    /// @throws PromqlException unless it is one whole expression
    public static Expr parse(String text) {
        var parser = open(text);
        var expression = parser.expression(0);
        parser.tokens.end();
        return expression;
    }

    /// The conditions of one selector, as `match[]` has them.
    ///
    /// @throws PromqlException unless it is one whole selector
    public static List<Matcher> selector(String text) {
        if (parse(text) instanceof Expr.Selector selector
                && selector.shift().equals(Expr.Shift.NONE)) {
            return selector.matchers();
        }
        throw Lexer.error(text, 0, "expected a series selector");
    }

    private static Parser open(String text) {
        if (text.length() > MAX_LENGTH) {
            throw PromqlException.badData("query longer than %d characters".formatted(MAX_LENGTH));
        }
        if (text.isBlank()) {
            throw Lexer.error(text, 0, "no expression found in input");
        }
        return new Parser(text);
    }

    private Expr expression(int minPower) {
        if (++depth > MAX_DEPTH) {
            throw tokens.error(tokens.peek(), "expression nested too deep");
        }
        var left = operand();
        while (true) {
            var token = tokens.peek();
            var operator = operator(token);
            if (operator == null || operator.power() <= minPower) {
                depth--;
                return left;
            }
            tokens.next();
            left = binary(token, operator, left);
        }
    }

    private static @Nullable BinaryOperator operator(Token token) {
        return token.kind() == Kind.SIGN || token.kind() == Kind.NAME
                ? BinaryOperator.of(
                                token.kind() == Kind.NAME
                                        ? token.text().toLowerCase(Locale.ROOT)
                                        : token.text())
                        .orElse(null)
                : null;
    }

    /// What follows an operator: `bool on (a) group_left (b) operand`
    private Expr binary(Token at, BinaryOperator operator, Expr left) {
        var bool = tokens.acceptWord("bool");
        if (bool && !operator.isComparison()) {
            throw tokens.error(at, "bool modifier can only be used on comparison operators");
        }
        var matching = matching(operator);
        var power = operator.isRightAssociative() ? operator.power() - 1 : operator.power();
        var right = expression(power);
        for (var side : List.of(left, right)) {
            if (side.type() != SCALAR && side.type() != VECTOR) {
                throw tokens.error(
                        at, "binary expression must contain only scalar and instant vector types");
            }
        }
        var vectors = left.type() == VECTOR && right.type() == VECTOR;
        if (operator.isSet() && !vectors) {
            throw tokens.error(
                    at,
                    "set operator \"%s\" not allowed in binary scalar expression"
                            .formatted(operator.text()));
        }
        if (operator.isComparison() && !bool && left.type() == SCALAR && right.type() == SCALAR) {
            throw tokens.error(at, "comparisons between scalars must use BOOL modifier");
        }
        if (matching != null && !vectors) {
            throw tokens.error(at, "vector matching only allowed between instant vectors");
        }
        return new Expr.Binary(
                operator, left, right, bool, matching == null ? Matching.DEFAULT : matching);
    }

    private @Nullable Matching matching(BinaryOperator operator) {
        var on = tokens.acceptWord("on");
        if (!on && !tokens.acceptWord("ignoring")) {
            return null;
        }
        var labels = selectors.labelNames();
        var group = tokens.peek();
        var isLeft = tokens.acceptWord("group_left");
        if (!isLeft && !tokens.acceptWord("group_right")) {
            return new Matching(Cardinality.ONE_TO_ONE, on, labels, List.of());
        }
        if (operator.isSet()) {
            throw tokens.error(
                    group, "no grouping allowed for \"%s\" operation".formatted(operator.text()));
        }
        var include = tokens.peek().is("(") ? selectors.labelNames() : List.<String>of();
        for (var label : include) {
            if (on && labels.contains(label)) {
                throw tokens.error(
                        group,
                        "label \"%s\" must not occur in ON and GROUP clause at once"
                                .formatted(label));
            }
        }
        return new Matching(
                isLeft ? Cardinality.MANY_TO_ONE : Cardinality.ONE_TO_MANY, on, labels, include);
    }

    private Expr operand() {
        var sign = tokens.peek();
        if (sign.is("-") || sign.is("+")) { // -a ^ b is -(a ^ b)
            tokens.next();
            var operand = expression(BinaryOperator.NEGATION_POWER);
            if (operand.type() != SCALAR && operand.type() != VECTOR) {
                throw tokens.error(
                        sign,
                        "unary expression only allowed on expressions of type scalar or instant"
                                + " vector, got \"%s\"".formatted(operand.type()));
            }
            if (sign.is("+")) {
                return operand;
            }
            return operand instanceof Expr.NumberLiteral(var value)
                    ? new Expr.NumberLiteral(-value)
                    : new Expr.Negation(operand);
        }
        return selectors.suffixes(primary());
    }

    private Expr primary() {
        var token = tokens.peek();
        return switch (token.kind()) {
            case NUMBER, DURATION -> new Expr.NumberLiteral(tokens.number()); // 0.5, 5m
            case STRING -> new Expr.StringLiteral(tokens.next().text()); // "text"
            case NAME -> named();
            case SIGN -> {
                if (token.is("{")) { // {"name", label="value"}
                    yield selectors.selector(null);
                }
                if (!tokens.accept("(")) {
                    throw tokens.unexpected(token, "a value");
                }
                var inner = expression(0); // (a + b)
                tokens.expect(")");
                yield inner;
            }
            case END -> throw tokens.unexpected(token, "a value");
        };
    }

    private Expr named() {
        var token = tokens.next();
        var following = tokens.peek();
        if (following.is("(") || following.isWord("by") || following.isWord("without")) {
            var aggregator = Aggregator.of(token.text());
            if (aggregator.isPresent()) { // sum by (a) (b)
                return aggregation(token, aggregator.get());
            }
        }
        if (following.is("(")) { // rate(a[5m])
            var function = Function.of(token.text());
            if (function.isEmpty()) {
                throw tokens.error(token, Function.unknown(token.text()));
            }
            return call(token, function.get());
        }
        if (!following.is("{")) {
            if (token.isWord("inf")) {
                return new Expr.NumberLiteral(Double.POSITIVE_INFINITY);
            }
            if (token.isWord("nan")) {
                return new Expr.NumberLiteral(Double.NaN);
            }
        }
        if (operator(token) != null) {
            throw tokens.unexpected(token, "a value");
        }
        return selectors.selector(token); // name{label="value"}
    }

    private Expr aggregation(Token at, Aggregator operator) {
        var grouping = new Grouping();
        grouping.read();
        var arguments = arguments();
        if (!grouping.given) {
            grouping.read(); // sum(a) by (b)
        }
        var parameterType = operator.parameter();
        var expected = parameterType.isPresent() ? 2 : 1;
        if (arguments.size() != expected) {
            throw tokens.error(
                    at,
                    "wrong number of arguments for aggregate expression provided, expected %d, got %d"
                            .formatted(expected, arguments.size()));
        }
        var where = "aggregation expression";
        check(at, arguments.getLast(), VECTOR, where);
        parameterType.ifPresent(
                type -> check(at, arguments.getFirst(), type, "aggregation parameter"));
        return new Expr.Aggregation(
                operator,
                parameterType.isPresent() ? arguments.getFirst() : null,
                arguments.getLast(),
                grouping.without,
                grouping.labels);
    }

    private final class Grouping {
        private boolean given;
        private boolean without;
        private List<String> labels = List.of();

        private void read() {
            without = tokens.acceptWord("without");
            given = without || tokens.acceptWord("by");
            if (given) {
                labels = selectors.labelNames();
            }
        }
    }

    /// `info(v)`, `info(v, {k8s_cluster=~".+"})`
    private List<Expr> infoArguments() {
        tokens.expect("(");
        var joined = expression(0);
        var isChosen = tokens.accept(",") && !tokens.peek().is(")");
        var info = isChosen ? selectors.info() : SelectorParser.TARGET_INFO;
        tokens.expect(")");
        return List.of(joined, info);
    }

    private List<Expr> arguments() {
        tokens.expect("(");
        var arguments = new ArrayList<Expr>();
        tokens.list(")", () -> arguments.add(expression(0)));
        return arguments;
    }

    private Expr call(Token at, Function function) {
        var arguments = function == Function.INFO ? infoArguments() : arguments();
        var count = arguments.size();
        if (count < function.fewestArguments() || count > function.mostArguments()) {
            var exact = function.fewestArguments() == function.mostArguments();
            var wanted = count < function.fewestArguments() ? "at least" : "at most";
            throw tokens.error(
                    at,
                    "expected %s%d argument(s) in call to \"%s\", got %d"
                            .formatted(
                                    exact ? "" : wanted + " ",
                                    count < function.fewestArguments()
                                            ? function.fewestArguments()
                                            : function.mostArguments(),
                                    function.text(),
                                    count));
        }
        for (var i = 0; i < count; i++) {
            check(
                    at,
                    arguments.get(i),
                    function.argument(i),
                    "call to function \"%s\"".formatted(function.text()));
        }
        checkPattern(at, function, arguments);
        return new Expr.Call(function, arguments);
    }

    private void checkPattern(Token at, Function function, List<Expr> arguments) {
        if (function == Function.LABEL_REPLACE
                && arguments.getLast() instanceof Expr.StringLiteral(var expression)) {
            try {
                Matcher.compile(expression);
            } catch (IllegalArgumentException broken) {
                throw tokens.error(at, String.valueOf(broken.getMessage()));
            }
        }
    }

    private void check(Token at, Expr argument, Type expected, String where) {
        if (argument.type() != expected) {
            throw tokens.error(
                    at,
                    "expected type %s in %s, got %s".formatted(expected, where, argument.type()));
        }
    }

    /// Shows each selector of an expression, with those inside others.
    public static void visit(Expr expression, Consumer<Expr.Selector> visitor) {
        switch (expression) {
            case Expr.Selector selector -> visitor.accept(selector);
            case Expr.Range range -> visitor.accept(range.selector());
            case Expr.Subquery subquery -> visit(subquery.inner(), visitor);
            case Expr.Negation negation -> visit(negation.operand(), visitor);
            case Expr.Binary binary -> {
                visit(binary.left(), visitor);
                visit(binary.right(), visitor);
            }
            case Expr.Aggregation aggregation -> {
                visit(aggregation.operand(), visitor);
                if (aggregation.parameter() != null) {
                    visit(aggregation.parameter(), visitor);
                }
            }
            case Expr.Call call -> call.arguments().forEach(it -> visit(it, visitor));
            case Expr.NumberLiteral _, Expr.StringLiteral _ -> {}
        }
    }

    /// Whether a query of this type can be answered over a range of time.
    public static boolean isForRanges(Expr expression) {
        return expression.type() != MATRIX && expression.type() != STRING;
    }
}
