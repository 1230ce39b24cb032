package io.pharos.kit;

import io.pharos.stream.Origin;

import org.apache.kafka.common.TopicPartition;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/// Where one consumer stands, in its service's schema:
/// * `stream_position`: the next offset of each partition;
/// * `stream_origin`: the highest origin seen of each source, so that repeats are dropped;
/// * `stream_plan`: which records a batch takes that is about to send derived ones, written before
///   the first is sent. A replay after a crash takes the very same batch: what was derived from it
///   as a whole (a roll-up) comes out with the same origins, and the receiver drops it.
final class StreamPositions {
    private static final Pattern SCHEMA = Pattern.compile("[a-z][a-z0-9_]{0,62}");
    private static final int LOCK_SECONDS = 10;

    private final Database database;
    private final String schema;
    private final String consumer;

    StreamPositions(Database database, String schema, String consumer) {
        if (!SCHEMA.matcher(schema).matches()) {
            throw new IllegalArgumentException("not a schema: " + schema);
        }
        this.database = database;
        this.schema = schema;
        this.consumer = consumer;
    }

    /// What is known of a partition.
    ///
    /// @param next empty when it was never read
    /// @param plannedEnd the offset before which a begun batch ends; empty when none was begun
    record Known(OptionalLong next, Map<String, Origin> origins, OptionalLong plannedEnd) {}

    Database database() {
        return database;
    }

    void createTables() {
        var sql =
                """
                SELECT pg_advisory_xact_lock(hashtext('pharos.stream'));
                CREATE TABLE IF NOT EXISTS %1$s.stream_position (
                    consumer text NOT NULL, topic text NOT NULL, partition int NOT NULL,
                    next_offset bigint NOT NULL,
                    PRIMARY KEY (consumer, topic, partition));
                CREATE TABLE IF NOT EXISTS %1$s.stream_origin (
                    consumer text NOT NULL, topic text NOT NULL, partition int NOT NULL,
                    source text NOT NULL, origin_offset bigint NOT NULL, origin_index int NOT NULL,
                    PRIMARY KEY (consumer, topic, partition, source));
                CREATE TABLE IF NOT EXISTS %1$s.stream_plan (
                    consumer text NOT NULL, topic text NOT NULL, partition int NOT NULL,
                    next_offset bigint NOT NULL, end_offset bigint NOT NULL,
                    PRIMARY KEY (consumer, topic, partition));
                """
                        .formatted(schema);
        database.run(connection -> {
            try (var statement = connection.createStatement()) {
                if (!schemaExists(connection)) {
                    statement.execute("CREATE SCHEMA IF NOT EXISTS " + schema);
                }
                statement.execute(sql);
            }
        });
    }

    private boolean schemaExists(Connection connection) throws SQLException {
        try (var query = connection.prepareStatement("SELECT to_regnamespace(?) IS NOT NULL")) {
            query.setString(1, schema);
            try (var rows = query.executeQuery()) {
                return rows.next() && rows.getBoolean(1);
            }
        }
    }

    Known load(TopicPartition partition) {
        return database.inTransaction(connection -> {
            var next = position(connection, partition, "");
            return new Known(
                    next,
                    origins(connection, partition),
                    plannedEnd(connection, partition, next.orElse(0)));
        });
    }

    /// Locks the partition until the transaction ends, and tells whether it still stands where the
    /// caller thinks. Nobody else can move it from here on.
    boolean lock(Connection connection, TopicPartition partition, OptionalLong expected)
            throws SQLException {
        var found = position(connection, partition, " FOR UPDATE");
        if (found.isEmpty() && expected.isEmpty()) {
            // The insert waits for, and then yields to, a concurrent one.
            try (var insert =
                    connection.prepareStatement(
                            "INSERT INTO "
                                    + schema
                                    + ".stream_position VALUES (?, ?, ?, 0) ON CONFLICT DO NOTHING")) {
                key(insert, partition);
                return insert.executeUpdate() == 1;
            }
        }
        return found.equals(expected);
    }

