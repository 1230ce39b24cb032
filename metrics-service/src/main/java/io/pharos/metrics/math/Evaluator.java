package io.pharos.metrics.math;

import io.pharos.metrics.math.Value.Scalar;
import io.pharos.metrics.math.Value.Several;
import io.pharos.metrics.math.Value.Single;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Computes expressions: a pure function of the expression and its inputs. Types do not depend on data:
/// what fails, fails on empty inputs too.
///
/// AWS: Metric math functions.
public final class Evaluator {
    /// AWS: series of one result.
    public static final int MAX_SERIES = 500;

    private static final Set<String> BOOLEANS = Set.of("true", "false");

    /// AWS: standard deviations of a band that names none.
    private static final double DEFAULT_BAND_WIDTH = 2;

    private final Inputs inputs;
    private long made;

    public Evaluator(Inputs inputs) {
        this.inputs = inputs;
    }

    /// @return one or several time series
    /// @throws ExpressionError when it makes no sense
    public Value evaluate(Expression expression) {
        var value = value(expression);
        if (value instanceof Single || value instanceof Several) {
            return value;
        }
        throw new ExpressionError(
                "The expression must result in a time series or an array of time series, not in a "
                        + value.kind());
    }

    /// The number that an expression without metrics says, as the period of a `SEARCH`.
    public static double constant(Expression expression) {
        return switch (expression) {
            case Expression.Constant constant -> constant.value();
            case Expression.Negation negation -> -constant(negation.operand());
            case Expression.Binary binary ->
                    binary.operator().apply(constant(binary.left()), constant(binary.right()));
            default ->
                    throw ExpressionError.at(
                            expression.position(), "Invalid syntax, not a constant");
        };
    }

    /// How many series were computed so far, on the way too: what it costs.
    public long made() {
        return made;
    }

    private Value value(Expression expression) {
        var value =
                switch (expression) {
                    case Expression.Constant constant -> new Scalar(constant.value());
                    case Expression.Text text -> new Value.Text(text.value());
                    case Expression.Reference reference -> inputs.reference(reference.id());
                    case Expression.Word word ->
                            throw ExpressionError.at(
                                    word.position(),
                                    "Invalid syntax, unexpected '" + word.word() + "'");
                    case Expression.Call call -> call(call);
                    case Expression.Array array -> array(array);
                    case Expression.Negation negation -> negate(value(negation.operand()));
                    case Expression.Binary binary ->
                            Pointwise.binary(
                                    binary.operator(), value(binary.left()), value(binary.right()));
                    case Expression.Select select -> inputs.select(select);
                };
        made += value instanceof Several(var series) ? series.size() : 1;
        return value;
    }

    private static Value negate(Value operand) {
        return operand instanceof Scalar(var number)
                ? new Scalar(-number)
                : Pointwise.each(operand, it -> it.map(v -> -v), "Operator '-'");
    }

    private Value array(Expression.Array array) {
        var series = new ArrayList<TimeSeries>();
        var texts = new ArrayList<String>();
        for (var member : array.members()) {
            switch (value(member)) {
                case Single(var one) -> series.add(one);
                case Several(var several) -> series.addAll(several);
                case Value.Text(var text) -> texts.add(text);
                case Value value ->
                        throw ExpressionError.at(
                                member.position(), "An array does not take a " + value.kind());
            }
            if (series.size() > MAX_SERIES) {
                throw new ExpressionError("An array has more than " + MAX_SERIES + " time series");
            }
        }
        if (!texts.isEmpty() && !series.isEmpty()) {
            throw ExpressionError.at(
                    array.position(), "An array takes either strings or time series");
        }
        return texts.isEmpty() ? new Several(series) : new Value.Texts(texts);
    }

