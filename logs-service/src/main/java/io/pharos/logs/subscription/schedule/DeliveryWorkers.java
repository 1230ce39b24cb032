package io.pharos.logs.subscription.schedule;

import io.pharos.kit.DatabaseException;
import io.pharos.kit.Loop;
import io.pharos.logs.destination.Target;
import io.pharos.logs.destination.http.Outlets;
import io.pharos.logs.destination.http.Outlets.Outcome;
import io.pharos.logs.ingest.stream.LogMetrics;
import io.pharos.logs.subscription.DeliveryRetry;
import io.pharos.logs.subscription.pg.PgDeliveries;
import io.pharos.logs.subscription.pg.PgDeliveries.Delivery;
import io.pharos.logs.subscription.pg.PgDeliveries.Lane;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import org.jboss.logging.Logger;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;

/// Delivers what subscriptions have for functions, delivery streams and web servers: lanes side by side,
/// the records of a lane one after another. A target has few lanes at work at a time, fewer still while
/// it fails, so a dead one delays no other.
@Singleton
public final class DeliveryWorkers {
    static final int MAX_LANES = 256;
    static final int MAX_LANES_OF_TARGET = 16;
    static final int MAX_LANES_OF_FAILING = 2;

    /// Records of a lane before others get their turn.
    static final int MAX_AT_ONCE = 100;

    private static final Logger LOG = Logger.getLogger(DeliveryWorkers.class);

    /// What is new rings; this is for what is due again.
    private static final Duration PAUSE = Duration.ofMillis(500);

    /// Longer than one try takes.
    private static final long LEASE_MS = Duration.ofSeconds(30).toMillis();

    private final PgDeliveries deliveries;
    private final Outlets outlets;
    private final LogMetrics metrics;
    private final InstantSource clock;
    private final Loop loop = new Loop("logs-deliveries", PAUSE, this::claim);

    /// By target; guarded by itself.
    private final Map<String, Load> loads = new HashMap<>();

    private volatile boolean stopping;

    private static final class Load {
        int lanes;
        boolean failing;

        boolean isFull() {
            return lanes >= (failing ? MAX_LANES_OF_FAILING : MAX_LANES_OF_TARGET);
        }
    }

    public DeliveryWorkers(
            PgDeliveries deliveries, Outlets outlets, LogMetrics metrics, InstantSource clock) {
        this.deliveries = deliveries;
        this.outlets = outlets;
        this.metrics = metrics;
        this.clock = clock;
    }

    void start(@Observes StartupEvent started) {
        start();
    }

    public void start() {
        loop.start();
    }

    void stop(@Observes ShutdownEvent stopped) throws InterruptedException {
        close();
    }

    /// There is something to deliver.
    public void ring() {
        loop.wake();
    }

    /// What is under way ends by itself; the rest is taken up again by whoever comes next.
    public void close() throws InterruptedException {
        stopping = true;
        loop.close();
    }

    private void claim() {
        var busy = new ArrayList<String>();
        int room;
        synchronized (loads) {
            room = MAX_LANES - loads.values().stream().mapToInt(load -> load.lanes).sum();
            var failing =
                    loads.values().stream()
                            .filter(load -> load.failing)
                            .mapToInt(load -> load.lanes)
                            .sum();
            loads.forEach((target, load) -> {
                if (load.isFull() || (load.failing && failing > MAX_LANES / 2)) {
                    busy.add(target);
                }
            });
        }
        if (room <= 0) {
            return;
        }
        var nowMs = clock.millis();
        var claimed = deliveries.claim(nowMs, nowMs + LEASE_MS, busy, MAX_LANES_OF_TARGET, room);
        for (var lane : claimed) {
            synchronized (loads) {
                loads.computeIfAbsent(lane.target(), _ -> new Load()).lanes++;
            }
            Thread.ofVirtual().name("logs-delivery").start(() -> run(lane));
        }
    }

    private void run(Lane lane) {
        var reached = false;
        try {
            reached = work(lane);
        } catch (DatabaseException away) {
            LOG.warnf("a delivery's lease runs out by itself: cause=%s", away.getMessage());
        } catch (RuntimeException bug) {
            LOG.errorf(bug, "delivery failed, its lease brings it back: lane=%d", lane.id());
        } finally {
            synchronized (loads) {
                var load = loads.get(lane.target());
                if (load != null) {
                    load.lanes--;
                    load.failing = !reached;
                    if (load.lanes == 0 && reached) {
                        loads.remove(lane.target());
                    }
                }
            }
            if (reached) {
                loop.wake(); // there may be more in it, or others that found no room
            }
        }
    }

    /// @return whether the target was reached
    private boolean work(Lane lane) {
        var target = Target.parse(lane.target());
        if (target == null) {
            throw new IllegalStateException("not a target: " + lane.target());
        }
        var route = lane.route(target.type());
        var failures = lane.failures();
        for (var i = 0; i < MAX_AT_ONCE && !stopping; i++) {
            var found = deliveries.next(lane.id());
            if (found.isEmpty()) {
                return true;
            }
            var next = found.get();
            if (DeliveryRetry.isTooOld(next.createdMs(), clock.millis())) {
                giveUp(lane, route, next, "too old");
                continue;
            }
            switch (outlets.send(target, next.payload())) {
                case Outcome.Delivered() -> {
                    metrics.forwarded(route, next.events(), next.payload().length);
                    deliveries.done(lane.id(), next.id(), clock.millis() + LEASE_MS);
                }
                case Outcome.Refused(var why) -> giveUp(lane, route, next, why);
                case Outcome.Throttled _ -> {
                    metrics.deliveryThrottling(route);
                    postpone(lane, failures + 1);
                    return false;
                }
                case Outcome.Failed _ -> {
                    metrics.deliveryError(route);
                    postpone(lane, failures + 1);
                    return false;
                }
            }
            failures = 0;
        }
        deliveries.release(lane.id(), 0, clock.millis());
        return true;
    }

    private void postpone(Lane lane, int failures) {
        deliveries.release(lane.id(), failures, DeliveryRetry.nextMs(failures, clock.millis()));
    }

    private void giveUp(Lane lane, LogMetrics.Route route, Delivery delivery, String why) {
        LOG.warnf(
                "log events are not delivered: target=%s group=%s filter=%s reason=%s",
                lane.target(), lane.logGroup(), lane.filter(), why);
        metrics.deliveryError(route);
        deliveries.done(lane.id(), delivery.id(), clock.millis() + LEASE_MS);
    }
}
