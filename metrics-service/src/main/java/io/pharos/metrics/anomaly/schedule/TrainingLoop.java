package io.pharos.metrics.anomaly.schedule;

import io.pharos.kit.Loop;
import io.pharos.metrics.anomaly.pg.PgDetectors;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.Config;

import java.time.Duration;
import java.time.InstantSource;

/// Each second: trains anomaly detectors that are due, one after the other on one thread.
@Singleton
public final class TrainingLoop {
    private static final String KEY = "pharos.metrics.anomaly-train-every-ms";
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofDays(1);
    private static final int FORGET_EVERY = 3_600;
    private static final Duration UNUSED = Duration.ofDays(3);

    private final Trainer trainer;
    private final PgDetectors detectors;
    private final InstantSource clock;
    private final Duration every;
    private final Loop loop = new Loop("metrics-anomaly", PAUSE, this::tick);
    private long turn;

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
    }

    void start(@Observes StartupEvent started) {
        loop.start();
    }

    private void tick() {
        turn++;
        var now = clock.instant();
        while (!loop.isStopping() && trainer.train(now, every.toMillis()) > 0) {
            // there may be more
        }
        if (turn % FORGET_EVERY == 0) {
            detectors.forget(now.minus(UNUSED).toEpochMilli());
        }
    }

    void stop(@Observes ShutdownEvent stopping) throws InterruptedException {
        loop.close();
    }
}
