package io.pharos.alarms.scaling.pg;

import io.pharos.alarms.scaling.Activities;
import io.pharos.alarms.scaling.Cause;
import io.pharos.alarms.scaling.GroupInstance;
import io.pharos.alarms.scaling.GroupKey;
import io.pharos.alarms.scaling.GroupRules;
import io.pharos.alarms.scaling.KeptGroup;
import io.pharos.alarms.scaling.Reconciliation;
import io.pharos.kit.Database;
import io.pharos.wire.AwsError;
import io.pharos.wire.Tenant;

import software.amazon.awssdk.services.autoscaling.model.Activity;
import software.amazon.awssdk.services.autoscaling.model.LifecycleState;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// What clients do to single instances of a group, each under the group's lock.
public final class InstanceLedger {
    private final Database database;

    public InstanceLedger(Database database) {
        this.database = database;
    }

    /// Puts instances that are nowhere yet into a group; its desired capacity grows with them.
    ///
    /// @throws AwsError when one is in a group, or the group has no room
    public void attach(Tenant tenant, String group, List<String> ids, Instant now) {
        database.run(tx -> {
            var kept = GroupLedger.lock(tx, new GroupKey(tenant, group));
            GroupLedger.requireNotDeleting(kept);
            int from = kept.group().desiredCapacity();
            for (var id : ids) {
                var member = new InstanceRows(tx).find(tenant, id);
                if (member.isPresent()) {
                    throw AwsError.validation(
                            "Instance "
                                    + id
                                    + " is already in another AutoScalingGroup: "
                                    + member.get().group());
                }
                var cause = Cause.attached(now, id, from, from + ids.size());
                var begun = Reconciliation.attach(kept, id, cause, now);
                GroupLedger.begin(tx, kept, null, begun, now);
            }
            changeBy(tx, kept, ids.size(), now);
        });
    }

    /// Takes instances out of a group; they live on. The group replaces them unless its desired
    /// capacity goes along.
    public List<Activity> detach(
            Tenant tenant, String group, List<String> ids, boolean decrement, Instant now) {
        return database.inTransaction(tx -> {
            var kept = GroupLedger.lock(tx, new GroupKey(tenant, group));
            var activities = new ArrayList<Activity>();
            int from = kept.group().desiredCapacity();
            var counted = 0;
            for (var id : ids) {
                var instance = member(tx, kept, id);
                if (instance.state() != LifecycleState.STANDBY) {
                    requireState(instance, LifecycleState.IN_SERVICE);
                    counted++;
                }
                var to = decrement ? from - counted : from;
                var cause = Cause.detached(now, id, from, to);
                new InstanceRows(tx).delete(tenant, id);
                activities.add(over(tx, Activities.detach(kept, instance, cause, now), kept));
            }
            changeBy(tx, kept, decrement ? -counted : 0, now);
            return activities;
        });
    }

    public void setHealth(Tenant tenant, String id, boolean healthy, boolean grace, Instant now) {
        database.run(tx -> {
            var kept = GroupLedger.lockOf(tx, tenant, id);
            var instance = GroupLedger.instance(tx, tenant, id);
            int graceSeconds = kept.group().healthCheckGracePeriod();
            var inGrace =
                    grace && now.toEpochMilli() < instance.launchedMs() + graceSeconds * 1_000L;
            if (!inGrace) {
                new InstanceRows(tx).put(kept.key(), instance.withHealth(healthy));
                new GroupRows(tx).update(kept, now);
            }
        });
    }

    public void protect(
            Tenant tenant, String group, List<String> ids, boolean nowProtected, Instant now) {
        database.run(tx -> {
            var kept = GroupLedger.lock(tx, new GroupKey(tenant, group));
            for (var id : ids) {
                var instance = member(tx, kept, id);
                new InstanceRows(tx).put(kept.key(), instance.withProtection(nowProtected));
            }
            new GroupRows(tx).update(kept, now);
        });
    }

    /// Instances on standby are not counted and not replaced.
    public List<Activity> standby(
            Tenant tenant, String group, List<String> ids, boolean decrement, Instant now) {
        return database.inTransaction(tx -> {
            var kept = GroupLedger.lock(tx, new GroupKey(tenant, group));
            var activities = new ArrayList<Activity>();
            for (var id : ids) {
                var instance = member(tx, kept, id);
                requireState(instance, LifecycleState.IN_SERVICE);
                new InstanceRows(tx)
                        .put(kept.key(), instance.in(LifecycleState.STANDBY, null, now));
                activities.add(over(tx, Activities.standby(kept, instance, now), kept));
            }
            changeBy(tx, kept, decrement ? -ids.size() : 0, now);
            return activities;
        });
    }

    /// Back into service: the desired capacity grows with them.
    public List<Activity> unstandby(Tenant tenant, String group, List<String> ids, Instant now) {
        return database.inTransaction(tx -> {
            var kept = GroupLedger.lock(tx, new GroupKey(tenant, group));
            var activities = new ArrayList<Activity>();
            for (var id : ids) {
                var instance = member(tx, kept, id);
                requireState(instance, LifecycleState.STANDBY);
                new InstanceRows(tx)
                        .put(kept.key(), instance.in(LifecycleState.IN_SERVICE, null, now));
                activities.add(over(tx, Activities.unstandby(kept, instance, now), kept));
            }
            changeBy(tx, kept, ids.size(), now);
            return activities;
        });
    }

    private static Activity over(Connection tx, Activity activity, KeptGroup kept)
            throws SQLException {
        new ActivityRows(tx).put(kept.key(), activity);
        return activity;
    }

    private static void requireState(GroupInstance instance, LifecycleState state) {
        if (instance.state() != state) {
            throw AwsError.validation(
                    "The instance " + instance.id() + " is not in " + state + ".");
        }
    }

    private static void changeBy(Connection tx, KeptGroup kept, int difference, Instant now)
            throws SQLException {
        int from = kept.group().desiredCapacity();
        var to = from + difference;
        GroupRules.checkSizes(kept.group().minSize(), kept.group().maxSize(), to);
        var changed =
                kept.desiring(
                        GroupLedger.desiring(kept.group(), to),
                        Cause.desired(now, from, to),
                        kept.ownWarmUp());
        new GroupRows(tx).update(difference == 0 ? kept : changed, now);
    }

    private static GroupInstance member(Connection tx, KeptGroup kept, String id)
            throws SQLException {
        return new InstanceRows(tx)
                .find(kept.key().tenant(), id)
                .filter(member -> member.group().equals(kept.key().name()))
                .map(InstanceRows.Member::instance)
                .orElseThrow(() ->
                        AwsError.validation(
                                "The instance "
                                        + id
                                        + " is not part of Auto Scaling group "
                                        + kept.key().name()
                                        + "."));
    }
}
