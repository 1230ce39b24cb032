package io.pharos.alarms.announce;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.pharos.alarms.alarm.Alarm;
import io.pharos.alarms.alarm.AwsTime;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatch.model.CompositeAlarm;

import java.util.List;

/// Composite alarms as JSON, in the forms AWS uses. Keys stand in AWS's order.
final class CompositeJson {
    private static final ObjectMapper JSON = new ObjectMapper();

    private CompositeJson() {}

    /// As `createdAlarm` and its kin in history.
    static ObjectNode ofHistory(CompositeAlarm alarm) {
        var json = AlarmJson.object();
        json.put("alarmName", alarm.alarmName());
        AlarmJson.putIfSet(json, "alarmDescription", alarm.alarmDescription());
        json.put("alarmArn", alarm.alarmArn());
        json.put(
                "alarmConfigurationUpdatedTimestamp",
                AwsTime.text(alarm.alarmConfigurationUpdatedTimestamp()));
        json.put("alarmRule", alarm.alarmRule());
        json.put("stateValue", alarm.stateValueAsString());
        json.put("stateUpdatedTimestamp", AwsTime.text(alarm.stateUpdatedTimestamp()));
        json.put("actionsEnabled", alarm.actionsEnabled());
        AlarmJson.addAll(json.putArray("alarmActions"), alarm.alarmActions());
        AlarmJson.addAll(json.putArray("insufficientDataActions"), alarm.insufficientDataActions());
        putSuppressor(json, alarm);
        AlarmJson.addAll(json.putArray("okactions"), alarm.okActions());
        return json;
    }

    /// AWS has them before the last key.
    static void putChildStates(ObjectNode json, List<Alarm> children) {
        var last = json.remove("okactions");
        var states = json.putArray("childStates");
        for (var child : children) {
            states.addObject()
                    .put("arn", child.arn())
                    .putObject("state")
                    .put("value", child.state().toString())
                    .put("transitionTimestamp", AwsTime.text(child.stateTransitioned()))
                    .put("timestamp", AwsTime.text(child.stateUpdated()));
        }
        json.set("okactions", last);
    }

    /// What a message tells of the children that decided.
    ///
    /// @param reasonData with `triggeringAlarms`; anything else tells of none
    static void putTriggeringChildren(ObjectNode message, @Nullable String reasonData) {
        var children = message.putArray("TriggeringChildren");
        for (var trigger : triggers(reasonData)) {
            var child = children.addObject().put("Arn", trigger.path("arn").asText());
            var state = trigger.path("state");
            child.putObject("State")
                    .put("Value", state.path("value").asText())
                    .put("Timestamp", state.path("timestamp").asText());
        }
    }

    static JsonNode triggers(@Nullable String reasonData) {
        if (reasonData == null) {
            return MissingNode.getInstance();
        }
        try {
            return JSON.readTree(reasonData).path("triggeringAlarms");
        } catch (JsonProcessingException unreadable) {
            return MissingNode.getInstance();
        }
    }

    /// What an event's configuration has of the rule.
    static void putRule(ObjectNode configuration, CompositeAlarm alarm) {
        configuration.put("alarmRule", alarm.alarmRule());
        putSuppressor(configuration, alarm);
    }

    private static void putSuppressor(ObjectNode json, CompositeAlarm alarm) {
        if (alarm.actionsSuppressor() != null) {
            json.put("actionsSuppressor", alarm.actionsSuppressor());
            json.put("actionsSuppressorWaitPeriod", alarm.actionsSuppressorWaitPeriod());
            json.put("actionsSuppressorExtensionPeriod", alarm.actionsSuppressorExtensionPeriod());
        }
    }
}
