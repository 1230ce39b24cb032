package io.pharos.alarms.scaling.pg;

import io.pharos.alarms.alarm.AlarmKey;
import io.pharos.alarms.ledger.pg.PolicyAlarms;
import io.pharos.alarms.scaling.Breach;
import io.pharos.alarms.scaling.Cause;
import io.pharos.alarms.scaling.Decision;
import io.pharos.alarms.scaling.GroupInstance;
import io.pharos.alarms.scaling.GroupKey;
import io.pharos.alarms.scaling.KeptGroup;
import io.pharos.alarms.scaling.KeptPolicy;
import io.pharos.alarms.scaling.PolicyDecision;
import io.pharos.alarms.scaling.PolicyRules;
import io.pharos.alarms.scaling.Reading;
import io.pharos.alarms.scaling.ScalingName;
import io.pharos.alarms.scaling.Standing;
import io.pharos.alarms.scaling.TargetTracking;
import io.pharos.kit.Database;
import io.pharos.wire.AwsError;
import io.pharos.wire.Tenant;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.autoscaling.model.Alarm;
import software.amazon.awssdk.services.autoscaling.model.LimitExceededException;
import software.amazon.awssdk.services.autoscaling.model.PutScalingPolicyRequest;
import software.amazon.awssdk.services.autoscaling.model.ScalingPolicy;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricAlarmRequest;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/// Policies, the alarms target tracking makes for itself, and what becomes of a group when a policy is
/// executed: each in one transaction, under the group's lock.
public final class PolicyLedger {
    static final int MAX_POLICIES = 50;

    /// Alarms trigger their policies once a minute: what was asked for longer ago counts no more.
    private static final Duration VOTE = Duration.ofMinutes(1);

    private final Database database;
    private final PolicyAlarms alarms;

    public PolicyLedger(Database database, PolicyAlarms alarms) {
        this.database = database;
        this.alarms = alarms;
    }

    /// Creates or replaces a policy; the request has passed [PolicyRules#check].
    ///
    /// @return with the alarms that target tracking made
    public ScalingPolicy put(Tenant tenant, PutScalingPolicyRequest request, Instant now) {
        var key = new GroupKey(tenant, request.autoScalingGroupName());
        return database.inTransaction(tx -> {
            GroupLedger.lock(tx, key);
            var rows = new PolicyRows(tx);
            var before = rows.find(key, request.policyName());
            if (before.isEmpty() && rows.of(key).size() >= MAX_POLICIES) {
                throw LimitExceededException.builder()
                        .message("A group may not have more than " + MAX_POLICIES + " policies.")
                        .build();
            }
            var arn =
                    before.map(kept -> kept.policy().policyARN())
                            .orElseGet(() ->
                                    ScalingName.policy(
                                            tenant,
                                            UUID.randomUUID(),
                                            key.name(),
                                            request.policyName()));
            var policy = PolicyRules.policy(request, arn);
            if (before.isPresent()) {
                alarms.delete(tx, tenant, before.get().alarms(), now);
            }
            var made = makeAlarms(tx, tenant, policy, now);
            rows.put(tenant, new KeptPolicy(policy, made, 0, 0));
            return policy.toBuilder()
                    .alarms(made.stream().map(name -> alarm(tenant, name)).toList())
                    .build();
        });
    }

    private List<String> makeAlarms(Connection tx, Tenant tenant, ScalingPolicy policy, Instant now)
            throws SQLException {
        if (!policy.policyType().equals(PolicyDecision.TARGET)) {
            return List.of();
        }
        var names = new ArrayList<String>();
        for (var request : TargetTracking.alarms(policy, () -> UUID.randomUUID().toString())) {
            makeAlarm(tx, tenant, request, now);
            names.add(request.alarmName());
        }
        return names;
    }

    /// By PutMetricAlarm's own rules.
    private void makeAlarm(Connection tx, Tenant tenant, PutMetricAlarmRequest request, Instant now)
            throws SQLException {
        try {
            alarms.create(tx, tenant, request, now);
        } catch (software.amazon.awssdk.services.cloudwatch.model.LimitExceededException full) {
            throw LimitExceededException.builder().message(full.getMessage()).build();
        }
    }

    private static Alarm alarm(Tenant tenant, String name) {
        return Alarm.builder().alarmName(name).alarmARN(new AlarmKey(tenant, name).arn()).build();
    }

