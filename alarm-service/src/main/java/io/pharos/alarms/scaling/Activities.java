package io.pharos.alarms.scaling;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import software.amazon.awssdk.services.autoscaling.model.Activity;
import software.amazon.awssdk.services.autoscaling.model.ScalingActivityStatusCode;
import software.amazon.awssdk.services.autoscaling.model.ScheduledUpdateGroupAction;

import java.time.Instant;
import java.util.UUID;

/// Activities as they begin and end: one for each instance that comes or goes.
public final class Activities {
    private static final String LAUNCH = "Launching a new EC2 instance";
    private static final String ATTACH = "Attaching an existing EC2 instance";
    private static final String TERMINATE = "Terminating EC2 instance";
    private static final int MAX_MESSAGE = 255;

    private Activities() {}

    public static Activity launch(
            KeptGroup group, GroupInstance instance, String cause, Instant now) {
        return begin(group, instance, LAUNCH, cause, now)
                .statusCode(ScalingActivityStatusCode.PRE_IN_SERVICE)
                .progress(30)
                .build();
    }

    public static Activity terminate(
            KeptGroup group, GroupInstance instance, String cause, Instant now) {
        return begin(group, instance, TERMINATE, cause, now)
                .statusCode(ScalingActivityStatusCode.IN_PROGRESS)
                .progress(0)
                .build();
    }

    /// A scheduled action that could not run, with why.
    public static Activity notScheduled(
            KeptGroup group, ScheduledUpdateGroupAction action, String why, Instant now) {
        return failed(
                Activity.builder()
                        .activityId(UUID.randomUUID().toString())
                        .autoScalingGroupName(group.key().name())
                        .autoScalingGroupARN(group.group().autoScalingGroupARN())
                        .description("Executing scheduled action " + action.scheduledActionName())
                        .cause(Cause.notScheduled(now, action.scheduledActionName()))
                        .startTime(now)
                        .details("{}")
                        .build(),
                why,
                now);
    }

    /// Begun and done at once.
    public static Activity standby(KeptGroup group, GroupInstance instance, Instant now) {
        return done(
                begin(
                                group,
                                instance,
                                "Moving EC2 instance to Standby",
                                Cause.standby(now, instance.id()),
                                now)
                        .build(),
                now);
    }

    /// Begun and done at once.
    public static Activity unstandby(KeptGroup group, GroupInstance instance, Instant now) {
        return done(
                begin(
                                group,
                                instance,
                                "Moving EC2 instance out of Standby",
                                Cause.unstandby(now, instance.id()),
                                now)
                        .build(),
                now);
    }

    private static Activity.Builder begin(
            KeptGroup group, GroupInstance instance, String doing, String cause, Instant now) {
        var id = instance.activity();
        return Activity.builder()
                .activityId((id == null ? UUID.randomUUID() : id).toString())
                .autoScalingGroupName(group.key().name())
                .autoScalingGroupARN(group.group().autoScalingGroupARN())
                .description(doing + ": " + instance.id())
                .cause(cause)
                .startTime(now)
                .details(
                        JsonNodeFactory.instance
                                .objectNode()
                                .put("Subnet ID", subnet(group))
                                .put("Availability Zone", instance.zone())
                                .toString());
    }

    private static String subnet(KeptGroup group) {
        var subnets = group.group().vpcZoneIdentifier();
        return subnets == null ? "" : subnets.split(",", 2)[0];
    }

    public static Activity done(Activity activity, Instant now) {
        return activity.toBuilder()
                .statusCode(ScalingActivityStatusCode.SUCCESSFUL)
                .progress(100)
                .endTime(now)
                .build();
    }

    public static Activity failed(Activity activity, String message, Instant now) {
        return activity.toBuilder()
                .statusCode(ScalingActivityStatusCode.FAILED)
                .statusMessage(
                        message.length() <= MAX_MESSAGE
                                ? message
                                : message.substring(0, MAX_MESSAGE))
                .progress(100)
                .endTime(now)
                .build();
    }

    public static Activity cancelled(Activity activity, Instant now) {
        return activity.toBuilder()
                .statusCode(ScalingActivityStatusCode.CANCELLED)
                .progress(100)
                .endTime(now)
                .build();
    }

    /// Waits for what a hook is for.
    public static Activity held(Activity activity) {
        return activity.toBuilder()
                .statusCode(ScalingActivityStatusCode.MID_LIFECYCLE_ACTION)
                .progress(60)
                .build();
    }

    /// What a hook was for did not come to a good end.
    public static Activity abandoned(Activity activity, UUID token, String why, Instant now) {
        var message =
                "Instance failed to complete user's Lifecycle Action: Lifecycle Action with token "
                        + token
                        + " was abandoned: "
                        + why;
        return cancelled(activity, now).toBuilder()
                .description(activity.description() + ".  Status Reason: " + message)
                .statusMessage(message)
                .build();
    }

    /// An instance that is there already comes into the group.
    public static Activity attach(
            KeptGroup group, GroupInstance instance, String cause, Instant now) {
        return begin(group, instance, ATTACH, cause, now)
                .statusCode(ScalingActivityStatusCode.PRE_IN_SERVICE)
                .progress(30)
                .build();
    }

    /// Begun and done at once.
    public static Activity detach(
            KeptGroup group, GroupInstance instance, String cause, Instant now) {
        return done(begin(group, instance, "Detaching EC2 instance", cause, now).build(), now);
    }

    static boolean isLaunch(Activity activity) {
        return activity.description().startsWith(LAUNCH)
                || activity.description().startsWith(ATTACH);
    }

    static boolean isSuccessful(Activity activity) {
        return activity.statusCode() == ScalingActivityStatusCode.SUCCESSFUL;
    }
}
