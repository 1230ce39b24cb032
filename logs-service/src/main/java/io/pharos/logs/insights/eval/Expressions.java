package io.pharos.logs.insights.eval;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;

import io.pharos.logs.insights.Expr;
import io.pharos.logs.insights.Expr.Comparison;
import io.pharos.logs.insights.QueryFault;
import io.pharos.logs.insights.SafeRegex;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Trees of expressions into what computes them, in a scope.
public final class Expressions {
    private final Map<String, Function> functions = new HashMap<>(Functions.all());
    private final TimeFunctions timeFunctions;
    private final SubQueries subQueries;
    private final Scope scope;
    private final String text;

    /// The values that a query inside of this one collected.
    @FunctionalInterface
    public interface SubQueries {
        List<@Nullable Object> column(Expr.InQuery query);
    }

    /// @param text of the query
    public Expressions(String text, QueryTimes times, Scope scope, SubQueries subQueries) {
        this.text = text;
        this.scope = scope;
        this.subQueries = subQueries;
        this.timeFunctions = new TimeFunctions(times);
        functions.putAll(timeFunctions.all());
    }

    public Scope scope() {
        return scope;
    }

    /// @throws software.amazon.awssdk.services.cloudwatchlogs.model.MalformedQueryException with the
    ///     place of what can not be computed
    public Eval compile(Expr expression) {
        if (!(expression instanceof Expr.Field)) {
            // After stats, an expression can be named by its own text.
            var label = text.substring(expression.start(), expression.end()).strip();
            if (!label.isEmpty() && scope.isDefined(label)) {
                return field(new Expr.Field(label, expression.start(), expression.end()));
            }
        }
        return switch (expression) {
            case Expr.Text(var value, _, _) -> new Eval.Constant(value);
            case Expr.Number(var value, _, _, _) -> new Eval.Constant(value);
            case Expr.Interval(var period, _, _) -> new Eval.Length(period);
            case Expr.Regex(var pattern, _, _) -> new Eval.Constant(pattern);
            case Expr.Field field -> field(field);
            case Expr.Element(var list, var index, _, _) -> Paths.element(compile(list), index);
            case Expr.Member(var map, var name, _, _) -> Paths.member(compile(map), name);
            case Expr.Call call -> call(call);
            case Expr.Star star -> throw QueryFault.at(star, "unexpected symbol found *");
            case Expr.Not(var operand, _, _) -> {
                var of = compile(operand);
                yield (Function.Condition) row -> !of.test(row);
            }
            case Expr.And(var operands, _, _) -> {
                var all = operands.stream().map(this::compile).toArray(Eval[]::new);
                yield (Function.Condition) row -> all(all, row);
            }
            case Expr.Or(var operands, _, _) -> {
                var all = operands.stream().map(this::compile).toArray(Eval[]::new);
                yield (Function.Condition) row -> any(all, row);
            }
            case Expr.Compare compare -> compare(compare);
            case Expr.Arithmetic arithmetic -> arithmetic(arithmetic);
            case Expr.Negate(var operand, _, _) -> {
                var of = compile(operand);
                yield (Function.Numeric) row -> -of.number(row);
            }
            case Expr.LikeText(var operand, var part, _, _) -> likeText(compile(operand), part);
            case Expr.LikeRegex like -> likeRegex(like);
            case Expr.In(var operand, var values, _, _) ->
                    in(compile(operand), values.stream().map(this::compile).toList());
            case Expr.InQuery query -> inQuery(query);
        };
    }

    /// What the text of an expression is as JSON.
    public Eval parsed(Expr expression) {
        return Functions.parsed(compile(expression));
    }

    /// A field that is a list, or JSON that is one; also a list in a message that is JSON.
    public Eval list(Expr.Field field) {
        var value = Functions.parsed(compile(field));
        var message = scope.find("@message");
        if (message == null || scope.isDefined(field.name())) {
            return value;
        }
        var inMessage = Paths.member(Functions.parsed(message), field.name());
        return row -> {
            var found = value.value(row);
            return found == null ? inMessage.value(row) : found;
        };
    }

    private static boolean all(Eval[] operands, Row row) {
        for (var operand : operands) {
            if (!operand.test(row)) {
                return false;
            }
        }
        return true;
    }

    private static boolean any(Eval[] operands, Row row) {
        for (var operand : operands) {
            if (operand.test(row)) {
                return true;
            }
        }
        return false;
    }

    private Eval field(Expr.Field field) {
        var found = scope.find(field.name());
        if (found == null) {
            throw QueryFault.at(field, "Unknown symbols found in or after stats: " + field.name());
        }
        return found;
    }

    private Eval call(Expr.Call call) {
        var function = functions.get(call.function());
        if (function == null) {
            throw QueryFault.at(
                    call, "Unknown function: " + text.substring(call.start(), call.end()));
        }
        var given = call.arguments().size();
        if (given < function.least() || given > function.most()) {
            throw QueryFault.at(
                    call, "Invalid arguments for " + call.function() + ": wrong number of them");
        }
        var arguments = call.arguments().stream().map(this::compile).toList();
        try {
            if (call.function().equals("bin")) {
                var timestamp = field(new Expr.Field("@timestamp", call.start(), call.end()));
                return timeFunctions.bin(
                        timestamp, arguments.isEmpty() ? null : arguments.getFirst());
            }
            return function.build().of(arguments);
        } catch (IllegalArgumentException invalid) {
            throw QueryFault.at(
                    call, "Invalid arguments for " + call.function() + ": " + invalid.getMessage());
        }
    }

