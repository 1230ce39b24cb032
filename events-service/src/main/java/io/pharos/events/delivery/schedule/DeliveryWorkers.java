package io.pharos.events.delivery.schedule;

import io.micrometer.core.instrument.MeterRegistry;
import io.pharos.events.delivery.Delivery;
import io.pharos.events.delivery.Lanes;
import io.pharos.events.delivery.Leased;
import io.pharos.events.delivery.Outcome;
import io.pharos.events.delivery.Retries;
import io.pharos.events.delivery.pg.PgDeliveries;
import io.pharos.events.delivery.stream.EventMetrics;
import io.pharos.kit.DatabaseException;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import org.jboss.logging.Logger;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/// Tries deliveries on virtual threads, as [Lanes] allows, and settles them in batches. What was just
/// committed is handed over in memory; one loop claims the rest: retries, what found no room, and what
/// a crashed process left behind.
@Singleton
public final class DeliveryWorkers implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(DeliveryWorkers.class);
    private static final Duration CLAIM_EVERY = Duration.ofMillis(500);
    private static final Duration CLAIM_AGAIN = Duration.ofMillis(50);
    private static final Duration SETTLE_EVERY = Duration.ofMillis(20);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(5);
    private static final int CLAIM_PER_LANE = 200;
    private static final int SETTLE_AT_ONCE = 1_000;

    // Of the lease, for waiting and one try.
    private static final Duration LONGEST_TRY = Duration.ofSeconds(12);

    private final PgDeliveries store;
    private final Senders senders;
    private final EventMetrics metrics;
    private final InstantSource clock;
    private final MeterRegistry meters;
    private final Lanes lanes = new Lanes();
    private final LinkedBlockingQueue<Settled> settled = new LinkedBlockingQueue<>();
    private final Thread claimer =
            Thread.ofPlatform().name("event-deliveries").daemon().unstarted(this::claim);
    private final Thread settler =
            Thread.ofPlatform().name("event-settled").daemon().unstarted(this::settle);
    private volatile boolean stopping;

    /// @param again when to try again; the epoch when it is finished
    private record Settled(UUID id, Instant again) {}

    public DeliveryWorkers(
            PgDeliveries store,
            Senders senders,
            EventMetrics metrics,
            InstantSource clock,
            MeterRegistry meters) {
        this.store = store;
        this.senders = senders;
        this.metrics = metrics;
        this.clock = clock;
        this.meters = meters;
    }

    void start(@Observes StartupEvent started) {
        start();
    }

    public void start() {
        claimer.start();
        settler.start();
    }

    void stop(@Observes ShutdownEvent stopped) {
        close();
    }

    /// Gives back what has not started and settles what has ended.
    @Override
    public void close() {
        if (stopping) {
            return;
        }
        stopping = true;
        try {
            claimer.interrupt();
            claimer.join(STOP_LIMIT);
            List<Leased> unstarted;
            synchronized (lanes) {
                unstarted = lanes.drain();
            }
            store.release(unstarted, clock.instant());
            settler.interrupt();
            settler.join(STOP_LIMIT);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (DatabaseException away) {
            LOG.warnf("leases run out by themselves: cause=%s", away.getMessage());
        }
    }

    /// Takes freshly committed deliveries; what finds no room is left to whoever claims it.
    public void hand(List<Leased> fresh) {
        var noRoom = new ArrayList<Leased>();
        synchronized (lanes) {
            for (var delivery : fresh) {
                if (stopping || !lanes.offer(delivery)) {
                    noRoom.add(delivery);
                }
            }
            startWhatMay();
        }
        try {
            store.release(noRoom, clock.instant());
        } catch (DatabaseException away) {
            LOG.warnf("leases run out by themselves: cause=%s", away.getMessage());
        }
    }

    private void startWhatMay() {
        for (var next = lanes.start(); next.isPresent(); next = lanes.start()) {
            var leased = next.get();
            Thread.ofVirtual().name("event-delivery").start(() -> run(leased));
        }
    }

    private void run(Leased leased) {
        var reached = true;
        try {
            // Otherwise somebody else may have it already.
            if (clock.instant().plus(LONGEST_TRY).isBefore(leased.until())) {
                reached = attempt(leased.delivery());
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException bug) {
            reached = false;
            LOG.errorf(
                    bug,
                    "delivery failed, its lease brings it back: id=%s",
                    leased.delivery().id());
        } finally {
            synchronized (lanes) {
                lanes.ended(leased.delivery().lane(), reached);
                startWhatMay();
            }
        }
    }

    private boolean attempt(Delivery delivery) throws InterruptedException {
        var outcome = senders.send(delivery);
        switch (outcome) {
            case Outcome.Delivered() -> {
                metrics.delivered(delivery, clock.millis());
                finish(delivery, "delivered");
            }
            case Outcome.NothingToDeliver() -> finish(delivery, "nothing");
            case Outcome.Refused(var code, var message) -> giveUp(delivery, code, message);
            case Outcome.Failed(var code, var message, var atLeast) -> {
                var now = clock.instant();
                var again =
                        Retries.next(
                                delivery.failedOnceMore(),
                                atLeast,
                                now,
                                ThreadLocalRandom.current());
                if (again.isPresent()) {
                    count("retried");
                    metrics.failedForNow(delivery);
                    settled.add(new Settled(delivery.id(), again.get()));
                } else {
                    giveUp(delivery, code, message);
                }
            }
        }
        return !(outcome instanceof Outcome.Failed);
    }

    private void finish(Delivery delivery, String outcome) {
        count(outcome);
        settled.add(new Settled(delivery.id(), Instant.EPOCH));
    }

    private void giveUp(Delivery delivery, String code, String message) {
        LOG.warnf(
                "delivery given up: ruleArn=%s targetArn=%s eventId=%s attempts=%d code=%s reason=%s",
                delivery.rule().arn(),
                delivery.target().arn(),
                delivery.event().getId(),
                delivery.attempts() + 1,
                code,
                message);
        metrics.givenUp(delivery);
        finish(delivery, "failed");
    }

    private void count(String outcome) {
        meters.counter("pharos.events.deliveries", "outcome", outcome).increment();
    }

    private void claim() {
        var pause = Duration.ZERO;
        while (!stopping) {
            try {
                Thread.sleep(pause);
                pause = claimDue(clock.instant()) > 0 ? CLAIM_AGAIN : CLAIM_EVERY;
            } catch (InterruptedException stopped) {
                return;
            } catch (RuntimeException away) {
                LOG.warnf("deliveries wait: cause=%s", away.getMessage());
                pause = CLAIM_EVERY;
            }
        }
    }

    /// Takes what is due, as far as there is room.
    ///
    /// @return how many were taken
    public int claimDue(Instant now) {
        int room;
        HashSet<String> full;
        synchronized (lanes) {
            room = lanes.room();
            full = new HashSet<>(lanes.full());
        }
        if (room <= 0) {
            return 0;
        }
        var claimed = store.claim(now, CLAIM_PER_LANE, Math.min(room, SETTLE_AT_ONCE), full);
        hand(claimed);
        return claimed.size();
    }

    private void settle() {
        while (!stopping || !settled.isEmpty()) {
            var batch = new ArrayList<Settled>();
            try {
                var first = settled.poll(CLAIM_EVERY.toMillis(), TimeUnit.MILLISECONDS);
                if (first == null) {
                    continue;
                }
                batch.add(first);
                Thread.sleep(SETTLE_EVERY);
            } catch (InterruptedException stopped) {
                // What is there is settled below; then the loop ends.
            }
            settled.drainTo(batch, SETTLE_AT_ONCE);
            settle(batch);
        }
    }

    private void settle(List<Settled> batch) {
        var finished = new HashSet<UUID>();
        Map<UUID, Instant> postponed = new HashMap<>();
        for (var one : batch) {
            if (one.again().equals(Instant.EPOCH)) {
                finished.add(one.id());
            } else {
                postponed.put(one.id(), one.again());
            }
        }
        try {
            store.settle(finished, postponed);
        } catch (DatabaseException away) {
            // Their leases run out: delivered again, with the same ids.
            LOG.warnf(
                    "deliveries are not settled: cause=%s count=%d",
                    away.getMessage(), batch.size());
        }
    }
}
