package io.pharos.logs.block.pg;

import io.pharos.kit.Database;
import io.pharos.logs.config.Logs;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.Config;

/// How much PostgreSQL may keep of what belongs into a block store that is away. The longer it is, the
/// more full blocks wait in their rows; beyond a bound the doors take no more events, until the store
/// answers again. Blocks that wait without a failure, as on the first day of a store, are no reason.
@Singleton
public final class MovingRoom {
    private final Database database;
    private final PgBlockMover mover;
    private final int maxWaiting;
    private volatile boolean full;

    @Inject
    MovingRoom(@Logs Database database, PgBlockMover mover, Config config) {
        this(
                database,
                mover,
                config.getValue("pharos.logs.block-store.max-waiting-blocks", Integer.class));
    }

    /// @param maxWaiting full blocks, each of about 1 MiB before compression
    public MovingRoom(Database database, PgBlockMover mover, int maxWaiting) {
        this.database = database;
        this.mover = mover;
        this.maxWaiting = maxWaiting;
    }

    /// Whether the store was away at the last attempt, and too much waits for it.
    public boolean isFull() {
        return full;
    }

    /// As [PgBlockMover#moveDue].
    public void moveDue(long nowMs) {
        try {
            mover.moveDue(nowMs);
            full = false;
        } catch (RuntimeException failure) {
            full = waiting() > maxWaiting;
            throw failure;
        }
    }

    private long waiting() {
        var sql =
                "SELECT count(*) FROM (SELECT FROM logs.block WHERE tier = 100 AND object IS NULL"
                        + " LIMIT ?) waiting";
        return database.read(connection -> {
            try (var select = connection.prepareStatement(sql)) {
                select.setLong(1, maxWaiting + 1L);
                try (var rows = select.executeQuery()) {
                    rows.next();
                    return rows.getLong(1);
                }
            }
        });
    }
}