    /// All of a group or of the tenant, with every alarm that triggers them; by group and name.
    ///
    /// @param group null for all groups
    public List<ScalingPolicy> list(Tenant tenant, @Nullable String group) {
        return database.read(connection -> {
            var policies = new ArrayList<ScalingPolicy>();
            for (var kept : new PolicyRows(connection).list(tenant, group)) {
                var policy = kept.policy();
                var triggers = alarms.withAction(connection, tenant, policy.policyARN());
                policies.add(
                        policy.toBuilder()
                                .alarms(triggers.stream().map(one -> alarm(tenant, one)).toList())
                                .build());
            }
            return policies;
        });
    }

    /// @param name of the policy, or its ARN, which makes the group's name needless
    public void delete(Tenant tenant, @Nullable String group, String name, Instant now) {
        database.run(tx -> {
            var found = find(tx, tenant, group, name);
            var policy = found.policy();
            var key = new GroupKey(tenant, policy.autoScalingGroupName());
            alarms.delete(tx, tenant, found.alarms(), now);
            alarms.dropAction(tx, tenant, policy.policyARN(), now);
            new PolicyRows(tx).delete(key, policy.policyName());
        });
    }

    /// Locks the group too.
    private static KeptPolicy find(
            Connection tx, Tenant tenant, @Nullable String group, String nameOrArn)
            throws SQLException {
        var named = ScalingName.policyOf(nameOrArn);
        if (named.isEmpty() && group == null) {
            throw AwsError.validation(
                    "The AutoScalingGroupName must be given when the policy is not named by its"
                            + " ARN.");
        }
        var key = new GroupKey(tenant, named.isPresent() ? named.get().group() : group + "");
        var name = named.isPresent() ? named.get().policy() : nameOrArn;
        GroupLedger.lock(tx, key);
        return new PolicyRows(tx)
                .find(key, name)
                .filter(kept -> named.isEmpty() || kept.policy().policyARN().equals(nameOrArn))
                .orElseThrow(() ->
                        AwsError.validation(
                                "PolicyName not found - '" + nameOrArn + "' not found"));
    }

    /// ExecutePolicy.
    ///
    /// @param reading for step policies, which ask for one; null for the others
    public void execute(
            Tenant tenant,
            @Nullable String group,
            String name,
            @Nullable Reading reading,
            boolean honorCooldown,
            Instant now) {
        database.run(tx -> {
            var kept = find(tx, tenant, group, name);
            var policy = kept.policy();
            checkReading(policy, reading);
            if (Boolean.FALSE.equals(policy.enabled())) {
                throw AwsError.validation("The policy " + policy.policyName() + " is disabled.");
            }
            var decision = execute(tx, tenant, policy, reading, honorCooldown, null, now);
            var simple = policy.policyType().equals(PolicyDecision.SIMPLE);
            if (simple && honorCooldown && isWait(decision)) {
                throw GroupLedger.inProgress("Scaling activity was rejected: " + decision.stay());
            }
        });
    }

    private static boolean isWait(Decision decision) {
        var why = decision.stay();
        return why != null && (why.contains("cooldown") || why.contains("in progress"));
    }

    private static void checkReading(ScalingPolicy policy, @Nullable Reading reading) {
        if (policy.policyType().equals(PolicyDecision.TARGET)) {
            throw AwsError.validation("Policies of type TargetTrackingScaling can't be executed.");
        }
        var step = policy.policyType().equals(PolicyDecision.STEP);
        if (step && reading == null) {
            throw AwsError.validation(
                    "You must specify MetricValue and BreachThreshold for policies of type:"
                            + " StepScaling");
        }
        if (!step && reading != null) {
            throw AwsError.validation(
                    "You must not specify MetricValue and BreachThreshold for policies of type: "
                            + policy.policyType());
        }
        if (reading == null) {
            return;
        }
        var delta = reading.value() - reading.threshold();
        var steps = policy.stepAdjustments();
        if (io.pharos.alarms.scaling.Steps.find(steps, delta, reading.upwards()).isEmpty()) {
            throw AwsError.validation(
                    "No step adjustment found for the specified MetricValue and BreachThreshold.");
        }
    }

