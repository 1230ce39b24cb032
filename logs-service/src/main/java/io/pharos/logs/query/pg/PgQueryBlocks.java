package io.pharos.logs.query.pg;

import io.pharos.kit.Database;
import io.pharos.logs.block.BlockCodec;
import io.pharos.logs.block.Scratch;
import io.pharos.logs.block.pg.BlockFilters;
import io.pharos.logs.block.pg.KeptPayloads;
import io.pharos.logs.block.pg.PgBlocks;
import io.pharos.logs.config.Logs;
import io.pharos.logs.entity.pg.PgStreamEntities.Lookup;
import io.pharos.logs.group.LogGroup;
import io.pharos.logs.insights.eval.EventBlock;
import io.pharos.logs.query.QueryBlocks;
import io.pharos.stream.log.LogBatchCodec;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/// The blocks in `logs.block`, from one snapshot: merging meanwhile changes nothing. One connection
/// reads them, in the index's order, several payloads at a time; what was asked for last is in memory.
@Singleton
public final class PgQueryBlocks implements QueryBlocks {
    private static final int FETCH = 256;
    private static final int FIRST = 32; // index rows judged at once, then twice as many each time
    private static final int PAYLOADS = 16;
    private static final int HEADS = 64;
    private static final byte[] NOT_THERE = {};

    /// The threads that open blocks are few, and done with one when they open the next.
    private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

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

    /// What a visit is about.
    private record Visit(
            LogGroup group,
            Map<Long, String> streams,
            Lookup entities,
            Wanted wanted,
            Visitor visitor) {}

    /// An index row.
    private record Entry(
            long id,
            long events,
            long rawBytes,
            Long @Nullable [] streams,
            boolean hasTrigrams,
            boolean hasIndexed,
            @Nullable Integer checksum) {
        /// Null: not to be kept in memory.
        KeptPayloads.@Nullable Key key() {
            return checksum == null ? null : new KeptPayloads.Key(id, checksum);
        }

        long messageBytes() {
            return rawBytes - events * LogBatchCodec.EVENT_OVERHEAD;
        }
    }

    @Override
    public void visit(
            List<LogGroup> groups, long fromMs, long untilMs, Wanted wanted, Visitor visitor) {
        if (fromMs > untilMs) {
            return;
        }
        database.run(tx -> {
            try (var set = tx.createStatement()) {
                set.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
            }
            for (var group : groups) {
                var visit =
                        new Visit(
                                group,
                                new ConcurrentHashMap<>(),
                                new Lookup(group.id()),
                                wanted,
                                visitor);
                if (!visit(tx, visit, fromMs, untilMs)) {
                    return;
                }
            }
        });
    }

    private boolean visit(Connection tx, Visit visit, long fromMs, long untilMs)
            throws SQLException {
        var sql =
                """
                SELECT id, events, raw_bytes, stream_ids, trigrams IS NOT NULL,
                    indexed IS NOT NULL, checksum
                FROM logs.block
                WHERE group_id = ? AND first_ms BETWEEN ? AND ? AND last_ms BETWEEN ? AND ?
                ORDER BY last_ms DESC, id DESC
                """;
        try (var select = tx.prepareStatement(sql)) {
            select.setFetchSize(FETCH);
            PgBlocks.binary(select);
            select.setLong(1, visit.group().id());
            select.setLong(2, fromMs - MOST_SPAN_MS);
            select.setLong(3, untilMs);
            select.setLong(4, fromMs);
            select.setLong(5, Math.min(untilMs, Long.MAX_VALUE - MOST_SPAN_MS) + MOST_SPAN_MS);
            var entries = new ArrayList<Entry>();
            var some = FIRST;
            try (var rows = select.executeQuery()) {
                while (rows.next()) {
                    var streams = rows.getArray(4);
                    entries.add(
                            new Entry(
                                    rows.getLong(1),
                                    rows.getLong(2),
                                    rows.getLong(3),
                                    streams == null ? null : (Long[]) streams.getArray(),
                                    rows.getBoolean(5),
                                    rows.getBoolean(6),
                                    rows.getObject(7, Integer.class)));
                    if (entries.size() == some) {
                        if (!look(tx, visit, entries)) {
                            return false;
                        }
                        entries.clear();
                        some = Math.min(FETCH, 2 * some);
                    }
                }
            }
            return look(tx, visit, entries);
        }
    }

    /// Brings those of the blocks that are of interest.
    private boolean look(Connection tx, Visit visit, List<Entry> entries) throws SQLException {
        var left = ofInterest(tx, visit, entries);
        left.removeIf(entry -> !visit.visitor().opens(entry.messageBytes()));
        var wanted = visit.wanted();
        var size = wanted.messages() ? PAYLOADS : HEADS;
        for (var from = 0; from < left.size(); from += size) {
            var some = left.subList(from, Math.min(left.size(), from + size));
            learn(tx, visit, some);
            if (!bring(tx, visit, some)) {
                return false;
            }
        }
        return true;
    }

