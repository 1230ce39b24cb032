package io.pharos.logs.block.pg;

import io.pharos.kit.Database;
import io.pharos.logs.block.BlockMerge;
import io.pharos.logs.block.BlockStore;
import io.pharos.logs.config.Logs;

import jakarta.inject.Singleton;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Moves full blocks out of their rows into the block store, and removes from it what no block refers
/// to any more. Any number of processes may do so at once; the store is never waited for inside of a
/// transaction that others wait for.
///
/// A key is noted as garbage before its object is written; the transaction that makes a row refer to
/// it takes the note back. So whatever dies when, an object is referred to or noted.
@Singleton
public final class PgBlockMover {
    /// How long an object outlives its block: queries may read the snapshot that they began with.
    public static final Duration GRACE = Duration.ofMinutes(65);

    private static final int MAX_MOVES = 256;
    private static final int BATCH = 100;

    private final Database database;
    private final PgBlocks blocks;
    private final BlockStore store;

    public PgBlockMover(@Logs Database database, PgBlocks blocks, BlockStore store) {
        this.database = database;
        this.blocks = blocks;
        this.store = store;
    }

    private record Full(long groupId, long id, int day) {}

    /// Moves what is to be moved, up to a bound; ends at the first failure of the store.
    ///
    /// @return how many blocks were moved
    public int moveDue(long nowMs) {
        if (!store.isOpen()) {
            return 0;
        }
        var moved = 0;
        for (var block : full()) {
            if (move(block, nowMs)) {
                moved++;
            }
        }
        return moved;
    }

    private List<Full> full() {
        var sql =
                """
                SELECT group_id, id, day FROM logs.block b WHERE tier = 100 AND object IS NULL
                AND NOT EXISTS (SELECT FROM logs.block_garbage g WHERE g.block_id = b.id)
                ORDER BY id LIMIT ?
                """;
        return database.read(connection -> {
            try (var select = connection.prepareStatement(sql)) {
                select.setInt(1, MAX_MOVES);
                var full = new ArrayList<Full>();
                try (var rows = select.executeQuery()) {
                    while (rows.next()) {
                        full.add(new Full(rows.getLong(1), rows.getLong(2), rows.getInt(3)));
                    }
                }
                return full;
            }
        });
    }

    private boolean move(Full block, long nowMs) {
        var key = store.newKey(block.groupId(), block.day());
        if (!database.inTransaction(tx -> claim(tx, key, block.id(), nowMs))) {
            return false; // another process is at it
        }
        var moved = false;
        try {
            var payload = database.read(tx -> blocks.inRow(tx, block.groupId(), block.id()));
            if (payload.isEmpty()) {
                return false; // gone meanwhile
            }
            store.put(key, payload.get());
            moved = database.inTransaction(tx -> refer(tx, key, block));
            return moved;
        } finally {
            if (!moved) {
                database.run(tx -> keepNote(tx, key, nowMs));
            }
        }
    }

    /// Of what was not moved: its object may be there all the same.
    private static void keepNote(Connection tx, String key, long nowMs) throws SQLException {
        var sql =
                "INSERT INTO logs.block_garbage (key, since_ms) VALUES (?, ?)"
                        + " ON CONFLICT (key) DO UPDATE SET block_id = NULL";
        try (var insert = tx.prepareStatement(sql)) {
            insert.setString(1, key);
            insert.setLong(2, nowMs);
            insert.executeUpdate();
        }
    }

    private static boolean claim(Connection tx, String key, long id, long nowMs)
            throws SQLException {
        var sql =
                "INSERT INTO logs.block_garbage (key, since_ms, block_id) VALUES (?, ?, ?)"
                        + " ON CONFLICT (block_id) DO NOTHING";
        try (var insert = tx.prepareStatement(sql)) {
            insert.setString(1, key);
            insert.setLong(2, nowMs);
            insert.setLong(3, id);
            return insert.executeUpdate() == 1;
        }
    }

    private static boolean refer(Connection tx, String key, Full block) throws SQLException {
        var sql =
                "UPDATE logs.block SET object = ?, payload = NULL"
                        + " WHERE group_id = ? AND id = ? AND tier = "
                        + BlockMerge.FULL_TIER
                        + " AND object IS NULL";
        try (var update = tx.prepareStatement(sql)) {
            update.setString(1, key);
            update.setLong(2, block.groupId());
            update.setLong(3, block.id());
            if (update.executeUpdate() == 0) {
                return false; // gone meanwhile
            }
        }
        if (forget(tx, key) != 1) {
            // It took so long that the object was removed again: the row keeps its payload.
            throw new IllegalStateException("object " + key + " is not there any more");
        }
        return true;
    }

    private static int forget(Connection tx, String key) throws SQLException {
        try (var delete = tx.prepareStatement("DELETE FROM logs.block_garbage WHERE key = ?")) {
            delete.setString(1, key);
            return delete.executeUpdate();
        }
    }

    /// Removes objects that no block has referred to for a while.
    ///
    /// @return how many
    public int clear(long nowMs) {
        var total = 0;
        while (true) {
            var removed = database.inTransaction(tx -> clearSome(tx, nowMs - GRACE.toMillis()));
            total += removed;
            if (removed < BATCH) {
                return total;
            }
        }
    }

    private int clearSome(Connection tx, long beforeMs) throws SQLException {
        var sql =
                "SELECT key FROM logs.block_garbage WHERE since_ms < ? ORDER BY since_ms LIMIT ?"
                        + " FOR UPDATE SKIP LOCKED";
        var keys = new ArrayList<String>();
        try (var select = tx.prepareStatement(sql)) {
            select.setLong(1, beforeMs);
            select.setInt(2, BATCH);
            try (var rows = select.executeQuery()) {
                while (rows.next()) {
                    keys.add(rows.getString(1));
                }
            }
        }
        for (var key : keys) {
            store.remove(key);
            forget(tx, key);
        }
        return keys.size();
    }
}
