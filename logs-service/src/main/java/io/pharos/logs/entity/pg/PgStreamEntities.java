package io.pharos.logs.entity.pg;

import io.pharos.kit.Database;
import io.pharos.logs.config.Logs;
import io.pharos.logs.entity.Entity;
import io.pharos.logs.entity.EntityChanges;
import io.pharos.logs.entity.EntitySpan;
import io.pharos.logs.entity.StreamEntities;
import io.pharos.logs.entity.StreamEntities.Span;
import io.pharos.logs.entity.TooManyEntities;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// The entities of streams in `logs.stream_entity`, a row a change.
@Singleton
public final class PgStreamEntities {
    /// Of a stream; beyond, its oldest events have no entity any more.
    static final int MAX_SPANS = 1_000;

    /// Of the streams of one query and group.
    private static final int MAX_READ_SPANS = 500_000;

    private static final long MAX_READ_BYTES = 32L << 20;
    private static final int FETCH = 1_000;

    /// AWS: how much later than they are received events may be.
    private static final Duration AHEAD = Duration.ofHours(2);

    private final Database database;

    public PgStreamEntities(@Logs Database database) {
        this.database = database;
    }

    /// Writes down what changed, in the transaction of a flush.
    public static void write(Connection tx, EntityChanges changes) throws SQLException {
        if (changes.isEmpty()) {
            return;
        }
        name(tx, changes.entities());
        end(tx, changes.ended());
        var added = changes.added();
        add(tx, added);
        mark(tx, changes.latest());
        forgetOldest(tx, added.stream().map(EntitySpan::streamId).distinct().toArray());
    }

    private static void name(Connection tx, Map<EntityChanges.Named, byte[]> entities)
            throws SQLException {
        var sql =
                """
                INSERT INTO logs.entity (group_id, id, document)
                SELECT * FROM unnest(?::bigint[], ?::uuid[], ?::bytea[])
                ON CONFLICT (group_id, id) DO UPDATE SET used_at = now()
                """;
        var names = entities.keySet();
        try (var insert = tx.prepareStatement(sql)) {
            insert.setArray(
                    1,
                    tx.createArrayOf(
                            "bigint", names.stream().map(EntityChanges.Named::groupId).toArray()));
            insert.setArray(
                    2,
                    tx.createArrayOf(
                            "uuid", names.stream().map(EntityChanges.Named::entity).toArray()));
            insert.setArray(3, tx.createArrayOf("bytea", entities.values().toArray(byte[][]::new)));
            insert.executeUpdate();
        }
    }

    private static void end(Connection tx, List<EntitySpan> ended) throws SQLException {
        var sql =
                """
                UPDATE logs.stream_entity s SET end_batch = v.end_batch, until_ms = v.until_ms
                FROM unnest(?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[])
                    AS v (stream_id, first_batch, end_batch, until_ms)
                WHERE s.stream_id = v.stream_id AND s.first_batch = v.first_batch
                """;
        try (var update = tx.prepareStatement(sql)) {
            longs(tx, update, 1, ended.stream().map(EntitySpan::streamId).toArray());
            longs(tx, update, 2, ended.stream().map(EntitySpan::firstBatch).toArray());
            longs(tx, update, 3, ended.stream().map(EntitySpan::endBatch).toArray());
            longs(tx, update, 4, ended.stream().map(EntitySpan::untilMs).toArray());
            update.executeUpdate();
        }
    }

    /// A topic that was made anew counts from 0 again: its spans replace those of the old one.
    private static void add(Connection tx, List<EntitySpan> added) throws SQLException {
        var sql =
                """
                INSERT INTO logs.stream_entity
                    (group_id, stream_id, first_batch, end_batch, since_ms, until_ms, entity)
                SELECT * FROM unnest(?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[],
                    ?::bigint[], ?::uuid[])
                ON CONFLICT (stream_id, first_batch) DO UPDATE
                SET end_batch = excluded.end_batch, since_ms = excluded.since_ms,
                    until_ms = excluded.until_ms, entity = excluded.entity
                """;
        try (var insert = tx.prepareStatement(sql)) {
            longs(tx, insert, 1, added.stream().map(EntitySpan::groupId).toArray());
            longs(tx, insert, 2, added.stream().map(EntitySpan::streamId).toArray());
            longs(tx, insert, 3, added.stream().map(EntitySpan::firstBatch).toArray());
            longs(tx, insert, 4, added.stream().map(EntitySpan::endBatch).toArray());
            longs(tx, insert, 5, added.stream().map(EntitySpan::sinceMs).toArray());
            longs(tx, insert, 6, added.stream().map(EntitySpan::untilMs).toArray());
            insert.setArray(
                    7, tx.createArrayOf("uuid", added.stream().map(EntitySpan::entity).toArray()));
            insert.executeUpdate();
        }
    }

    private static void mark(Connection tx, Collection<EntityChanges.Latest> latest)
            throws SQLException {
        var sql =
                """
                UPDATE logs.log_stream s SET entity = v.entity, entity_batch = v.batch
                FROM unnest(?::bigint[], ?::uuid[], ?::bigint[]) AS v (id, entity, batch)
                WHERE s.id = v.id
                """;
        var ids = new ArrayList<Long>();
        var entities = new ArrayList<@Nullable UUID>();
        var batches = new ArrayList<@Nullable Long>();
        for (var one : latest) {
            var mark = one.mark();
            ids.add(one.streamId());
            entities.add(mark == null ? null : mark.entity());
            batches.add(mark == null ? null : mark.firstBatch());
        }
        try (var update = tx.prepareStatement(sql)) {
            longs(tx, update, 1, ids.toArray());
            update.setArray(2, tx.createArrayOf("uuid", entities.toArray()));
            longs(tx, update, 3, batches.toArray());
            update.executeUpdate();
        }
    }