    private Eval compare(Expr.Compare compare) {
        var left = compile(compare.left());
        var right = compile(compare.right());
        var comparison = compare.comparison();
        if (right instanceof Eval.Constant(Object value, var number) && !Double.isNaN(number)) {
            return compareToNumber(comparison, left, value, number);
        }
        return (Function.Condition)
                row -> {
                    var order = Values.compare(left.value(row), right.value(row));
                    return order != null && holds(comparison, order);
                };
    }

    /// The common case, without making an object of the left side.
    private static Eval compareToNumber(
            Comparison comparison, Eval left, @Nullable Object value, double number) {
        return (Function.Condition)
                row -> {
                    var one = left.number(row);
                    if (one == number && Math.abs(number) < 0x1p53) {
                        return holds(comparison, 0);
                    }
                    if (!Double.isNaN(one) && one != number) {
                        return holds(comparison, one < number ? -1 : 1);
                    }
                    var order = Values.compare(left.value(row), value);
                    return order != null && holds(comparison, order);
                };
    }

    private static boolean holds(Comparison comparison, int order) {
        return switch (comparison) {
            case EQUAL -> order == 0;
            case NOT_EQUAL -> order != 0;
            case LESS -> order < 0;
            case AT_MOST -> order <= 0;
            case GREATER -> order > 0;
            case AT_LEAST -> order >= 0;
        };
    }

    private Eval arithmetic(Expr.Arithmetic arithmetic) {
        var left = compile(arithmetic.left());
        var right = compile(arithmetic.right());
        return arithmetic(arithmetic.operator(), left, right);
    }

    private static Eval arithmetic(char operator, Eval left, Eval right) {
        return switch (operator) {
            case '+' -> (Function.Numeric) row -> left.number(row) + right.number(row);
            case '-' -> (Function.Numeric) row -> left.number(row) - right.number(row);
            case '*' -> (Function.Numeric) row -> left.number(row) * right.number(row);
            case '/' -> (Function.Numeric) row -> quotient(left.number(row), right.number(row));
            case '%' -> (Function.Numeric) row -> left.number(row) % right.number(row);
            default -> (Function.Numeric) row -> Math.pow(left.number(row), right.number(row));
        };
    }

    private static double quotient(double left, double right) {
        return right == 0 ? Double.NaN : left / right;
    }

    private static Eval likeText(Eval of, String part) {
        if (of == Eval.System.MESSAGE) {
            var bytes = part.getBytes(StandardCharsets.UTF_8);
            return (Function.Condition)
                    row ->
                            ByteSearch.find(
                                            row.text(),
                                            row.start(),
                                            row.start() + row.length(),
                                            bytes)
                                    >= 0;
        }
        return (Function.Condition)
                row -> {
                    var text = Values.text(of.value(row));
                    return text != null && text.contains(part);
                };
    }

    private Eval likeRegex(Expr.LikeRegex like) {
        var of = compile(like.operand());
        Pattern pattern;
        try {
            pattern = SafeRegex.compile(like.pattern());
        } catch (PatternSyntaxException invalid) {
            throw QueryFault.at(like, "Invalid regular expression: " + invalid.getMessage());
        }
        Function.Condition slow =
                row -> {
                    var text = Values.text(of.value(row));
                    return text != null && pattern.matcher(text).find();
                };
        var fast = of == Eval.System.MESSAGE ? AsciiRegex.of(like.pattern()) : null;
        if (fast == null) {
            return slow;
        }
        return (Function.Condition)
                row -> {
                    var start = row.start();
                    var told = fast.isIn(row.text(), start, start + row.length());
                    return told == null ? slow.test(row) : told;
                };
    }

    private static Eval in(Eval of, List<Eval> values) {
        return (Function.Condition)
                row -> {
                    var value = of.value(row);
                    for (var candidate : values) {
                        if (Functions.areEqual(value, candidate.value(row))) {
                            return true;
                        }
                    }
                    return false;
                };
    }

    private Eval inQuery(Expr.InQuery query) {
        var of = compile(query.operand());
        var texts = new HashSet<String>();
        for (var value : subQueries.column(query)) {
            var shown = Values.text(value);
            if (shown != null) {
                texts.add(key(shown));
            }
        }
        return isOneOf(of, texts);
    }

    private static Eval isOneOf(Eval of, Set<String> texts) {
        return (Function.Condition)
                row -> {
                    var text = Values.text(of.value(row));
                    return text != null && texts.contains(key(text));
                };
    }

    /// Equal for what `=` holds equal.
    public static String key(String shown) {
        var number = Values.number(shown);
        return Double.isNaN(number) ? shown : Values.decimal(number);
    }
}
