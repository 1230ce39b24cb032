package io.pharos.logs.insights.plan;

import io.pharos.logs.insights.Expr;
import io.pharos.logs.insights.QueryFault;
import io.pharos.logs.insights.eval.Eval;
import io.pharos.logs.insights.eval.Expressions;
import io.pharos.logs.insights.eval.Moment;
import io.pharos.logs.insights.eval.NaturalOrder;
import io.pharos.logs.insights.eval.Row;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Set;

/// The aggregate functions by name. What is missing or not a number adds nothing.
final class Aggregates {
    private static final Set<String> NAMES =
            Set.of(
                    "count",
                    "count_distinct",
                    "sum",
                    "avg",
                    "min",
                    "max",
                    "pct",
                    "median",
                    "stddev",
                    "variance",
                    "values",
                    "topk",
                    "earliest",
                    "latest",
                    "sortsfirst",
                    "sortslast",
                    "rate",
                    "count_over_time",
                    "countovertime",
                    "sum_over_time",
                    "sumovertime",
                    "histogram");
    private static final Set<String> TWO_ARGUMENTS = Set.of("pct", "topk", "rate", "histogram");
    private static final int MAX_VALUES = 1_000;

    private Aggregates() {}

    static boolean isOne(Expr expression) {
        return expression instanceof Expr.Call(var name, _, _, _) && NAMES.contains(name);
    }

    static Aggregate of(Expr.Call call, Expressions expressions) {
        var function = call.function();
        var arguments = call.arguments();
        if (function.equals("count") && isStar(arguments)) {
            return () -> new Count(null);
        }
        if (arguments.size() != (TWO_ARGUMENTS.contains(function) ? 2 : 1)) {
            throw QueryFault.at(
                    call, "Invalid arguments for " + function + ": wrong number of them");
        }
        if (function.equals("topk")) {
            var k = (int) number(call, arguments.getFirst(), 1, MAX_VALUES);
            var value = expressions.compile(arguments.get(1));
            return () -> new ValueCounts(value, k, true);
        }
        var of = expressions.compile(arguments.getFirst());
        return switch (function) {
            case "count", "count_over_time", "countovertime" -> () -> new Count(of);
            case "sum_over_time", "sumovertime" -> () -> new Moments(of, Moments.Kind.SUM);
            case "rate" -> {
                if (!(arguments.get(1) instanceof Expr.Interval(var period, _, _))) {
                    throw QueryFault.at(call, "Invalid arguments for rate: a period is needed");
                }
                var time = time(call, expressions);
                yield () -> new Rate(of, time, period.approximateMs());
            }
            case "histogram" -> {
                var buckets = (int) number(call, arguments.get(1), 1, MAX_VALUES);
                yield () -> new Distribution(of, buckets);
            }
            case "count_distinct" -> () -> new Distinct(of);
            case "sum" -> () -> new Moments(of, Moments.Kind.SUM);
            case "avg" -> () -> new Moments(of, Moments.Kind.AVERAGE);
            case "stddev" -> () -> new Moments(of, Moments.Kind.DEVIATION);
            case "variance" -> () -> new Moments(of, Moments.Kind.VARIANCE);
            case "min" -> () -> new Extreme(of, -1);
            case "max" -> () -> new Extreme(of, 1);
            case "median" -> () -> new Percentile(of, 50);
            case "pct" -> {
                var percent = number(call, arguments.get(1), 0, 100);
                yield () -> new Percentile(of, percent);
            }
            case "values" -> () -> new ValueCounts(of, MAX_VALUES, false);
            case "earliest", "latest" -> inTime(call, of, expressions);
            case "sortsfirst" -> () -> new Sorted(of, -1);
            default -> () -> new Sorted(of, 1);
        };
    }

    private static boolean isStar(List<Expr> arguments) {
        return arguments.isEmpty()
                || (arguments.size() == 1 && arguments.getFirst() instanceof Expr.Star);
    }

    private static double number(Expr.Call call, Expr argument, double least, double most) {
        if (argument instanceof Expr.Number(var number, _, _, _)
                && number >= least
                && number <= most) {
            return number;
        }
        throw QueryFault.at(call, "Invalid arguments for " + call.function());
    }

    private static Eval time(Expr.Call call, Expressions expressions) {
        return expressions.compile(new Expr.Field("@timestamp", call.start(), call.start()));
    }

    private static Aggregate inTime(Expr.Call call, Eval of, Expressions expressions) {
        var time = time(call, expressions);
        var sign = call.function().equals("latest") ? 1 : -1;
        return () -> new InTime(of, time, sign);
    }

    private static final class Count implements Aggregate.State {
        private final @Nullable Eval of;
        private long count;

        /// @param of null: rows
        Count(@Nullable Eval of) {
            this.of = of;
        }

        @Override
        public void add(Row row, Memory memory) {
            if (of == null || of.value(row) != null) {
                count++;
            }
        }

        @Override
        public void merge(Aggregate.State other, Memory memory) {
            count += ((Count) other).count;
        }

        @Override
        public Object result() {
            return (double) count;
        }
    }

    private static final class Extreme implements Aggregate.State {
        private final Eval of;
        private final int sign;
        private double extreme = Double.NaN;

        Extreme(Eval of, int sign) {
            this.of = of;
            this.sign = sign;
        }

        @Override
        public void add(Row row, Memory memory) {
            take(of.number(row));
        }

        private void take(double number) {
            if (!Double.isNaN(number)
                    && (Double.isNaN(extreme) || sign * number > sign * extreme)) {
                extreme = number;
            }
        }

        @Override
        public void merge(Aggregate.State other, Memory memory) {
            take(((Extreme) other).extreme);
        }

        @Override
        public @Nullable Object result() {
            return Double.isNaN(extreme) ? null : (Object) extreme;
        }
    }

    /// The first or last value in natural order.
    private static final class Sorted implements Aggregate.State {
        private final Eval of;
        private final int sign;
        private @Nullable Object extreme;

        Sorted(Eval of, int sign) {
            this.of = of;
            this.sign = sign;
        }

        @Override
        public void add(Row row, Memory memory) {
            take(of.value(row));
        }

        private void take(@Nullable Object value) {
            if (value != null
                    && (extreme == null || sign * NaturalOrder.compare(value, extreme) > 0)) {
                extreme = value;
            }
        }

        @Override
        public void merge(Aggregate.State other, Memory memory) {
            take(((Sorted) other).extreme);
        }

        @Override
        public @Nullable Object result() {
            return extreme;
        }
    }

    /// The value of the row with the smallest or largest time, of those that have one.
    private static final class InTime implements Aggregate.State {
        private final Eval of;
        private final Eval time;
        private final int sign;
        private double when = Double.NaN;
        private @Nullable Object value;

        InTime(Eval of, Eval time, int sign) {
            this.of = of;
            this.time = time;
            this.sign = sign;
        }

        @Override
        public void add(Row row, Memory memory) {
            var at = time.number(row);
            if (value == null || sign * at > sign * when) {
                take(of.value(row), at);
            }
        }

        private void take(@Nullable Object candidate, double at) {
            if (candidate != null && (value == null || sign * at > sign * when)) {
                value = candidate;
                when = at;
            }
        }

        @Override
        public void merge(Aggregate.State other, Memory memory) {
            var that = (InTime) other;
            take(that.value, that.when);
        }

        @Override
        public @Nullable Object result() {
            // AWS: earliest(@timestamp) is a number.
            return value instanceof Moment(var ms) ? (Object) (double) ms : value;
        }
    }
}
