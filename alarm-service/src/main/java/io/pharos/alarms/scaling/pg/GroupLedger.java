package io.pharos.alarms.scaling.pg;

import io.pharos.alarms.ledger.pg.PolicyAlarms;
import io.pharos.alarms.scaling.Activities;
import io.pharos.alarms.scaling.Cause;
import io.pharos.alarms.scaling.GroupInstance;
import io.pharos.alarms.scaling.GroupKey;
import io.pharos.alarms.scaling.GroupMetrics;
import io.pharos.alarms.scaling.GroupRules;
import io.pharos.alarms.scaling.KeptGroup;
import io.pharos.alarms.scaling.LifecycleHooks;
import io.pharos.alarms.scaling.Reconciliation;
import io.pharos.alarms.scaling.ScalingName;
import io.pharos.kit.Database;
import io.pharos.wire.AwsError;
import io.pharos.wire.Tenant;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.autoscaling.model.Activity;
import software.amazon.awssdk.services.autoscaling.model.AlreadyExistsException;
import software.amazon.awssdk.services.autoscaling.model.AutoScalingGroup;
import software.amazon.awssdk.services.autoscaling.model.AutoScalingInstanceDetails;
import software.amazon.awssdk.services.autoscaling.model.CreateAutoScalingGroupRequest;
import software.amazon.awssdk.services.autoscaling.model.LifecycleState;
import software.amazon.awssdk.services.autoscaling.model.LimitExceededException;
import software.amazon.awssdk.services.autoscaling.model.ResourceInUseException;
import software.amazon.awssdk.services.autoscaling.model.ScalingActivityInProgressException;
import software.amazon.awssdk.services.autoscaling.model.UpdateAutoScalingGroupRequest;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;

/// Groups and their instances. Every change of a group happens under its row's lock, so that clients,
/// policies and the reconciler never write over each other.
public final class GroupLedger {
    private static final String ROLE =
            "role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling";

    private final Database database;
    private final PolicyAlarms alarms;
    private final int maxGroups;

    /// @param maxGroups how many groups a tenant may have
    public GroupLedger(Database database, PolicyAlarms alarms, int maxGroups) {
        this.database = database;
        this.alarms = alarms;
        this.maxGroups = maxGroups;
    }

    /// The request has passed [GroupRules#check].
    public void create(Tenant tenant, CreateAutoScalingGroupRequest request, Instant now) {
        var key = new GroupKey(tenant, request.autoScalingGroupName());
        var arn = ScalingName.group(tenant, UUID.randomUUID(), key.name());
        var role = "arn:aws:iam::" + tenant.account() + ":" + ROLE;
        var group = GroupRules.create(request, arn, role, now);
        database.run(tx -> {
            var rows = new GroupRows(tx);
            if (rows.count(tenant) >= maxGroups) {
                throw LimitExceededException.builder()
                        .message("You may not have more than " + maxGroups + " AutoScalingGroups.")
                        .build();
            }
            requireLaunchConfiguration(tx, tenant, group.launchConfigurationName());
            var cause = Cause.created(now, group.desiredCapacity());
            var kept = new KeptGroup(key, group, false, cause, 0, null, 0, 0, 0);
            if (!rows.insert(kept.desiring(group, cause, kept.ownWarmUp()), now)) {
                throw AlreadyExistsException.builder()
                        .message(
                                "AutoScalingGroup by this name already exists - A group with the"
                                        + " name "
                                        + key.name()
                                        + " already exists")
                        .build();
            }
            for (var hook : request.lifecycleHookSpecificationList()) {
                LifecycleLedger.put(tx, kept, LifecycleHooks.of(key.name(), hook), now);
            }
        });
    }

    private static void requireLaunchConfiguration(
            Connection tx, Tenant tenant, @Nullable String name) throws SQLException {
        if (name != null && new LaunchConfigurationRows(tx).find(tenant, name).isEmpty()) {
            throw AwsError.validation(
                    "Launch configuration name not found - Launch configuration "
                            + name
                            + " not found");
        }
    }

    /// The request has passed [GroupRules#check].
    public void update(Tenant tenant, UpdateAutoScalingGroupRequest request, Instant now) {
        change(
                tenant,
                request.autoScalingGroupName(),
                now,
                (tx, kept) -> {
                    requireNotDeleting(kept);
                    requireLaunchConfiguration(tx, tenant, request.launchConfigurationName());
                    var group = GroupRules.update(kept.group(), request);
                    int from = kept.group().desiredCapacity();
                    int to = group.desiredCapacity();
                    return from == to
                            ? kept.with(group)
                            : kept.desiring(
                                    group,
                                    Cause.updated(now, group.minSize(), group.maxSize(), from, to),
                                    kept.with(group).ownWarmUp());
                });
    }

