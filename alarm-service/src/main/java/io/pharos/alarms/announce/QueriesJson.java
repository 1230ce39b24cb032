package io.pharos.alarms.announce;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import software.amazon.awssdk.services.cloudwatch.model.Metric;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataQuery;
import software.amazon.awssdk.services.cloudwatch.model.MetricStat;

import java.util.List;

/// A list of queries as JSON, in the three forms AWS uses. Keys stand in AWS's order.
final class QueriesJson {
    private QueriesJson() {}

    /// As history has them.
    static void ofHistory(ArrayNode to, List<MetricDataQuery> queries) {
        for (var query : queries) {
            var json = to.addObject();
            AlarmJson.putIfSet(json, "accountId", query.accountId());
            AlarmJson.putIfSet(json, "expression", query.expression());
            json.put("id", query.id());
            AlarmJson.putIfSet(json, "label", query.label());
            if (query.metricStat() != null) {
                var stat = json.putObject("metricStat");
                var metric = stat.putObject("metric");
                var dimensions = metric.putArray("dimensions");
                for (var one : query.metricStat().metric().dimensions()) {
                    dimensions.addObject().put("name", one.name()).put("value", one.value());
                }
                metric.put("metricName", query.metricStat().metric().metricName());
                metric.put("namespace", query.metricStat().metric().namespace());
                stat.put("period", query.metricStat().period());
                stat.put("stat", query.metricStat().stat());
                AlarmJson.putIfSet(stat, "unit", query.metricStat().unitAsString());
            }
            json.put("returnData", returnsData(query));
            putPeriod(json, "period", query);
        }
    }

    /// As events have them.
    static void ofEvent(ArrayNode to, List<MetricDataQuery> queries) {
        for (var query : queries) {
            var json = to.addObject().put("id", query.id());
            AlarmJson.putIfSet(json, "accountId", query.accountId());
            AlarmJson.putIfSet(json, "expression", query.expression());
            AlarmJson.putIfSet(json, "label", query.label());
            if (query.metricStat() != null) {
                putStat(json.putObject("metricStat"), query.metricStat());
            }
            putPeriod(json, "period", query);
            json.put("returnData", returnsData(query));
        }
    }

    private static void putStat(ObjectNode json, MetricStat stat) {
        var metric = json.putObject("metric");
        metric.put("namespace", stat.metric().namespace()).put("name", stat.metric().metricName());
        var dimensions = metric.putObject("dimensions");
        stat.metric().dimensions().forEach(d -> dimensions.put(d.name(), d.value()));
        json.put("period", stat.period()).put("stat", stat.stat());
        AlarmJson.putIfSet(json, "unit", stat.unitAsString());
    }

    /// As messages to topics have them.
    static void ofMessage(ArrayNode to, List<MetricDataQuery> queries) {
        for (var query : queries) {
            var json = to.addObject();
            AlarmJson.putIfSet(json, "Expression", query.expression());
            json.put("Id", query.id());
            AlarmJson.putIfSet(json, "Label", query.label());
            if (query.metricStat() != null) {
                var stat = json.putObject("MetricStat");
                putMetric(stat.putObject("Metric"), query.metricStat().metric());
                stat.put("Period", query.metricStat().period());
                stat.put("Stat", query.metricStat().stat());
                AlarmJson.putIfSet(stat, "Unit", query.metricStat().unitAsString());
            }
            json.put("ReturnData", returnsData(query));
            AlarmJson.putIfSet(json, "AccountId", query.accountId());
            putPeriod(json, "Period", query);
        }
    }

    private static void putMetric(ObjectNode json, Metric metric) {
        var dimensions = json.putArray("Dimensions");
        for (var one : metric.dimensions()) {
            dimensions.addObject().put("value", one.value()).put("name", one.name());
        }
        json.put("MetricName", metric.metricName());
        json.put("Namespace", metric.namespace());
    }

    private static void putPeriod(ObjectNode json, String key, MetricDataQuery query) {
        if (query.period() != null) {
            json.put(key, query.period());
        }
    }

    private static boolean returnsData(MetricDataQuery query) {
        return query.returnData() == null || query.returnData();
    }
}
