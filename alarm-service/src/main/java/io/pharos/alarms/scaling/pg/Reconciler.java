package io.pharos.alarms.scaling.pg;

import io.pharos.alarms.ledger.pg.Outbox;
import io.pharos.alarms.scaling.Activities;
import io.pharos.alarms.scaling.GroupInstance;
import io.pharos.alarms.scaling.GroupKey;
import io.pharos.alarms.scaling.GroupNews;
import io.pharos.alarms.scaling.KeptGroup;
import io.pharos.alarms.scaling.Reconciliation;
import io.pharos.alarms.scaling.driver.CapacityDriver;
import io.pharos.alarms.scaling.driver.GroupWork;
import io.pharos.alarms.scaling.driver.Outcome;
import io.pharos.kit.Database;
import io.pharos.wire.Tenant;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.autoscaling.model.Activity;
import software.amazon.awssdk.services.autoscaling.model.LaunchConfiguration;
import software.amazon.awssdk.services.autoscaling.model.LifecycleState;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;

/// Brings groups to what they are to be: begins activities, lets the driver work outside any
/// transaction, and writes down what came of it. Each part holds the group's lock and looks at what is
/// there then, so a crash between them, or a second process, does nothing twice: an activity begins with
/// its instance and ends with it.
public final class Reconciler {
    /// How long a claimed group is nobody else's. A driver that takes longer meets a second one.
    static final Duration LEASE = Duration.ofMinutes(1);

    private static final Duration AGAIN = Duration.ofSeconds(1);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(10);
    private static final int MAX_DOUBLINGS = 5;

    private final Database database;
    private final GroupLedger groups;
    private final CapacityDriver driver;
    private final Random random;

    public Reconciler(Database database, GroupLedger groups, CapacityDriver driver, Random random) {
        this.database = database;
        this.groups = groups;
        this.driver = driver;
        this.random = random;
    }

    /// Groups to be looked at now, at most `limit`.
    public List<GroupKey> claim(Instant now, int limit) {
        return database.inTransaction(tx -> new GroupRows(tx).claim(now, LEASE, limit));
    }

    /// One step for one group.
    public void reconcile(GroupKey key, Instant now) {
        var work = database.inTransaction(tx -> begin(tx, key, now));
        if (work.isEmpty() || work.get().isDone()) {
            return;
        }
        var outcomes = driver.advance(work.get(), now);
        database.run(tx -> apply(tx, work.get(), outcomes, now));
    }

    private Optional<GroupWork> begin(Connection tx, GroupKey key, Instant now)
            throws SQLException {
        var locked = new GroupRows(tx).lock(key);
        if (locked.isEmpty()) {
            return Optional.empty();
        }
        var kept = released(tx, locked.get(), now);
        var rows = new InstanceRows(tx);
        var before =
                rows.of(key).stream()
                        .collect(Collectors.toMap(GroupInstance::id, instance -> instance));
        var configuration = configuration(tx, kept);
        var begun =
                Reconciliation.begin(
                        kept, rows.of(key), material(tx, kept, configuration), now, random);
        for (var one : begun) {
            GroupLedger.begin(tx, kept, before.get(one.instance().id()), one, now);
        }
        var instances = rows.of(key);
        var work = new GroupWork(kept, instances, configuration);
        if (kept.deleting() && instances.isEmpty()) {
            groups.remove(tx, kept, now);
        } else if (work.isDone()) {
            rest(tx, kept, instances, now);
        }
        return Optional.of(work);
    }

    /// Hooks have let go of some instances: those that came are in service.
    private static KeptGroup released(Connection tx, KeptGroup kept, Instant now)
            throws SQLException {
        var after = LifecycleLedger.expire(tx, kept, now);
        for (var instance : new InstanceRows(tx).of(kept.key())) {
            if (instance.state() == LifecycleState.PENDING_PROCEED) {
                conclude(
                        tx,
                        after,
                        instance,
                        instance.in(LifecycleState.IN_SERVICE, null, now),
                        Outcome.DONE,
                        now);
                after = next(after, 0, true, now);
            }
        }
        if (!after.equals(kept)) {
            new GroupRows(tx).update(after, now.plus(LEASE));
        }
        return after;
    }

    private static @Nullable LaunchConfiguration configuration(Connection tx, KeptGroup kept)
            throws SQLException {
        var name = kept.group().launchConfigurationName();
        return name == null
                ? null
                : new LaunchConfigurationRows(tx).find(kept.key().tenant(), name).orElse(null);
    }

    private static Reconciliation.Material material(
            Connection tx, KeptGroup kept, @Nullable LaunchConfiguration configuration)
            throws SQLException {
        Tenant tenant = kept.key().tenant();
        var created =
                new LaunchConfigurationRows(tx)
                        .list(tenant, List.of(), "").stream()
                                .collect(
                                        Collectors.toMap(
                                                LaunchConfiguration::launchConfigurationName,
                                                LaunchConfiguration::createdTime));
        var type = configuration == null ? null : configuration.instanceType();
        return new Reconciliation.Material(type, created);
    }

