package io.pharos.metrics.compact.schedule;

import io.pharos.metrics.compact.pg.PgCompactor;
import io.pharos.metrics.config.MetricsSettings;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.jboss.logging.Logger;

import java.time.Duration;
import java.time.InstantSource;

/// Compacts in the background, one step after the other on one thread, and lets old seconds go.
@Singleton
final class CompactorLoop {
    private static final Logger LOG = Logger.getLogger(CompactorLoop.class);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(5);
    private static final int EXPIRE_EVERY = 60;

    private final PgCompactor compactor;
    private final InstantSource clock;
    private final Duration pause;
    private final Thread thread;
    private volatile boolean stopped;

    @Inject
    CompactorLoop(PgCompactor compactor, InstantSource clock, MetricsSettings settings) {
        this.compactor = compactor;
        this.clock = clock;
        this.pause = settings.compactEvery();
        this.thread = Thread.ofPlatform().name("metrics-compactor").daemon().unstarted(this::run);
    }

    void start(@Observes StartupEvent started) {
        thread.start();
    }

    private void run() {
        for (var turn = 0L; !stopped; turn++) {
            try {
                tick(turn);
                Thread.sleep(pause);
            } catch (InterruptedException stopping) {
                return;
            } catch (RuntimeException failure) { // the next turn tries again
                LOG.warnf(failure, "compaction failed");
                pauseAfterFailure();
            }
        }
    }

    private void tick(long turn) {
        compactor.compact(clock.millis());
        if (turn % EXPIRE_EVERY == 0) {
            compactor.expire(clock.millis());
        }
    }

    private void pauseAfterFailure() {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            stopped = true;
        }
    }

    void stop(@Observes ShutdownEvent stopping) throws InterruptedException {
        stopped = true;
        if (!thread.join(STOP_LIMIT)) {
            thread.interrupt();
        }
    }
}
