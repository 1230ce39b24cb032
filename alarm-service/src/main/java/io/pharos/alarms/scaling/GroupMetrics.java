package io.pharos.alarms.scaling;

import io.pharos.wire.AwsError;

import software.amazon.awssdk.services.autoscaling.model.AutoScalingGroup;
import software.amazon.awssdk.services.autoscaling.model.EnabledMetric;
import software.amazon.awssdk.services.autoscaling.model.LifecycleState;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// A group's own metrics, one value a minute each, in `AWS/AutoScaling`. Those of warm pools do not
/// exist, as warm pools do not.
public final class GroupMetrics {
    public static final String GRANULARITY = "1Minute";
    public static final String NAMESPACE = "AWS/AutoScaling";
    public static final List<String> ALL =
            List.of(
                    "GroupMinSize",
                    "GroupMaxSize",
                    "GroupDesiredCapacity",
                    "GroupInServiceInstances",
                    "GroupPendingInstances",
                    "GroupStandbyInstances",
                    "GroupTerminatingInstances",
                    "GroupTotalInstances",
                    "GroupInServiceCapacity",
                    "GroupPendingCapacity",
                    "GroupStandbyCapacity",
                    "GroupTerminatingCapacity",
                    "GroupTotalCapacity");

    private GroupMetrics() {}

    /// @param given empty for all
    /// @throws AwsError for one that does not exist
    public static List<String> named(List<String> given) {
        for (var name : given) {
            if (!ALL.contains(name)) {
                throw AwsError.validation("Valid metrics are: " + ALL + ". Not one: " + name);
            }
        }
        return given.isEmpty() ? ALL : given;
    }

    public static AutoScalingGroup enable(AutoScalingGroup group, Collection<String> names) {
        var all = new TreeSet<>(names);
        group.enabledMetrics().forEach(enabled -> all.add(enabled.metric()));
        return with(group, all);
    }

    public static AutoScalingGroup disable(AutoScalingGroup group, Collection<String> names) {
        var left = new TreeSet<String>();
        group.enabledMetrics().forEach(enabled -> left.add(enabled.metric()));
        left.removeAll(names);
        return with(group, left);
    }

    private static AutoScalingGroup with(AutoScalingGroup group, Collection<String> names) {
        return group.toBuilder()
                .enabledMetrics(
                        names.stream()
                                .map(name ->
                                        EnabledMetric.builder()
                                                .metric(name)
                                                .granularity(GRANULARITY)
                                                .build())
                                .toList())
                .build();
    }

    /// The values of a group's enabled metrics now.
    public static Map<String, Double> values(
            AutoScalingGroup group, Collection<GroupInstance> instances) {
        var values = new LinkedHashMap<String, Double>();
        for (var enabled : group.enabledMetrics()) {
            values.put(enabled.metric(), value(enabled.metric(), group, instances));
        }
        return values;
    }

    /// Every instance has the weight 1, so that capacities are numbers of instances.
    private static double value(
            String metric, AutoScalingGroup group, Collection<GroupInstance> instances) {
        return switch (metric) {
            case "GroupMinSize" -> group.minSize();
            case "GroupMaxSize" -> group.maxSize();
            case "GroupDesiredCapacity" -> group.desiredCapacity();
            case "GroupInServiceInstances", "GroupInServiceCapacity" ->
                    count(instances, LifecycleState.IN_SERVICE);
            case "GroupPendingInstances", "GroupPendingCapacity" ->
                    instances.stream().filter(GroupInstance::isPending).count();
            case "GroupStandbyInstances", "GroupStandbyCapacity" ->
                    count(instances, LifecycleState.STANDBY);
            case "GroupTerminatingInstances", "GroupTerminatingCapacity" ->
                    instances.stream()
                            .filter(one ->
                                    one.isGoing() || one.state() == LifecycleState.TERMINATING_WAIT)
                            .count();
            default -> instances.size();
        };
    }

    private static double count(Collection<GroupInstance> instances, LifecycleState state) {
        return instances.stream().filter(instance -> instance.state() == state).count();
    }
}
