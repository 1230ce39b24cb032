package io.pharos.metrics.promql;

import io.pharos.metrics.promql.SampleSource.Purpose;
import io.pharos.metrics.promql.SampleSource.Samples;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;

/// Evaluates queries by Prometheus 3's rules, all steps of a range at once, series by series. Ranges
/// and lookback are open on the left and closed on the right.
public final class Evaluator {
    /// How old a sample may be and still be a series' value.
    public static final long LOOKBACK_MS = 300_000;

    static final long DEFAULT_SUBQUERY_STEP_MS = 60_000;

    private final SampleSource source;
    private final Budget budget;
    private final Grid query;
    private final long lookbackMs;

    private Evaluator(SampleSource source, Budget budget, Grid query, long lookbackMs) {
        this.source = source;
        this.budget = budget;
        this.query = query;
        this.lookbackMs = lookbackMs;
    }

    /// @throws PromqlException when the series found do not allow it, or it is too much
    public static Value evaluate(
            Expr expression, Grid grid, long lookbackMs, SampleSource source, Budget budget) {
        var evaluator = new Evaluator(source, budget, grid, lookbackMs);
        return switch (expression) {
            case Expr.Range range -> evaluator.matrix(range, grid);
            case Expr.Subquery subquery -> evaluator.matrix(subquery, grid);
            default -> evaluator.value(expression, grid);
        };
    }

    Budget budget() {
        return budget;
    }

    Value value(Expr expression, Grid grid) {
        budget.work(grid.count());
        return switch (expression) {
            case Expr.NumberLiteral(var number) -> constant(number, grid);
            case Expr.StringLiteral(var text) -> new Value.Text(text);
            case Expr.Selector selector -> new Value.Vector(instant(selector, grid, false));
            case Expr.Negation(var operand) -> negated(operand, grid);
            case Expr.Binary binary -> binary(binary, grid);
            case Expr.Aggregation aggregation -> aggregation(aggregation, grid);
            case Expr.Call call -> new Calls(this, grid).value(call);
            case Expr.Range _, Expr.Subquery _ ->
                    throw new IllegalStateException("a range vector where none is allowed");
        };
    }

    Value.Scalar constant(double number, Grid grid) {
        var values = values(grid);
        Arrays.fill(values, number);
        return new Value.Scalar(values);
    }

    /// Room for a value a step.
    double[] values(Grid grid) {
        budget.values(grid.count());
        return new double[grid.count()];
    }

    List<Column> vector(Expr expression, Grid grid) {
        if (value(expression, grid) instanceof Value.Vector(var columns)) {
            return columns;
        }
        throw new IllegalStateException("no instant vector");
    }

    double[] scalar(Expr expression, Grid grid) {
        if (value(expression, grid) instanceof Value.Scalar(var values)) {
            return values;
        }
        throw new IllegalStateException("no scalar");
    }

    /// Where a selector looks at a step, before its offset.
    private long reference(Expr.@Nullable At at, long stepMs) {
        return switch (at) {
            case null -> stepMs;
            case Expr.At.Time(var ms) -> ms;
            case Expr.At.Start() -> query.startMs();
            case Expr.At.End() -> query.lastMs();
        };
    }

    private long[] references(Expr.Shift shift, Grid grid) {
        budget.values(grid.count());
        var references = new long[grid.count()];
        for (var i = 0; i < references.length; i++) {
            references[i] = reference(shift.at(), grid.at(i)) - shift.offsetMs();
        }
        return references;
    }

    private List<Samples> select(Expr.Selector selector, long fromMs, long toMs, boolean counter) {
        var purpose = new Purpose(counter, selector.part());
        var found = source.select(selector.matchers(), fromMs, toMs, purpose, budget);
        return found.stream().sorted(Comparator.comparing(Samples::labels)).toList();
    }

    /// A selector's values.
    ///
    /// @param times the samples' times in seconds instead
    List<Column> instant(Expr.Selector selector, Grid grid, boolean times) {
        var references = references(selector.shift(), grid);
        var found =
                select(
                        selector,
                        references[0] - lookbackMs,
                        references[references.length - 1],
                        false);
        var columns = new ArrayList<Column>(found.size());
        for (var series : found) {
            var values = values(grid);
            var lookback = Math.max(lookbackMs, series.resolutionMs());
            var next = 0;
            var any = false;
            for (var i = 0; i < values.length; i++) {
                while (next < series.timesMs().length && series.timesMs()[next] <= references[i]) {
                    next++;
                }
                var isThere = next > 0 && series.timesMs()[next - 1] > references[i] - lookback;
                any |= isThere;
                values[i] =
                        !isThere
                                ? Column.ABSENT
                                : times
                                        ? series.timesMs()[next - 1] / 1_000.0
                                        : series.values()[next - 1];
            }
            if (any) {
                columns.add(new Column(series.labels(), values));
            }
        }
        return columns;
    }