    private static void forgetOldest(Connection tx, Object[] streams) throws SQLException {
        var sql =
                """
                DELETE FROM logs.stream_entity s USING (
                    SELECT stream_id, first_batch, row_number() OVER (
                        PARTITION BY stream_id ORDER BY since_ms DESC, first_batch DESC) AS place
                    FROM logs.stream_entity WHERE stream_id = ANY(?)) AS v
                WHERE v.place > ? AND s.stream_id = v.stream_id AND s.first_batch = v.first_batch
                    AND s.end_batch IS NOT NULL
                """;
        try (var delete = tx.prepareStatement(sql)) {
            longs(tx, delete, 1, streams);
            delete.setInt(2, MAX_SPANS);
            delete.executeUpdate();
        }
    }

    private static void longs(
            Connection tx, PreparedStatement statement, int place, @Nullable Object[] values)
            throws SQLException {
        statement.setArray(place, tx.createArrayOf("bigint", values));
    }

    /// Looks up the entities of streams of a group.
    public static final class Lookup {
        private final long groupId;
        private final StreamEntities found = new StreamEntities();
        private final Map<UUID, Map<String, String>> entities = new HashMap<>();
        private boolean isWhole;
        private long spans;
        private long bytes;

        public Lookup(long groupId) {
            this.groupId = groupId;
        }

        public StreamEntities found() {
            return found;
        }

        /// @param streams null: all of the group
        /// @throws TooManyEntities when there are too many to keep in mind
        public void learn(Connection tx, @Nullable Collection<Long> streams) throws SQLException {
            if (isWhole || streams != null && streams.isEmpty()) {
                return;
            }
            isWhole = streams == null;
            var ids = streams == null ? null : streams.toArray();
            entities(tx, ids);
            spans(tx, ids);
        }

        private void entities(Connection tx, Object @Nullable [] streams) throws SQLException {
            var sql =
                    "SELECT id, document FROM logs.entity WHERE group_id = ?"
                            + (streams == null
                                    ? ""
                                    : " AND id IN (SELECT entity FROM logs.stream_entity"
                                            + " WHERE stream_id = ANY(?))");
            try (var select = tx.prepareStatement(sql)) {
                select.setFetchSize(FETCH);
                select.setLong(1, groupId);
                if (streams != null) {
                    longs(tx, select, 2, streams);
                }
                try (var rows = select.executeQuery()) {
                    while (rows.next()) {
                        entity(rows.getObject(1, UUID.class), rows.getBytes(2));
                    }
                }
            }
        }

        private void entity(UUID id, byte[] document) {
            if (entities.containsKey(id)) {
                return;
            }
            bytes += document.length;
            if (bytes > MAX_READ_BYTES) {
                throw new TooManyEntities();
            }
            entities.put(id, Entity.fields(document));
        }

        private void spans(Connection tx, Object @Nullable [] streams) throws SQLException {
            var sql =
                    """
                    SELECT stream_id, entity, first_batch, end_batch, since_ms, until_ms
                    FROM logs.stream_entity WHERE\
                    """
                            + (streams == null ? " group_id = ?" : " stream_id = ANY(?)")
                            + " ORDER BY stream_id, first_batch";
            try (var select = tx.prepareStatement(sql)) {
                select.setFetchSize(FETCH);
                if (streams == null) {
                    select.setLong(1, groupId);
                } else {
                    longs(tx, select, 1, streams);
                }
                try (var rows = select.executeQuery()) {
                    var some = new ArrayList<Span>();
                    while (rows.next()) {
                        var next = span(rows);
                        if (!some.isEmpty()
                                && some.getLast().span().streamId() != next.span().streamId()) {
                            found.add(some.getLast().span().streamId(), some);
                            some.clear();
                        }
                        some.add(next);
                        if (++spans > MAX_READ_SPANS) {
                            throw new TooManyEntities();
                        }
                    }
                    if (!some.isEmpty()) {
                        found.add(some.getLast().span().streamId(), some);
                    }
                }
            }
        }

        private Span span(ResultSet row) throws SQLException {
            var entity = row.getObject(2, UUID.class);
            var span =
                    new EntitySpan(
                            groupId,
                            row.getLong(1),
                            entity,
                            row.getLong(3),
                            row.getObject(4, Long.class),
                            row.getLong(5),
                            row.getObject(6, Long.class));
            return new Span(span, entities.getOrDefault(entity, Map.of()));
        }
    }

    /// Removes what no event has any more that has not expired, and entities that no span names.
    public void sweep(long nowMs) {
        var expired =
                """
                DELETE FROM logs.stream_entity s USING logs.log_group g
                WHERE s.group_id = g.id
                    AND s.until_ms < ? - g.retention_days * 86400000::bigint
                """;
        // A flush that names an entity again is waited for, and the row is looked at anew.
        var unnamed =
                """
                DELETE FROM logs.entity e WHERE used_at < now() - interval '1 hour'
                    AND NOT EXISTS (SELECT FROM logs.stream_entity s
                        WHERE s.group_id = e.group_id AND s.entity = e.id)
                """;
        database.run(tx -> {
            try (var delete = tx.prepareStatement(expired)) {
                delete.setLong(1, nowMs - AHEAD.toMillis());
                delete.executeUpdate();
            }
        });
        database.run(tx -> {
            try (var delete = tx.prepareStatement(unnamed)) {
                delete.executeUpdate();
            }
        });
    }
}
