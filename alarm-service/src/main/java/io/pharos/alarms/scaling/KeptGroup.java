package io.pharos.alarms.scaling;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.autoscaling.model.AutoScalingGroup;

import java.time.Instant;

/// A group as it is kept.
///
/// @param group without its instances
/// @param deleting whether it goes when its instances are gone
/// @param cause why the desired capacity is what it is
/// @param warmUp of instances launched for the desired capacity, in seconds
/// @param cooldown what starts when the running activities end, in seconds; null for nothing
/// @param failures launches and terminations that failed one after the other
/// @param retryMs nothing is launched or terminated before
public record KeptGroup(
        GroupKey key,
        AutoScalingGroup group,
        boolean deleting,
        String cause,
        int warmUp,
        @Nullable Integer cooldown,
        long cooldownUntilMs,
        int failures,
        long retryMs) {

    public KeptGroup with(AutoScalingGroup changed) {
        return new KeptGroup(
                key,
                changed,
                deleting,
                cause,
                warmUp,
                cooldown,
                cooldownUntilMs,
                failures,
                retryMs);
    }

    /// With another desired capacity, and why.
    public KeptGroup desiring(AutoScalingGroup changed, String why, int warmUpSeconds) {
        return new KeptGroup(
                key, changed, deleting, why, warmUpSeconds, null, cooldownUntilMs, failures, 0);
    }

    /// In the cooldown of a simple policy, which lasts at least from now and is counted anew from the
    /// end of its last activity.
    public KeptGroup cooling(int seconds, Instant now) {
        return new KeptGroup(
                key,
                group,
                deleting,
                cause,
                warmUp,
                seconds,
                now.plusSeconds(seconds).toEpochMilli(),
                failures,
                retryMs);
    }

    /// The cooldown that started is over when it is over: nothing prolongs it any more.
    public KeptGroup settled() {
        return new KeptGroup(
                key, group, deleting, cause, warmUp, null, cooldownUntilMs, failures, retryMs);
    }

    public KeptGroup goingAway() {
        return new KeptGroup(
                key, group, true, cause, warmUp, cooldown, cooldownUntilMs, failures, retryMs);
    }

    /// After so many failures in a row.
    public KeptGroup after(int nowFailures, long nextTryMs) {
        return new KeptGroup(
                key,
                group,
                deleting,
                cause,
                warmUp,
                cooldown,
                cooldownUntilMs,
                nowFailures,
                nextTryMs);
    }

    public boolean isCooling(Instant now) {
        return cooldownUntilMs > now.toEpochMilli();
    }

    public boolean isSuspended(String process) {
        return group.suspendedProcesses().stream()
                .anyMatch(suspended -> suspended.processName().equals(process));
    }

    /// What instances need to be counted on, when no policy says otherwise.
    public int ownWarmUp() {
        var own = group.defaultInstanceWarmup();
        return own == null ? 0 : own;
    }
}