    private List<Entry> ofInterest(Connection tx, Visit visit, List<Entry> entries)
            throws SQLException {
        var wanted = visit.wanted();
        var mayHave = wanted.mayHave();
        var left =
                mayHave == null
                        ? entries
                        : select(tx, visit, entries, Entry::hasIndexed, blocks.indexed(), mayHave);
        var mayMatch = wanted.mayMatch();
        return mayMatch == null
                ? left
                : select(tx, visit, left, Entry::hasTrigrams, blocks.trigrams(), mayMatch);
    }

    /// @param has whether there is a filter of a block
    /// @param may whether a block with this filter is of interest
    private static List<Entry> select(
            Connection tx,
            Visit visit,
            List<Entry> entries,
            Predicate<Entry> has,
            BlockFilters filters,
            Predicate<byte[]> may)
            throws SQLException {
        var having = entries.stream().filter(has).map(Entry::id).toList();
        var found = filters.find(tx, visit.group().id(), having);
        var left = new ArrayList<Entry>();
        var records = 0L;
        var bytes = 0L;
        for (var entry : entries) {
            var known = found.get(entry.id());
            if (known == null || may.test(known)) {
                left.add(entry);
            } else {
                records += entry.events();
                bytes += entry.messageBytes();
            }
        }
        if (records > 0) {
            visit.visitor().skipped(records, bytes);
        }
        return left;
    }

    /// Names of the streams that the blocks have events of, and their entities.
    private static void learn(Connection tx, Visit visit, List<Entry> entries) throws SQLException {
        var unknown = new HashSet<Long>();
        var isAnyUnknown = false;
        for (var entry : entries) {
            var streams = entry.streams();
            isAnyUnknown |= streams == null;
            for (var id : streams == null ? new Long[0] : streams) {
                if (!visit.streams().containsKey(id)) {
                    unknown.add(id);
                }
            }
        }
        if (!isAnyUnknown && unknown.isEmpty()) {
            return;
        }
        if (visit.wanted().entities()) {
            visit.entities().learn(tx, isAnyUnknown ? null : unknown);
        }
        var sql =
                "SELECT id, name FROM logs.log_stream WHERE group_id = ?"
                        + (isAnyUnknown ? "" : " AND id = ANY(?)");
        try (var select = tx.prepareStatement(sql)) {
            select.setFetchSize(FETCH);
            select.setLong(1, visit.group().id());
            if (!isAnyUnknown) {
                select.setArray(2, tx.createArrayOf("bigint", unknown.toArray()));
            }
            try (var rows = select.executeQuery()) {
                while (rows.next()) {
                    visit.streams().put(rows.getLong(1), rows.getString(2));
                }
            }
        }
    }

    private boolean bring(Connection tx, Visit visit, List<Entry> entries) throws SQLException {
        var payloads =
                visit.wanted().messages()
                        ? whole(tx, visit.group().id(), entries)
                        : heads(tx, visit, entries.stream().map(Entry::id).toList());
        for (var payload : payloads) {
            if (!visit.visitor().block(() -> open(visit, payload))) {
                return false;
            }
        }
        return true;
    }

    private static EventBlock open(Visit visit, byte[] payload) {
        var group = visit.group();
        return new EventBlock(
                BlockCodec.open(payload, SCRATCH.get()),
                group.id(),
                group.tenant().account() + ":" + group.name(),
                visit.streams(),
                visit.entities().found());
    }

    private List<byte[]> whole(Connection tx, long groupId, List<Entry> entries)
            throws SQLException {
        var payloads = new ArrayList<byte[]>(entries.size());
        var missing = new ArrayList<Entry>();
        for (var entry : entries) {
            var key = entry.key();
            var payload = key == null ? null : blocks.kept().find(key);
            if (payload == null) {
                missing.add(entry);
            }
            payloads.add(payload == null ? NOT_THERE : payload);
        }
        if (missing.isEmpty()) {
            return payloads;
        }
        var brought =
                blocks.payloads(tx, groupId, missing.stream().map(Entry::id).toList()).iterator();
        for (var i = 0; i < payloads.size(); i++) {
            if (payloads.get(i) == NOT_THERE) {
                var payload = brought.next();
                payloads.set(i, payload);
                var key = entries.get(i).key();
                if (key != null) {
                    blocks.kept().keep(key, payload);
                }
            }
        }
        return payloads;
    }

    /// Heads where these are enough.
    private List<byte[]> heads(Connection tx, Visit visit, List<Long> ids) throws SQLException {
        var group = visit.group().id();
        var payloads = new ArrayList<>(blocks.heads(tx, group, ids));
        var places = new ArrayList<Integer>();
        for (var i = 0; i < payloads.size(); i++) {
            if (!BlockCodec.isEnough(payloads.get(i), visit.wanted().jsonFields())) {
                places.add(i);
            }
        }
        if (!places.isEmpty()) {
            var whole = blocks.payloads(tx, group, places.stream().map(ids::get).toList());
            for (var i = 0; i < whole.size(); i++) {
                payloads.set(places.get(i), whole.get(i));
            }
        }
        return payloads;
    }
}