    /// What an alarm in state ALARM does.
    ///
    /// @param breach null when the alarm has no threshold
    /// @throws AwsError when there is no such policy, or it or its group takes no triggers
    public Decision trigger(
            AlarmKey alarm, String policyArn, @Nullable Breach breach, Instant now) {
        return database.inTransaction(tx -> {
            var tenant = alarm.tenant();
            var policy = find(tx, tenant, null, policyArn).policy();
            if (Boolean.FALSE.equals(policy.enabled())) {
                throw AwsError.validation("The policy " + policy.policyName() + " is disabled.");
            }
            var reading = breach == null ? null : breach.reading(policy.metricAggregationType());
            if (reading == null && !policy.policyType().equals(PolicyDecision.SIMPLE)) {
                throw AwsError.validation(
                        "The metric of alarm " + alarm.name() + " has no value to scale by.");
            }
            return execute(tx, tenant, policy, reading, true, alarm.name(), now);
        });
    }

    private static Decision execute(
            Connection tx,
            Tenant tenant,
            ScalingPolicy policy,
            @Nullable Reading reading,
            boolean honorCooldown,
            @Nullable String alarm,
            Instant now)
            throws SQLException {
        var key = new GroupKey(tenant, policy.autoScalingGroupName());
        var kept = GroupLedger.lock(tx, key);
        if (kept.deleting()) {
            throw GroupLedger.inProgress(
                    "AutoScalingGroup by name " + key.name() + " is pending delete");
        }
        if (alarm != null && kept.isSuspended("AlarmNotification")) {
            throw AwsError.validation(
                    "The process AlarmNotification is suspended for the group " + key.name() + ".");
        }
        var instances = new InstanceRows(tx).of(key);
        var others = othersWant(tx, policy, key, now);
        var decision =
                PolicyDecision.of(
                        policy, standing(kept, instances, others, now), reading, honorCooldown);
        new PolicyRows(tx).wants(tenant, policy, decision.wanted(), now);
        if (decision.changes()) {
            new GroupRows(tx).update(changed(kept, policy, decision, alarm, now), now);
        }
        return decision;
    }

    private static KeptGroup changed(
            KeptGroup kept,
            ScalingPolicy policy,
            Decision decision,
            @Nullable String alarm,
            Instant now) {
        int from = kept.group().desiredCapacity();
        var to = decision.desired();
        var name = policy.policyName();
        var cause =
                alarm == null
                        ? Cause.executed(now, name, from, to)
                        : Cause.alarm(now, alarm, name, from, to);
        var group = GroupLedger.desiring(kept.group(), to);
        if (!policy.policyType().equals(PolicyDecision.SIMPLE)) {
            return kept.desiring(group, cause, warmUp(kept, policy));
        }
        var cooldown =
                policy.cooldown() == null ? kept.group().defaultCooldown() : policy.cooldown();
        return kept.desiring(group, cause, kept.ownWarmUp()).cooling(cooldown, now);
    }

    /// AWS: the policy's own, else the group's, else the group's cooldown.
    private static int warmUp(KeptGroup kept, ScalingPolicy policy) {
        if (policy.estimatedInstanceWarmup() != null) {
            return policy.estimatedInstanceWarmup();
        }
        return kept.group().defaultInstanceWarmup() != null
                ? kept.ownWarmUp()
                : kept.group().defaultCooldown();
    }

    private static int othersWant(Connection tx, ScalingPolicy policy, GroupKey key, Instant now)
            throws SQLException {
        return new PolicyRows(tx)
                .of(key).stream()
                        .filter(other -> !other.policy().policyName().equals(policy.policyName()))
                        .filter(other -> other.wantedMs() > now.minus(VOTE).toEpochMilli())
                        .mapToInt(KeptPolicy::wanted)
                        .max()
                        .orElse(0);
    }

    static Standing standing(
            KeptGroup kept, List<GroupInstance> instances, int othersWant, Instant now) {
        var settled = 0;
        var warming = false;
        var busy = false;
        for (var instance : instances) {
            if (instance.isWarming(now)) {
                warming = true;
            } else if (instance.isInService()) {
                settled++;
            }
            busy |= instance.activity() != null;
        }
        var group = kept.group();
        return new Standing(
                group.minSize(),
                group.maxSize(),
                group.desiredCapacity(),
                settled,
                warming,
                busy,
                kept.isCooling(now),
                othersWant);
    }
}
