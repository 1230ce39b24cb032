package io.pharos.events.trail.pg;

import io.pharos.events.config.Events;
import io.pharos.events.trail.Lookup;
import io.pharos.events.trail.RecordBlock;
import io.pharos.kit.Database;
import io.pharos.stream.ApiRecord;
import io.pharos.stream.TimedId;
import io.pharos.wire.Tenant;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/// API records of the last 90 days, in blocks of those that arrived together.
@Singleton
public final class PgApiRecords {
    public static final Duration KEPT = Duration.ofDays(90);

    private static final int FORGET_AT_ONCE = 10_000;
    private static final int FIRST_BLOCKS = 8;
    private static final int MAX_BLOCKS_AT_ONCE = 64;

    private final Database database;

    public PgApiRecords(@Events Database database) {
        this.database = database;
    }

    public static void insert(Connection tx, List<ApiRecord> records) throws SQLException {
        try (var insert =
                tx.prepareStatement(
                        """
                        INSERT INTO events.api_block (account, region, first_at, last_at, terms, records)
                        VALUES (?, ?, ?, ?, ?, ?)
                        """)) {
            for (var block : RecordBlock.of(records)) {
                // JSON may escape a NUL, which PostgreSQL's text can not hold; nobody asks for it.
                var terms = block.terms().stream().filter(term -> term.indexOf('\0') < 0).toArray();
                insert.setString(1, block.tenant().account());
                insert.setString(2, block.tenant().region());
                insert.setTimestamp(3, timestamp(block.firstMs()));
                insert.setTimestamp(4, timestamp(block.lastMs()));
                insert.setArray(5, tx.createArrayOf("text", terms));
                insert.setBytes(6, block.bytes());
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    private static Timestamp timestamp(long ms) {
        return Timestamp.from(Instant.ofEpochMilli(ms));
    }

    /// Newest first, at most the lookup's limit. Each block that is opened has a record with the
    /// attribute asked for, so it takes about as many as there are answers.
    public List<ApiRecord> find(Tenant tenant, Lookup lookup) {
        var attribute = lookup.attribute();
        var from = lookup.from();
        var to = lookup.to();
        if (attribute != null && attribute.isId()) {
            var made = TimedId.timeMs(attribute.value());
            if (made.isEmpty()) {
                return List.of();
            }
            var at = Instant.ofEpochMilli(made.getAsLong());
            from = from.isAfter(at) ? from : at;
            to = to.isBefore(at.plusMillis(1)) ? to : at.plusMillis(1);
        }
        var before = lookup.before();
        if (before != null && before.at().isBefore(to)) {
            to = before.at().plusMillis(1);
        }
        var term = attribute == null || attribute.isId() ? null : attribute.term();
        if (term != null && term.indexOf('\0') >= 0) {
            return List.of();
        }
        var range = new Range(tenant, from, to, term);
        return database.read(connection -> newest(connection, range, lookup));
    }

    /// @param term what the blocks must have; null for any
    private record Range(Tenant tenant, Instant from, Instant to, @Nullable String term) {}

    private record Block(Instant lastAt, long id, byte[] records) {}

    private static List<ApiRecord> newest(Connection connection, Range range, Lookup lookup)
            throws SQLException {
        var found = new TreeSet<>(Lookup.NEWEST_FIRST);
        Block last = null;
        for (var atOnce = FIRST_BLOCKS; ; atOnce = Math.min(2 * atOnce, MAX_BLOCKS_AT_ONCE)) {
            var blocks = blocks(connection, range, last, atOnce);
            for (var block : blocks) {
                if (found.size() == lookup.limit()
                        && found.last().getTimeMs() > block.lastAt().toEpochMilli()) {
                    return List.copyOf(found);
                }
                for (var record : RecordBlock.open(block.records())) {
                    if (lookup.takes(record)) {
                        found.add(record);
                        if (found.size() > lookup.limit()) {
                            found.pollLast();
                        }
                    }
                }
                last = block;
            }
            if (blocks.size() < atOnce) {
                return List.copyOf(found);
            }
        }
    }

    private static List<Block> blocks(
            Connection connection, Range range, @Nullable Block after, int limit)
            throws SQLException {
        var sql =
                "SELECT last_at, id, records FROM events.api_block"
                        + " WHERE account = ? AND region = ? AND last_at >= ? AND last_at < ? AND first_at < ?"
                        + (range.term() == null ? "" : " AND terms @> ARRAY[?]::text[]")
                        + (after == null ? "" : " AND (last_at, id) < (?, ?)")
                        + " ORDER BY last_at DESC, id DESC LIMIT ?";
        try (var select = connection.prepareStatement(sql)) {
            var next = 1;
            select.setString(next++, range.tenant().account());
            select.setString(next++, range.tenant().region());
            select.setTimestamp(next++, Timestamp.from(range.from()));
            select.setTimestamp(next++, Timestamp.from(range.to().plus(RecordBlock.MAX_SPAN)));
            select.setTimestamp(next++, Timestamp.from(range.to()));
            if (range.term() != null) {
                select.setString(next++, range.term());
            }
            if (after != null) {
                select.setTimestamp(next++, Timestamp.from(after.lastAt()));
                select.setLong(next++, after.id());
            }
            select.setInt(next, limit);
            try (var rows = select.executeQuery()) {
                var blocks = new ArrayList<Block>();
                while (rows.next()) {
                    blocks.add(
                            new Block(
                                    rows.getTimestamp(1).toInstant(),
                                    rows.getLong(2),
                                    rows.getBytes(3)));
                }
                return blocks;
            }
        }
    }

    /// Forgets some of the blocks that are older than [#KEPT].
    ///
    /// @return how many were forgotten
    public int forget(Instant now) {
        return database.inTransaction(tx -> {
            try (var delete =
                    tx.prepareStatement(
                            """
                            DELETE FROM events.api_block WHERE id = ANY (ARRAY(
                                SELECT id FROM events.api_block WHERE last_at < ? LIMIT ?))
                            """)) {
                delete.setTimestamp(1, Timestamp.from(now.minus(KEPT)));
                delete.setInt(2, FORGET_AT_ONCE);
                return delete.executeUpdate();
            }
        });
    }
}
