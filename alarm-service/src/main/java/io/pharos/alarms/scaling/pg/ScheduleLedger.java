package io.pharos.alarms.scaling.pg;

import io.pharos.alarms.scaling.Activities;
import io.pharos.alarms.scaling.Cause;
import io.pharos.alarms.scaling.GroupKey;
import io.pharos.alarms.scaling.KeptGroup;
import io.pharos.alarms.scaling.ScalingName;
import io.pharos.alarms.scaling.ScheduledActions;
import io.pharos.kit.Database;
import io.pharos.wire.AwsError;
import io.pharos.wire.Tenant;

import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.autoscaling.model.LimitExceededException;
import software.amazon.awssdk.services.autoscaling.model.PutScheduledUpdateGroupActionRequest;
import software.amazon.awssdk.services.autoscaling.model.ScheduledUpdateGroupAction;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/// Scheduled actions. Each runs under its group's lock in the transaction that moves it to its next
/// time: once, whatever dies and however many processes there are. One that was missed runs late, and
/// once.
public final class ScheduleLedger {
    private static final int MAX_AT_ONCE = 100;
    private static final Logger LOG = Logger.getLogger(ScheduleLedger.class);

    private final Database database;

    public ScheduleLedger(Database database) {
        this.database = database;
    }

    /// Creates or replaces; the request has passed [ScheduledActions#check].
    public void put(Tenant tenant, PutScheduledUpdateGroupActionRequest request, Instant now) {
        var key = new GroupKey(tenant, request.autoScalingGroupName());
        var due =
                ScheduledActions.first(request, now)
                        .orElseThrow(() ->
                                AwsError.validation("Given recurrence ends before it begins"));
        database.run(tx -> {
            GroupLedger.lock(tx, key);
            var rows = new ScheduleRows(tx);
            var former = rows.find(key, request.scheduledActionName());
            if (former.isEmpty() && rows.count(key) >= ScheduledActions.MAX_PER_GROUP) {
                throw LimitExceededException.builder()
                        .message(
                                "You may not have more than "
                                        + ScheduledActions.MAX_PER_GROUP
                                        + " scheduled actions for an AutoScalingGroup.")
                        .build();
            }
            var arn =
                    former.map(kept -> kept.action().scheduledActionARN())
                            .orElseGet(() ->
                                    ScalingName.scheduledAction(
                                            tenant,
                                            UUID.randomUUID(),
                                            key.name(),
                                            request.scheduledActionName()));
            rows.put(key, ScheduledActions.of(request, arn), due);
        });
    }

    /// @throws AwsError when there is no such action, or no such group
    public void delete(Tenant tenant, String group, String name) {
        var key = new GroupKey(tenant, group);
        database.run(tx -> {
            GroupLedger.lock(tx, key);
            if (!new ScheduleRows(tx).delete(key, name)) {
                throw AwsError.validation(
                        "Scheduled action name not found - Scheduled action "
                                + name
                                + " not found");
            }
        });
    }

    /// By group, then by name.
    ///
    /// @param group null for those of all groups
    public List<ScheduledUpdateGroupAction> list(Tenant tenant, @Nullable String group) {
        return database.read(connection ->
                new ScheduleRows(connection)
                        .list(tenant, group).stream()
                                .map(kept -> ScheduledActions.told(kept.action(), kept.due()))
                                .toList());
    }

    /// Runs some of what is due. One that fails waits for the next call, and delays no other.
    public void runDue(Instant now) {
        for (var due : database.read(tx -> new ScheduleRows(tx).due(now, MAX_AT_ONCE))) {
            try {
                database.run(tx -> run(tx, due.group(), due.action().scheduledActionName(), now));
            } catch (RuntimeException failure) {
                LOG.warnf(failure, "scheduled action waits: group=%s", due.group().name());
            }
        }
    }

    private static void run(Connection tx, GroupKey key, String name, Instant now)
            throws SQLException {
        var rows = new ScheduleRows(tx);
        var group = new GroupRows(tx).lock(key);
        var kept = rows.find(key, name);
        if (group.isEmpty() || kept.isEmpty() || kept.get().due().isAfter(now)) {
            return; // somebody else was faster
        }
        var action = kept.get().action();
        if (!group.get().deleting() && !group.get().isSuspended("ScheduledActions")) {
            apply(tx, group.get(), action, now);
        }
        var next = ScheduledActions.next(action, now);
        if (next.isPresent()) {
            rows.put(key, action, next.get());
        } else {
            rows.delete(key, name);
        }
    }

    private static void apply(
            Connection tx, KeptGroup kept, ScheduledUpdateGroupAction action, Instant now)
            throws SQLException {
        int from = kept.group().desiredCapacity();
        try {
            var group = ScheduledActions.applied(kept.group(), action);
            int to = group.desiredCapacity();
            var cause = Cause.scheduled(now, group.minSize(), group.maxSize(), from, to);
            new GroupRows(tx)
                    .update(
                            from == to
                                    ? kept.with(group)
                                    : kept.desiring(group, cause, kept.ownWarmUp()),
                            now);
        } catch (AwsError refused) {
            var failed =
                    Activities.notScheduled(
                            kept, action, String.valueOf(refused.getMessage()), now);
            new ActivityRows(tx).put(kept.key(), failed);
        }
    }
}
