package io.pharos.alarms.scaling;

import io.pharos.wire.AwsError;

import software.amazon.awssdk.services.autoscaling.model.AutoScalingGroup;
import software.amazon.awssdk.services.autoscaling.model.SuspendedProcess;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// The processes of a group, any of which may be suspended.
public final class Processes {
    public static final List<String> ALL =
            List.of(
                    "AZRebalance",
                    "AddToLoadBalancer",
                    "AlarmNotification",
                    "HealthCheck",
                    "InstanceRefresh",
                    "Launch",
                    "ReplaceUnhealthy",
                    "ScheduledActions",
                    "Terminate");

    private Processes() {}

    /// @param given empty for all
    /// @throws AwsError for one that does not exist
    public static List<String> named(List<String> given) {
        for (var name : given) {
            if (!ALL.contains(name)) {
                throw AwsError.validation("No such process: " + name);
            }
        }
        return given.isEmpty() ? ALL : given;
    }

    public static AutoScalingGroup suspend(
            AutoScalingGroup group, Collection<String> names, Instant now) {
        var suspended = new ArrayList<>(group.suspendedProcesses());
        for (var name : names) {
            if (suspended.stream().noneMatch(one -> one.processName().equals(name))) {
                suspended.add(
                        SuspendedProcess.builder()
                                .processName(name)
                                .suspensionReason(
                                        "User suspended at " + now.truncatedTo(ChronoUnit.SECONDS))
                                .build());
            }
        }
        return group.toBuilder().suspendedProcesses(suspended).build();
    }

    public static AutoScalingGroup resume(AutoScalingGroup group, Collection<String> names) {
        return group.toBuilder()
                .suspendedProcesses(
                        group.suspendedProcesses().stream()
                                .filter(one -> !names.contains(one.processName()))
                                .toList())
                .build();
    }
}
