package io.pharos.metrics.query;

import io.pharos.metrics.math.Expression;
import io.pharos.metrics.math.ExpressionError;
import io.pharos.metrics.math.ExpressionParser;
import io.pharos.metrics.math.MathFunction;
import io.pharos.metrics.series.Series;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What an anomaly detector is about, however a request wrote it down: the same metrics under other ids,
/// or an expression spread over several queries, are the same subject. Periods are none of it.
///
/// @param expression over `m1`, `m2` …, the metrics in the order in which it names them; `m1` alone for
///     a metric
public record BandSubject(String expression, List<Metric> metrics) {
    /// AWS: metrics of an expression with a band.
    public static final int MAX_METRICS = 10;

    private static final Set<MathFunction> REFUSED =
            EnumSet.of(
                    MathFunction.ANOMALY_DETECTION_BAND,
                    MathFunction.DB_PERF_INSIGHTS,
                    MathFunction.INSIGHT_RULE_METRIC,
                    MathFunction.LAMBDA,
                    MathFunction.METRICS,
                    MathFunction.SEARCH,
                    MathFunction.SERVICE_QUOTA);

    /// A statistic of a metric.
    public record Metric(Series series, String stat) {}

    /// One metric and its statistic.
    public static BandSubject of(Series series, String stat) {
        return new BandSubject("m1", List.of(new Metric(series, stat)));
    }

    /// @param of what the band is asked for
    /// @param queries by id
    /// @throws ExpressionError when AWS has no bands of such expressions
    public static BandSubject of(Expression of, Map<String, DataQuery> queries) {
        var writer = new Writer(queries);
        writer.write(of);
        if (writer.metrics.isEmpty()) {
            throw new ExpressionError("ANOMALY_DETECTION_BAND must be of a metric");
        }
        return new BandSubject(writer.text.toString(), List.copyOf(writer.metrics));
    }

    /// Whether it is a metric, no expression.
    public boolean isMetric() {
        return expression.equals("m1");
    }

    private static final class Writer {
        private final Map<String, DataQuery> queries;
        private final List<Metric> metrics = new ArrayList<>();
        private final StringBuilder text = new StringBuilder();
        private int periodS;

        Writer(Map<String, DataQuery> queries) {
            this.queries = queries;
        }

        /// References to expressions are replaced by those, so it might grow beyond all bounds.
        private void write(Expression expression) {
            if (text.length() > ExpressionParser.MAX_LENGTH) {
                throw new ExpressionError(
                        "Expression of ANOMALY_DETECTION_BAND is longer than "
                                + ExpressionParser.MAX_LENGTH
                                + " characters");
            }
            switch (expression) {
                case Expression.Constant(_, var value) -> text.append(value);
                case Expression.Text(_, var value) ->
                        text.append('"').append(value.replace("\"", "\\\"")).append('"');
                case Expression.Word(_, var word) -> text.append(word);
                case Expression.Reference(_, var id) -> write(queries.get(id), id);
                case Expression.Call(_, var function, var arguments) -> {
                    if (REFUSED.contains(function)) {
                        throw refused(function.name());
                    }
                    text.append(function);
                    write(arguments, '(', ')');
                }
                case Expression.Array(_, var members) -> write(members, '[', ']');
                case Expression.Negation(_, var operand) -> {
                    text.append("(-");
                    write(operand);
                    text.append(')');
                }
                case Expression.Binary(_, var operator, var left, var right) -> {
                    text.append('(');
                    write(left);
                    text.append(' ').append(operator.symbol()).append(' ');
                    write(right);
                    text.append(')');
                }
                case Expression.Select _ -> throw refused("SELECT");
            }
        }

        private void write(List<Expression> list, char open, char close) {
            var separator = String.valueOf(open);
            if (list.isEmpty()) {
                text.append(open);
            }
            for (var one : list) {
                text.append(separator);
                write(one);
                separator = ", ";
            }
            text.append(close);
        }

        private void write(@Nullable DataQuery query, String id) {
            switch (query) {
                case MetricQuery metric -> {
                    if (periodS != 0 && periodS != metric.periodS()) {
                        throw new ExpressionError(
                                "Metrics of ANOMALY_DETECTION_BAND must have the same period");
                    }
                    periodS = metric.periodS();
                    var one = new Metric(metric.series(), metric.stat());
                    if (!metrics.contains(one)) {
                        metrics.add(one);
                    }
                    if (metrics.size() > MAX_METRICS) {
                        throw new ExpressionError(
                                "ANOMALY_DETECTION_BAND takes an expression of "
                                        + MAX_METRICS
                                        + " metrics at most");
                    }
                    text.append('m').append(metrics.indexOf(one) + 1);
                }
                case ExpressionQuery expression -> write(expression.expression());
                case null -> throw new ExpressionError("Id '" + id + "' not found");
            }
        }

        private static ExpressionError refused(String what) {
            return new ExpressionError(what + " is not supported in ANOMALY_DETECTION_BAND");
        }
    }
}
