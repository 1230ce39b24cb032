package io.pharos.alarms.scaling;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Which instances go when a group shrinks.
///
/// AWS: first the zone with most instances, then the group's termination policies in their order, and
/// protected instances never.
public final class Termination {
    /// Policies that Pharos has; those by launch template find nothing to choose by.
    public static final Set<String> POLICIES =
            Set.of(
                    "Default",
                    "OldestInstance",
                    "NewestInstance",
                    "OldestLaunchConfiguration",
                    "OldestLaunchTemplate",
                    "ClosestToNextInstanceHour",
                    "AllocationStrategy");

    private static final long HOUR_MS = 3_600_000;

    private Termination() {}

    /// @param instances all live ones
    /// @param launchConfigurations when each was created, for those that still exist
    /// @return at most `count`, fewer when others are protected
    public static List<GroupInstance> choose(
            Collection<GroupInstance> instances,
            int count,
            List<String> policies,
            Map<String, Instant> launchConfigurations,
            Instant now) {
        var left = new ArrayList<>(instances);
        var chosen = new ArrayList<GroupInstance>();
        while (chosen.size() < count) {
            var next = next(left, policies, launchConfigurations, now);
            if (next == null) {
                break;
            }
            left.remove(next);
            chosen.add(next);
        }
        return chosen;
    }

    private static @Nullable GroupInstance next(
            List<GroupInstance> left,
            List<String> policies,
            Map<String, Instant> launchConfigurations,
            Instant now) {
        var perZone = new HashMap<String, Integer>();
        left.forEach(instance -> perZone.merge(instance.zone(), 1, Integer::sum));
        Comparator<GroupInstance> order =
                Comparator.comparingInt(instance -> -perZone.getOrDefault(instance.zone(), 0));
        for (var policy : policies) {
            order = order.thenComparing(by(policy, launchConfigurations, now));
        }
        return left.stream()
                .filter(instance -> !instance.protectedFromScaleIn())
                .min(order.thenComparing(GroupInstance::id))
                .orElse(null);
    }

    private static Comparator<GroupInstance> by(
            String policy, Map<String, Instant> launchConfigurations, Instant now) {
        Comparator<GroupInstance> byConfiguration =
                Comparator.comparing(instance ->
                        instance.launchConfiguration() == null
                                ? Instant.MAX
                                : launchConfigurations.getOrDefault(
                                        instance.launchConfiguration(), Instant.MIN));
        Comparator<GroupInstance> byHour =
                Comparator.comparingLong(instance ->
                        HOUR_MS
                                - Math.floorMod(
                                        now.toEpochMilli() - instance.launchedMs(), HOUR_MS));
        return switch (policy) {
            case "OldestInstance" -> Comparator.comparingLong(GroupInstance::launchedMs);
            case "NewestInstance" -> Comparator.comparingLong(GroupInstance::launchedMs).reversed();
            case "OldestLaunchConfiguration" -> byConfiguration;
            case "ClosestToNextInstanceHour" -> byHour;
            case "Default" -> byConfiguration.thenComparing(byHour);
            default -> (_, _) -> 0;
        };
    }
}
