package io.pharos.logs.query.pg;

import io.pharos.kit.Database;
import io.pharos.logs.block.BlockCodec;
import io.pharos.logs.block.pg.PgBlocks;
import io.pharos.logs.config.Logs;
import io.pharos.logs.group.LogGroup;
import io.pharos.logs.insights.eval.EventBlock;
import io.pharos.logs.query.QueryBlocks;
import io.pharos.stream.log.LogBatchCodec;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;
import org.postgresql.PGStatement;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/// The blocks in `logs.block`, from one snapshot: merging meanwhile changes nothing. One connection
/// reads them, in the index's order, several payloads at a time.
@Singleton
public final class PgQueryBlocks implements QueryBlocks {
    private static final int FETCH = 256;
    private static final int PAYLOADS = 16;
    private static final int FORCE_BINARY = -1;

    /// No block reaches further from its first to its last event.
    private static final long MOST_SPAN_MS = 2 * 86_400_000L;

    private final Database database;
    private final PgBlocks blocks;

    @Inject
    public PgQueryBlocks(@Logs Database database, PgBlocks blocks) {
        this.database = database;
        this.blocks = blocks;
    }

    /// All payloads in their rows.
    public PgQueryBlocks(Database database) {
        this(database, new PgBlocks());
    }

    private record Wanted(LogGroup group, Map<Long, String> streams, Visitor visitor) {}

    @Override
    public void visit(
            List<LogGroup> groups,
            long fromMs,
            long untilMs,
            Predicate<byte[]> mayMatch,
            Visitor visitor) {
        if (fromMs > untilMs) {
            return;
        }
        database.run(tx -> {
            try (var set = tx.createStatement()) {
                set.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
            }
            for (var group : groups) {
                var wanted = new Wanted(group, new ConcurrentHashMap<>(), visitor);
                if (!visit(tx, wanted, fromMs, untilMs, mayMatch)) {
                    return;
                }
            }
        });
    }

    private boolean visit(
            Connection tx, Wanted wanted, long fromMs, long untilMs, Predicate<byte[]> mayMatch)
            throws SQLException {
        var sql =
                """
                SELECT id, events, raw_bytes, stream_ids, trigrams FROM logs.block
                WHERE group_id = ? AND first_ms BETWEEN ? AND ? AND last_ms BETWEEN ? AND ?
                ORDER BY last_ms DESC, id DESC
                """;
        try (var select = tx.prepareStatement(sql)) {
            select.setFetchSize(FETCH);
            binary(select);
            select.setLong(1, wanted.group().id());
            select.setLong(2, fromMs - MOST_SPAN_MS);
            select.setLong(3, untilMs);
            select.setLong(4, fromMs);
            select.setLong(5, Math.min(untilMs, Long.MAX_VALUE - MOST_SPAN_MS) + MOST_SPAN_MS);
            var ids = new ArrayList<Long>();
            var unknown = new HashSet<Long>();
            var isAnyUnknown = false;
            try (var rows = select.executeQuery()) {
                while (rows.next()) {
                    var trigrams = rows.getBytes(5);
                    if (trigrams != null && !mayMatch.test(trigrams)) {
                        var events = rows.getLong(2);
                        var bytes = rows.getLong(3) - events * LogBatchCodec.EVENT_OVERHEAD;
                        wanted.visitor().skipped(events, bytes);
                        continue;
                    }
                    ids.add(rows.getLong(1));
                    isAnyUnknown |= note(rows.getArray(4), wanted.streams(), unknown);
                    if (ids.size() == PAYLOADS) {
                        learn(tx, wanted, isAnyUnknown, unknown);
                        if (!bring(tx, wanted, ids)) {
                            return false;
                        }
                        ids.clear();
                        isAnyUnknown = false;
                    }
                }
            }
            learn(tx, wanted, isAnyUnknown, unknown);
            return bring(tx, wanted, ids);
        }
    }

    /// Collects the streams whose names are to be asked for.
    ///
    /// @return whether a block does not tell its streams
    private static boolean note(@Nullable Array streams, Map<Long, String> known, Set<Long> unknown)
            throws SQLException {
        if (streams == null) {
            return true;
        }
        for (var id : (Long[]) streams.getArray()) {
            if (!known.containsKey(id)) {
                unknown.add(id);
            }
        }
        return false;
    }

    private static void learn(Connection tx, Wanted wanted, boolean isAnyUnknown, Set<Long> unknown)
            throws SQLException {
        if (!isAnyUnknown && unknown.isEmpty()) {
            return;
        }
        var sql =
                "SELECT id, name FROM logs.log_stream WHERE group_id = ?"
                        + (isAnyUnknown ? "" : " AND id = ANY(?)");
        try (var select = tx.prepareStatement(sql)) {
            select.setFetchSize(FETCH);
            select.setLong(1, wanted.group().id());
            if (!isAnyUnknown) {
                select.setArray(2, tx.createArrayOf("bigint", unknown.toArray()));
            }
            try (var rows = select.executeQuery()) {
                while (rows.next()) {
                    wanted.streams().put(rows.getLong(1), rows.getString(2));
                }
            }
        }
        unknown.clear();
    }

    private boolean bring(Connection tx, Wanted wanted, List<Long> ids) throws SQLException {
        if (ids.isEmpty()) {
            return true;
        }
        var payloads = blocks.payloads(tx, wanted.group().id(), ids);
        var group = wanted.group();
        var log = group.tenant().account() + ":" + group.name();
        for (var payload : payloads) {
            var more =
                    wanted.visitor()
                            .block(() ->
                                    new EventBlock(
                                            BlockCodec.open(payload),
                                            group.id(),
                                            log,
                                            wanted.streams()));
            if (!more) {
                return false;
            }
        }
        return true;
    }

    private static void binary(PreparedStatement statement) throws SQLException {
        statement.unwrap(PGStatement.class).setPrepareThreshold(FORCE_BINARY);
    }
}