    /// Whatever else is kept of a group, without a look at its capacity.
    public void configure(
            Tenant tenant, String name, Instant now, UnaryOperator<AutoScalingGroup> change) {
        change(tenant, name, now, (_, kept) -> kept.with(change.apply(kept.group())));
    }

    /// @param honorCooldown whether a running cooldown refuses it
    public void setDesired(
            Tenant tenant, String name, int desired, boolean honorCooldown, Instant now) {
        change(
                tenant,
                name,
                now,
                (_, kept) -> {
                    requireNotDeleting(kept);
                    if (honorCooldown && kept.isCooling(now)) {
                        throw inProgress(
                                "Scaling activity was rejected because the group is in its"
                                        + " cooldown period");
                    }
                    checkDesired(kept.group(), desired);
                    int from = kept.group().desiredCapacity();
                    return from == desired
                            ? kept
                            : kept.desiring(
                                    desiring(kept.group(), desired),
                                    Cause.desired(now, from, desired),
                                    kept.ownWarmUp());
                });
    }

    private static void checkDesired(AutoScalingGroup group, int desired) {
        if (desired > group.maxSize()) {
            throw AwsError.validation(
                    "New SetDesiredCapacity value "
                            + desired
                            + " is above max value "
                            + group.maxSize()
                            + " for the AutoScalingGroup.");
        }
        if (desired < group.minSize()) {
            throw AwsError.validation(
                    "New SetDesiredCapacity value "
                            + desired
                            + " is below min value "
                            + group.minSize()
                            + " for the AutoScalingGroup.");
        }
    }

    static AutoScalingGroup desiring(AutoScalingGroup group, int desired) {
        return group.toBuilder().desiredCapacity(desired).build();
    }

    static ScalingActivityInProgressException inProgress(String message) {
        return ScalingActivityInProgressException.builder().message(message).build();
    }

    /// @param force whether instances go along
    public void delete(Tenant tenant, String name, boolean force, Instant now) {
        database.run(tx -> {
            var kept = lock(tx, new GroupKey(tenant, name));
            var instances = new InstanceRows(tx).of(kept.key());
            if (instances.isEmpty()) {
                remove(tx, kept, now);
                return;
            }
            if (!force && instances.stream().anyMatch(one -> one.activity() != null)) {
                throw inProgress(
                        "You cannot delete an AutoScalingGroup while there are scaling activities"
                                + " in progress for that group.");
            }
            if (!force) {
                throw ResourceInUseException.builder()
                        .message(
                                "You cannot delete an AutoScalingGroup while there are instances or"
                                        + " pending Spot instance request(s) still in the group.")
                        .build();
            }
            var group = kept.group().toBuilder().status("Delete in progress").build();
            new GroupRows(tx).update(kept.with(group).goingAway(), now);
        });
    }

    /// The group, its policies, what alarms did for it, and alarms that were made for it alone.
    void remove(Connection tx, KeptGroup kept, Instant now) throws SQLException {
        var tenant = kept.key().tenant();
        var policies = new PolicyRows(tx);
        for (var policy : policies.of(kept.key())) {
            alarms.delete(tx, tenant, policy.alarms(), now);
            alarms.dropAction(tx, tenant, policy.policy().policyARN(), now);
            policies.delete(kept.key(), policy.policy().policyName());
        }
        new ScheduleRows(tx).deleteAll(kept.key());
        new GroupRows(tx).delete(kept.key());
    }

    /// Ends one instance; the group replaces it unless its desired capacity goes along.
    public Activity terminate(Tenant tenant, String id, boolean decrement, Instant now) {
        return database.inTransaction(tx -> {
            var kept = lockOf(tx, tenant, id);
            var instance = instance(tx, tenant, id);
            if (!instance.isLive() && instance.state() != LifecycleState.STANDBY) {
                throw AwsError.validation("The instance " + id + " is not in service.");
            }
            int from = kept.group().desiredCapacity();
            var counts = decrement && instance.state() != LifecycleState.STANDBY;
            var to = counts ? from - 1 : from;
            if (to < kept.group().minSize()) {
                throw AwsError.validation(
                        "Currently, desiredSize equals minSize ("
                                + from
                                + "). Terminating instance without replacement will violate group's"
                                + " min size constraint. Either set shouldDecrementDesiredCapacity"
                                + " flag to false or lower group's min size.");
            }
            var cause = Cause.terminated(now, from, to);
            var begun = Reconciliation.terminate(kept, instance, cause, now);
            begin(tx, kept, instance, begun, now);
            var group = desiring(kept.group(), to);
            new GroupRows(tx).update(kept.desiring(group, cause, kept.ownWarmUp()), now);
            return begun.activity();
        });
    }

