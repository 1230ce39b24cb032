package io.pharos.metrics.anomaly.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.pharos.metrics.anomaly.Detector;
import io.pharos.metrics.math.Expression;
import io.pharos.metrics.math.ExpressionError;
import io.pharos.metrics.math.Slots;
import io.pharos.metrics.math.TimeSeries;
import io.pharos.metrics.math.Value;
import io.pharos.metrics.query.BandSubject;
import io.pharos.metrics.query.Bands;
import io.pharos.metrics.query.DataQuery;
import io.pharos.metrics.query.ExpressionQuery;
import io.pharos.metrics.query.FailedExpression;
import io.pharos.metrics.query.MetricDataEvaluation;
import io.pharos.metrics.query.MetricDataPlan;
import io.pharos.metrics.query.MetricQuery;
import io.pharos.metrics.query.api.MetricQueries;
import io.pharos.metrics.query.api.NoLookups;
import io.pharos.metrics.query.api.NoSearches;
import io.pharos.wire.AwsError;
import io.pharos.wire.Caller;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricDataRequest;
import software.amazon.awssdk.services.cloudwatch.model.InvalidParameterValueException;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataQuery;
import software.amazon.awssdk.services.cloudwatch.model.MetricMathAnomalyDetector;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A detector of metric math: the queries it is made of, checked, and as the JSON that is kept to be
/// described again.
final class MathDetector {
    private static final ObjectMapper JSON = new ObjectMapper();

    private MathDetector() {}

    /// What it is about and the period its metrics name.
    record Checked(BandSubject subject, int periodS) {}

    static Checked check(MetricMathAnomalyDetector detector, Caller caller) {
        var request =
                GetMetricDataRequest.builder()
                        .metricDataQueries(
                                detector.hasMetricDataQueries()
                                        ? detector.metricDataQueries()
                                        : null)
                        .startTime(caller.receivedAt().minus(Duration.ofHours(1)))
                        .endTime(caller.receivedAt())
                        .build();
        var queries = MetricQueries.of(request, caller.tenant());
        var told = queries.stream().filter(DataQuery::returnData).toList();
        if (told.size() != 1) {
            throw invalid("ReturnData must be true for exactly one of the MetricDataQueries.");
        }
        if (queries.stream().anyMatch(DataQuery::isForbidden)) {
            throw invalid("The AccountId of another account is not supported here.");
        }
        if (!(told.getFirst() instanceof ExpressionQuery expression)) {
            throw invalid("The query that returns data must be an expression.");
        }
        try {
            var byId = new LinkedHashMap<String, DataQuery>();
            queries.forEach(query -> byId.put(query.id(), query));
            // The order first: it finds references that go in circles.
            var plan =
                    new MetricDataPlan(
                            queries,
                            new NoSearches(),
                            caller.tenant(),
                            request.startTime(),
                            request.endTime(),
                            caller.receivedAt());
            var subject = subject(expression, byId);
            if (!(value(plan, expression) instanceof Value.Single)) {
                throw invalid("The expression that returns data must return one time series.");
            }
            return new Checked(subject, period(byId));
        } catch (FailedExpression failed) {
            throw AwsError.validation(failed.getMessage());
        }
    }

    private static BandSubject subject(ExpressionQuery query, Map<String, DataQuery> byId) {
        try {
            var subject = BandSubject.of(new Expression.Reference(0, query.id()), byId);
            if (subject.isMetric()) {
                throw invalid("The expression that returns data must be more than a metric.");
            }
            return subject;
        } catch (ExpressionError error) {
            throw new FailedExpression(query.id(), error);
        }
    }

    /// Over no time: for its type only.
    private static Value value(MetricDataPlan plan, ExpressionQuery query) {
        var inputs = new ArrayList<TimeSeries>();
        for (var input : plan.inputs()) {
            inputs.add(TimeSeries.empty(inputs.size(), Slots.empty(input.grid().periodS())));
        }
        return MetricDataEvaluation.of(plan, NoLookups.ALL, null, inputs).value(query.id());
    }

    private static int period(Map<String, DataQuery> byId) {
        for (var query : byId.values()) {
            if (query instanceof MetricQuery metric) {
                if (metric.periodS() < Bands.MIN_PERIOD || metric.periodS() > Bands.MAX_PERIOD) {
                    throw invalid(
                            "Period of the metrics must be "
                                    + Bands.MIN_PERIOD
                                    + " to "
                                    + Bands.MAX_PERIOD
                                    + ".");
                }
                return metric.periodS();
            }
        }
        return Detector.DEFAULT_PERIOD;
    }

