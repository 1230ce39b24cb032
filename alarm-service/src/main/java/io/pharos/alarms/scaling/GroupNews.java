package io.pharos.alarms.scaling;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.autoscaling.model.Activity;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;

/// What the default bus and topics hear of an activity that ended, in AWS's words.
///
/// @param resources the group's ARN and the instance's
/// @param detail JSON object text
/// @param type of notification, `autoscaling:EC2_INSTANCE_LAUNCH` …
/// @param subject of the notification
/// @param message JSON object text
public record GroupNews(
        GroupKey group,
        Instant at,
        String detailType,
        List<String> resources,
        String detail,
        String type,
        String subject,
        String message) {
    public static final String SOURCE = "aws.autoscaling";
    public static final String TEST = "autoscaling:TEST_NOTIFICATION";
    public static final List<String> TYPES =
            List.of(
                    "autoscaling:EC2_INSTANCE_LAUNCH",
                    "autoscaling:EC2_INSTANCE_LAUNCH_ERROR",
                    "autoscaling:EC2_INSTANCE_TERMINATE",
                    "autoscaling:EC2_INSTANCE_TERMINATE_ERROR",
                    TEST);

    private static final ObjectMapper JSON = new ObjectMapper();

    /// @param activity ended, successful or not
    public static GroupNews ended(GroupKey group, Activity activity, String instance) {
        var launch = Activities.isLaunch(activity);
        var successful = Activities.isSuccessful(activity);
        var now = activity.endTime();
        var what = launch ? "LAUNCH" : "TERMINATE";
        var type = "autoscaling:EC2_INSTANCE_" + what + (successful ? "" : "_ERROR");
        var word = launch ? "launch" : "termination";
        var request = UUID.randomUUID().toString();
        return new GroupNews(
                group,
                now,
                "EC2 Instance "
                        + (launch ? "Launch " : "Terminate ")
                        + (successful ? "Successful" : "Unsuccessful"),
                List.of(
                        activity.autoScalingGroupARN(),
                        group.tenant().arn("ec2", "instance/" + instance)),
                detail(activity, instance, request, launch, successful),
                type,
                "Auto Scaling: "
                        + word
                        + (successful ? "" : " error")
                        + " for group \""
                        + group.name()
                        + "\"",
                message(group, activity, instance, request, type));
    }

    private static String detail(
            Activity activity,
            String instance,
            String request,
            boolean launch,
            boolean successful) {
        var detail = JSON.createObjectNode();
        detail.put("StatusCode", successful ? "InProgress" : "Failed");
        common(detail, activity);
        detail.put("RequestId", request);
        detail.put("StatusMessage", orEmpty(activity.statusMessage()));
        detail.put("EndTime", text(activity.endTime()));
        detail.put("EC2InstanceId", instance);
        detail.put("Cause", activity.cause());
        detail.put("Origin", launch ? "EC2" : "AutoScalingGroup");
        detail.put("Destination", launch ? "AutoScalingGroup" : "EC2");
        return detail.toString();
    }

    private static String message(
            GroupKey group, Activity activity, String instance, String request, String type) {
        var message = JSON.createObjectNode();
        message.put("Progress", 50);
        message.put("AccountId", group.tenant().account());
        common(message, activity);
        message.put("RequestId", request);
        message.put("EndTime", text(activity.endTime()));
        message.put("AutoScalingGroupARN", activity.autoScalingGroupARN());
        message.put("Service", "AWS Auto Scaling");
        message.put("Time", text(activity.endTime()));
        message.put("EC2InstanceId", instance);
        message.put("StatusCode", Activities.isSuccessful(activity) ? "InProgress" : "Failed");
        message.put("StatusMessage", orEmpty(activity.statusMessage()));
        message.put("Cause", activity.cause());
        message.put("Event", type);
        return message.toString();
    }

    private static void common(ObjectNode json, Activity activity) {
        json.put("Description", activity.description());
        json.put("AutoScalingGroupName", activity.autoScalingGroupName());
        json.put("ActivityId", activity.activityId());
        try {
            json.set("Details", JSON.readTree(activity.details()));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
        json.put("StartTime", text(activity.startTime()));
    }

    /// What a topic gets at once when it is to be notified from now on.
    public static String test(GroupKey group, String arn, Instant now) {
        return JSON.createObjectNode()
                .put("AccountId", group.tenant().account())
                .put("RequestId", UUID.randomUUID().toString())
                .put("AutoScalingGroupARN", arn)
                .put("AutoScalingGroupName", group.name())
                .put("Service", "AWS Auto Scaling")
                .put("Event", TEST)
                .put("Time", text(now))
                .toString();
    }

    public static String testSubject(GroupKey group) {
        return "Auto Scaling: test notification for group \"" + group.name() + "\"";
    }

    /// For MessageStructure `json`: the same text by every protocol.
    public static String asStructure(String message) {
        return JSON.createObjectNode().put("default", message).toString();
    }

    static String text(Instant time) {
        var millis = time.truncatedTo(ChronoUnit.MILLIS).toString();
        return millis.contains(".") ? millis : millis.replace("Z", ".000Z");
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
