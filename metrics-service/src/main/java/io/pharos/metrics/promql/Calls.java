package io.pharos.metrics.promql;

import io.pharos.metrics.promql.Expr.Call;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.TreeMap;

/// Calls of functions over the steps of a grid.
final class Calls {
    private final Evaluator evaluator;
    private final Grid grid;

    Calls(Evaluator evaluator, Grid grid) {
        this.evaluator = evaluator;
        this.grid = grid;
    }

    Value value(Call call) {
        var function = call.function();
        return switch (function) {
            case PI -> evaluator.constant(Math.PI, grid);
            case TIME -> new Value.Scalar(times());
            case SCALAR_OF -> new Value.Scalar(onlyValues(vector(call, 0)));
            default -> new Value.Vector(columns(call));
        };
    }

    private List<Column> columns(Call call) {
        var function = call.function();
        return switch (function) {
            case VECTOR_OF -> List.of(new Column(LabelSet.EMPTY, scalar(call, 0)));
            case TIMESTAMP -> timestamps(call.arguments().getFirst());
            case ABSENT -> absent(call.arguments().getFirst(), vector(call, 0));
            case SORT, SORT_DESC -> sorted(vector(call, 0), function == Function.SORT_DESC);
            case SORT_BY_LABEL, SORT_BY_LABEL_DESC ->
                    LabelFunctions.sorted(
                            vector(call, 0), texts(call, 1), function == Function.SORT_BY_LABEL);
            case LABEL_REPLACE -> LabelFunctions.replaced(vector(call, 0), texts(call, 1));
            case LABEL_JOIN -> LabelFunctions.joined(vector(call, 0), texts(call, 1));
            case HISTOGRAM_QUANTILE ->
                    new Buckets(evaluator.budget(), grid)
                            .quantiles(scalar(call, 0), buckets(call, 1));
            case HISTOGRAM_FRACTION ->
                    new Buckets(evaluator.budget(), grid)
                            .fractions(scalar(call, 0), scalar(call, 1), buckets(call, 2));
            case HISTOGRAM_COUNT -> unnamed(part(call, 0, Expr.Part.COUNT));
            case HISTOGRAM_SUM -> unnamed(part(call, 0, Expr.Part.SUM));
            case HISTOGRAM_AVG ->
                    averages(part(call, 0, Expr.Part.SUM), part(call, 0, Expr.Part.COUNT));
            case INFO -> {
                if (!(call.arguments().getLast() instanceof Expr.Selector info)) {
                    throw new IllegalStateException("no selector");
                }
                yield new InfoLabels(info, evaluator, grid).joined(vector(call, 0));
            }
            case HISTOGRAM_STDDEV -> evaluator.map(variances(call), grid, (v, _) -> Math.sqrt(v));
            case HISTOGRAM_STDVAR -> variances(call);
            case DAY_OF_MONTH, DAY_OF_WEEK, DAY_OF_YEAR, DAYS_IN_MONTH, HOUR, MINUTE, MONTH, YEAR ->
                    evaluator.map(
                            call.arguments().isEmpty()
                                    ? List.of(new Column(LabelSet.EMPTY, times()))
                                    : vector(call, 0),
                            grid,
                            (value, _) -> Elementwise.ofDate(function, value));
            case CLAMP, CLAMP_MAX, CLAMP_MIN, ROUND -> bounded(call);
            default ->
                    overRange(function)
                            ? ranged(call)
                            : evaluator.map(
                                    vector(call, 0),
                                    grid,
                                    (value, _) -> Elementwise.of(function, value));
        };
    }

    /// Series with `le`; without any, the buckets of histograms.
    private List<Column> buckets(Call call, int argument) {
        var columns = vector(call, argument);
        var ofBuckets = columns.stream().anyMatch(c -> !c.labels().get(Buckets.LE).isEmpty());
        return ofBuckets ? columns : part(call, argument, Expr.Part.BUCKETS);
    }

    /// A part of the histograms that an argument gives; nothing when it can not give any.
    private List<Column> part(Call call, int argument, Expr.Part part) {
        return HistogramParts.of(call.arguments().get(argument), part)
                .map(expression -> evaluator.vector(expression, grid))
                .orElse(List.of());
    }

    private List<Column> variances(Call call) {
        var means = averages(part(call, 0, Expr.Part.SUM), part(call, 0, Expr.Part.COUNT));
        return new Buckets(evaluator.budget(), grid)
                .variances(means, part(call, 0, Expr.Part.BUCKETS));
    }

    private List<Column> unnamed(List<Column> columns) {
        return evaluator.map(columns, grid, (value, _) -> value);
    }

    private List<Column> averages(List<Column> sums, List<Column> counts) {
        var byLabels = HashMap.<LabelSet, Column>newHashMap(counts.size());
        counts.forEach(column -> byLabels.put(column.labels().withoutName(), column));
        var averages = new ArrayList<Column>(sums.size());
        for (var sum : sums) {
            var labels = sum.labels().withoutName();
            var count = byLabels.get(labels);
            if (count == null) {
                continue;
            }
            var values = evaluator.values(grid);
            for (var i = 0; i < values.length; i++) {
                values[i] =
                        sum.has(i) && count.has(i)
                                ? sum.values()[i] / count.values()[i]
                                : Column.ABSENT;
            }
            averages.add(new Column(labels, values));
        }
        return Evaluator.unique(averages);
    }

    private static boolean overRange(Function function) {
        return function.argument(0) == Expr.Type.MATRIX || function == Function.QUANTILE_OVER_TIME;
    }

    private List<Column> vector(Call call, int argument) {
        return evaluator.vector(call.arguments().get(argument), grid);
    }

