package io.pharos.alarms.scaling.schedule;

import io.pharos.alarms.scaling.GroupKey;
import io.pharos.alarms.scaling.pg.GroupLedger;
import io.pharos.alarms.scaling.pg.Reconciler;
import io.pharos.alarms.scaling.pg.ScheduleLedger;

import org.jboss.logging.Logger;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/// Looks after groups: scheduled actions run, every due group takes its next step on a thread of its own, at most so many at a
/// time, so that one with a driver that does not answer delays only itself. Once a minute the groups'
/// metrics are told, once an hour old activities go.
public final class ScalingKeeper {
    /// Groups at a time.
    public static final int MAX_CONCURRENT = 8;

    static final Duration ACTIVITY_RETENTION = Duration.ofDays(42);
    private static final long MINUTE_MS = 60_000;
    private static final Duration PURGE_EVERY = Duration.ofHours(1);
    private static final Logger LOG = Logger.getLogger(ScalingKeeper.class);

    private final Reconciler reconciler;
    private final GroupLedger groups;
    private final ScheduleLedger schedules;
    private final GroupLedger.MetricValue metrics;
    private final InstantSource clock;
    private final Executor executor;
    private final AtomicInteger running = new AtomicInteger();
    private Instant purgeAt = Instant.MIN;

    /// @param executor runs one step of one group a task
    public ScalingKeeper(
            Reconciler reconciler,
            GroupLedger groups,
            ScheduleLedger schedules,
            GroupLedger.MetricValue metrics,
            InstantSource clock,
            Executor executor) {
        this.reconciler = reconciler;
        this.groups = groups;
        this.schedules = schedules;
        this.metrics = metrics;
        this.clock = clock;
        this.executor = executor;
    }

    /// Starts what is due.
    public void tick(Instant now) {
        schedules.runDue(now);
        var free = MAX_CONCURRENT - running.get();
        if (free > 0) {
            for (var key : reconciler.claim(now, free)) {
                running.incrementAndGet();
                executor.execute(() -> step(key));
            }
        }
        groups.metrics(Math.floorDiv(now.toEpochMilli(), MINUTE_MS), metrics);
        if (!now.isBefore(purgeAt)) {
            purgeAt = now.plus(PURGE_EVERY);
            reconciler.purge(now.minus(ACTIVITY_RETENTION));
        }
    }

    private void step(GroupKey key) {
        try {
            reconciler.reconcile(key, clock.instant());
        } catch (RuntimeException failure) {
            // Its lease ends, then it is tried again.
            LOG.warnf(failure, "group waits: group=%s", key.name());
        } finally {
            running.decrementAndGet();
        }
    }
}
