package io.pharos.events.topic.schedule;

import io.pharos.events.topic.Bell;
import io.pharos.events.topic.Delivery;
import io.pharos.events.topic.Delivery.Outcome;
import io.pharos.events.topic.Flights;
import io.pharos.events.topic.Protocol;
import io.pharos.events.topic.Sender;
import io.pharos.events.topic.pg.PgOutbox;
import io.pharos.events.topic.pg.PgSubscriptions;
import io.pharos.kit.DatabaseException;
import io.quarkus.arc.All;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import org.jboss.logging.Logger;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/// Delivers what is due: one loop that claims, and a virtual thread an attempt, bounded by [Flights].
/// Several replicas share the work.
@Singleton
public final class DeliveryWorker {
    private static final Logger LOG = Logger.getLogger(DeliveryWorker.class);
    private static final Duration IDLE = Duration.ofMillis(500);
    private static final Duration CLEANING_EVERY = Duration.ofMinutes(1);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(5);
    private static final double JITTER = 0.1;

    private final PgOutbox outbox;
    private final PgSubscriptions subscriptions;
    private final Map<Protocol, Sender> senders = new EnumMap<>(Protocol.class);
    private final Bell bell;
    private final InstantSource clock;
    private final Flights flights = new Flights();
    private final Thread loop = Thread.ofPlatform().name("topic-delivery").unstarted(this::run);
    private volatile boolean stopping;
    private Instant cleanedAt = Instant.EPOCH;

    public DeliveryWorker(
            PgOutbox outbox,
            PgSubscriptions subscriptions,
            @All List<Sender> senders,
            Bell bell,
            InstantSource clock) {
        this.outbox = outbox;
        this.subscriptions = subscriptions;
        this.bell = bell;
        this.clock = clock;
        senders.forEach(sender -> sender.protocols().forEach(p -> this.senders.put(p, sender)));
    }

    void start(@Observes StartupEvent started) {
        loop.start();
    }

    void stop(@Observes ShutdownEvent stopped) throws InterruptedException {
        stopping = true;
        bell.ring();
        loop.join(STOP_LIMIT);
    }

    private void run() {
        while (!stopping) {
            try {
                if (deliverDue(clock.instant()) == 0) {
                    bell.await(IDLE);
                }
                clean(clock.instant());
            } catch (InterruptedException _) {
                return;
            } catch (DatabaseException away) {
                LOG.warnf("deliveries wait: cause=%s", away.getMessage());
                pause();
            } catch (RuntimeException bug) {
                LOG.error("delivery loop failed", bug);
                pause();
            }
        }
    }

    private void pause() {
        try {
            Thread.sleep(IDLE);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// Starts an attempt for everything that is due, as far as there is room.
    ///
    /// @return how many were started
    public int deliverDue(Instant now) {
        var room = flights.room();
        if (room <= 0) {
            return 0;
        }
        var claimed = outbox.claim(now, Flights.PER_SUBSCRIPTION, room, flights.full());
        for (var delivery : claimed) {
            flights.started(delivery.subscription().arn().id());
            Thread.ofVirtual()
                    .name("topic-delivery-", delivery.id())
                    .start(() -> attempt(delivery));
        }
        return claimed.size();
    }

    private void attempt(Delivery delivery) {
        var reached = false;
        try {
            var sender = senders.get(delivery.subscription().protocol());
            var outcome =
                    sender == null
                            ? new Outcome.Refused("no sender for the protocol")
                            : sender.send(delivery);
            reached = outcome instanceof Outcome.Delivered;
            settle(delivery, outcome);
        } catch (RuntimeException bug) {
            // The lease brings it back.
            LOG.errorf(bug, "attempt failed messageId=%s", delivery.message().id());
        } finally {
            flights.ended(delivery.subscription().arn().id(), reached);
            bell.ring();
        }
    }

    private void settle(Delivery delivery, Outcome outcome) {
        switch (outcome) {
            case Outcome.Delivered() -> outbox.finish(delivery.id());
            case Outcome.Refused(var reason) -> giveUp(delivery, reason);
            case Outcome.Failed(var reason) -> {
                var delay = delivery.retries().after(delivery.attempts());
                if (delay.isPresent()) {
                    outbox.postpone(delivery.id(), clock.instant().plus(jittered(delay.get())));
                } else {
                    giveUp(delivery, reason);
                }
            }
        }
    }

    private void giveUp(Delivery delivery, String reason) {
        LOG.warnf(
                "notification given up: subscriptionArn=%s messageId=%s attempts=%d reason=%s",
                delivery.subscription().arn(),
                delivery.message().id(),
                delivery.attempts(),
                reason);
        outbox.finish(delivery.id());
    }

    // Receivers that failed together are not asked again together.
    private static Duration jittered(Duration delay) {
        return delay.plusMillis(
                (long) (delay.toMillis() * JITTER * ThreadLocalRandom.current().nextDouble()));
    }

    private void clean(Instant now) {
        if (now.isBefore(cleanedAt.plus(CLEANING_EVERY))) {
            return;
        }
        outbox.purge(now);
        subscriptions.expire(now);
        cleanedAt = now;
    }
}
