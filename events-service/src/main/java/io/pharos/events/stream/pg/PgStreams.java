package io.pharos.events.stream.pg;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import io.pharos.events.config.Events;
import io.pharos.events.json.JsonText;
import io.pharos.events.stream.Stream;
import io.pharos.kit.Database;
import io.pharos.wire.Tenant;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.kinesis.model.StreamStatus;

import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/// Streams by name, and the secret that signs iterators.
@Singleton
public final class PgStreams {
    private static final int SECRET_BYTES = 32;
    private static final int MAX_CACHED = 10_000;
    private static final Duration CACHED = Duration.ofSeconds(1);
    private static final String KEY = " WHERE account = ? AND region = ? AND name = ?";
    private static final String SELECT =
            """
            SELECT account, region, name, generation, shards, on_demand, retention_hours, status, tags, created_at
            FROM events.stream\
            """;

    private final Database database;
    private final Cache<Id, Stream> known =
            Caffeine.newBuilder().maximumSize(MAX_CACHED).expireAfterWrite(CACHED).build();
    private volatile byte @Nullable [] secret;

    private record Id(Tenant tenant, String name) {}

    public PgStreams(@Events Database database) {
        this.database = database;
    }

    /// Keeps a new stream, in state CREATING and with a generation of its own.
    ///
    /// @return empty when there is one of that name
    public Optional<Stream> insert(Stream wanted) {
        return database.inTransaction(connection -> {
            try (var insert =
                    connection.prepareStatement(
                            """
                            INSERT INTO events.stream (account, region, name, generation, shards, on_demand,
                                retention_hours, status, tags, created_at)
                            VALUES (?, ?, ?, nextval('events.stream_generation'), ?, ?, ?, 'CREATING', ?::json, ?)
                            ON CONFLICT DO NOTHING
                            """)) {
                setKey(insert, wanted.tenant(), wanted.name());
                insert.setInt(4, wanted.shards());
                insert.setBoolean(5, wanted.onDemand());
                insert.setInt(6, wanted.retentionHours());
                insert.setString(7, JsonText.write(wanted.tags()));
                insert.setTimestamp(8, Timestamp.from(wanted.createdAt()));
                if (insert.executeUpdate() == 0) {
                    return Optional.empty();
                }
            }
            return find(connection, wanted.tenant(), wanted.name());
        });
    }

    public Optional<Stream> find(Tenant tenant, String name) {
        return database.read(connection -> find(connection, tenant, name));
    }

    /// As of at most a second ago: for puts and gets.
    ///
    /// @throws software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException no such
    ///     stream, or it is not there yet, or no longer
    public Stream active(Tenant tenant, String name) {
        var id = new Id(tenant, name);
        var stream = known.getIfPresent(id);
        if (stream == null) {
            stream =
                    find(tenant, name)
                            .filter(s -> s.status() == StreamStatus.ACTIVE)
                            .orElseThrow(() -> Stream.notFound(tenant, name));
            known.put(id, stream);
        }
        return stream;
    }

    private static Optional<Stream> find(Connection connection, Tenant tenant, String name)
            throws SQLException {
        try (var select = connection.prepareStatement(SELECT + KEY)) {
            setKey(select, tenant, name);
            return streams(select).stream().findFirst();
        }
    }

    public void setRetention(Stream stream, int hours) {
        update(
                stream,
                "UPDATE events.stream SET retention_hours = "
                        + hours
                        + KEY
                        + " AND generation = ?");
    }

    /// Runs the Kafka part of a creation or a deletion and then ends that state: ACTIVE, or gone. The
    /// row is locked meanwhile, so that nobody repeats it, or makes a new stream of the name, beside it.
    /// Nothing happens when the stream is no longer in the state that was given.
    public void settle(Stream stream, Consumer<Stream> work) {
        database.run(connection -> {
            try (var lock =
                            connection.prepareStatement(
                                    "SELECT status FROM events.stream"
                                            + KEY
                                            + " AND generation = ? FOR UPDATE");
                    var end =
                            connection.prepareStatement(
                                    (stream.status() == StreamStatus.DELETING
                                                    ? "DELETE FROM events.stream"
                                                    : "UPDATE events.stream SET status = 'ACTIVE'")
                                            + KEY)) {
                setKey(lock, stream.tenant(), stream.name());
                lock.setInt(4, stream.generation());
                try (var rows = lock.executeQuery()) {
                    if (!rows.next() || !rows.getString(1).equals(stream.status().toString())) {
                        return;
                    }
                }
                work.accept(stream);
                setKey(end, stream.tenant(), stream.name());
                end.executeUpdate();
            }
        });
        known.invalidate(new Id(stream.tenant(), stream.name()));
    }

