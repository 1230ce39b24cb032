package io.pharos.alarms.ledger;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.Metric;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataQuery;
import software.amazon.awssdk.services.cloudwatch.model.MetricStat;

import java.util.ArrayList;
import java.util.List;

/// A list of queries as the JSON it is kept in, with AWS's names. Nothing is added or lost.
public final class QueryJson {
    private static final ObjectMapper JSON = new ObjectMapper();

    private QueryJson() {}

    public static String write(List<MetricDataQuery> queries) {
        var list = JsonNodeFactory.instance.arrayNode();
        for (var query : queries) {
            var json = list.addObject();
            json.put("Id", query.id());
            put(json, "AccountId", query.accountId());
            put(json, "Expression", query.expression());
            put(json, "Label", query.label());
            if (query.period() != null) {
                json.put("Period", query.period());
            }
            if (query.returnData() != null) {
                json.put("ReturnData", query.returnData());
            }
            if (query.metricStat() != null) {
                write(json.putObject("MetricStat"), query.metricStat());
            }
        }
        return list.toString();
    }

    private static void write(ObjectNode json, MetricStat stat) {
        var metric = json.putObject("Metric");
        put(metric, "Namespace", stat.metric().namespace());
        put(metric, "MetricName", stat.metric().metricName());
        if (stat.metric().hasDimensions()) {
            var dimensions = metric.putArray("Dimensions");
            for (var one : stat.metric().dimensions()) {
                dimensions.addObject().put("Name", one.name()).put("Value", one.value());
            }
        }
        json.put("Period", stat.period());
        json.put("Stat", stat.stat());
        put(json, "Unit", stat.unitAsString());
    }

    private static void put(ObjectNode json, String key, @Nullable String value) {
        if (value != null) {
            json.put(key, value);
        }
    }

    /// @param text of [#write]
    public static List<MetricDataQuery> read(String text) {
        try {
            var queries = new ArrayList<MetricDataQuery>();
            for (var json : (ArrayNode) JSON.readTree(text)) {
                var query =
                        MetricDataQuery.builder()
                                .id(text(json, "Id"))
                                .accountId(text(json, "AccountId"))
                                .expression(text(json, "Expression"))
                                .label(text(json, "Label"));
                if (json.has("Period")) {
                    query.period(json.get("Period").intValue());
                }
                if (json.has("ReturnData")) {
                    query.returnData(json.get("ReturnData").booleanValue());
                }
                if (json.has("MetricStat")) {
                    query.metricStat(stat(json.get("MetricStat")));
                }
                queries.add(query.build());
            }
            return List.copyOf(queries);
        } catch (JsonProcessingException damaged) {
            throw new IllegalStateException("kept queries can not be read", damaged);
        }
    }

    private static MetricStat stat(JsonNode json) {
        var from = json.get("Metric");
        var metric =
                Metric.builder()
                        .namespace(text(from, "Namespace"))
                        .metricName(text(from, "MetricName"));
        if (from.has("Dimensions")) {
            var dimensions = new ArrayList<Dimension>();
            for (var one : from.get("Dimensions")) {
                dimensions.add(
                        Dimension.builder()
                                .name(text(one, "Name"))
                                .value(text(one, "Value"))
                                .build());
            }
            metric.dimensions(dimensions);
        }
        return MetricStat.builder()
                .metric(metric.build())
                .period(json.get("Period").intValue())
                .stat(text(json, "Stat"))
                .unit(text(json, "Unit"))
                .build();
    }

    private static @Nullable String text(JsonNode json, String key) {
        return json.has(key) ? json.get(key).textValue() : null;
    }
}
