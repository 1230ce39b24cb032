package io.pharos.logs.block.pg;

import io.pharos.kit.Database;
import io.pharos.logs.config.Logs;

import jakarta.inject.Singleton;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// Frees the space of what readers no longer see: expired events, deleted groups and streams.
@Singleton
public final class PgBlockSweep {
    private static final int BATCH = 1_000;
    private static final int MAX_LEFTOVERS = 100;
    private static final int MAX_REWRITES = 64;

    private final Database database;
    private final PgBlockMerger merger;

    public PgBlockSweep(@Logs Database database, PgBlockMerger merger) {
        this.database = database;
        this.merger = merger;
    }

    private record Leftover(long id, long groupId, long streamId) {}

    /// Removes blocks whose last event has expired; what expired inside a block goes with it.
    ///
    /// @return how many blocks were removed
    public int expire(long nowMs) {
        var sql =
                """
                WITH expired AS (
                    SELECT b.group_id, b.id FROM logs.log_group g JOIN logs.block b
                        ON b.group_id = g.id
                        AND b.last_ms < ? - g.retention_days * 86400000::bigint
                    WHERE g.retention_days IS NOT NULL
                    LIMIT ? FOR UPDATE OF b SKIP LOCKED),
                removed AS (
                    DELETE FROM logs.block b USING expired e
                    WHERE b.group_id = e.group_id AND b.id = e.id
                    RETURNING b.group_id, b.day, b.events, b.raw_bytes, b.object),
                thrown AS (
                    INSERT INTO logs.block_garbage (key, since_ms)
                    SELECT object, ? FROM removed WHERE object IS NOT NULL),
                counted AS (
                    INSERT INTO logs.group_usage AS u (group_id, day, partition, events, bytes)
                    SELECT group_id, day, -1, -sum(events), -sum(raw_bytes) FROM removed
                    GROUP BY group_id, day
                    ON CONFLICT (group_id, day, partition) DO UPDATE
                    SET events = u.events + excluded.events, bytes = u.bytes + excluded.bytes)
                SELECT count(*) FROM removed
                """;
        var total = 0;
        while (true) {
            var removed =
                    database.inTransaction(tx -> {
                        try (var delete = tx.prepareStatement(sql)) {
                            delete.setLong(1, nowMs);
                            delete.setInt(2, BATCH);
                            delete.setLong(3, nowMs);
                            try (var rows = delete.executeQuery()) {
                                rows.next();
                                return rows.getInt(1);
                            }
                        }
                    });
            total += removed;
            if (removed < BATCH) {
                return total;
            }
        }
    }

    /// Removes what deleted groups and streams left behind.
    public void clearLeftovers(long nowMs) {
        for (var leftover : leftovers()) {
            if (leftover.streamId() == 0) {
                clearGroup(leftover, nowMs);
            } else {
                clearStream(leftover, nowMs);
            }
        }
    }

    private List<Leftover> leftovers() {
        var sql =
                "SELECT id, group_id, coalesce(stream_id, 0) FROM logs.leftover ORDER BY id LIMIT ?";
        return database.read(connection -> {
            try (var select = connection.prepareStatement(sql)) {
                select.setInt(1, MAX_LEFTOVERS);
                var found = new ArrayList<Leftover>();
                try (var rows = select.executeQuery()) {
                    while (rows.next()) {
                        found.add(new Leftover(rows.getLong(1), rows.getLong(2), rows.getLong(3)));
                    }
                }
                return found;
            }
        });
    }

    private void clearGroup(Leftover leftover, long nowMs) {
        var tables =
                List.of(
                        "DELETE FROM logs.log_stream WHERE id IN (SELECT id FROM logs.log_stream"
                                + " WHERE group_id = ? LIMIT ?)",
                        "DELETE FROM logs.group_usage WHERE (group_id, day, partition) IN (SELECT"
                                + " group_id, day, partition FROM logs.group_usage WHERE group_id = ?"
                                + " LIMIT ?)",
                        "DELETE FROM logs.stream_entity WHERE (stream_id, first_batch) IN (SELECT"
                                + " stream_id, first_batch FROM logs.stream_entity WHERE group_id = ?"
                                + " LIMIT ?)",
                        "DELETE FROM logs.entity WHERE (group_id, id) IN (SELECT group_id, id FROM"
                                + " logs.entity WHERE group_id = ? LIMIT ?)");
        while (deleteBlocks(leftover.groupId(), nowMs) == BATCH) {
            // The rest in the next transaction: short locks.
        }
        for (var sql : tables) {
            while (deleteSome(sql, leftover.groupId()) == BATCH) {
                // As above.
            }
        }
        forget(leftover.id());
    }

    private int deleteBlocks(long groupId, long nowMs) {
        var sql =
                """
                WITH removed AS (
                    DELETE FROM logs.block WHERE (group_id, id) IN (
                        SELECT group_id, id FROM logs.block WHERE group_id = ? LIMIT ?)
                    RETURNING object),
                thrown AS (
                    INSERT INTO logs.block_garbage (key, since_ms)
                    SELECT object, ? FROM removed WHERE object IS NOT NULL)
                SELECT count(*) FROM removed
                """;
        return database.inTransaction(tx -> {
            try (var delete = tx.prepareStatement(sql)) {
                delete.setLong(1, groupId);
                delete.setInt(2, BATCH);
                delete.setLong(3, nowMs);
                try (var rows = delete.executeQuery()) {
                    rows.next();
                    return rows.getInt(1);
                }
            }
        });
    }

    private int deleteSome(String sql, long of) {
        return database.inTransaction(tx -> {
            try (var delete = tx.prepareStatement(sql)) {
                delete.setLong(1, of);
                delete.setInt(2, BATCH);
                return delete.executeUpdate();
            }
        });
    }

    /// Blocks that do not list their streams keep the dead events, unseen, until they are merged or
    /// expire: rewriting them for one stream in hundreds is not worth it. Forgotten only when nothing
    /// was found, so that a merge that ran meanwhile is looked at again.
    private void clearStream(Leftover leftover, long nowMs) {
        var ids = database.read(connection -> blocksOf(connection, leftover));
        for (var id : ids) {
            database.run(tx -> merger.rewrite(tx, leftover.groupId(), id, nowMs));
        }
        if (ids.isEmpty()) {
            deleteSome(
                    "DELETE FROM logs.stream_entity WHERE stream_id IN (SELECT ? LIMIT ?)",
                    leftover.streamId());
            forget(leftover.id());
        }
    }

    private static List<Long> blocksOf(Connection connection, Leftover leftover)
            throws SQLException {
        var sql = "SELECT id FROM logs.block WHERE group_id = ? AND stream_ids @> ARRAY[?] LIMIT ?";
        try (var select = connection.prepareStatement(sql)) {
            select.setLong(1, leftover.groupId());
            select.setLong(2, leftover.streamId());
            select.setInt(3, MAX_REWRITES);
            var ids = new ArrayList<Long>();
            try (var rows = select.executeQuery()) {
                while (rows.next()) {
                    ids.add(rows.getLong(1));
                }
            }
            return ids;
        }
    }

    private void forget(long leftoverId) {
        database.run(tx -> {
            try (var delete = tx.prepareStatement("DELETE FROM logs.leftover WHERE id = ?")) {
                delete.setLong(1, leftoverId);
                delete.executeUpdate();
            }
        });
    }
}
