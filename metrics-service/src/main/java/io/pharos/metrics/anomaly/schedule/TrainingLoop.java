package io.pharos.metrics.anomaly.schedule;

import io.pharos.metrics.anomaly.pg.PgDetectors;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// Each second: trains anomaly detectors that are due, one after the other on one thread.
@Singleton
public final class TrainingLoop {
    private static final Logger LOG = Logger.getLogger(TrainingLoop.class);
    private static final String KEY = "pharos.metrics.anomaly-train-every-ms";
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(5);
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofDays(1);
    private static final int FORGET_EVERY = 3_600;
    private static final Duration UNUSED = Duration.ofDays(3);

    private final Trainer trainer;
    private final PgDetectors detectors;
    private final InstantSource clock;
    private final Duration every;
    private final Thread thread;
    private volatile boolean stopped;

    @Inject
    TrainingLoop(Trainer trainer, PgDetectors detectors, InstantSource clock, Config config) {
        this.trainer = trainer;
        this.detectors = detectors;
        this.clock = clock;
        this.every = Duration.ofMillis(config.getValue(KEY, Long.class));
        if (every.compareTo(SHORTEST) < 0 || every.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    KEY + " must be " + SHORTEST.toMillis() + " to " + LONGEST.toMillis());
        }
        this.thread = Thread.ofPlatform().name("metrics-anomaly").daemon().unstarted(this::run);
    }

    void start(@Observes StartupEvent started) {
        thread.start();
    }

    private void run() {
        for (var turn = 1L; !stopped; turn++) {
            try {
                tick(turn, clock.instant());
            } catch (RuntimeException failure) { // the next turn tries again
                LOG.warnf(failure, "training of anomaly detectors waits");
            }
            try {
                Thread.sleep(PAUSE);
            } catch (InterruptedException stopping) {
                return;
            }
        }
    }

    private void tick(long turn, Instant now) {
        while (!stopped && trainer.train(now, every.toMillis()) > 0) {
            // there may be more
        }
        if (turn % FORGET_EVERY == 0) {
            detectors.forget(now.minus(UNUSED).toEpochMilli());
        }
    }

    void stop(@Observes ShutdownEvent stopping) throws InterruptedException {
        stopped = true;
        if (!thread.join(STOP_LIMIT)) {
            thread.interrupt();
        }
    }
}