    private static InvalidParameterValueException invalid(String message) {
        return InvalidParameterValueException.builder().message(message).build();
    }

    static String write(List<MetricDataQuery> queries) {
        var root = JSON.createArrayNode();
        for (var query : queries) {
            var one = root.addObject().put("Id", query.id());
            put(one, "Expression", query.expression());
            put(one, "Label", query.label());
            put(one, "AccountId", query.accountId());
            if (query.returnData() != null) {
                one.put("ReturnData", query.returnData());
            }
            if (query.period() != null) {
                one.put("Period", query.period());
            }
            var stat = query.metricStat();
            if (stat != null) {
                var kept = one.putObject("MetricStat").put("Period", stat.period());
                put(kept, "Stat", stat.stat());
                put(kept, "Unit", stat.unitAsString());
                put(kept, "Namespace", stat.metric().namespace());
                put(kept, "MetricName", stat.metric().metricName());
                var dimensions = kept.putArray("Dimensions");
                for (var dimension : stat.metric().dimensions()) {
                    dimensions.add(dimension.name()).add(dimension.value());
                }
            }
        }
        return root.toString();
    }

    private static void put(ObjectNode to, String name, @Nullable String value) {
        if (value != null) {
            to.put(name, value);
        }
    }

    /// @param text what was written; empty for a detector that an alarm made
    static List<MetricDataQuery> read(Detector detector, String text) {
        if (text.isEmpty()) {
            return made(detector);
        }
        try {
            var queries = new ArrayList<MetricDataQuery>();
            for (var one : JSON.readTree(text)) {
                var query =
                        MetricDataQuery.builder()
                                .id(text(one, "Id"))
                                .expression(text(one, "Expression"))
                                .label(text(one, "Label"))
                                .accountId(text(one, "AccountId"))
                                .returnData(
                                        one.has("ReturnData")
                                                ? one.get("ReturnData").asBoolean()
                                                : null)
                                .period(one.has("Period") ? one.get("Period").asInt() : null);
                if (one.has("MetricStat")) {
                    var stat = one.get("MetricStat");
                    query.metricStat(s ->
                            s.period(stat.get("Period").asInt())
                                    .stat(text(stat, "Stat"))
                                    .unit(text(stat, "Unit"))
                                    .metric(m ->
                                            m.namespace(text(stat, "Namespace"))
                                                    .metricName(text(stat, "MetricName"))
                                                    .dimensions(dimensions(stat))));
                }
                queries.add(query.build());
            }
            return queries;
        } catch (JsonProcessingException broken) {
            throw new IllegalStateException("queries are no JSON", broken);
        }
    }

    private static @Nullable String text(JsonNode node, String name) {
        return node.has(name) ? node.get(name).asText() : null;
    }

    private static List<Dimension> dimensions(JsonNode stat) {
        var names = stat.path("Dimensions");
        var dimensions = new ArrayList<Dimension>();
        for (var i = 0; i + 1 < names.size(); i += 2) {
            dimensions.add(
                    Dimension.builder()
                            .name(names.get(i).asText())
                            .value(names.get(i + 1).asText())
                            .build());
        }
        return dimensions;
    }

    private static List<MetricDataQuery> made(Detector detector) {
        var queries = new ArrayList<MetricDataQuery>();
        for (var metric : detector.subject().metrics()) {
            var id = "m" + (queries.size() + 1);
            queries.add(
                    MetricDataQuery.builder()
                            .id(id)
                            .returnData(false)
                            .metricStat(s ->
                                    s.period(detector.periodS())
                                            .stat(metric.stat())
                                            .metric(m ->
                                                    m.namespace(metric.series().namespace())
                                                            .metricName(
                                                                    metric.series().metricName())
                                                            .dimensions(
                                                                    SingleMetric.dimensions(
                                                                            metric.series()
                                                                                    .dimensions()))))
                            .build());
        }
        queries.add(
                MetricDataQuery.builder()
                        .id("e1")
                        .expression(detector.subject().expression())
                        .returnData(true)
                        .build());
        return queries;
    }
}
