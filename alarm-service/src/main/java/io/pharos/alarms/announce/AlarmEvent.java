package io.pharos.alarms.announce;

import com.fasterxml.jackson.databind.node.ObjectNode;

import io.pharos.alarms.alarm.Alarm;
import io.pharos.alarms.alarm.AlarmKey;
import io.pharos.alarms.alarm.AwsTime;
import io.pharos.alarms.evaluate.ContributorChange;
import io.pharos.alarms.mute.MuteWindow;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatch.model.StateValue;

import java.time.Instant;

/// What the default event bus hears of an alarm, whether or not its actions are enabled.
///
/// @param detail JSON object text
public record AlarmEvent(AlarmKey alarm, String detailType, Instant at, String detail) {
    public static final String SOURCE = "aws.cloudwatch";

    /// @param mute the window that holds the alarm's actions back; null when none does
    public static AlarmEvent stateChanged(
            AlarmKey key, Alarm before, Alarm after, @Nullable MuteWindow mute, Instant at) {
        var detail = stateDetail(key, before, after);
        if (mute != null) {
            detail.putObject("muteDetail")
                    .put("mutedByArn", mute.ruleArn())
                    .put("muteWindowStart", AwsTime.text(mute.start()))
                    .put("muteWindowEnd", AwsTime.text(mute.end()));
        }
        return new AlarmEvent(key, "CloudWatch Alarm State Change", at, detail.toString());
    }

    /// What a function is told too.
    static ObjectNode stateDetail(AlarmKey key, Alarm before, Alarm after) {
        var detail = AlarmJson.object().put("alarmName", key.name());
        detail.set("state", state(after));
        detail.set("previousState", state(before));
        putConfiguration(detail, after);
        return detail;
    }

    /// A series of an alarm on several went to another state.
    public static AlarmEvent contributorChanged(
            AlarmKey key, Alarm alarm, ContributorChange change, Instant at) {
        var detail = contributorDetail(key, alarm, change, at);
        return new AlarmEvent(
                key, "CloudWatch Alarm Contributor State Change", at, detail.toString());
    }

    static ObjectNode contributorDetail(
            AlarmKey key, Alarm alarm, ContributorChange change, Instant at) {
        var detail = AlarmJson.object().put("alarmName", key.name());
        var state =
                detail.putObject("state")
                        .put("value", change.verdict().state().toString())
                        .put("reason", change.verdict().reason());
        AlarmJson.putIfSet(
                state,
                "reasonData",
                change.verdict().reasonData().isEmpty() ? null : change.verdict().reasonData());
        state.put("timestamp", AwsTime.text(at));
        var contributor = detail.putObject("alarmContributor").put("id", change.contributor().id());
        AlarmJson.putAttributes(contributor.putObject("attributes"), change.contributor());
        putConfiguration(detail, alarm);
        return detail;
    }

    /// Contributors are OK or in ALARM.
    static StateValue opposite(StateValue state) {
        return state == StateValue.ALARM ? StateValue.OK : StateValue.ALARM;
    }

    private static void putConfiguration(ObjectNode detail, Alarm alarm) {
        var configuration = detail.putObject("configuration");
        AlarmJson.putIfSet(configuration, "description", alarm.description());
        putSubject(configuration, alarm);
    }

    /// What the alarm looks at.
    private static void putSubject(ObjectNode configuration, Alarm alarm) {
        switch (alarm) {
            case Alarm.OnMetrics(var metric) -> AlarmJson.putMetrics(configuration, metric);
            case Alarm.OnAlarms(var composite) -> CompositeJson.putRule(configuration, composite);
        }
    }

    private static ObjectNode state(Alarm alarm) {
        var state =
                AlarmJson.object()
                        .put("value", alarm.state().toString())
                        .put("reason", alarm.stateReason());
        AlarmJson.putIfSet(state, "reasonData", alarm.stateReasonData());
        state.put("timestamp", AwsTime.text(alarm.stateUpdated()));
        switch (alarm) {
            case Alarm.OnMetrics(var metric) ->
                    AlarmJson.putIfSet(state, "evaluationState", metric.evaluationStateAsString());
            case Alarm.OnAlarms(var composite) -> {
                AlarmJson.putIfSet(
                        state, "actionsSuppressedBy", composite.actionsSuppressedByAsString());
                AlarmJson.putIfSet(
                        state, "actionsSuppressedReason", composite.actionsSuppressedReason());
            }
        }
        return state;
    }

    public static AlarmEvent created(AlarmKey key, Alarm alarm, Instant at) {
        return configured(key, at, configuration("create", alarm));
    }

    public static AlarmEvent updated(AlarmKey key, Alarm before, Alarm after, Instant at) {
        var detail = configuration("update", after);
        detail.set("previousConfiguration", settings(before));
        return configured(key, at, detail);
    }

    public static AlarmEvent deleted(AlarmKey key, Alarm alarm, Instant at) {
        return configured(key, at, configuration("delete", alarm));
    }

    private static AlarmEvent configured(AlarmKey key, Instant at, ObjectNode detail) {
        return new AlarmEvent(key, "CloudWatch Alarm Configuration Change", at, detail.toString());
    }

    private static ObjectNode configuration(String operation, Alarm alarm) {
        var detail = AlarmJson.object();
        detail.put("alarmName", alarm.name()).put("operation", operation);
        detail.putObject("state")
                .put("value", alarm.state().toString())
                .put("timestamp", AwsTime.text(alarm.stateUpdated()));
        detail.set("configuration", settings(alarm));
        return detail;
    }

    private static ObjectNode settings(Alarm alarm) {
        var json = AlarmJson.object();
        if (alarm instanceof Alarm.OnMetrics(var metric)) {
            json.put("evaluationPeriods", metric.evaluationPeriods());
            AlarmJson.putThreshold(json, metric);
            json.put("comparisonOperator", metric.comparisonOperatorAsString());
            AlarmJson.putIfSet(json, "treatMissingData", metric.treatMissingData());
        }
        putSubject(json, alarm);
        json.put("alarmName", alarm.name());
        AlarmJson.putIfSet(json, "description", alarm.description());
        json.put("actionsEnabled", alarm.actionsEnabled());
        json.put("timestamp", AwsTime.text(alarm.configured()));
        AlarmJson.addAll(json.putArray("okActions"), alarm.okActions());
        AlarmJson.addAll(json.putArray("alarmActions"), alarm.alarmActions());
        AlarmJson.addAll(json.putArray("insufficientDataActions"), alarm.insufficientDataActions());
        return json;
    }
}
