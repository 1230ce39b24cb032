package io.pharos.logs.block.pg;

import io.pharos.kit.Database;
import io.pharos.logs.block.BlockMerge;
import io.pharos.logs.block.NewBlock;
import io.pharos.logs.config.Logs;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Replaces small blocks by merged ones, each merge in one transaction: a crash leaves the old blocks
/// or the new ones, and readers see either. Any number of processes may merge at once.
@Singleton
public final class PgBlockMerger {
    /// So many blocks of one tier are worth merging, whatever their size.
    static final int FAN_IN = 8;

    /// What one merge takes into memory at most, before compression, give or take a block.
    private static final long MAX_BYTES = 8 << 20;

    private static final int MAX_BLOCKS = 64;
    private static final int MAX_MERGES = 256;

    private final Database database;
    private final PgBlocks blocks;

    private final IndexedFields indexed;

    @Inject
    public PgBlockMerger(@Logs Database database, PgBlocks blocks, IndexedFields indexed) {
        this.database = database;
        this.blocks = blocks;
        this.indexed = indexed;
    }

    /// No field is indexed.
    public PgBlockMerger(Database database, PgBlocks blocks) {
        this(database, blocks, (_, _) -> null);
    }

    private record Heap(long groupId, int day, int tier) {}

    private record Old(long id, int events, long rawBytes, byte[] payload) {}

    /// Merges what there is to merge, up to a bound.
    ///
    /// @return how many merges were done
    public int mergeDue(long nowMs) {
        var done = 0;
        for (var more = true; more && done < MAX_MERGES; ) {
            var before = done;
            for (var heap : due()) {
                var merged = database.inTransaction(tx -> merge(tx, heap, nowMs));
                if (merged.isPresent()) {
                    merged.get().keepIn(blocks); // now that it is committed
                    done++;
                }
            }
            more = done > before; // a merge takes a few megabytes of a heap
        }
        return done;
    }

    private List<Heap> due() {
        var sql =
                """
                SELECT group_id, day, tier FROM logs.block WHERE tier < ?
                GROUP BY group_id, day, tier
                HAVING count(*) >= ? OR sum(raw_bytes) >= ?
                LIMIT ?
                """;
        return database.read(connection -> {
            try (var select = connection.prepareStatement(sql)) {
                select.setInt(1, BlockMerge.FULL_TIER);
                select.setInt(2, FAN_IN);
                select.setLong(3, BlockMerge.TARGET_BYTES);
                select.setInt(4, MAX_MERGES);
                var heaps = new ArrayList<Heap>();
                try (var rows = select.executeQuery()) {
                    while (rows.next()) {
                        heaps.add(new Heap(rows.getLong(1), rows.getInt(2), rows.getInt(3)));
                    }
                }
                return heaps;
            }
        });
    }

    /// What a merge stored.
    private record Merged(List<Long> ids, List<NewBlock> blocks) {
        void keepIn(PgBlocks all) {
            all.keep(ids, blocks);
        }
    }

    private Optional<Merged> merge(Connection tx, Heap heap, long nowMs) throws SQLException {
        var expiredBeforeMs = lockGroup(tx, heap.groupId(), nowMs);
        if (expiredBeforeMs < 0) {
            return Optional.empty(); // deleted; its blocks are swept away
        }
        var old = take(tx, heap);
        if (old.isEmpty()) {
            return Optional.empty(); // another process is at it
        }
        var dead = deadStreams(tx, heap.groupId());
        var merged =
                BlockMerge.merge(
                        old.stream().map(Old::payload).toList(),
                        heap.day(),
                        heap.tier() + 1,
                        (time, stream) -> time >= expiredBeforeMs && !dead.contains(stream),
                        indexed.of(tx, heap.groupId()));
        return Optional.of(new Merged(replace(tx, heap, nowMs, old, merged), merged));
    }