    private Value call(Expression.Call call) {
        var function = call.function();
        var name = "Function '" + function + "'";
        return switch (function) {
            case ABS -> Pointwise.each(first(call), it -> it.map(Math::abs), name);
            case CEIL -> Pointwise.each(first(call), it -> it.map(Math::ceil), name);
            case FLOOR -> Pointwise.each(first(call), it -> it.map(Math::floor), name);
            case LOG -> Pointwise.each(first(call), it -> it.map(Math::log), name);
            case LOG10 -> Pointwise.each(first(call), it -> it.map(Math::log10), name);
            case DIFF -> Pointwise.each(first(call), Shapes::difference, name);
            case DIFF_TIME -> Pointwise.each(first(call), Shapes::timeDifference, name);
            case RATE -> Pointwise.each(first(call), Shapes::rate, name);
            case RUNNING_SUM -> Pointwise.each(first(call), Shapes::runningSum, name);
            case AVG, DATAPOINT_COUNT, MAX, MIN, STDDEV, SUM ->
                    Reduction.valueOf(function.name()).apply(first(call), inputs.slots());
            case MINUTE, HOUR, DAY, DATE, MONTH, YEAR, EPOCH ->
                    new Single(TimeField.valueOf(function.name()).of(single(call, first(call))));
            case FILL -> fill(call);
            case IF -> condition(call);
            case TIME_SERIES -> new Single(Shapes.constant(scalar(call, 0), inputs.slots()));
            case FIRST -> new Single(member(several(call), true));
            case LAST -> new Single(member(several(call), false));
            case METRIC_COUNT -> new Scalar(several(call).size());
            case REMOVE_EMPTY ->
                    new Several(several(call).stream().filter(it -> !it.isEmpty()).toList());
            case SLICE -> slice(call);
            case SORT -> sort(call);
            case METRICS -> metrics(call);
            case PERIOD -> new Scalar(period(call));
            case SEARCH -> new Several(inputs.search(call));
            case ANOMALY_DETECTION_BAND -> new Several(band(call));
            case LAMBDA -> external(call);
            case SERVICE_QUOTA -> new Single(quota(call));
            case INSIGHT_RULE_METRIC -> new Single(ruleMetric(call));
            case DB_PERF_INSIGHTS -> throw new ExpressionError(name + " is not supported here");
        };
    }

    /// Of a metric of the request itself: what is computed from one has no quota.
    private TimeSeries quota(Expression.Call call) {
        if (call.arguments().getFirst() instanceof Expression.Reference(_, var id)) {
            var usage = single(call, inputs.reference(id));
            return Shapes.constant(inputs.quota(id), usage.slots());
        }
        throw new ExpressionError("Function 'SERVICE_QUOTA' takes the id of a usage metric");
    }

    /// `INSIGHT_RULE_METRIC('rule', 'Sum')`
    private TimeSeries ruleMetric(Expression.Call call) {
        if (call.arguments().get(0) instanceof Expression.Text(_, var rule)
                && call.arguments().get(1) instanceof Expression.Text(_, var metric)) {
            return inputs.ruleMetric(rule, RuleMetric.named(metric));
        }
        throw new ExpressionError(
                "Function 'INSIGHT_RULE_METRIC' takes the name of a rule and a metric as strings");
    }

    /// `LAMBDA('function', 'text', 3.14, true)`
    private Value external(Expression.Call call) {
        if (!(call.arguments().getFirst() instanceof Expression.Text(_, var function))) {
            throw new ExpressionError("Function 'LAMBDA' takes the name of a function as string");
        }
        var arguments = new ArrayList<Object>();
        for (var argument : call.arguments().subList(1, call.arguments().size())) {
            var given =
                    argument instanceof Expression.Word(_, var word)
                                    && BOOLEANS.contains(word.toLowerCase(Locale.ROOT))
                            ? Boolean.valueOf(word)
                            : switch (value(argument)) {
                                case Scalar(var number) -> number;
                                case Value.Text(var text) -> text;
                                case Value other -> throw refused(call, other);
                            };
            arguments.add(given);
        }
        return new Several(inputs.external(function, arguments));
    }

    private List<TimeSeries> band(Expression.Call call) {
        var of = first(call);
        var width =
                call.arguments().size() == 2
                        ? value(call.arguments().get(1))
                        : new Scalar(DEFAULT_BAND_WIDTH);
        if (of instanceof Single(var series) && width instanceof Scalar(var deviations)) {
            if (!(deviations > 0 && Double.isFinite(deviations))) {
                throw new ExpressionError(
                        "The second argument of function 'ANOMALY_DETECTION_BAND' must be"
                                + " greater than 0");
            }
            return inputs.band(call.arguments().getFirst(), series, deviations);
        }
        throw new ExpressionError(
                "Unsupported operand type(s) for ANOMALY_DETECTION_BAND: '["
                        + type(of)
                        + ", "
                        + type(width)
                        + "]'");
    }

