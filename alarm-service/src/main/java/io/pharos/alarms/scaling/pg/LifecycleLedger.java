package io.pharos.alarms.scaling.pg;

import io.pharos.alarms.ledger.pg.Outbox;
import io.pharos.alarms.scaling.Activities;
import io.pharos.alarms.scaling.Cause;
import io.pharos.alarms.scaling.GroupInstance;
import io.pharos.alarms.scaling.GroupKey;
import io.pharos.alarms.scaling.GroupNews;
import io.pharos.alarms.scaling.KeptGroup;
import io.pharos.alarms.scaling.LifecycleAction;
import io.pharos.alarms.scaling.LifecycleHooks;
import io.pharos.alarms.scaling.LifecycleNews;
import io.pharos.alarms.scaling.Reconciliation;
import io.pharos.kit.Database;
import io.pharos.wire.AwsError;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.autoscaling.model.LifecycleHook;
import software.amazon.awssdk.services.autoscaling.model.LifecycleState;
import software.amazon.awssdk.services.autoscaling.model.LimitExceededException;
import software.amazon.awssdk.services.autoscaling.model.PutLifecycleHookRequest;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;

/// Lifecycle hooks and the instances they hold. Holding, telling of it and letting go each commit with
/// the instance's state under the group's lock: killed anywhere, nothing is held twice or for ever.
public final class LifecycleLedger {
    private final Database database;

    public LifecycleLedger(Database database) {
        this.database = database;
    }

    /// Creates or changes; the request has passed [LifecycleHooks#check]. A topic hears a test at once.
    public void put(GroupKey key, PutLifecycleHookRequest request, Instant now) {
        database.run(tx -> put(tx, GroupLedger.lock(tx, key), request, now));
    }

    static void put(Connection tx, KeptGroup kept, PutLifecycleHookRequest request, Instant now)
            throws SQLException {
        var key = kept.key();
        var rows = new LifecycleRows(tx);
        var former = rows.find(key, request.lifecycleHookName());
        if (former.isEmpty() && rows.hooks(key).size() >= LifecycleHooks.MAX_PER_GROUP) {
            throw LimitExceededException.builder()
                    .message(
                            "You may not have more than "
                                    + LifecycleHooks.MAX_PER_GROUP
                                    + " lifecycle hooks for an AutoScalingGroup.")
                    .build();
        }
        var hook = LifecycleHooks.of(former.orElse(null), request);
        rows.put(key, hook);
        if (hook.notificationTargetARN() != null) {
            var test = GroupNews.test(key, kept.group().autoScalingGroupARN(), now);
            new Outbox(tx)
                    .message(
                            key.tenant(),
                            hook.notificationTargetARN(),
                            GroupNews.testSubject(key),
                            GroupNews.asStructure(test),
                            now);
        }
    }

    /// By name.
    ///
    /// @throws AwsError when there is no such group
    public List<LifecycleHook> list(GroupKey key) {
        return database.read(connection -> {
            if (new GroupRows(connection).find(key).isEmpty()) {
                throw GroupLedger.notFound(key.name());
            }
            return new LifecycleRows(connection).hooks(key);
        });
    }

    /// AWS: instances that the hook holds are let go first, launching ones with ABANDON, terminating
    /// ones with CONTINUE.
    ///
    /// @throws AwsError when there is no such hook
    public void delete(GroupKey key, String name, Instant now) {
        database.run(tx -> {
            var kept = GroupLedger.lock(tx, key);
            var rows = new LifecycleRows(tx);
            var hook = rows.find(key, name);
            if (hook.isEmpty()) {
                throw AwsError.validation("No Lifecycle Hook found with name: " + name);
            }
            var launches = hook.get().lifecycleTransition().equals(LifecycleHooks.LAUNCHING);
            for (var action : rows.actions(key)) {
                if (action.hook().equals(name)) {
                    kept = settle(tx, kept, action, !launches, "Lifecycle Hook was deleted", now);
                }
            }
            rows.delete(key, name);
            new GroupRows(tx).update(kept, now);
        });
    }

    /// One of `token` and `instance` is given.
    ///
    /// @throws AwsError when nothing is held so
    public void complete(
            GroupKey key,
            String hook,
            @Nullable String token,
            @Nullable String instance,
            boolean continues,
            Instant now) {
        database.run(tx -> {
            var kept = GroupLedger.lock(tx, key);
            var action = find(tx, key, hook, token, instance);
            var why = "Lifecycle Action Completed with " + LifecycleHooks.ABANDON + " Result";
            new GroupRows(tx).update(settle(tx, kept, action, continues, why, now), now);
        });
    }

    /// @throws AwsError when nothing is held so
    public void beat(
            GroupKey key,
            String hook,
            @Nullable String token,
            @Nullable String instance,
            Instant now) {
        database.run(tx -> {
            var kept = GroupLedger.lock(tx, key);
            var action = find(tx, key, hook, token, instance);
            new LifecycleRows(tx).put(key, action.beat(now));
            new GroupRows(tx).update(kept, now);
        });
    }

