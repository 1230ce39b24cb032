package io.pharos.alarms.composite;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import io.pharos.alarms.alarm.Alarm;
import io.pharos.alarms.alarm.AlarmKey;
import io.pharos.alarms.alarm.AwsTime;

import software.amazon.awssdk.services.cloudwatch.model.StateValue;

import java.util.Map;

/// What the rule of a composite alarm comes to, in AWS's words.
///
/// @param reasonData JSON object text: the children that suffice to make it so
public record Decision(StateValue state, String reasonData) {
    /// Of StateReasonData; children beyond it are left out.
    static final int MAX_DATA = 4_000;

    /// @param children every alarm the rule refers to, by name
    public static Decision of(RuleExpr rule, Map<String, Alarm> children) {
        var outcome =
                rule.evaluate(reference -> child(children, AlarmReference.name(reference)).state());
        var data = JsonNodeFactory.instance.objectNode();
        var triggers = data.putArray("triggeringAlarms");
        var names = outcome.sufficient().stream().map(AlarmReference::name).distinct().toList();
        for (var name : names) {
            var child = child(children, name);
            triggers.addObject()
                    .put("arn", child.arn())
                    .putObject("state")
                    .put("value", child.state().toString())
                    .put("timestamp", AwsTime.text(child.stateUpdated()));
            if (data.toString().length() > MAX_DATA) {
                triggers.remove(triggers.size() - 1);
                break;
            }
        }
        return new Decision(outcome.value() ? StateValue.ALARM : StateValue.OK, data.toString());
    }

    private static Alarm child(Map<String, Alarm> children, String name) {
        var child = children.get(name);
        if (child == null) {
            throw new IllegalStateException("a rule names an alarm that is not there: " + name);
        }
        return child;
    }

    /// Why the alarm is in its state since it was created.
    public String whenCreated(AlarmKey key) {
        return key.arn() + " was created and its alarm rule evaluates to " + state;
    }

    /// Why the alarm is in its state since it was updated.
    public String whenUpdated(AlarmKey key) {
        return key.arn() + " was updated and its new alarm rule evaluates to " + state;
    }

    /// Why the alarm is in its state since a child changed.
    public static String because(Alarm child) {
        return child.arn()
                + " transitioned to "
                + child.state()
                + " at "
                + AwsTime.longText(child.stateTransitioned());
    }
}