    /// @return the stream in state DELETING; empty when it is gone already
    public Optional<Stream> startDeleting(Stream stream) {
        database.run(connection -> {
            try (var update =
                    connection.prepareStatement(
                            "UPDATE events.stream SET status = 'DELETING'"
                                    + KEY
                                    + " AND generation = ?")) {
                setKey(update, stream.tenant(), stream.name());
                update.setInt(4, stream.generation());
                update.executeUpdate();
            }
        });
        known.invalidate(new Id(stream.tenant(), stream.name()));
        return find(stream.tenant(), stream.name())
                .filter(s -> s.generation() == stream.generation());
    }

    private void update(Stream stream, String sql) {
        database.run(connection -> {
            try (var update = connection.prepareStatement(sql)) {
                setKey(update, stream.tenant(), stream.name());
                update.setInt(4, stream.generation());
                update.executeUpdate();
            }
        });
        known.invalidate(new Id(stream.tenant(), stream.name()));
    }

    /// @throws software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException no such stream
    public void changeTags(Tenant tenant, String name, UnaryOperator<Map<String, String>> change) {
        database.run(connection -> {
            Map<String, String> before;
            try (var select = connection.prepareStatement(SELECT + KEY + " FOR UPDATE")) {
                setKey(select, tenant, name);
                before =
                        streams(select).stream()
                                .findFirst()
                                .orElseThrow(() -> Stream.notFound(tenant, name))
                                .tags();
            }
            try (var update =
                    connection.prepareStatement("UPDATE events.stream SET tags = ?::json" + KEY)) {
                update.setString(1, JsonText.write(change.apply(before)));
                update.setString(2, tenant.account());
                update.setString(3, tenant.region());
                update.setString(4, name);
                update.executeUpdate();
            }
        });
    }

    /// Streams by name, from after `after`.
    public List<Stream> page(Tenant tenant, String after, int limit) {
        return database.read(connection -> {
            try (var select =
                    connection.prepareStatement(
                            SELECT
                                    + " WHERE account = ? AND region = ? AND name > ? ORDER BY name LIMIT ?")) {
                setKey(select, tenant, after);
                select.setInt(4, limit);
                return streams(select);
            }
        });
    }

    /// Shards of all streams of a tenant.
    public int shards(Tenant tenant) {
        return database.read(connection -> {
            try (var select =
                    connection.prepareStatement(
                            "SELECT coalesce(sum(shards), 0) FROM events.stream WHERE account = ? AND region = ?")) {
                select.setString(1, tenant.account());
                select.setString(2, tenant.region());
                try (var rows = select.executeQuery()) {
                    rows.next();
                    return rows.getInt(1);
                }
            }
        });
    }

    /// Streams that a crash left between two states.
    public List<Stream> unsettled(Instant before, int limit) {
        return database.read(connection -> {
            try (var select =
                    connection.prepareStatement(
                            SELECT
                                    + " WHERE status <> 'ACTIVE' AND created_at < ? ORDER BY created_at LIMIT ?")) {
                select.setTimestamp(1, Timestamp.from(before));
                select.setInt(2, limit);
                return streams(select);
            }
        });
    }

    /// What signs iterators; the same for all replicas and for ever.
    public byte[] secret() {
        var kept = secret;
        if (kept == null) {
            kept = database.inTransaction(PgStreams::loadOrMakeSecret);
            secret = kept;
        }
        return kept;
    }

    private static byte[] loadOrMakeSecret(Connection connection) throws SQLException {
        var made = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(made);
        try (var insert =
                        connection.prepareStatement(
                                "INSERT INTO events.stream_secret (secret) VALUES (?) ON CONFLICT DO NOTHING");
                var select =
                        connection.prepareStatement("SELECT secret FROM events.stream_secret")) {
            insert.setBytes(1, made);
            insert.executeUpdate();
            try (var rows = select.executeQuery()) {
                rows.next();
                return rows.getBytes(1);
            }
        }
    }

    private static List<Stream> streams(PreparedStatement select) throws SQLException {
        var found = new ArrayList<Stream>();
        try (var rows = select.executeQuery()) {
            while (rows.next()) {
                found.add(stream(rows));
            }
        }
        return found;
    }

    private static Stream stream(ResultSet row) throws SQLException {
        return new Stream(
                new Tenant(row.getString(1), row.getString(2)),
                row.getString(3),
                row.getInt(4),
                row.getInt(5),
                row.getBoolean(6),
                row.getInt(7),
                StreamStatus.fromValue(row.getString(8)),
                JsonText.readMap(row.getString(9)),
                row.getTimestamp(10).toInstant());
    }

    private static void setKey(PreparedStatement statement, Tenant tenant, String name)
            throws SQLException {
        statement.setString(1, tenant.account());
        statement.setString(2, tenant.region());
        statement.setString(3, name);
    }
}
