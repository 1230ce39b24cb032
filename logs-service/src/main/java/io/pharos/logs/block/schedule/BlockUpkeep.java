package io.pharos.logs.block.schedule;

import io.pharos.kit.Loop;
import io.pharos.logs.block.pg.MovingRoom;
import io.pharos.logs.block.pg.PgBlockMerger;
import io.pharos.logs.block.pg.PgBlockMover;
import io.pharos.logs.block.pg.PgBlockSweep;
import io.pharos.logs.config.LogsConfig;
import io.pharos.logs.entity.pg.PgStreamEntities;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import java.time.Duration;
import java.time.InstantSource;

/// Merges small blocks, moves full ones into the block store and sweeps away what nobody sees, until
/// the application stops. A store that does not answer holds up moving alone.
@Singleton
final class BlockUpkeep {
    private static final Duration MOVE_PAUSE = Duration.ofSeconds(5);

    private static final Duration ENTITIES_PAUSE = Duration.ofHours(1);

    private final Loop merging;
    private final Loop moving;
    private final Loop sweeping;
    private long sweepEntitiesAtMs; // of the sweeping thread

    BlockUpkeep(
            PgBlockMerger merger,
            PgBlockSweep sweep,
            PgBlockMover mover,
            PgStreamEntities entities,
            MovingRoom room,
            LogsConfig config,
            InstantSource clock) {
        merging =
                new Loop(
                        "logs-block-merge",
                        config.mergePause(),
                        () -> merger.mergeDue(clock.millis()));
        moving = new Loop("logs-block-move", MOVE_PAUSE, () -> room.moveDue(clock.millis()));
        sweeping =
                new Loop(
                        "logs-block-sweep",
                        config.sweepPause(),
                        () -> {
                            sweep.clearLeftovers(clock.millis());
                            sweep.expire(clock.millis());
                            mover.clear(clock.millis());
                            sweepEntities(entities, clock.millis());
                        });
    }

    /// Rarely: nobody sees what it leaves.
    private void sweepEntities(PgStreamEntities entities, long nowMs) {
        if (nowMs >= sweepEntitiesAtMs) {
            entities.sweep(nowMs);
            sweepEntitiesAtMs = nowMs + ENTITIES_PAUSE.toMillis();
        }
    }

    void start(@Observes StartupEvent started) {
        merging.start();
        moving.start();
        sweeping.start();
    }

    void stop(@Observes ShutdownEvent stopping) throws InterruptedException {
        merging.close();
        moving.close();
        sweeping.close();
    }
}