    /// Writes down what begins; an activity that ran for the instance ends.
    ///
    /// @param before null for a new instance
    static void begin(
            Connection tx,
            KeptGroup kept,
            @Nullable GroupInstance before,
            Reconciliation.Begun begun,
            Instant now)
            throws SQLException {
        var activities = new ActivityRows(tx);
        if (before != null && before.activity() != null) {
            var running = activities.find(before.activity());
            if (running.isPresent()) {
                activities.put(kept.key(), Activities.cancelled(running.get(), now));
            }
        }
        new InstanceRows(tx).put(kept.key(), begun.instance());
        activities.put(kept.key(), begun.activity());
        if (before == null) {
            return;
        }
        new LifecycleRows(tx).endAll(kept.key(), before.id());
        // What never was in service is not held on its way out.
        if (before.isInService() || before.state() == LifecycleState.STANDBY) {
            LifecycleLedger.hold(tx, kept, begun.instance().waiting(), now);
        }
    }

    static GroupInstance instance(Connection tx, Tenant tenant, String id) throws SQLException {
        return new InstanceRows(tx).find(tenant, id).orElseThrow(() -> noInstance(id)).instance();
    }

    static KeptGroup lockOf(Connection tx, Tenant tenant, String id) throws SQLException {
        var member = new InstanceRows(tx).find(tenant, id).orElseThrow(() -> noInstance(id));
        return lock(tx, new GroupKey(tenant, member.group()));
    }

    private static AwsError noInstance(String id) {
        return AwsError.validation(
                "Instance Id not found - No managed instance found for instance ID: " + id);
    }

    @FunctionalInterface
    private interface Change {
        KeptGroup of(Connection tx, KeptGroup kept) throws SQLException;
    }

    private void change(Tenant tenant, String name, Instant now, Change change) {
        database.run(tx -> {
            var kept = lock(tx, new GroupKey(tenant, name));
            new GroupRows(tx).update(change.of(tx, kept), now);
        });
    }

    static KeptGroup lock(Connection tx, GroupKey key) throws SQLException {
        return new GroupRows(tx).lock(key).orElseThrow(() -> notFound(key.name()));
    }

    public static AwsError notFound(String name) {
        return AwsError.validation(
                "AutoScalingGroup name not found - AutoScalingGroup '" + name + "' not found");
    }

    static void requireNotDeleting(KeptGroup kept) {
        if (kept.deleting()) {
            throw inProgress(
                    "AutoScalingGroup by name " + kept.key().name() + " is pending delete");
        }
    }

    /// @throws AwsError when there is no such group
    public AutoScalingGroup require(Tenant tenant, String name) {
        return database.read(
                        connection -> new GroupRows(connection).find(new GroupKey(tenant, name)))
                .map(KeptGroup::group)
                .orElseThrow(() -> notFound(name));
    }

    public List<AutoScalingGroup> list(Tenant tenant, String after, boolean withInstances) {
        return database.read(connection -> {
            var groups = new ArrayList<AutoScalingGroup>();
            for (var kept : new GroupRows(connection).list(tenant, after)) {
                groups.add(withInstances ? told(connection, kept) : kept.group());
            }
            return groups;
        });
    }

    /// One group with its instances.
    public Optional<AutoScalingGroup> find(Tenant tenant, String name) {
        return database.read(connection -> {
            var kept = new GroupRows(connection).find(new GroupKey(tenant, name));
            return kept.isEmpty() ? Optional.empty() : Optional.of(told(connection, kept.get()));
        });
    }

    private static AutoScalingGroup told(Connection connection, KeptGroup kept)
            throws SQLException {
        var template = kept.group().launchTemplate();
        return kept.group().toBuilder()
                .instances(
                        new InstanceRows(connection)
                                .of(kept.key()).stream().map(one -> one.told(template)).toList())
                .build();
    }

    /// Takes a value of a group's metric.
    @FunctionalInterface
    public interface MetricValue {
        void add(GroupKey group, String metric, double value);
    }

    /// Tells the enabled metrics of all groups that nobody told in this minute.
    ///
    /// @param minute since the epoch
    public void metrics(long minute, MetricValue sink) {
        database.run(tx -> {
            for (var key : new GroupRows(tx).claimMetrics(minute)) {
                var kept = new GroupRows(tx).find(key);
                if (kept.isPresent()) {
                    GroupMetrics.values(kept.get().group(), new InstanceRows(tx).of(key))
                            .forEach((metric, value) -> sink.add(key, metric, value));
                }
            }
        });
    }

    /// @param ids empty for all
    public List<AutoScalingInstanceDetails> instances(
            Tenant tenant, List<String> ids, String after, int limit) {
        return database.read(connection -> {
            var groups = new GroupRows(connection);
            var found = new ArrayList<AutoScalingInstanceDetails>();
            for (var member : new InstanceRows(connection).list(tenant, ids, after, limit)) {
                var group = groups.find(new GroupKey(tenant, member.group()));
                var template = group.map(kept -> kept.group().launchTemplate()).orElse(null);
                found.add(member.instance().details(member.group(), template));
            }
            return found;
        });
    }
}