    /// As AWS names types in that message.
    private static String type(Value value) {
        return switch (value) {
            case Scalar _ -> "Scalar";
            case Single _ -> "TimeSeries";
            case Several _ -> "Array[TimeSeries]";
            case Value.Text _ -> "String";
            case Value.Texts _ -> "Array[String]";
        };
    }

    private Value first(Expression.Call call) {
        return value(call.arguments().getFirst());
    }

    private static ExpressionError refused(Expression.Call call, Value value) {
        return new ExpressionError(
                "Function '" + call.function() + "' does not take a " + value.kind());
    }

    private static TimeSeries single(Expression.Call call, Value value) {
        if (value instanceof Single(var series)) {
            return series;
        }
        throw refused(call, value);
    }

    private List<TimeSeries> several(Expression.Call call) {
        var value = first(call);
        if (value instanceof Several(var series)) {
            return series;
        }
        throw refused(call, value);
    }

    private double scalar(Expression.Call call, int argument) {
        var value = value(call.arguments().get(argument));
        if (value instanceof Scalar(var number)) {
            return number;
        }
        throw refused(call, value);
    }

    private TimeSeries member(List<TimeSeries> series, boolean first) {
        if (series.isEmpty()) {
            return TimeSeries.empty(TimeSeries.NO_SOURCE, inputs.slots());
        }
        return first ? series.getFirst() : series.getLast();
    }

    private Value fill(Expression.Call call) {
        var filling = call.arguments().get(1);
        var name = "Function 'FILL'";
        if (filling instanceof Expression.Word(_, var word)) {
            return switch (word) {
                case "REPEAT" -> Pointwise.each(first(call), Shapes::fillByRepeating, name);
                case "LINEAR" -> Pointwise.each(first(call), Shapes::fillLinearly, name);
                default ->
                        throw ExpressionError.at(
                                filling.position(), "Invalid syntax, unexpected '" + word + "'");
            };
        }
        var filled = first(call);
        var by = value(filling);
        return switch (by) {
            case Scalar(var number) ->
                    Pointwise.each(filled, it -> Shapes.fill(it, _ -> number), name);
            case Single(var series) ->
                    Pointwise.each(filled, it -> Shapes.fill(it, series::at), name);
            default -> throw refused(call, by);
        };
    }

    private Value condition(Expression.Call call) {
        var arguments = new ArrayList<Value>(3);
        for (var argument : call.arguments()) {
            arguments.add(value(argument));
        }
        return Condition.apply(
                arguments.get(0),
                arguments.get(1),
                arguments.size() == 3 ? arguments.get(2) : null,
                inputs.slots());
    }

    private Value slice(Expression.Call call) {
        var series = several(call);
        var start = index(scalar(call, 1), series.size());
        var end =
                call.arguments().size() == 3
                        ? index(scalar(call, 2), series.size())
                        : series.size();
        return new Several(series.subList(Math.min(start, end), end));
    }

    private static int index(double at, int size) {
        return (int) Math.clamp((long) at, 0, size); // NaN is 0
    }

    private Value sort(Expression.Call call) {
        var series = several(call);
        var limit = call.arguments().size() == 4 ? index(scalar(call, 3), series.size()) : -1;
        var by = word(call, 1, List.of("AVG", "MAX", "MIN", "SUM"));
        var descending = word(call, 2, List.of("ASC", "DESC")).equals("DESC");
        var sorted = Shapes.sort(series, Reduction.valueOf(by), descending);
        return new Several(limit < 0 ? sorted : sorted.subList(0, limit));
    }

    private static String word(Expression.Call call, int argument, List<String> words) {
        var given = call.arguments().get(argument);
        if (given instanceof Expression.Word(_, var word) && words.contains(word)) {
            return word;
        }
        throw ExpressionError.at(
                given.position(),
                "Function '" + call.function() + "' takes one of " + words + " there,");
    }

    private Value metrics(Expression.Call call) {
        if (call.arguments().isEmpty()) {
            return new Several(inputs.metrics(""));
        }
        if (first(call) instanceof Value.Text(var part)) {
            return new Several(inputs.metrics(part));
        }
        throw refused(call, first(call));
    }

    private double period(Expression.Call call) {
        if (call.arguments().getFirst() instanceof Expression.Reference(_, var id)) {
            inputs.reference(id); // that it exists
            var period = inputs.periodOf(id);
            if (period.isPresent()) {
                return period.getAsInt();
            }
        }
        throw new ExpressionError("Function 'PERIOD' takes the id of a metric");
    }
}
