package io.pharos.alarms.announce;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;

import io.pharos.alarms.alarm.Alarm;
import io.pharos.alarms.alarm.AlarmKey;
import io.pharos.alarms.alarm.Contributor;
import io.pharos.alarms.evaluate.ContributorChange;
import io.pharos.alarms.mute.MuteWindow;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatch.model.AlarmType;
import software.amazon.awssdk.services.cloudwatch.model.HistoryItemType;

import java.time.Instant;
import java.util.List;

/// One line of an alarm's history, in AWS's words.
///
/// @param contributor the series it is about, for an alarm on several
/// @param data JSON object text
public record HistoryItem(
        AlarmKey alarm,
        AlarmType alarmType,
        @Nullable Contributor contributor,
        Instant at,
        HistoryItemType type,
        String summary,
        String data) {

    private static final String CONFIGURATION_VERSION = "1.0";

    /// @param children of a composite alarm, as they are now
    public static HistoryItem created(AlarmKey key, Alarm alarm, List<Alarm> children, Instant at) {
        var data = configuration("Create");
        data.set("createdAlarm", AlarmJson.ofHistory(alarm, children));
        return configuration(key, alarm.type(), at, "created", data);
    }

    /// @param children of a composite alarm, as they are now
    public static HistoryItem updated(
            AlarmKey key, Alarm before, Alarm after, List<Alarm> children, Instant at) {
        var data = configuration("Update");
        data.set("updatedAlarm", AlarmJson.ofHistory(after, children));
        data.set("originalUpdatedFields", AlarmJson.originalFields(before, after));
        return configuration(key, after.type(), at, "updated", data);
    }

    /// @param children of a composite alarm, as they are now
    public static HistoryItem deleted(AlarmKey key, Alarm alarm, List<Alarm> children, Instant at) {
        var data = configuration("Delete");
        data.set("deletedAlarm", AlarmJson.ofHistory(alarm, children));
        return configuration(key, alarm.type(), at, "deleted", data);
    }

    private static ObjectNode configuration(String type) {
        return AlarmJson.object().put("version", CONFIGURATION_VERSION).put("type", type);
    }

    private static HistoryItem configuration(
            AlarmKey key, AlarmType type, Instant at, String done, ObjectNode data) {
        var summary = "Alarm \"" + key.name() + "\" " + done;
        return new HistoryItem(
                key,
                type,
                null,
                at,
                HistoryItemType.CONFIGURATION_UPDATE,
                summary,
                data.toString());
    }

    /// The state's value went from `before`'s to `after`'s.
    public static HistoryItem stateChanged(AlarmKey key, Alarm before, Alarm after, Instant at) {
        var data = AlarmJson.object().put("version", "1.0");
        data.set("oldState", state(before));
        data.set("newState", state(after));
        var summary = "Alarm updated from " + before.state() + " to " + after.state();
        return new HistoryItem(
                key,
                after.type(),
                null,
                at,
                HistoryItemType.STATE_UPDATE,
                summary,
                data.toString());
    }

    /// A series of an alarm on several went to another state; it has no others than OK and ALARM.
    public static HistoryItem contributorChanged(
            AlarmKey key, ContributorChange change, Instant at) {
        var verdict = change.verdict();
        var before = AlarmEvent.opposite(verdict.state());
        var data = AlarmJson.object().put("version", "1.0");
        data.putObject("oldState").put("stateValue", before.toString());
        var state =
                data.putObject("newState")
                        .put("stateValue", verdict.state().toString())
                        .put("stateReason", verdict.reason());
        if (!verdict.reasonData().isEmpty()) {
            state.putRawValue("stateReasonData", new RawValue(verdict.reasonData()));
        }
        return new HistoryItem(
                key,
                AlarmType.METRIC_ALARM,
                change.contributor(),
                at,
                HistoryItemType.ALARM_CONTRIBUTOR_STATE_UPDATE,
                "Alarm contributor updated from " + before + " to " + verdict.state(),
                data.toString());
    }

    private static ObjectNode state(Alarm alarm) {
        var state =
                AlarmJson.object()
                        .put("stateValue", alarm.state().toString())
                        .put("stateReason", alarm.stateReason());
        if (alarm.stateReasonData() != null) {
            // As it was written, spacing included.
            state.putRawValue("stateReasonData", new RawValue(alarm.stateReasonData()));
        }
        return state;
    }

    /// An action was done, or given up with `error`.
    ///
    /// @param changedAt when the state changed that the action tells of
    /// @param message what was sent
    /// @param muteEnd the end of the window that held it back; null when none did
    public static HistoryItem action(
            AlarmKey key,
            AlarmType type,
            @Nullable Contributor contributor,
            String arn,
            Instant changedAt,
            String message,
            @Nullable Instant muteEnd,
            @Nullable String error,
            Instant at) {
        var data =
                action(
                        error == null ? "Succeeded" : "Failed",
                        changedAt,
                        arn,
                        message,
                        error,
                        muteEnd);
        var summary =
                error == null
                        ? "Successfully executed action " + arn
                        : "Failed to execute action " + arn + ". Received error: \"" + error + "\"";
        return action(key, type, contributor, summary, data, at);
    }

    /// An action was not done, because a mute rule holds it back.
    public static HistoryItem muted(
            AlarmKey key,
            AlarmType type,
            @Nullable Contributor contributor,
            String arn,
            MuteWindow window,
            Instant at) {
        var data = action("Muted", at, arn, null, null, window.end());
        var summary = "Muted action " + arn + " by " + window.ruleArn();
        return action(key, type, contributor, summary, data, at);
    }

    private static ObjectNode action(
            String state,
            Instant changedAt,
            String arn,
            @Nullable String message,
            @Nullable String error,
            @Nullable Instant muteEnd) {
        return AlarmJson.object()
                .put("actionState", state)
                .put("stateUpdateTimestamp", changedAt.toEpochMilli())
                .put("notificationResource", arn)
                .put("publishedMessage", message)
                .put("error", error)
                .put("muteWindowEndTimestamp", muteEnd == null ? null : muteEnd.toEpochMilli());
    }

    private static HistoryItem action(
            AlarmKey key,
            AlarmType type,
            @Nullable Contributor contributor,
            String summary,
            ObjectNode data,
            Instant at) {
        var item =
                contributor == null
                        ? HistoryItemType.ACTION
                        : HistoryItemType.ALARM_CONTRIBUTOR_ACTION;
        return new HistoryItem(key, type, contributor, at, item, summary, data.toString());
    }
}
