package io.pharos.alarms.scaling;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import software.amazon.awssdk.services.autoscaling.model.LifecycleHook;

import java.time.Instant;
import java.util.UUID;

/// What the default bus and a hook's topic hear when the hook holds an instance, in AWS's words.
///
/// @param detail JSON object text
/// @param subject of the notification
/// @param message JSON object text
public record LifecycleNews(String detailType, String detail, String subject, String message) {

    public static LifecycleNews of(
            GroupKey group, LifecycleHook hook, LifecycleAction action, Instant now) {
        var launches = hook.lifecycleTransition().equals(LifecycleHooks.LAUNCHING);
        var detail = JsonNodeFactory.instance.objectNode();
        common(detail, group, hook, action);
        var message = JsonNodeFactory.instance.objectNode();
        message.put("AccountId", group.tenant().account());
        message.put("RequestId", UUID.randomUUID().toString());
        message.put("Service", "AWS Auto Scaling");
        message.put("Time", GroupNews.text(now));
        common(message, group, hook, action);
        return new LifecycleNews(
                "EC2 Instance-" + (launches ? "launch" : "terminate") + " Lifecycle Action",
                detail.toString(),
                // AWS writes two spaces.
                "Auto Scaling:  Lifecycle action '"
                        + (launches ? "LAUNCHING" : "TERMINATING")
                        + "' for instance "
                        + action.instance()
                        + " in progress.",
                message.toString());
    }

    private static void common(
            ObjectNode json, GroupKey group, LifecycleHook hook, LifecycleAction action) {
        var launches = hook.lifecycleTransition().equals(LifecycleHooks.LAUNCHING);
        json.put("LifecycleActionToken", action.token().toString());
        json.put("AutoScalingGroupName", group.name());
        json.put("LifecycleHookName", action.hook());
        json.put("EC2InstanceId", action.instance());
        json.put("LifecycleTransition", hook.lifecycleTransition());
        if (hook.notificationMetadata() != null) {
            json.put("NotificationMetadata", hook.notificationMetadata());
        }
        json.put("Origin", launches ? "EC2" : "AutoScalingGroup");
        json.put("Destination", launches ? "AutoScalingGroup" : "EC2");
    }
}
