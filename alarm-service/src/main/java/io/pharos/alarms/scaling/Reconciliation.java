package io.pharos.alarms.scaling;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.autoscaling.model.Activity;
import software.amazon.awssdk.services.autoscaling.model.LifecycleState;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;

/// What is to begin so that a group has the instances it is to have. Pure: the ledger writes it down,
/// a driver makes it true.
public final class Reconciliation {
    /// Instances that come or go at a time; the rest follow.
    static final int MAX_AT_ONCE = 100;

    private static final int ID_LENGTH = 17;

    private Reconciliation() {}

    /// An instance in its new state, and the activity that began for it.
    public record Begun(GroupInstance instance, Activity activity) {}

    /// What a new instance is made of.
    ///
    /// @param type null when only the launch template knows it
    /// @param launchConfigurations when each was created
    public record Material(@Nullable String type, Map<String, Instant> launchConfigurations) {}

    /// @param instances all of the group
    /// @param random makes ids
    public static List<Begun> begin(
            KeptGroup kept,
            List<GroupInstance> instances,
            Material material,
            Instant now,
            Random random) {
        if (kept.retryMs() > now.toEpochMilli()) {
            return List.of();
        }
        var begun = new ArrayList<Begun>();
        var live = new ArrayList<>(instances.stream().filter(GroupInstance::isLive).toList());
        if (!kept.isSuspended("Terminate")
                && !kept.isSuspended("ReplaceUnhealthy")
                && !kept.isSuspended("HealthCheck")) {
            for (var instance : List.copyOf(live)) {
                if (!instance.healthy() && begun.size() < MAX_AT_ONCE) {
                    live.remove(instance);
                    begun.add(terminate(kept, instance, Cause.unhealthy(now), now));
                }
            }
        }
        int desired = kept.deleting() ? 0 : kept.group().desiredCapacity();
        if (live.size() > desired && !kept.isSuspended("Terminate")) {
            shrink(kept, live, desired, material, now, begun);
        } else if (live.size() < desired && !kept.isSuspended("Launch")) {
            grow(kept, live, desired, material, now, random, begun);
        }
        return begun;
    }

    private static void shrink(
            KeptGroup kept,
            List<GroupInstance> live,
            int desired,
            Material material,
            Instant now,
            List<Begun> begun) {
        var free =
                kept.deleting()
                        ? live.stream().map(one -> one.withProtection(false)).toList()
                        : live;
        var count = Math.min(live.size() - desired, MAX_AT_ONCE);
        var going =
                Termination.choose(
                        free,
                        count,
                        kept.group().terminationPolicies(),
                        material.launchConfigurations(),
                        now);
        for (var instance : going) {
            var cause = Cause.shrink(kept.cause(), now, live.size(), desired, instance.id());
            begun.add(terminate(kept, instance, cause, now));
        }
    }

    private static void grow(
            KeptGroup kept,
            List<GroupInstance> live,
            int desired,
            Material material,
            Instant now,
            Random random,
            List<Begun> begun) {
        var cause = Cause.launch(kept.cause(), now, live.size(), desired);
        var perZone = new HashMap<String, Integer>();
        live.forEach(instance -> perZone.merge(instance.zone(), 1, Integer::sum));
        var count = Math.min(desired - live.size(), MAX_AT_ONCE);
        for (var i = 0; i < count; i++) {
            var zone = emptiest(zones(kept), perZone);
            perZone.merge(zone, 1, Integer::sum);
            var instance = instance(kept, zone, material, now, random);
            begun.add(new Begun(instance, Activities.launch(kept, instance, cause, now)));
        }
    }

    private static List<String> zones(KeptGroup kept) {
        var zones = kept.group().availabilityZones();
        return zones.isEmpty() ? List.of(kept.key().tenant().region() + "a") : zones;
    }

    private static String emptiest(List<String> zones, Map<String, Integer> perZone) {
        var best = zones.getFirst();
        for (var zone : zones) {
            if (perZone.getOrDefault(zone, 0) < perZone.getOrDefault(best, 0)) {
                best = zone;
            }
        }
        return best;
    }

    private static GroupInstance instance(
            KeptGroup kept, String zone, Material material, Instant now, Random random) {
        return new GroupInstance(
                newId(random),
                material.type(),
                zone,
                LifecycleState.PENDING,
                true,
                kept.group().launchConfigurationName(),
                Boolean.TRUE.equals(kept.group().newInstancesProtectedFromScaleIn()),
                now.toEpochMilli(),
                now.toEpochMilli(),
                0,
                kept.warmUp(),
                new UUID(random.nextLong(), random.nextLong()));
    }

    private static String newId(Random random) {
        var id = new StringBuilder("i-");
        for (var i = 0; i < ID_LENGTH; i++) {
            id.append(Character.forDigit(random.nextInt(16), 16));
        }
        return id.toString();
    }

    /// An instance that is there already is coming into the group from now on.
    public static Begun attach(KeptGroup kept, String id, String cause, Instant now) {
        var instance =
                new GroupInstance(
                        id,
                        null,
                        zones(kept).getFirst(),
                        LifecycleState.PENDING,
                        true,
                        null,
                        Boolean.TRUE.equals(kept.group().newInstancesProtectedFromScaleIn()),
                        now.toEpochMilli(),
                        now.toEpochMilli(),
                        0,
                        kept.ownWarmUp(),
                        UUID.randomUUID());
        return new Begun(instance, Activities.attach(kept, instance, cause, now));
    }

    /// The instance is going from now on.
    public static Begun terminate(
            KeptGroup kept, GroupInstance instance, String cause, Instant now) {
        var going = instance.in(LifecycleState.TERMINATING, UUID.randomUUID(), now);
        return new Begun(going, Activities.terminate(kept, going, cause, now));
    }
}
