package io.pharos.alarms.scaling;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.autoscaling.model.AutoScalingInstanceDetails;
import software.amazon.awssdk.services.autoscaling.model.Instance;
import software.amazon.awssdk.services.autoscaling.model.LaunchTemplateSpecification;
import software.amazon.awssdk.services.autoscaling.model.LifecycleState;

import java.time.Instant;
import java.util.UUID;

/// An instance of a group: a row that a driver makes true.
///
/// @param type null when the group's launch template knows it alone
/// @param launchConfiguration null when it was launched from a template
/// @param sinceMs when it came into its state
/// @param warmUntilMs it counts as warming up before
/// @param warmUp how long it is to warm up once it is in service, in seconds
/// @param activity that is under way for it; null for none
public record GroupInstance(
        String id,
        @Nullable String type,
        String zone,
        LifecycleState state,
        boolean healthy,
        @Nullable String launchConfiguration,
        boolean protectedFromScaleIn,
        long launchedMs,
        long sinceMs,
        long warmUntilMs,
        int warmUp,
        @Nullable UUID activity) {

    /// On its way into service or in it.
    public boolean isLive() {
        return isPending() || isInService();
    }

    /// On its way into service, held by a hook or not.
    public boolean isPending() {
        return state == LifecycleState.PENDING
                || state == LifecycleState.PENDING_WAIT
                || state == LifecycleState.PENDING_PROCEED;
    }

    /// On its way out, and nothing holds it any more.
    public boolean isGoing() {
        return state == LifecycleState.TERMINATING || state == LifecycleState.TERMINATING_PROCEED;
    }

    public boolean isHeld() {
        return state == LifecycleState.PENDING_WAIT || state == LifecycleState.TERMINATING_WAIT;
    }

    public boolean isInService() {
        return state == LifecycleState.IN_SERVICE;
    }

    /// On its way in, or in service and not to be counted on yet.
    public boolean isWarming(Instant now) {
        return isPending() || isInService() && warmUntilMs > now.toEpochMilli();
    }

    public GroupInstance in(LifecycleState next, @Nullable UUID activity, Instant now) {
        return new GroupInstance(
                id,
                type,
                zone,
                next,
                healthy,
                launchConfiguration,
                protectedFromScaleIn,
                launchedMs,
                now.toEpochMilli(),
                next == LifecycleState.IN_SERVICE
                        ? now.plusSeconds(warmUp).toEpochMilli()
                        : warmUntilMs,
                warmUp,
                activity);
    }

    /// Held on its way in or out, for as long as hooks say.
    public GroupInstance waiting() {
        var next = isPending() ? LifecycleState.PENDING_WAIT : LifecycleState.TERMINATING_WAIT;
        return new GroupInstance(
                id,
                type,
                zone,
                next,
                healthy,
                launchConfiguration,
                protectedFromScaleIn,
                launchedMs,
                sinceMs,
                warmUntilMs,
                warmUp,
                activity);
    }

    public GroupInstance withHealth(boolean nowHealthy) {
        return new GroupInstance(
                id,
                type,
                zone,
                state,
                nowHealthy,
                launchConfiguration,
                protectedFromScaleIn,
                launchedMs,
                sinceMs,
                warmUntilMs,
                warmUp,
                activity);
    }

    public GroupInstance withProtection(boolean nowProtected) {
        return new GroupInstance(
                id,
                type,
                zone,
                state,
                healthy,
                launchConfiguration,
                nowProtected,
                launchedMs,
                sinceMs,
                warmUntilMs,
                warmUp,
                activity);
    }

    private String health() {
        return healthy ? "Healthy" : "Unhealthy";
    }

    /// As a group tells of it.
    public Instance told(@Nullable LaunchTemplateSpecification template) {
        return Instance.builder()
                .instanceId(id)
                .instanceType(type)
                .availabilityZone(zone)
                .lifecycleState(state)
                .healthStatus(health())
                .launchConfigurationName(launchConfiguration)
                .launchTemplate(launchConfiguration == null ? template : null)
                .protectedFromScaleIn(protectedFromScaleIn)
                .build();
    }

    /// As DescribeAutoScalingInstances tells of it.
    public AutoScalingInstanceDetails details(
            String group, @Nullable LaunchTemplateSpecification template) {
        return AutoScalingInstanceDetails.builder()
                .instanceId(id)
                .instanceType(type)
                .autoScalingGroupName(group)
                .availabilityZone(zone)
                .lifecycleState(state.toString())
                .healthStatus(healthy ? "HEALTHY" : "UNHEALTHY")
                .launchConfigurationName(launchConfiguration)
                .launchTemplate(launchConfiguration == null ? template : null)
                .protectedFromScaleIn(protectedFromScaleIn)
                .build();
    }
}
