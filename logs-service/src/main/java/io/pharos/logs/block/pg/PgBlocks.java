package io.pharos.logs.block.pg;

import io.pharos.logs.block.BlockEntry;
import io.pharos.logs.block.BlockMerge;
import io.pharos.logs.block.BlockSelection;
import io.pharos.logs.block.BlockStore;
import io.pharos.logs.block.NewBlock;
import io.pharos.logs.block.Trigrams;
import io.pharos.logs.block.pg.KeptPayloads.Key;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.postgresql.PGStatement;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// Blocks in `logs.block`: the index rows, and their payloads, which [PgBlockMover] may have taken into
/// the block store.
@Singleton
public final class PgBlocks {
    private static final String INSERT =
            """
            INSERT INTO logs.block (group_id, day, first_ms, last_ms, events, raw_bytes, tier,
                stream_ids, trigrams, indexed, payload, checksum, head_bytes)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """;

    private static final int FETCH = 64;
    private static final int FORCE_BINARY = -1;

    /// No block reaches further from its first to its last event.
    private static final long MOST_SPAN_MS = 2 * 86_400_000L;

    private final BlockPayloads payloads;
    private final KeptPayloads kept = new KeptPayloads();
    private final BlockFilters trigrams = new BlockFilters("trigrams", Trigrams::opened);
    private final BlockFilters indexed = new BlockFilters("indexed", UnaryOperator.identity());

    @Inject
    public PgBlocks(BlockStore store) {
        this.payloads = new BlockPayloads(store);
    }

    /// All payloads in their rows.
    public PgBlocks() {
        this(new RowsOnly());
    }

    /// Adds blocks on an open transaction that keeps their group.
    public void insert(Connection tx, long groupId, List<NewBlock> blocks) throws SQLException {
        try (var insert = tx.prepareStatement(INSERT)) {
            insert(insert, tx, groupId, blocks);
        }
    }

    /// As [#insert].
    ///
    /// @return the numbers that they were given
    List<Long> insertNumbered(Connection tx, long groupId, List<NewBlock> blocks)
            throws SQLException {
        try (var insert = tx.prepareStatement(INSERT, new String[] {"id"})) {
            insert(insert, tx, groupId, blocks);
            var ids = new ArrayList<Long>();
            try (var rows = insert.getGeneratedKeys()) {
                while (rows.next()) {
                    ids.add(rows.getLong(1));
                }
            }
            return ids;
        }
    }

    /// Full blocks that were stored here are in memory for who asks for them.
    void keep(List<Long> ids, List<NewBlock> blocks) {
        for (var i = 0; i < blocks.size(); i++) {
            var block = blocks.get(i);
            if (block.tier() == BlockMerge.FULL_TIER) {
                var payload = block.payload();
                kept.keep(new Key(ids.get(i), BlockPayloads.checksum(payload)), payload);
                trigrams.keep(ids.get(i), block.trigrams());
                indexed.keep(ids.get(i), block.indexed());
            }
        }
    }

    /// Payloads in memory.
    public KeptPayloads kept() {
        return kept;
    }

    /// [Trigrams] in memory, or brought.
    public BlockFilters trigrams() {
        return trigrams;
    }

    /// [io.pharos.logs.block.IndexedValues] in memory, or brought.
    public BlockFilters indexed() {
        return indexed;
    }

    private static void insert(
            PreparedStatement insert, Connection tx, long groupId, List<NewBlock> blocks)
            throws SQLException {
        for (var block : blocks) {
            insert.setLong(1, groupId);
            insert.setInt(2, block.day());
            insert.setLong(3, block.firstMs());
            insert.setLong(4, block.lastMs());
            insert.setInt(5, block.events());
            insert.setLong(6, block.rawBytes());
            insert.setInt(7, block.tier());
            var streams = block.streamIds();
            insert.setArray(8, streams == null ? null : bigints(tx, streams));
            insert.setBytes(9, block.trigrams());
            insert.setBytes(10, block.indexed());
            insert.setBytes(11, block.payload());
            insert.setInt(12, BlockPayloads.checksum(block.payload()));
            insert.setObject(13, block.headBytes(), Types.INTEGER);
            insert.addBatch();
        }
        insert.executeBatch();
    }

    /// Adds to what a group holds on a day, on an open transaction.
    ///
    /// @param partition the one whose consumer calls; -1 for whoever removes
    public void addUsage(
            Connection tx, long groupId, int day, int partition, long events, long bytes)
            throws SQLException {
        var sql =
                """
                INSERT INTO logs.group_usage AS u (group_id, day, partition, events, bytes)
                VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (group_id, day, partition)
                DO UPDATE SET events = u.events + excluded.events, bytes = u.bytes + excluded.bytes
                """;
        try (var upsert = tx.prepareStatement(sql)) {
            upsert.setLong(1, groupId);
            upsert.setInt(2, day);
            upsert.setInt(3, partition);
            upsert.setLong(4, events);
            upsert.setLong(5, bytes);
            upsert.executeUpdate();
        }
    }