    private OptionalLong position(Connection connection, TopicPartition partition, String lock)
            throws SQLException {
        return number(
                connection,
                partition,
                "SELECT next_offset FROM "
                        + schema
                        + ".stream_position WHERE consumer = ? AND topic = ? AND partition = ?"
                        + lock);
    }

    private OptionalLong plannedEnd(Connection connection, TopicPartition partition, long next)
            throws SQLException {
        return number(
                connection,
                partition,
                "SELECT end_offset FROM "
                        + schema
                        + ".stream_plan WHERE consumer = ? AND topic = ? AND partition = ?"
                        + " AND next_offset = "
                        + next);
    }

    private OptionalLong number(Connection connection, TopicPartition partition, String sql)
            throws SQLException {
        try (var query = connection.prepareStatement(sql)) {
            query.setQueryTimeout(LOCK_SECONDS);
            key(query, partition);
            try (var rows = query.executeQuery()) {
                return rows.next() ? OptionalLong.of(rows.getLong(1)) : OptionalLong.empty();
            }
        }
    }

    private Map<String, Origin> origins(Connection connection, TopicPartition partition)
            throws SQLException {
        var sql =
                "SELECT source, origin_offset, origin_index FROM "
                        + schema
                        + ".stream_origin WHERE consumer = ? AND topic = ? AND partition = ?";
        try (var query = connection.prepareStatement(sql)) {
            key(query, partition);
            try (var rows = query.executeQuery()) {
                var origins = new HashMap<String, Origin>();
                while (rows.next()) {
                    var source = rows.getString(1);
                    var parts = source.split("\\|", -1);
                    origins.put(
                            source,
                            new Origin(
                                    parts[0],
                                    parts[1],
                                    Integer.parseInt(parts[2]),
                                    rows.getLong(2),
                                    rows.getInt(3)));
                }
                return origins;
            }
        }
    }

    /// Commits on its own, while the caller holds the partition's lock in another transaction.
    void plan(TopicPartition partition, long next, long end) {
        database.run(connection -> {
            var sql =
                    "INSERT INTO "
                            + schema
                            + """
                            .stream_plan VALUES (?, ?, ?, ?, ?)
                            ON CONFLICT (consumer, topic, partition) DO UPDATE
                            SET next_offset = excluded.next_offset,
                                end_offset = excluded.end_offset
                            """;
            try (var upsert = connection.prepareStatement(sql)) {
                key(upsert, partition);
                upsert.setLong(4, next);
                upsert.setLong(5, end);
                upsert.executeUpdate();
            }
        });
    }

    void save(
            Connection connection,
            TopicPartition partition,
            long next,
            Collection<Origin> newOrigins)
            throws SQLException {
        try (var update =
                connection.prepareStatement(
                        "UPDATE "
                                + schema
                                + ".stream_position SET next_offset = "
                                + next
                                + " WHERE consumer = ? AND topic = ? AND partition = ?")) {
            key(update, partition);
            if (update.executeUpdate() != 1) {
                throw new IllegalStateException("no position of " + partition);
            }
        }
        if (newOrigins.isEmpty()) {
            return;
        }
        var sql =
                "INSERT INTO "
                        + schema
                        + """
                        .stream_origin VALUES (?, ?, ?, ?, ?, ?)
                        ON CONFLICT (consumer, topic, partition, source) DO UPDATE
                        SET origin_offset = excluded.origin_offset,
                            origin_index = excluded.origin_index
                        """;
        try (var upsert = connection.prepareStatement(sql)) {
            for (var origin : newOrigins) {
                key(upsert, partition);
                upsert.setString(4, origin.source());
                upsert.setLong(5, origin.offset());
                upsert.setInt(6, origin.index());
                upsert.addBatch();
            }
            upsert.executeBatch();
        }
    }

    private void key(PreparedStatement statement, TopicPartition partition) throws SQLException {
        statement.setString(1, consumer);
        statement.setString(2, partition.topic());
        statement.setInt(3, partition.partition());
    }
}