    private static LifecycleAction find(
            Connection tx,
            GroupKey key,
            String hook,
            @Nullable String token,
            @Nullable String instance)
            throws SQLException {
        Predicate<LifecycleAction> asked =
                token != null
                        ? action -> action.token().toString().equals(token)
                        : action -> action.instance().equals(instance);
        return new LifecycleRows(tx)
                .actions(key).stream()
                        .filter(action -> action.hook().equals(hook))
                        .filter(asked)
                        .findFirst()
                        .orElseThrow(() ->
                                AwsError.validation(
                                        "No active Lifecycle Action found with "
                                                + (token != null
                                                        ? "token " + token
                                                        : "instance ID " + instance)));
    }

    /// Holds an instance that has come or is to go, where a hook says so.
    ///
    /// @param held the instance in its state of waiting
    /// @return whether it is held
    static boolean hold(Connection tx, KeptGroup kept, GroupInstance held, Instant now)
            throws SQLException {
        if (kept.deleting()) {
            return false;
        }
        var key = kept.key();
        var transition =
                held.state() == LifecycleState.PENDING_WAIT
                        ? LifecycleHooks.LAUNCHING
                        : LifecycleHooks.TERMINATING;
        var rows = new LifecycleRows(tx);
        var hooks =
                rows.hooks(key).stream()
                        .filter(hook -> hook.lifecycleTransition().equals(transition))
                        .toList();
        for (var hook : hooks) {
            var action = LifecycleAction.begin(hook, held.id(), now);
            rows.put(key, action);
            tell(tx, kept, hook, action, now);
        }
        if (hooks.isEmpty()) {
            return false;
        }
        new InstanceRows(tx).put(key, held);
        var activities = new ActivityRows(tx);
        if (held.activity() != null) {
            var running = activities.find(held.activity());
            if (running.isPresent()) {
                activities.put(key, Activities.held(running.get()));
            }
        }
        return true;
    }

    private static void tell(
            Connection tx, KeptGroup kept, LifecycleHook hook, LifecycleAction action, Instant now)
            throws SQLException {
        var key = kept.key();
        var news = LifecycleNews.of(key, hook, action, now);
        var outbox = new Outbox(tx);
        outbox.event(
                key.tenant(),
                GroupNews.SOURCE,
                news.detailType(),
                List.of(kept.group().autoScalingGroupARN()),
                news.detail(),
                now);
        if (hook.notificationTargetARN() != null) {
            outbox.message(
                    key.tenant(),
                    hook.notificationTargetARN(),
                    news.subject(),
                    GroupNews.asStructure(news.message()),
                    now);
        }
    }

    /// Lets go what was held too long, and whatever a group that goes away still holds.
    ///
    /// @return the group as it is then; not written yet
    static KeptGroup expire(Connection tx, KeptGroup kept, Instant now) throws SQLException {
        var rows = new LifecycleRows(tx);
        var after = kept;
        for (var action : rows.actions(kept.key())) {
            if (after.deleting()) {
                after = settle(tx, after, action, true, "", now);
            } else if (action.isOver(now)) {
                after = settle(tx, after, action, action.continues(), "Heartbeat Timeout", now);
            }
        }
        return after;
    }

    /// Ends one action. An instance on its way in that is abandoned goes at once; one on its way out
    /// goes, whatever else holds it.
    private static KeptGroup settle(
            Connection tx,
            KeptGroup kept,
            LifecycleAction action,
            boolean continues,
            String why,
            Instant now)
            throws SQLException {
        var key = kept.key();
        var rows = new LifecycleRows(tx);
        var others = rows.end(key, action);
        var member = new InstanceRows(tx).find(key.tenant(), action.instance());
        if (member.isEmpty()) {
            return kept;
        }
        var instance = member.get().instance();
        if (instance.state() == LifecycleState.PENDING_WAIT && !continues) {
            return abandon(tx, kept, instance, action, why, now);
        }
        if (others == 0 || !continues) {
            rows.endAll(key, instance.id());
            var next =
                    switch (instance.state()) {
                        case PENDING_WAIT -> LifecycleState.PENDING_PROCEED;
                        case TERMINATING_WAIT -> LifecycleState.TERMINATING_PROCEED;
                        default -> instance.state();
                    };
            new InstanceRows(tx).put(key, instance.in(next, instance.activity(), now));
        }
        return kept;
    }

    private static KeptGroup abandon(
            Connection tx,
            KeptGroup kept,
            GroupInstance instance,
            LifecycleAction action,
            String why,
            Instant now)
            throws SQLException {
        var key = kept.key();
        var activities = new ActivityRows(tx);
        if (instance.activity() != null) {
            var running = activities.find(instance.activity());
            if (running.isPresent()) {
                var ended = Activities.abandoned(running.get(), action.token(), why, now);
                activities.put(key, ended);
                Reconciler.tell(tx, kept, ended, instance.id());
            }
        }
        var quiet = instance.in(instance.state(), null, now);
        var begun = Reconciliation.terminate(kept, quiet, Cause.abandoned(now), now);
        GroupLedger.begin(tx, kept, quiet, begun, now);
        var failures = kept.failures() + 1;
        return kept.after(failures, now.plus(Reconciler.pause(failures)).toEpochMilli());
    }
}
