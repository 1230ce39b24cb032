package io.pharos.alarms.announce;

import com.fasterxml.jackson.databind.node.ObjectNode;

import io.pharos.alarms.alarm.ActionArn;
import io.pharos.alarms.alarm.Alarm;
import io.pharos.alarms.alarm.AlarmActions;
import io.pharos.alarms.alarm.AlarmKey;
import io.pharos.alarms.alarm.AwsTime;
import io.pharos.alarms.evaluate.ContributorChange;

import software.amazon.awssdk.services.cloudwatch.model.MetricAlarm;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;

/// What an action's target gets of a state change. Topics get a [Notification]; functions the event AWS
/// invokes them with; the webhook that event too, with an `action` that says what is to be done.
///
/// @param subject for topics
/// @param text for a topic, the message for MessageStructure `json`; for others, a JSON object
public record ActionMessage(String subject, String text) {

    /// @param afterMute whether a mute rule held it back until now
    public static ActionMessage stateChanged(
            String arn, AlarmKey key, Alarm before, Alarm after, boolean afterMute) {
        var notification = Notification.stateChanged(key, before, after, afterMute);
        var event = event(arn, key, after);
        if (event.isEmpty()) {
            return new ActionMessage(notification.subject(), notification.message());
        }
        var body = event.get();
        body.set("alarmData", AlarmEvent.stateDetail(key, before, after));
        return new ActionMessage(notification.subject(), body.toString());
    }

    /// One series of an alarm on several went to another state.
    ///
    /// @param afterMute whether a mute rule held it back until now
    /// @param changed when it did
    public static ActionMessage contributorChanged(
            String arn,
            AlarmKey key,
            Alarm alarm,
            ContributorChange change,
            boolean afterMute,
            Instant changed) {
        var notification = Notification.contributorChanged(key, alarm, change, afterMute, changed);
        var event = event(arn, key, alarm);
        if (event.isEmpty()) {
            return new ActionMessage(notification.subject(), notification.message());
        }
        var body = event.get();
        body.put("time", AwsTime.text(changed));
        body.set("alarmData", AlarmEvent.contributorDetail(key, alarm, change, changed));
        return new ActionMessage(notification.subject(), body.toString());
    }

    /// The event without `alarmData`; empty for a target that gets no event.
    private static Optional<ObjectNode> event(String arn, AlarmKey key, Alarm alarm) {
        var action = ActionArn.parse(arn).orElse(null);
        if (action == null
                || action.kind() == ActionArn.Kind.TOPIC
                || action.kind() == ActionArn.Kind.POLICY) {
            return Optional.empty();
        }
        var body = AlarmJson.object().put("source", AlarmEvent.SOURCE);
        body.put("alarmArn", alarm.arn());
        body.put("accountId", key.tenant().account());
        body.put("time", AwsTime.text(alarm.stateUpdated()));
        body.put("region", key.tenant().region());
        if (action.kind() != ActionArn.Kind.FUNCTION) {
            putAction(body, action, alarm);
        }
        return Optional.of(body);
    }

    private static void putAction(ObjectNode body, ActionArn action, Alarm alarm) {
        var json = body.putObject("action").put("arn", action.text());
        json.put("kind", action.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'));
        new TreeMap<>(action.parts()).forEach(json::put);
        if (action.kind() == ActionArn.Kind.INSTANCE
                && alarm instanceof Alarm.OnMetrics(MetricAlarm metric)) {
            AlarmActions.instance(metric.dimensions())
                    .ifPresent(instance -> json.put("instanceId", instance));
        }
    }
}