    /// The entries that a reader wants, one after the other. Needs an open transaction; for blocks
    /// that fit together, one with a single snapshot.
    public Cursor scan(Connection tx, BlockSelection wanted) throws SQLException {
        var sql =
                "SELECT id, first_ms, last_ms, trigrams FROM logs.block WHERE group_id = ?"
                        + " AND first_ms BETWEEN ? AND ? AND last_ms BETWEEN ? AND ?"
                        + (wanted.streamIds() == null
                                ? ""
                                : " AND (stream_ids IS NULL OR stream_ids && ?)")
                        + (wanted.onward()
                                ? " ORDER BY first_ms, id"
                                : " ORDER BY last_ms DESC, id DESC");
        var select = tx.prepareStatement(sql);
        try {
            select.setFetchSize(FETCH);
            binary(select);
            select.setLong(1, wanted.groupId());
            select.setLong(2, wanted.fromMs() - MOST_SPAN_MS);
            select.setLong(3, wanted.untilMs());
            select.setLong(4, wanted.fromMs());
            select.setLong(
                    5, Math.min(wanted.untilMs(), Long.MAX_VALUE - MOST_SPAN_MS) + MOST_SPAN_MS);
            var streams = wanted.streamIds();
            if (streams != null) {
                select.setArray(6, tx.createArrayOf("bigint", streams.toArray()));
            }
            return new Cursor(select, select.executeQuery());
        } catch (SQLException failure) {
            select.close();
            throw failure;
        }
    }

    /// A block's bytes.
    ///
    /// @throws software.amazon.awssdk.services.cloudwatchlogs.model.ServiceUnavailableException when
    ///     the block store does not answer
    public byte[] payload(Connection connection, long groupId, long id) throws SQLException {
        return payloads(connection, groupId, List.of(id)).getFirst();
    }

    /// What blocks have, in the order of `ids`; those in the block store are brought at the same time.
    ///
    /// @throws software.amazon.awssdk.services.cloudwatchlogs.model.ServiceUnavailableException when
    ///     the block store does not answer
    public List<byte[]> payloads(Connection connection, long groupId, List<Long> ids)
            throws SQLException {
        return payloads.whole(connection, groupId, ids);
    }

    /// The first bytes of blocks, see `head_bytes`; whole payloads of those that have no such part.
    ///
    /// @throws software.amazon.awssdk.services.cloudwatchlogs.model.ServiceUnavailableException when
    ///     the block store does not answer
    public List<byte[]> heads(Connection connection, long groupId, List<Long> ids)
            throws SQLException {
        return payloads.heads(connection, groupId, ids);
    }

    /// The bytes of a block that are in its row; empty when they are not there, or no longer.
    Optional<byte[]> inRow(Connection connection, long groupId, long id) throws SQLException {
        var sql = "SELECT payload FROM logs.block WHERE group_id = ? AND id = ?";
        try (var select = connection.prepareStatement(sql)) {
            binary(select);
            select.setLong(1, groupId);
            select.setLong(2, id);
            try (var rows = select.executeQuery()) {
                return rows.next() ? Optional.ofNullable(rows.getBytes(1)) : Optional.empty();
            }
        }
    }

    /// Notes the objects of blocks that are about to be deleted on this transaction.
    void discardObjects(Connection tx, long groupId, List<Long> ids, long nowMs)
            throws SQLException {
        var sql =
                "INSERT INTO logs.block_garbage (key, since_ms) SELECT object, ? FROM logs.block"
                        + " WHERE group_id = ? AND id = ANY(?) AND object IS NOT NULL";
        try (var insert = tx.prepareStatement(sql)) {
            insert.setLong(1, nowMs);
            insert.setLong(2, groupId);
            insert.setArray(3, tx.createArrayOf("bigint", ids.toArray()));
            insert.executeUpdate();
        }
    }

    /// As text, bytea is twice as long and slow to read.
    public static void binary(PreparedStatement statement) throws SQLException {
        statement.unwrap(PGStatement.class).setPrepareThreshold(FORCE_BINARY);
    }

    private static Array bigints(Connection connection, long[] values) throws SQLException {
        return connection.createArrayOf("bigint", Arrays.stream(values).boxed().toArray());
    }

    /// Index entries as the server sends them.
    public static final class Cursor implements AutoCloseable {
        private final PreparedStatement statement;
        private final ResultSet rows;

        private Cursor(PreparedStatement statement, ResultSet rows) {
            this.statement = statement;
            this.rows = rows;
        }

        /// @return false at the end
        public boolean next() throws SQLException {
            return rows.next();
        }

        public BlockEntry entry() throws SQLException {
            return new BlockEntry(
                    rows.getLong(1), rows.getLong(2), rows.getLong(3), rows.getBytes(4));
        }

        @Override
        public void close() throws SQLException {
            statement.close();
        }
    }
}
