package io.pharos.logs.stream.pg;

import io.pharos.kit.Database;
import io.pharos.logs.LogsError;
import io.pharos.logs.config.Logs;
import io.pharos.logs.group.pg.PgLogGroups;
import io.pharos.logs.stream.LogStream;
import io.pharos.logs.stream.LogStreamSelection;
import io.pharos.wire.Tenant;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Log streams in `logs.log_stream`.
@Singleton
public final class PgLogStreams {
    private static final String COLUMNS =
            "id, group_id, name, created_ms, first_event_ms, last_event_ms, last_ingestion_ms";

    private final Database database;
    private final PgLogGroups groups;

    public PgLogStreams(@Logs Database database, PgLogGroups groups) {
        this.database = database;
        this.groups = groups;
    }

    /// @throws software.amazon.awssdk.services.cloudwatchlogs.model.CloudWatchLogsException with
    ///     AWS's text when there is no such group, or such a stream already
    public void create(Tenant tenant, String group, String name, long nowMs) {
        database.run(tx -> {
            var owner = groups.requireLocked(tx, tenant, group);
            if (!createMissing(tx, owner.id(), name, nowMs)) {
                throw LogsError.exists("The specified log stream already exists");
            }
        });
    }

    /// Creates the stream when it is missing, on an open transaction that keeps its group.
    ///
    /// @return whether it was missing
    public boolean createMissing(Connection tx, long groupId, String name, long nowMs)
            throws SQLException {
        var sql =
                """
                INSERT INTO logs.log_stream (group_id, name, created_ms) VALUES (?, ?, ?)
                ON CONFLICT DO NOTHING
                """;
        try (var insert = tx.prepareStatement(sql)) {
            insert.setLong(1, groupId);
            insert.setString(2, name);
            insert.setLong(3, nowMs);
            return insert.executeUpdate() == 1;
        }
    }

    /// The stream is gone at once; its events are swept out of the blocks later. Waits for a flush
    /// that is writing into the stream.
    ///
    /// @throws software.amazon.awssdk.services.cloudwatchlogs.model.ResourceNotFoundException with
    ///     AWS's text
    public void delete(Tenant tenant, String group, String name, long nowMs) {
        database.run(tx -> {
            var owner = groups.requireLocked(tx, tenant, group);
            var sql =
                    """
                    WITH gone AS (DELETE FROM logs.log_stream
                        WHERE group_id = ? AND name = ? RETURNING id, group_id)
                    INSERT INTO logs.leftover (group_id, stream_id, deleted_ms)
                    SELECT group_id, id, ? FROM gone
                    """;
            try (var delete = tx.prepareStatement(sql)) {
                delete.setLong(1, owner.id());
                delete.setString(2, name);
                delete.setLong(3, nowMs);
                if (delete.executeUpdate() == 0) {
                    throw LogsError.noSuchStream();
                }
            }
        });
    }

    public Optional<LogStream> find(long groupId, String name) {
        var sql = "SELECT " + COLUMNS + " FROM logs.log_stream WHERE group_id = ? AND name = ?";
        return database.read(connection -> {
            try (var select = connection.prepareStatement(sql)) {
                select.setLong(1, groupId);
                select.setString(2, name);
                try (var rows = select.executeQuery()) {
                    return rows.next() ? Optional.of(stream(rows)) : Optional.empty();
                }
            }
        });
    }

    /// Ids by name, of those that exist.
    public Map<String, Long> ids(long groupId, Collection<String> names) {
        var sql = "SELECT name, id FROM logs.log_stream WHERE group_id = ? AND name = ANY(?)";
        return database.read(connection -> {
            try (var select = connection.prepareStatement(sql)) {
                select.setLong(1, groupId);
                select.setArray(2, connection.createArrayOf("text", names.toArray()));
                var ids = new HashMap<String, Long>();
                try (var rows = select.executeQuery()) {
                    while (rows.next()) {
                        ids.put(rows.getString(1), rows.getLong(2));
                    }
                }
                return ids;
            }
        });
    }

    /// Names by id, of those that exist.
    public Map<Long, String> names(Connection connection, long groupId, Collection<Long> ids)
            throws SQLException {
        var sql = "SELECT id, name FROM logs.log_stream WHERE id = ANY(?) AND group_id = ?";
        try (var select = connection.prepareStatement(sql)) {
            select.setArray(1, connection.createArrayOf("bigint", ids.toArray()));
            select.setLong(2, groupId);
            var names = new HashMap<Long, String>();
            try (var rows = select.executeQuery()) {
                while (rows.next()) {
                    names.put(rows.getLong(1), rows.getString(2));
                }
            }
            return names;
        }
    }

    /// By name it reads the index on (group_id, name); by last event it sorts the group's streams.
    public List<LogStream> list(long groupId, LogStreamSelection wanted, int limit) {
        var order = wanted.descending() ? "DESC" : "ASC";
        var beyond = wanted.descending() ? "<" : ">";
        var key = wanted.byLastEventTime() ? "(coalesce(last_event_ms, 0), name)" : "name";
        var bound = wanted.byLastEventTime() ? "(?, ?)" : "?";
        var after = wanted.after();
        var prefix = wanted.prefix();
        var sql =
                "SELECT "
                        + COLUMNS
                        + " FROM logs.log_stream WHERE group_id = ?"
                        + (prefix == null ? "" : " AND starts_with(name, ?) AND name >= ?")
                        + (after == null ? "" : " AND " + key + " " + beyond + " " + bound)
                        + " ORDER BY "
                        + (wanted.byLastEventTime()
                                ? "coalesce(last_event_ms, 0) " + order + ", "
                                : "")
                        + "name "
                        + order
                        + " LIMIT ?";
        return database.read(connection -> {
            try (var select = connection.prepareStatement(sql)) {
                var parameter = 1;
                select.setLong(parameter++, groupId);
                if (prefix != null) {
                    select.setString(parameter++, prefix);
                    select.setString(parameter++, prefix);
                }
                if (after != null && wanted.byLastEventTime()) {
                    select.setLong(parameter++, after.lastEventMs());
                }
                if (after != null) {
                    select.setString(parameter++, after.name());
                }
                select.setInt(parameter, limit);
                var streams = new ArrayList<LogStream>();
                try (var rows = select.executeQuery()) {
                    while (rows.next()) {
                        streams.add(stream(rows));
                    }
                }
                return streams;
            }
        });
    }

    private static LogStream stream(ResultSet row) throws SQLException {
        return new LogStream(
                row.getLong("id"),
                row.getLong("group_id"),
                row.getString("name"),
                row.getLong("created_ms"),
                written(row));
    }

    private static LogStream.@Nullable Written written(ResultSet row) throws SQLException {
        var first = row.getLong("first_event_ms");
        return row.wasNull()
                ? null
                : new LogStream.Written(
                        first, row.getLong("last_event_ms"), row.getLong("last_ingestion_ms"));
    }
}