    /// Nothing is under way: the group is looked at again when something changes, or when what failed is
    /// to be tried again.
    private static void rest(
            Connection tx, KeptGroup kept, List<GroupInstance> instances, Instant now)
            throws SQLException {
        var live = instances.stream().filter(GroupInstance::isLive).count();
        var waits = kept.retryMs() > now.toEpochMilli();
        var differs = live != kept.group().desiredCapacity() || kept.deleting();
        var retry = waits && differs ? kept.retryMs() : Long.MAX_VALUE;
        var held = new LifecycleRows(tx).actions(kept.key());
        var due = held.isEmpty() ? retry : Math.min(retry, held.getFirst().deadlineMs());
        new GroupRows(tx)
                .update(
                        differs || !held.isEmpty() ? kept : kept.settled(),
                        due == Long.MAX_VALUE ? null : Instant.ofEpochMilli(due));
    }

    private static void apply(
            Connection tx, GroupWork work, Map<String, Outcome> outcomes, Instant now)
            throws SQLException {
        var key = work.group().key();
        var locked = new GroupRows(tx).lock(key);
        if (locked.isEmpty()) {
            return;
        }
        var kept = locked.get();
        var asked =
                work.instances().stream()
                        .collect(Collectors.toMap(GroupInstance::id, instance -> instance));
        var failures = kept.failures();
        var ended = false;
        for (var instance : new InstanceRows(tx).of(key)) {
            var outcome = outcomes.getOrDefault(instance.id(), Outcome.WAITING);
            var was = asked.get(instance.id());
            // Something else became of it meanwhile.
            if (was == null || was.state() != instance.state() || outcome == Outcome.WAITING) {
                continue;
            }
            var failed = outcome instanceof Outcome.Failed;
            if (end(tx, kept, instance, outcome, now)) {
                // What began before the pause does not end it.
                var isPaused = kept.retryMs() > now.toEpochMilli();
                failures = failed ? failures + 1 : isPaused ? failures : 0;
                ended = true;
            }
        }
        new GroupRows(tx).update(next(kept, failures, ended, now), now.plus(AGAIN));
    }

    private static KeptGroup next(KeptGroup kept, int failures, boolean ended, Instant now) {
        // The cooldown of a simple policy counts from the end of what it started.
        var cooled = ended && kept.cooldown() != null ? kept.cooling(kept.cooldown(), now) : kept;
        if (failures == 0) {
            return cooled.after(0, 0);
        }
        if (failures == kept.failures()) {
            return cooled;
        }
        return cooled.after(failures, now.plus(pause(failures)).toEpochMilli());
    }

    /// After so many failures in a row.
    static Duration pause(int failures) {
        return FIRST_PAUSE.multipliedBy(1L << Math.min(failures - 1, MAX_DOUBLINGS));
    }

    /// @return false when a hook holds it
    private static boolean end(
            Connection tx, KeptGroup kept, GroupInstance instance, Outcome outcome, Instant now)
            throws SQLException {
        var launching = instance.isPending();
        var done = outcome instanceof Outcome.Done;
        if (launching && done && LifecycleLedger.hold(tx, kept, instance.waiting(), now)) {
            return false;
        }
        // Launched, or still there because it could not be terminated.
        var stays = launching == done;
        var after = stays ? instance.in(LifecycleState.IN_SERVICE, null, now) : null;
        conclude(tx, kept, instance, after, outcome, now);
        return true;
    }

    /// @param after null when it is gone
    private static void conclude(
            Connection tx,
            KeptGroup kept,
            GroupInstance instance,
            @Nullable GroupInstance after,
            Outcome outcome,
            Instant now)
            throws SQLException {
        var rows = new InstanceRows(tx);
        if (after == null) {
            rows.delete(kept.key().tenant(), instance.id());
        } else {
            rows.put(kept.key(), after);
        }
        if (instance.activity() == null) {
            return;
        }
        var running = new ActivityRows(tx).find(instance.activity());
        if (running.isPresent()) {
            var activity =
                    outcome instanceof Outcome.Failed(var message)
                            ? Activities.failed(running.get(), message, now)
                            : Activities.done(running.get(), now);
            new ActivityRows(tx).put(kept.key(), activity);
            tell(tx, kept, activity, instance.id());
        }
    }

    static void tell(Connection tx, KeptGroup kept, Activity activity, String instance)
            throws SQLException {
        var news = GroupNews.ended(kept.key(), activity, instance);
        var tenant = kept.key().tenant();
        var outbox = new Outbox(tx);
        outbox.event(
                tenant,
                GroupNews.SOURCE,
                news.detailType(),
                news.resources(),
                news.detail(),
                news.at());
        for (var topic : new NotificationRows(tx).topics(kept.key(), news.type())) {
            outbox.message(
                    tenant,
                    topic,
                    news.subject(),
                    GroupNews.asStructure(news.message()),
                    news.at());
        }
    }

    /// Deletes activities from before `oldest`.
    public void purge(Instant oldest) {
        database.run(tx -> new ActivityRows(tx).purge(oldest));
    }
}