    /// The samples below a range selector or subquery, and which of them each step sees.
    ///
    /// @param endsMs end of the window at each step, ascending
    record Windows(List<Samples> series, long[] endsMs, long rangeMs) {}

    Windows windows(Expr expression, Grid grid, boolean counter) {
        return switch (expression) {
            case Expr.Range(var selector, var rangeMs) -> {
                var ends = references(selector.shift(), grid);
                var from = ends[0] - rangeMs;
                var to = ends[ends.length - 1];
                yield new Windows(select(selector, from, to, counter), ends, rangeMs);
            }
            case Expr.Subquery subquery -> {
                var ends = references(subquery.shift(), grid);
                yield new Windows(
                        stepped(subquery, ends[0], ends[ends.length - 1]),
                        ends,
                        subquery.rangeMs());
            }
            default -> throw new IllegalStateException("no range vector");
        };
    }

    /// A subquery's steps are multiples of its step, whatever the query's are.
    private List<Samples> stepped(Expr.Subquery subquery, long firstEndMs, long lastEndMs) {
        var step = subquery.stepMs() == 0 ? DEFAULT_SUBQUERY_STEP_MS : subquery.stepMs();
        var after = firstEndMs - subquery.rangeMs();
        var first = Math.floorDiv(after, step) * step + step;
        if (first > lastEndMs) {
            return List.of();
        }
        var count = (lastEndMs - first) / step + 1;
        budget.values(count);
        var inner = new Grid(first, step, Math.toIntExact(count));
        return vector(subquery.inner(), inner).stream()
                .map(column -> samples(column, inner))
                .toList();
    }

    private Samples samples(Column column, Grid grid) {
        budget.values(2L * grid.count());
        var times = new long[grid.count()];
        var values = new double[grid.count()];
        var size = 0;
        for (var i = 0; i < grid.count(); i++) {
            if (column.has(i)) {
                times[size] = grid.at(i);
                values[size++] = column.values()[i];
            }
        }
        return new Samples(
                column.labels(), Arrays.copyOf(times, size), Arrays.copyOf(values, size), 0);
    }

    private Value.Matrix matrix(Expr expression, Grid grid) {
        var windows = windows(expression, grid, false);
        var end = windows.endsMs()[0];
        var cut = new ArrayList<Samples>();
        for (var series : windows.series()) {
            var from = firstAfter(series.timesMs(), end - windows.rangeMs());
            var to = firstAfter(series.timesMs(), end);
            if (from < to) {
                cut.add(
                        new Samples(
                                series.labels(),
                                Arrays.copyOfRange(series.timesMs(), from, to),
                                Arrays.copyOfRange(series.values(), from, to),
                                series.resolutionMs(),
                                series.deltas()));
            }
        }
        return new Value.Matrix(cut);
    }

    /// The index of the first time after one.
    static int firstAfter(long[] timesMs, long afterMs) {
        var found = Arrays.binarySearch(timesMs, afterMs);
        return found >= 0 ? found + 1 : -found - 1;
    }

    private Value negated(Expr operand, Grid grid) {
        return switch (value(operand, grid)) {
            case Value.Scalar(var numbers) -> {
                var values = values(grid);
                for (var i = 0; i < values.length; i++) {
                    values[i] = -numbers[i];
                }
                yield new Value.Scalar(values);
            }
            case Value.Vector(var columns) ->
                    new Value.Vector(map(columns, grid, (value, _) -> -value));
            default -> throw new IllegalStateException("no negation of that");
        };
    }

    /// Computes a value from one of a step.
    @FunctionalInterface
    interface Computation {
        double of(double value, int step);
    }

