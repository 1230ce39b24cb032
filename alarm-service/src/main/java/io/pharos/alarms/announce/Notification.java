package io.pharos.alarms.announce;

import com.fasterxml.jackson.databind.node.ObjectNode;

import io.pharos.alarms.alarm.Alarm;
import io.pharos.alarms.alarm.AlarmKey;
import io.pharos.alarms.alarm.AlarmRule;
import io.pharos.alarms.alarm.AwsTime;
import io.pharos.alarms.alarm.Contributor;
import io.pharos.alarms.evaluate.ContributorChange;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatch.model.MetricAlarm;

import java.time.Instant;
import java.util.Locale;

/// What a topic gets of a state change: a subject and a message for MessageStructure `json`.
///
/// @param subject at most 100 characters of ASCII
/// @param defaultMessage JSON object text, what programs read
/// @param email what people read
public record Notification(String subject, String defaultMessage, String email) {
    static final int MAX_SUBJECT = 100;

    /// @param afterMute whether a mute rule held it back until now
    public static Notification stateChanged(
            AlarmKey key, Alarm before, Alarm after, boolean afterMute) {
        return new Notification(
                subject(key, after),
                message(key, before, after, null, afterMute).toString(),
                AlarmMail.text(key, before, after));
    }

    /// One series of an alarm on several went to another state: as if the alarm had.
    ///
    /// @param afterMute whether a mute rule held it back until now
    /// @param changed when it did
    public static Notification contributorChanged(
            AlarmKey key,
            Alarm alarm,
            ContributorChange change,
            boolean afterMute,
            Instant changed) {
        var verdict = change.verdict();
        var before = alarm.withState(AlarmEvent.opposite(verdict.state()), "", null, changed);
        var after =
                alarm.withState(verdict.state(), verdict.reason(), verdict.reasonData(), changed);
        return new Notification(
                subject(key, after),
                message(key, before, after, change.contributor(), afterMute).toString(),
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
    private static String subject(AlarmKey key, Alarm alarm) {
        var head = alarm.state() + ": \"";
        var tail = "\" in " + Region.name(key.tenant().region());
        var name = key.name().replaceAll("[^\\x20-\\x7e]+", "_");
        var room = MAX_SUBJECT - head.length() - tail.length();
        if (name.length() > room) {
            name = name.substring(0, room - 3) + "...";
        }
        return head + name + tail;
    }

    private static ObjectNode message(
            AlarmKey key,
            Alarm before,
            Alarm after,
            @Nullable Contributor contributor,
            boolean afterMute) {
        var json = AlarmJson.object();
        json.put("AlarmName", key.name());
        json.put("AlarmDescription", after.description());
        json.put("AWSAccountId", key.tenant().account());
        if (after instanceof Alarm.OnMetrics) {
            json.put("AlarmConfigurationUpdatedTimestamp", AwsTime.text(after.configured()));
        }
        json.put("NewStateValue", after.state().toString());
        json.put("NewStateReason", after.stateReason());
        json.put("StateChangeTime", AwsTime.text(after.stateUpdated()));
        json.put("Region", Region.name(key.tenant().region()));
        json.put("AlarmArn", after.arn());
        switch (after) {
            case Alarm.OnMetrics(var metric) -> {
                json.put("OldStateValue", before.state().toString());
                if (contributor != null) {
                    json.put("AlarmContributorId", contributor.id());
                    AlarmJson.putAttributes(
                            json.putObject("AlarmContributorAttributes"), contributor);
                }
                json.put("ActionExecutedAfterMuteWindow", afterMute);
                putActions(json, after);
                json.set("Trigger", trigger(metric));
            }
            case Alarm.OnAlarms(var composite) -> {
                putActions(json, after);
                json.put("ActionExecutedAfterMuteWindow", afterMute);
                json.put("OldStateValue", before.state().toString());
                json.put("AlarmRule", composite.alarmRule());
                CompositeJson.putTriggeringChildren(json, composite.stateReasonData());
            }
        }
        return json;
    }

    private static void putActions(ObjectNode json, Alarm alarm) {
        AlarmJson.addAll(json.putArray("OKActions"), alarm.okActions());
        AlarmJson.addAll(json.putArray("AlarmActions"), alarm.alarmActions());
        AlarmJson.addAll(json.putArray("InsufficientDataActions"), alarm.insufficientDataActions());
    }

    private static ObjectNode trigger(MetricAlarm alarm) {
        var trigger = AlarmJson.object();
        if (alarm.hasMetrics()) {
            trigger.put("Period", AlarmRule.of(alarm).periodS());
        } else {
            putMetric(trigger, alarm);
            trigger.put("Period", alarm.period());
        }
        trigger.put("EvaluationPeriods", alarm.evaluationPeriods());
        if (alarm.datapointsToAlarm() != null) {
            trigger.put("DatapointsToAlarm", alarm.datapointsToAlarm());
        }
        trigger.put("ComparisonOperator", alarm.comparisonOperatorAsString());
        if (alarm.thresholdMetricId() == null) {
            trigger.put("Threshold", alarm.threshold());
        } else {
            trigger.put("ThresholdMetricId", alarm.thresholdMetricId());
        }
        trigger.put("TreatMissingData", orEmpty(alarm.treatMissingData()));
        trigger.put(
                "EvaluateLowSampleCountPercentile",
                orEmpty(alarm.evaluateLowSampleCountPercentile()));
        if (alarm.hasMetrics()) {
            QueriesJson.ofMessage(trigger.putArray("Metrics"), alarm.metrics());
        }
        return trigger;
    }

    private static void putMetric(ObjectNode trigger, MetricAlarm alarm) {
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
    }

    /// `SampleCount` is `SAMPLE_COUNT`.
    private static String statistic(String name) {
        return name.equals("SampleCount") ? "SAMPLE_COUNT" : name.toUpperCase(Locale.ROOT);
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
