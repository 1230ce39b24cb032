package io.pharos.alarms.announce;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.pharos.alarms.alarm.Alarm;
import io.pharos.alarms.alarm.AwsTime;
import io.pharos.alarms.alarm.Contributor;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatch.model.MetricAlarm;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;

/// Alarms as JSON, in the two forms AWS uses: history's and the event bus's. Keys stand in AWS's
/// order.
final class AlarmJson {
    /// Not configuration: an update never lists them among its changes.
    private static final Set<String> STATE_KEYS = Set.of("stateValue", "stateUpdatedTimestamp");

    private AlarmJson() {}

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /// As `createdAlarm` and its kin in history.
    ///
    /// @param children of a composite alarm, as they are now
    static ObjectNode ofHistory(Alarm alarm, List<Alarm> children) {
        var json = ofHistory(alarm);
        if (alarm instanceof Alarm.OnAlarms) {
            CompositeJson.putChildStates(json, children);
        }
        return json;
    }

    private static ObjectNode ofHistory(Alarm alarm) {
        return switch (alarm) {
            case Alarm.OnMetrics(var metric) -> ofHistory(metric);
            case Alarm.OnAlarms(var composite) -> CompositeJson.ofHistory(composite);
        };
    }

    private static ObjectNode ofHistory(MetricAlarm alarm) {
        var json = object();
        json.put("alarmName", alarm.alarmName());
        putIfSet(json, "alarmDescription", alarm.alarmDescription());
        json.put("alarmArn", alarm.alarmArn());
        json.put(
                "alarmConfigurationUpdatedTimestamp",
                AwsTime.text(alarm.alarmConfigurationUpdatedTimestamp()));
        if (!alarm.hasMetrics()) {
            json.put("namespace", alarm.namespace());
            json.put("metricName", alarm.metricName());
            json.put(
                    "extendedStatistic",
                    alarm.statisticAsString() == null
                            ? alarm.extendedStatistic()
                            : alarm.statisticAsString().toUpperCase(Locale.ROOT));
            json.put("period", alarm.period());
            putIfSet(json, "unit", alarm.unitAsString());
        }
        var dimensions = json.putArray("dimensions");
        for (var dimension : alarm.dimensions()) {
            dimensions.addObject().put("name", dimension.name()).put("value", dimension.value());
        }
        if (alarm.hasMetrics()) {
            QueriesJson.ofHistory(json.putArray("metrics"), alarm.metrics());
        }
        putThreshold(json, alarm);
        json.put("comparisonOperator", alarm.comparisonOperatorAsString());
        json.put("evaluationPeriods", alarm.evaluationPeriods());
        if (alarm.datapointsToAlarm() != null) {
            json.put("datapointsToAlarm", alarm.datapointsToAlarm());
        }
        putIfSet(json, "treatMissingData", alarm.treatMissingData());
        putIfSet(
                json, "evaluateLowSampleCountPercentile", alarm.evaluateLowSampleCountPercentile());
        json.put("stateValue", alarm.stateValueAsString());
        json.put("stateUpdatedTimestamp", AwsTime.text(alarm.stateUpdatedTimestamp()));
        json.put("actionsEnabled", alarm.actionsEnabled());
        addAll(json.putArray("alarmActions"), alarm.alarmActions());
        addAll(json.putArray("insufficientDataActions"), alarm.insufficientDataActions());
        addAll(json.putArray("okactions"), alarm.okActions());
        return json;
    }

    /// The value, or the id of the band that takes its place.
    static void putThreshold(ObjectNode json, MetricAlarm alarm) {
        if (alarm.thresholdMetricId() == null) {
            json.put("threshold", alarm.threshold());
        } else {
            json.put("thresholdMetricId", alarm.thresholdMetricId());
        }
    }

    /// What an update replaced: former values of changed fields, without those that were unset; the
    /// time of the former configuration always.
    static ObjectNode originalFields(Alarm before, Alarm after) {
        var former = ofHistory(before);
        var present = ofHistory(after);
        var changed = object();
        for (var field : former.properties()) {
            if (!STATE_KEYS.contains(field.getKey())
                    && !field.getValue().equals(present.get(field.getKey()))) {
                changed.set(field.getKey(), field.getValue());
            }
        }
        changed.set(
                "alarmConfigurationUpdatedTimestamp",
                former.get("alarmConfigurationUpdatedTimestamp"));
        return changed;
    }

    /// The `metrics` of an event's configuration. Its id is a UUID, always the same for one alarm.
    static void putMetrics(ObjectNode configuration, MetricAlarm alarm) {
        if (alarm.hasMetrics()) {
            QueriesJson.ofEvent(configuration.putArray("metrics"), alarm.metrics());
            return;
        }
        var id = UUID.nameUUIDFromBytes(alarm.alarmArn().getBytes(StandardCharsets.UTF_8));
        var entry = configuration.putArray("metrics").addObject().put("id", id.toString());
        var metricStat = entry.putObject("metricStat");
        var metric = metricStat.putObject("metric");
        metric.put("namespace", alarm.namespace()).put("name", alarm.metricName());
        var dimensions = metric.putObject("dimensions");
        alarm.dimensions().forEach(d -> dimensions.put(d.name(), d.value()));
        metricStat.put("period", alarm.period());
        metricStat.put(
                "stat",
                alarm.statisticAsString() == null
                        ? alarm.extendedStatistic()
                        : alarm.statisticAsString());
        putIfSet(metricStat, "unit", alarm.unitAsString());
        entry.put("returnData", true);
    }

    static void putIfSet(ObjectNode json, String key, @Nullable String value) {
        if (value != null) {
            json.put(key, value);
        }
    }

    static void putAttributes(ObjectNode json, Contributor contributor) {
        contributor.attributes().forEach(json::put);
    }

    static void addAll(ArrayNode array, Collection<String> values) {
        values.forEach(array::add);
    }
}
