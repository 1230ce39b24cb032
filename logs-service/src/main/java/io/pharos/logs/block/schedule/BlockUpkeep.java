package io.pharos.logs.block.schedule;

import io.pharos.logs.block.pg.PgBlockMerger;
import io.pharos.logs.block.pg.PgBlockSweep;
import io.pharos.logs.config.LogsConfig;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import org.jboss.logging.Logger;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// Merges small blocks and sweeps away what nobody sees, on one thread, until the application stops.
@Singleton
final class BlockUpkeep {
    private static final Logger LOG = Logger.getLogger(BlockUpkeep.class);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(10);

    private final PgBlockMerger merger;
    private final PgBlockSweep sweep;
    private final LogsConfig config;
    private final InstantSource clock;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("logs-upkeep").daemon().factory());

    BlockUpkeep(PgBlockMerger merger, PgBlockSweep sweep, LogsConfig config, InstantSource clock) {
        this.merger = merger;
        this.sweep = sweep;
        this.config = config;
        this.clock = clock;
    }

    void start(@Observes StartupEvent started) {
        every(config.mergePause(), () -> merger.mergeDue(clock.millis()));
        every(
                config.sweepPause(),
                () -> {
                    sweep.clearLeftovers(clock.millis());
                    sweep.expire(clock.millis());
                });
    }

    void stop(@Observes ShutdownEvent stopping) throws InterruptedException {
        thread.shutdownNow();
        thread.awaitTermination(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void every(Duration pause, Runnable work) {
        thread.scheduleWithFixedDelay(
                () -> {
                    try {
                        work.run();
                    } catch (RuntimeException failure) { // the next round tries again
                        if (!thread.isShutdown()) {
                            LOG.error("log block upkeep failed", failure);
                        }
                    }
                },
                pause.toMillis(),
                pause.toMillis(),
                TimeUnit.MILLISECONDS);
    }
}
