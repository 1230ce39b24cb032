package io.pharos.metrics.compact.schedule;

import io.pharos.kit.Loop;
import io.pharos.metrics.compact.pg.PgCompactor;
import io.pharos.metrics.config.MetricsSettings;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import java.time.InstantSource;

/// Compacts in the background, one step after the other on one thread, and lets old seconds go.
@Singleton
final class CompactorLoop {
    private static final int EXPIRE_EVERY = 60;

    private final PgCompactor compactor;
    private final InstantSource clock;
    private final Loop loop;
    private long turn;

    @Inject
    CompactorLoop(PgCompactor compactor, InstantSource clock, MetricsSettings settings) {
        this.compactor = compactor;
        this.clock = clock;
        this.loop = new Loop("metrics-compactor", settings.compactEvery(), this::tick);
    }

    void start(@Observes StartupEvent started) {
        loop.start();
    }

    private void tick() {
        var expires = turn++ % EXPIRE_EVERY == 0;
        compactor.compact(clock.millis());
        if (expires) {
            compactor.expire(clock.millis());
        }
    }

    void stop(@Observes ShutdownEvent stopping) throws InterruptedException {
        loop.close();
    }
}
