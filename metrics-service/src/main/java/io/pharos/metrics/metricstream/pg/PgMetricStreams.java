package io.pharos.metrics.metricstream.pg;

import io.pharos.kit.Database;
import io.pharos.metrics.config.Metrics;
import io.pharos.metrics.metricstream.MetricStream;
import io.pharos.metrics.resource.pg.TagRows;
import io.pharos.wire.Tenant;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import software.amazon.awssdk.services.cloudwatch.model.PutMetricStreamRequest;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Table `metrics.metric_stream`.
@Singleton
public final class PgMetricStreams {
    private static final String COLUMNS =
            "account, region, definition, is_running, created_ms, updated_ms";

    private final Database database;

    @Inject
    public PgMetricStreams(@Metrics Database database) {
        this.database = database;
    }

    /// Makes it, running, or replaces its definition. AWS: tags count at creation only.
    public void put(
            Tenant tenant,
            PutMetricStreamRequest definition,
            Map<String, String> tags,
            long nowMs) {
        database.run(tx -> {
            boolean isNew;
            try (var upsert =
                    tx.prepareStatement(
                            """
                            INSERT INTO metrics.metric_stream (account, region, name, definition,
                                is_running, created_ms, updated_ms)
                            VALUES (?, ?, ?, ?, true, ?, ?)
                            ON CONFLICT (account, region, name) DO UPDATE
                            SET definition = excluded.definition, updated_ms = excluded.updated_ms
                            RETURNING xmax = 0
                            """)) {
                setKey(upsert, tenant, definition.name());
                upsert.setString(4, Definition.write(definition));
                upsert.setLong(5, nowMs);
                upsert.setLong(6, nowMs);
                try (var row = upsert.executeQuery()) {
                    isNew = row.next() && row.getBoolean(1);
                }
            }
            if (isNew) {
                TagRows.put(tx, MetricStream.arn(tenant, definition.name()), tags);
            }
        });
    }

    public Optional<MetricStream> find(Tenant tenant, String name) {
        return database.read(connection -> {
            try (var select =
                    connection.prepareStatement(
                            "SELECT "
                                    + COLUMNS
                                    + """
                                     FROM metrics.metric_stream
                                    WHERE account = ? AND region = ? AND name = ?
                                    """)) {
                setKey(select, tenant, name);
                return streams(select).stream().findFirst();
            }
        });
    }

    /// By name, after one.
    public List<MetricStream> list(Tenant tenant, String after, int limit) {
        return database.read(connection -> {
            try (var select =
                    connection.prepareStatement(
                            "SELECT "
                                    + COLUMNS
                                    + """
                                     FROM metrics.metric_stream
                                    WHERE account = ? AND region = ? AND name > ?
                                    ORDER BY name LIMIT ?
                                    """)) {
                setKey(select, tenant, after);
                select.setInt(4, limit);
                return streams(select);
            }
        });
    }

    /// Those of everyone that send.
    public List<MetricStream> running() {
        return database.read(connection -> {
            try (var select =
                    connection.prepareStatement(
                            "SELECT " + COLUMNS + " FROM metrics.metric_stream WHERE is_running")) {
                return streams(select);
            }
        });
    }

    /// Those that exist; others are ignored.
    public void setRunning(Tenant tenant, Collection<String> names, boolean isRunning, long nowMs) {
        database.run(tx -> {
            try (var update =
                    tx.prepareStatement(
                            """
                            UPDATE metrics.metric_stream SET is_running = ?, updated_ms = ?
                            WHERE account = ? AND region = ? AND name = ANY(?) AND is_running <> ?
                            """)) {
                update.setBoolean(1, isRunning);
                update.setLong(2, nowMs);
                update.setString(3, tenant.account());
                update.setString(4, tenant.region());
                update.setArray(5, tx.createArrayOf("text", names.toArray()));
                update.setBoolean(6, isRunning);
                update.executeUpdate();
            }
        });
    }

    /// With what is on its way.
    public void delete(Tenant tenant, String name) {
        database.run(tx -> {
            delete(tx, "DELETE FROM metrics.metric_stream", tenant, name);
            delete(tx, "DELETE FROM metrics.stream_outbox", tenant, name);
            TagRows.removeAll(tx, List.of(MetricStream.arn(tenant, name)));
        });
    }

    private static void delete(Connection tx, String from, Tenant tenant, String name)
            throws SQLException {
        try (var delete =
                tx.prepareStatement(from + " WHERE account = ? AND region = ? AND name = ?")) {
            setKey(delete, tenant, name);
            delete.executeUpdate();
        }
    }

    private static void setKey(PreparedStatement statement, Tenant tenant, String name)
            throws SQLException {
        statement.setString(1, tenant.account());
        statement.setString(2, tenant.region());
        statement.setString(3, name);
    }

    private static List<MetricStream> streams(PreparedStatement select) throws SQLException {
        try (var row = select.executeQuery()) {
            var streams = new ArrayList<MetricStream>();
            while (row.next()) {
                streams.add(stream(row));
            }
            return streams;
        }
    }

    private static MetricStream stream(ResultSet row) throws SQLException {
        return new MetricStream(
                new Tenant(row.getString(1), row.getString(2)),
                Definition.read(row.getString(3)),
                row.getBoolean(4),
                row.getLong(5),
                row.getLong(6));
    }
}
