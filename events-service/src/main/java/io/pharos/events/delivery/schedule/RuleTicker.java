package io.pharos.events.delivery.schedule;

import io.pharos.events.delivery.pg.PgSchedules;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import org.jboss.logging.Logger;

import java.time.Instant;
import java.time.InstantSource;

/// Fires scheduled rules, a moment after every full second.
@Singleton
public final class RuleTicker {
    private static final Logger LOG = Logger.getLogger(RuleTicker.class);
    private static final long SECOND_MS = 1_000;

    private final PgSchedules schedules;
    private final DeliveryWorkers workers;
    private final InstantSource clock;
    private final Thread loop =
            Thread.ofPlatform().name("event-schedules").daemon().unstarted(this::run);

    public RuleTicker(PgSchedules schedules, DeliveryWorkers workers, InstantSource clock) {
        this.schedules = schedules;
        this.workers = workers;
        this.clock = clock;
    }

    void start(@Observes StartupEvent started) {
        loop.start();
    }

    void stop(@Observes ShutdownEvent stopped) {
        loop.interrupt();
    }

    private void run() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                Thread.sleep(SECOND_MS - Math.floorMod(clock.millis(), SECOND_MS));
                tick(clock.instant());
            } catch (InterruptedException stopped) {
                return;
            } catch (RuntimeException away) {
                LOG.warnf("scheduled rules wait: cause=%s", away.getMessage());
            }
        }
    }

    /// @return how many rules were due
    public int tick(Instant now) {
        var rules = 0;
        var fired = schedules.fire(now);
        rules += fired.rules();
        workers.hand(fired.deliveries());
        while (fired.isFull()) {
            fired = schedules.fire(now);
            rules += fired.rules();
            workers.hand(fired.deliveries());
        }
        return rules;
    }
}