    /// New columns without the metric's name.
    List<Column> map(List<Column> columns, Grid grid, Computation computation) {
        var mapped = new ArrayList<Column>(columns.size());
        for (var column : columns) {
            var values = values(grid);
            for (var i = 0; i < values.length; i++) {
                values[i] = column.has(i) ? computation.of(column.values()[i], i) : Column.ABSENT;
            }
            mapped.add(new Column(column.labels().withoutName(), values));
        }
        return unique(mapped);
    }

    /// One column a set of labels.
    ///
    /// @throws PromqlException when two have values at the same step
    static List<Column> unique(List<Column> columns) {
        var byLabels = HashMap.<LabelSet, Integer>newHashMap(columns.size());
        var unique = new ArrayList<Column>(columns.size());
        for (var column : columns) {
            var before = byLabels.putIfAbsent(column.labels(), unique.size());
            if (before == null) {
                unique.add(column);
                continue;
            }
            var merged = unique.get(before).values().clone();
            for (var i = 0; i < merged.length; i++) {
                if (column.has(i)) {
                    if (!Column.isAbsent(merged[i])) {
                        throw PromqlException.execution(
                                "vector cannot contain metrics with the same labelset");
                    }
                    merged[i] = column.values()[i];
                }
            }
            unique.set(before, new Column(column.labels(), merged));
        }
        return unique;
    }

    private Value binary(Expr.Binary binary, Grid grid) {
        var left = value(binary.left(), grid);
        var right = value(binary.right(), grid);
        if (left instanceof Value.Vector(var lefts) && right instanceof Value.Vector(var rights)) {
            return new Value.Vector(new VectorMatching(binary, grid, budget).of(lefts, rights));
        }
        var operator = binary.operator();
        if (left instanceof Value.Scalar(var lefts) && right instanceof Value.Scalar(var rights)) {
            var values = values(grid);
            for (var i = 0; i < values.length; i++) {
                values[i] =
                        operator.isComparison()
                                ? (operator.holds(lefts[i], rights[i]) ? 1 : 0)
                                : operator.compute(lefts[i], rights[i]);
            }
            return new Value.Scalar(values);
        }
        return left instanceof Value.Vector(var columns)
                        && right instanceof Value.Scalar(var numbers)
                ? new Value.Vector(withScalar(binary, columns, numbers, false, grid))
                : left instanceof Value.Scalar(var first)
                                && right instanceof Value.Vector(var others)
                        ? new Value.Vector(withScalar(binary, others, first, true, grid))
                        : fail();
    }

    private static Value fail() {
        throw new IllegalStateException("no operator between these");
    }

    private List<Column> withScalar(
            Expr.Binary binary,
            List<Column> columns,
            double[] numbers,
            boolean numberIsLeft,
            Grid grid) {
        var operator = binary.operator();
        if (operator.isComparison() && !binary.bool()) {
            return filtered(operator, columns, numbers, numberIsLeft, grid);
        }
        return map(
                columns,
                grid,
                (value, i) -> {
                    var left = numberIsLeft ? numbers[i] : value;
                    var right = numberIsLeft ? value : numbers[i];
                    return operator.isComparison()
                            ? (operator.holds(left, right) ? 1 : 0)
                            : operator.compute(left, right);
                });
    }

    private List<Column> filtered(
            BinaryOperator operator,
            List<Column> columns,
            double[] numbers,
            boolean numberIsLeft,
            Grid grid) {
        var kept = new ArrayList<Column>();
        for (var column : columns) {
            var values = values(grid);
            for (var i = 0; i < values.length; i++) {
                var value = column.values()[i];
                var holds =
                        column.has(i)
                                && operator.holds(
                                        numberIsLeft ? numbers[i] : value,
                                        numberIsLeft ? value : numbers[i]);
                values[i] = holds ? value : Column.ABSENT;
            }
            var filtered = new Column(column.labels(), values);
            if (!filtered.isEmpty()) {
                kept.add(filtered);
            }
        }
        return kept;
    }

    private Value aggregation(Expr.Aggregation aggregation, Grid grid) {
        var columns = vector(aggregation.operand(), grid);
        var parameter = aggregation.parameter();
        var groups = new Aggregations(aggregation, grid, budget);
        return new Value.Vector(
                switch (parameter == null ? null : value(parameter, grid)) {
                    case null -> groups.reduced(columns, null);
                    case Value.Scalar(var numbers) -> groups.with(columns, numbers);
                    case Value.Text(var label) -> groups.counted(columns, label);
                    default -> throw new IllegalStateException("no such parameter");
                });
    }
}