    /// Rewrites one block without the events of dead streams.
    void rewrite(Connection tx, long groupId, long id, long nowMs) throws SQLException {
        var expiredBeforeMs = lockGroup(tx, groupId, nowMs);
        if (expiredBeforeMs < 0) {
            return;
        }
        var sql =
                """
                SELECT id, events, raw_bytes, day, tier FROM logs.block
                WHERE group_id = ? AND id = ? FOR UPDATE
                """;
        try (var select = tx.prepareStatement(sql)) {
            select.setLong(1, groupId);
            select.setLong(2, id);
            try (var rows = select.executeQuery()) {
                if (!rows.next()) {
                    return; // merged meanwhile
                }
                var payload = blocks.payload(tx, groupId, id);
                var old = new Old(rows.getLong(1), rows.getInt(2), rows.getLong(3), payload);
                var dead = deadStreams(tx, groupId);
                var heap = new Heap(groupId, rows.getInt(4), Math.max(1, rows.getInt(5)));
                var rewritten =
                        BlockMerge.merge(
                                List.of(payload),
                                heap.day(),
                                heap.tier(),
                                (time, stream) -> time >= expiredBeforeMs && !dead.contains(stream),
                                indexed.of(tx, groupId));
                replace(tx, heap, nowMs, List.of(old), rewritten);
            }
        }
    }

    /// Keeps the group from being deleted.
    ///
    /// @return the time before which its events have expired; -1 when it is gone
    private static long lockGroup(Connection tx, long groupId, long nowMs) throws SQLException {
        var sql =
                """
                SELECT greatest(0, coalesce(? - retention_days * 86400000::bigint, 0))
                FROM logs.log_group WHERE id = ? FOR KEY SHARE
                """;
        try (var select = tx.prepareStatement(sql)) {
            select.setLong(1, nowMs);
            select.setLong(2, groupId);
            try (var rows = select.executeQuery()) {
                return rows.next() ? rows.getLong(1) : -1;
            }
        }
    }

    private static List<Old> take(Connection tx, Heap heap) throws SQLException {
        var sql =
                """
                SELECT id, events, raw_bytes, payload FROM logs.block
                WHERE group_id = ? AND day = ? AND tier = ? AND id <= (
                    SELECT max(id) FROM (
                        SELECT id, sum(raw_bytes) OVER (ORDER BY id) - raw_bytes AS before
                        FROM logs.block WHERE group_id = ? AND day = ? AND tier = ? AND tier < 100
                        ORDER BY id LIMIT ?) AS oldest
                    WHERE before < ?)
                ORDER BY id FOR UPDATE SKIP LOCKED
                """;
        try (var select = tx.prepareStatement(sql)) {
            PgBlocks.binary(select);
            for (var first : new int[] {1, 4}) {
                select.setLong(first, heap.groupId());
                select.setInt(first + 1, heap.day());
                select.setInt(first + 2, heap.tier());
            }
            select.setInt(7, MAX_BLOCKS);
            select.setLong(8, MAX_BYTES);
            var old = new ArrayList<Old>();
            try (var rows = select.executeQuery()) {
                while (rows.next()) {
                    old.add(
                            new Old(
                                    rows.getLong(1),
                                    rows.getInt(2),
                                    rows.getLong(3),
                                    rows.getBytes(4)));
                }
            }
            return old;
        }
    }

    private static Set<Long> deadStreams(Connection tx, long groupId) throws SQLException {
        var sql =
                "SELECT stream_id FROM logs.leftover WHERE group_id = ? AND stream_id IS NOT NULL";
        try (var select = tx.prepareStatement(sql)) {
            select.setLong(1, groupId);
            var dead = new HashSet<Long>();
            try (var rows = select.executeQuery()) {
                while (rows.next()) {
                    dead.add(rows.getLong(1));
                }
            }
            return dead;
        }
    }

    /// @return the numbers of those merged
    private List<Long> replace(
            Connection tx, Heap heap, long nowMs, List<Old> old, List<NewBlock> merged)
            throws SQLException {
        var ids = old.stream().map(Old::id).toList();
        blocks.discardObjects(tx, heap.groupId(), ids, nowMs);
        try (var delete =
                tx.prepareStatement("DELETE FROM logs.block WHERE group_id = ? AND id = ANY(?)")) {
            delete.setLong(1, heap.groupId());
            delete.setArray(2, tx.createArrayOf("bigint", ids.toArray()));
            var deleted = delete.executeUpdate();
            if (deleted != old.size()) {
                throw new IllegalStateException(
                        "merged " + old.size() + " blocks, removed " + deleted);
            }
        }
        var stored = blocks.insertNumbered(tx, heap.groupId(), merged);
        var events =
                merged.stream().mapToLong(NewBlock::events).sum()
                        - old.stream().mapToLong(Old::events).sum();
        var bytes =
                merged.stream().mapToLong(NewBlock::rawBytes).sum()
                        - old.stream().mapToLong(Old::rawBytes).sum();
        if (events != 0 || bytes != 0) {
            blocks.addUsage(tx, heap.groupId(), heap.day(), -1, events, bytes);
        }
        return stored;
    }
}
