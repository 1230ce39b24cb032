package io.pharos.alarms.announce;

import com.fasterxml.jackson.databind.node.ObjectNode;

import io.pharos.alarms.alarm.AlarmKey;
import io.pharos.alarms.alarm.AwsTime;

import software.amazon.awssdk.services.cloudwatch.model.MetricAlarm;

import java.time.Instant;

/// What the default event bus hears of an alarm, whether or not its actions are enabled.
///
/// @param detail JSON object text
public record AlarmEvent(AlarmKey alarm, String detailType, Instant at, String detail) {
    public static final String SOURCE = "aws.cloudwatch";

    public static AlarmEvent stateChanged(
            AlarmKey key, MetricAlarm before, MetricAlarm after, Instant at) {
        var detail = AlarmJson.object().put("alarmName", key.name());
        detail.set("state", state(after));
        detail.set("previousState", state(before));
        var configuration = detail.putObject("configuration");
        AlarmJson.putIfSet(configuration, "description", after.alarmDescription());
        AlarmJson.putMetrics(configuration, after);
        return new AlarmEvent(key, "CloudWatch Alarm State Change", at, detail.toString());
    }

    private static ObjectNode state(MetricAlarm alarm) {
        var state =
                AlarmJson.object()
                        .put("value", alarm.stateValueAsString())
                        .put("reason", alarm.stateReason());
        AlarmJson.putIfSet(state, "reasonData", alarm.stateReasonData());
        return state.put("timestamp", AwsTime.text(alarm.stateUpdatedTimestamp()));
    }

    public static AlarmEvent created(AlarmKey key, MetricAlarm alarm, Instant at) {
        return configured(key, at, configuration("create", alarm));
    }

    public static AlarmEvent updated(
            AlarmKey key, MetricAlarm before, MetricAlarm after, Instant at) {
        var detail = configuration("update", after);
        detail.set("previousConfiguration", settings(before));
        return configured(key, at, detail);
    }

    public static AlarmEvent deleted(AlarmKey key, MetricAlarm alarm, Instant at) {
        return configured(key, at, configuration("delete", alarm));
    }

    private static AlarmEvent configured(AlarmKey key, Instant at, ObjectNode detail) {
        return new AlarmEvent(key, "CloudWatch Alarm Configuration Change", at, detail.toString());
    }

    private static ObjectNode configuration(String operation, MetricAlarm alarm) {
        var detail = AlarmJson.object();
        detail.put("alarmName", alarm.alarmName()).put("operation", operation);
        detail.putObject("state")
                .put("value", alarm.stateValueAsString())
                .put("timestamp", AwsTime.text(alarm.stateUpdatedTimestamp()));
        detail.set("configuration", settings(alarm));
        return detail;
    }

    private static ObjectNode settings(MetricAlarm alarm) {
        var json = AlarmJson.object();
        json.put("evaluationPeriods", alarm.evaluationPeriods());
        json.put("threshold", alarm.threshold());
        json.put("comparisonOperator", alarm.comparisonOperatorAsString());
        AlarmJson.putIfSet(json, "treatMissingData", alarm.treatMissingData());
        AlarmJson.putMetrics(json, alarm);
        json.put("alarmName", alarm.alarmName());
        AlarmJson.putIfSet(json, "description", alarm.alarmDescription());
        json.put("actionsEnabled", alarm.actionsEnabled());
        json.put("timestamp", AwsTime.text(alarm.alarmConfigurationUpdatedTimestamp()));
        AlarmJson.addAll(json.putArray("okActions"), alarm.okActions());
        AlarmJson.addAll(json.putArray("alarmActions"), alarm.alarmActions());
        AlarmJson.addAll(json.putArray("insufficientDataActions"), alarm.insufficientDataActions());
        return json;
    }
}
