package io.pharos.logs.export.pg;

import io.pharos.kit.Database;
import io.pharos.kit.DatabaseException;
import io.pharos.logs.LogsError;
import io.pharos.logs.config.Logs;
import io.pharos.logs.export.ExportTask;
import io.pharos.wire.Tenant;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatchlogs.model.ExportTaskStatusCode;
import software.amazon.awssdk.services.cloudwatchlogs.model.InvalidOperationException;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Export tasks in `logs.export_task`. One that runs is leased to one process; when that dies, another
/// goes on.
@Singleton
public final class PgExportTasks {
    private static final String INSERT =
            """
            INSERT INTO logs.export_task (id, account, region, name, log_group, stream_prefix, from_ms,
                to_ms, bucket, prefix, code, created_ms)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'PENDING', ?)
            """;

    private static final String CLAIM =
            """
            UPDATE logs.export_task SET leased_until_ms = ?,
                code = CASE code WHEN 'PENDING' THEN 'RUNNING' ELSE code END
            WHERE id = (
                SELECT id FROM logs.export_task
                WHERE code IN ('PENDING', 'RUNNING', 'PENDING_CANCEL') AND leased_until_ms <= ?
                ORDER BY created_ms LIMIT 1 FOR UPDATE SKIP LOCKED)
            RETURNING *
            """;

    private static final String PAGE =
            """
            SELECT * FROM logs.export_task
            WHERE account = ? AND region = ? AND (?::uuid IS NULL OR id = ?)
                AND (?::text IS NULL OR code = ?)
                AND (created_ms < ? OR (created_ms = ? AND id > ?))
            ORDER BY created_ms DESC, id LIMIT ?
            """;

    private final Database database;

    public PgExportTasks(@Logs Database database) {
        this.database = database;
    }

    /// @throws RuntimeException AWS's error when another task of the account and region is under way
    public void create(ExportTask task) {
        try {
            database.run(tx -> {
                try (var insert = tx.prepareStatement(INSERT)) {
                    insert.setObject(1, task.id());
                    insert.setString(2, task.tenant().account());
                    insert.setString(3, task.tenant().region());
                    insert.setString(4, task.name());
                    insert.setString(5, task.logGroup());
                    insert.setString(6, task.streamPrefix());
                    insert.setLong(7, task.fromMs());
                    insert.setLong(8, task.toMs());
                    insert.setString(9, task.bucket());
                    insert.setString(10, task.prefix());
                    insert.setLong(11, task.createdMs());
                    insert.executeUpdate();
                }
            });
        } catch (DatabaseException e) {
            if (e.isUniqueViolation()) {
                throw LogsError.limitExceeded();
            }
            throw e;
        }
    }

    /// A task's place in descriptions.
    public record Position(long createdMs, UUID id) {
        public static final Position FIRST = new Position(Long.MAX_VALUE, new UUID(0, 0));
    }

    /// The newest first.
    public List<ExportTask> describe(
            Tenant tenant, @Nullable UUID id, @Nullable String code, Position after, int limit) {
        return database.read(connection -> {
            try (var select = connection.prepareStatement(PAGE)) {
                select.setString(1, tenant.account());
                select.setString(2, tenant.region());
                select.setObject(3, id);
                select.setObject(4, id);
                select.setString(5, code);
                select.setString(6, code);
                select.setLong(7, after.createdMs());
                select.setLong(8, after.createdMs());
                select.setObject(9, after.id());
                select.setInt(10, limit);
                var found = new ArrayList<ExportTask>();
                try (var row = select.executeQuery()) {
                    while (row.next()) {
                        found.add(task(row));
                    }
                }
                return found;
            }
        });
    }

    /// @throws RuntimeException AWS's error when there is none, or it has ended
    public void cancel(Tenant tenant, UUID id, long nowMs) {
        database.run(tx -> {
            try (var update =
                    tx.prepareStatement(
                            """
                            UPDATE logs.export_task SET
                                code = CASE WHEN code = 'PENDING' THEN 'CANCELLED'
                                    WHEN code = 'RUNNING' THEN 'PENDING_CANCEL' ELSE code END,
                                completed_ms = CASE WHEN code = 'PENDING' THEN ? ELSE completed_ms END
                            WHERE account = ? AND region = ? AND id = ?
                            RETURNING completed_ms IS NOT NULL AND completed_ms <> ?
                            """)) {
                update.setLong(1, nowMs);
                update.setString(2, tenant.account());
                update.setString(3, tenant.region());
                update.setObject(4, id);
                update.setLong(5, nowMs);
                try (var row = update.executeQuery()) {
                    if (!row.next()) {
                        throw LogsError.notFound("The specified export task does not exist.");
                    }
                    if (row.getBoolean(1)) {
                        throw InvalidOperationException.builder()
                                .message("The specified export task has already finished")
                                .build();
                    }
                }
            }
        });
    }

    /// Leases a task that nobody works at.
    public Optional<ExportTask> claim(long nowMs, long untilMs) {
        return database.inTransaction(tx -> {
            try (var claim = tx.prepareStatement(CLAIM)) {
                claim.setLong(1, untilMs);
                claim.setLong(2, nowMs);
                try (var row = claim.executeQuery()) {
                    return row.next() ? Optional.of(task(row)) : Optional.empty();
                }
            }
        });
    }

    /// Says how far a task is, and extends its lease.
    ///
    /// @return whether it is to go on: false when somebody cancels it, or it is gone
    public boolean goesOn(UUID id, String doneStream, long untilMs) {
        return database.inTransaction(tx -> {
            try (var update =
                    tx.prepareStatement(
                            "UPDATE logs.export_task SET done_stream = ?, leased_until_ms = ?"
                                    + " WHERE id = ? RETURNING code")) {
                update.setString(1, doneStream);
                update.setLong(2, untilMs);
                update.setObject(3, id);
                try (var row = update.executeQuery()) {
                    return row.next()
                            && row.getString(1).equals(ExportTaskStatusCode.RUNNING.toString());
                }
            }
        });
    }

    public void end(UUID id, ExportTaskStatusCode code, String message, long nowMs) {
        database.run(tx -> {
            try (var update =
                    tx.prepareStatement(
                            "UPDATE logs.export_task SET code = ?, message = ?, completed_ms = ?"
                                    + " WHERE id = ?")) {
                update.setString(1, code.toString());
                update.setString(2, message);
                update.setLong(3, nowMs);
                update.setObject(4, id);
                update.executeUpdate();
            }
        });
    }

    private static ExportTask task(ResultSet row) throws SQLException {
        return new ExportTask(
                row.getObject("id", UUID.class),
                new Tenant(row.getString("account"), row.getString("region")),
                row.getString("name"),
                row.getString("log_group"),
                row.getString("stream_prefix"),
                row.getLong("from_ms"),
                row.getLong("to_ms"),
                row.getString("bucket"),
                row.getString("prefix"),
                ExportTaskStatusCode.fromValue(row.getString("code")),
                row.getString("message"),
                row.getLong("created_ms"),
                row.getObject("completed_ms", Long.class),
                row.getString("done_stream"));
    }
}