    private double[] scalar(Call call, int argument) {
        return evaluator.scalar(call.arguments().get(argument), grid);
    }

    private static List<String> texts(Call call, int from) {
        var texts = new ArrayList<String>();
        for (var argument : call.arguments().subList(from, call.arguments().size())) {
            if (!(argument instanceof Expr.StringLiteral(var text))) {
                throw new IllegalStateException("no string");
            }
            texts.add(text);
        }
        return texts;
    }

    private double[] times() {
        var times = evaluator.values(grid);
        for (var i = 0; i < times.length; i++) {
            times[i] = grid.at(i) / 1_000.0;
        }
        return times;
    }

    /// NaN unless there is exactly one value.
    private double[] onlyValues(List<Column> columns) {
        var values = evaluator.values(grid);
        for (var i = 0; i < values.length; i++) {
            var count = 0;
            for (var column : columns) {
                if (column.has(i)) {
                    count++;
                    values[i] = column.values()[i];
                }
            }
            values[i] = count == 1 ? values[i] : Double.NaN;
        }
        return values;
    }

    /// A selector's samples have times of their own; everything else is of the evaluation's time.
    private List<Column> timestamps(Expr argument) {
        if (argument instanceof Expr.Selector selector) {
            return Evaluator.unique(
                    evaluator.instant(selector, grid, true).stream()
                            .map(column ->
                                    new Column(column.labels().withoutName(), column.values()))
                            .toList());
        }
        return evaluator.map(
                evaluator.vector(argument, grid), grid, (_, i) -> grid.at(i) / 1_000.0);
    }

    private List<Column> absent(Expr argument, List<Column> columns) {
        var values = evaluator.values(grid);
        Arrays.fill(values, 1);
        for (var column : columns) {
            for (var i = 0; i < values.length; i++) {
                if (column.has(i)) {
                    values[i] = Column.ABSENT;
                }
            }
        }
        var absent = new Column(labelsOf(argument), values);
        return absent.isEmpty() ? List.of() : List.of(absent);
    }

    /// What the absent series would be: labels that are asked to be equal, once.
    private static LabelSet labelsOf(Expr argument) {
        var selector =
                switch (argument) {
                    case Expr.Selector it -> it;
                    case Expr.Range(var it, _) -> it;
                    default -> null;
                };
        if (selector == null) {
            return LabelSet.EMPTY;
        }
        var labels = new TreeMap<String, String>();
        for (var matcher : selector.matchers()) {
            var others =
                    selector.matchers().stream()
                            .filter(m -> m.name().equals(matcher.name()))
                            .count();
            if (others == 1
                    && matcher.kind() == Matcher.Kind.EQUAL
                    && !matcher.name().equals(LabelSet.NAME)) {
                labels.put(matcher.name(), matcher.value());
            }
        }
        return LabelSet.of(labels);
    }

    /// Only an instant query shows an order.
    private List<Column> sorted(List<Column> columns, boolean descending) {
        if (grid.count() != 1) {
            return columns;
        }
        var byValue = Comparator.<Column>comparingDouble(column -> column.values()[0]);
        return columns.stream()
                .sorted(
                        Comparator.<Column, Boolean>comparing(
                                        column -> Double.isNaN(column.values()[0]))
                                .thenComparing(descending ? byValue.reversed() : byValue))
                .toList();
    }

    private List<Column> bounded(Call call) {
        var columns = vector(call, 0);
        var function = call.function();
        var first = call.arguments().size() > 1 ? scalar(call, 1) : null;
        if (function == Function.CLAMP) {
            var low = scalar(call, 1);
            var high = scalar(call, 2);
            return evaluator
                    .map(
                            columns,
                            grid,
                            (value, i) ->
                                    low[i] > high[i]
                                            ? Column.ABSENT
                                            : Math.max(low[i], Math.min(high[i], value)))
                    .stream()
                    .filter(column -> !column.isEmpty())
                    .toList();
        }
        return evaluator.map(
                columns,
                grid,
                (value, i) -> {
                    var bound = first == null ? 1 : first[i];
                    return switch (function) {
                        case CLAMP_MAX -> Math.min(bound, value);
                        case CLAMP_MIN -> Math.max(bound, value);
                        default -> Math.floor(value * (1 / bound) + 0.5) / (1 / bound);
                    };
                });
    }

    private List<Column> ranged(Call call) {
        var function = call.function();
        var rangeAt = function == Function.QUANTILE_OVER_TIME ? 1 : 0;
        var range = call.arguments().get(rangeAt);
        var parameters = new ArrayList<double[]>();
        for (var i = 0; i < call.arguments().size(); i++) {
            if (i != rangeAt) {
                parameters.add(scalar(call, i));
            }
        }
        var windows = evaluator.windows(range, grid, function.isOfCounters());
        var columns = new ArrayList<Column>(windows.series().size());
        for (var series : windows.series()) {
            var values = evaluator.values(grid);
            var window =
                    new Window(
                            series.timesMs(), series.values(), windows.rangeMs(), series.deltas());
            for (var i = 0; i < values.length; i++) {
                window.moveTo(windows.endsMs()[i]);
                evaluator.budget().work(window.size());
                values[i] =
                        window.size() == 0
                                ? Column.ABSENT
                                : RangeFunctions.of(function, window, parameters, i, grid.at(i));
            }
            var labels = function.keepsName() ? series.labels() : series.labels().withoutName();
            var column = new Column(labels, values);
            if (!column.isEmpty()) {
                columns.add(column);
            }
        }
        return function == Function.ABSENT_OVER_TIME
                ? absent(range, columns)
                : Evaluator.unique(columns);
    }
}
