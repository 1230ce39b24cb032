package io.pharos.events.trail.schedule;

import io.pharos.events.trail.pg.PgApiRecords;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import org.jboss.logging.Logger;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// Forgets API records after 90 days.
@Singleton
public final class RecordKeeper {
    private static final Logger LOG = Logger.getLogger(RecordKeeper.class);
    private static final Duration EVERY = Duration.ofMinutes(10);

    private final PgApiRecords records;
    private final InstantSource clock;
    private final Thread loop = Thread.ofVirtual().name("api-record-keeper").unstarted(this::run);

    RecordKeeper(PgApiRecords records, InstantSource clock) {
        this.records = records;
        this.clock = clock;
    }

    void start(@Observes StartupEvent started) {
        loop.start();
    }

    void stop(@Observes ShutdownEvent stopped) {
        loop.interrupt();
    }

    private void run() {
        while (true) {
            try {
                Thread.sleep(EVERY);
                forget(clock.instant());
            } catch (InterruptedException stopped) {
                return;
            } catch (RuntimeException away) {
                LOG.warnf("old records stay: cause=%s", away.getMessage());
            }
        }
    }

    void forget(Instant now) {
        var forgotten = records.forget(now);
        while (forgotten > 0) {
            forgotten = records.forget(now);
        }
    }
}
