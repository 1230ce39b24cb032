package io.pharos.alarms.announce;

import com.fasterxml.jackson.databind.node.ObjectNode;

import io.pharos.alarms.alarm.AlarmKey;
import io.pharos.alarms.alarm.AwsTime;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatch.model.MetricAlarm;

import java.util.Locale;

/// What a topic gets of a state change: a subject and a message for MessageStructure `json`.
///
/// @param subject at most 100 characters of ASCII
/// @param defaultMessage JSON object text, what programs read
/// @param email what people read
public record Notification(String subject, String defaultMessage, String email) {
    static final int MAX_SUBJECT = 100;

    public static Notification stateChanged(AlarmKey key, MetricAlarm before, MetricAlarm after) {
        return new Notification(
                subject(key, after),
                message(key, before, after).toString(),
                AlarmMail.text(key, before, after));
    }

    /// The message to publish with MessageStructure `json`.
    public String message() {
        return AlarmJson.object()
                .put("default", defaultMessage)
                .put("sms", subject)
                .put("email", email)
                .toString();
    }

    /// `ALARM: "NAME" in US East (N. Virginia)`; long names are cut, runs of what mail headers can
    /// not carry become one `_`.
    private static String subject(AlarmKey key, MetricAlarm alarm) {
        var head = alarm.stateValueAsString() + ": \"";
        var tail = "\" in " + Region.name(key.tenant().region());
        var name = key.name().replaceAll("[^\\x20-\\x7e]+", "_");
        var room = MAX_SUBJECT - head.length() - tail.length();
        if (name.length() > room) {
            name = name.substring(0, room - 3) + "...";
        }
        return head + name + tail;
    }

    private static ObjectNode message(AlarmKey key, MetricAlarm before, MetricAlarm after) {
        var json = AlarmJson.object();
        json.put("AlarmName", key.name());
        json.put("AlarmDescription", after.alarmDescription());
        json.put("AWSAccountId", key.tenant().account());
        json.put(
                "AlarmConfigurationUpdatedTimestamp",
                AwsTime.text(after.alarmConfigurationUpdatedTimestamp()));
        json.put("NewStateValue", after.stateValueAsString());
        json.put("NewStateReason", after.stateReason());
        json.put("StateChangeTime", AwsTime.text(after.stateUpdatedTimestamp()));
        json.put("Region", Region.name(key.tenant().region()));
        json.put("AlarmArn", after.alarmArn());
        json.put("OldStateValue", before.stateValueAsString());
        json.put("ActionExecutedAfterMuteWindow", false);
        AlarmJson.addAll(json.putArray("OKActions"), after.okActions());
        AlarmJson.addAll(json.putArray("AlarmActions"), after.alarmActions());
        AlarmJson.addAll(json.putArray("InsufficientDataActions"), after.insufficientDataActions());
        json.set("Trigger", trigger(after));
        return json;
    }

    private static ObjectNode trigger(MetricAlarm alarm) {
        var trigger = AlarmJson.object();
        trigger.put("MetricName", alarm.metricName());
        trigger.put("Namespace", alarm.namespace());
        if (alarm.statisticAsString() != null) {
            trigger.put("StatisticType", "Statistic");
            trigger.put("Statistic", statistic(alarm.statisticAsString()));
        } else {
            trigger.put("StatisticType", "ExtendedStatistic");
            trigger.put("ExtendedStatistic", alarm.extendedStatistic());
        }
        trigger.put("Unit", alarm.unitAsString());
        var dimensions = trigger.putArray("Dimensions");
        for (var dimension : alarm.dimensions()) {
            dimensions.addObject().put("value", dimension.value()).put("name", dimension.name());
        }
        trigger.put("Period", alarm.period());
        trigger.put("EvaluationPeriods", alarm.evaluationPeriods());
        if (alarm.datapointsToAlarm() != null) {
            trigger.put("DatapointsToAlarm", alarm.datapointsToAlarm());
        }
        trigger.put("ComparisonOperator", alarm.comparisonOperatorAsString());
        trigger.put("Threshold", alarm.threshold());
        trigger.put("TreatMissingData", orEmpty(alarm.treatMissingData()));
        trigger.put(
                "EvaluateLowSampleCountPercentile",
                orEmpty(alarm.evaluateLowSampleCountPercentile()));
        return trigger;
    }

    /// `SampleCount` is `SAMPLE_COUNT`.
    private static String statistic(String name) {
        return name.equals("SampleCount") ? "SAMPLE_COUNT" : name.toUpperCase(Locale.ROOT);
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
