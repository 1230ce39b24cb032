package io.pharos.logs.query.pg;

import io.pharos.kit.Database;
import io.pharos.logs.LogsError;
import io.pharos.logs.config.Logs;
import io.pharos.logs.insights.plan.QueryStatistics;
import io.pharos.logs.query.ResultTable;
import io.pharos.logs.query.StoredQuery;
import io.pharos.wire.Tenant;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatchlogs.model.QueryStatus;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Queries in `logs.query`.
@Singleton
public final class PgQueries {
    private static final String COLUMNS =
            """
            id, account, region, query_string, group_names, start_ms, end_ms, status, created_ms,
                alive_ms, matched, scanned, scanned_bytes, skipped, skipped_bytes, started_by
            """;
    private static final String RUNNING = "status IN ('Scheduled', 'Running')";

    private final Database database;

    public PgQueries(@Logs Database database) {
        this.database = database;
    }

    /// @throws software.amazon.awssdk.services.cloudwatchlogs.model.LimitExceededException when too
    ///     many run already
    public void start(StoredQuery query) {
        var sql =
                """
                INSERT INTO logs.query (id, account, region, query_string, group_names, start_ms,
                    end_ms, status, created_ms, alive_ms, started_by)
                SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?
                WHERE (SELECT count(*) FROM logs.query WHERE account = ? AND region = ?
                    AND status IN ('Scheduled', 'Running') AND alive_ms >= ?) < ?
                """;
        database.run(tx -> {
            try (var insert = tx.prepareStatement(sql)) {
                insert.setObject(1, query.id());
                insert.setString(2, query.tenant().account());
                insert.setString(3, query.tenant().region());
                insert.setString(4, query.text());
                insert.setArray(5, tx.createArrayOf("text", query.groups().toArray()));
                insert.setLong(6, query.startMs());
                insert.setLong(7, query.endMs());
                insert.setString(8, query.status().toString());
                insert.setLong(9, query.createdMs());
                insert.setLong(10, query.createdMs());
                insert.setString(11, query.startedBy());
                insert.setString(12, query.tenant().account());
                insert.setString(13, query.tenant().region());
                insert.setLong(14, query.createdMs() - StoredQuery.SILENCE.toMillis());
                insert.setInt(15, StoredQuery.MAX_RUNNING);
                if (insert.executeUpdate() == 0) {
                    throw LogsError.limitExceeded();
                }
            }
        });
    }

    /// Tells that the query runs, and how far it is.
    ///
    /// @param soFar null: rows are not written this time
    /// @return false: it shall stop
    public boolean alive(
            UUID id, long nowMs, QueryStatistics statistics, @Nullable ResultTable soFar) {
        var sql =
                "UPDATE logs.query SET status = 'Running', alive_ms = ?, matched = ?, scanned = ?,"
                        + " scanned_bytes = ?, skipped = ?, skipped_bytes = ?,"
                        + " results = coalesce(?, results) WHERE id = ? AND "
                        + RUNNING
                        + " RETURNING stop_requested";
        return database.inTransaction(tx -> {
            try (var update = tx.prepareStatement(sql)) {
                update.setLong(1, nowMs);
                statistics(update, 2, statistics);
                update.setBytes(7, soFar == null ? null : soFar.encode());
                update.setObject(8, id);
                try (var rows = update.executeQuery()) {
                    return rows.next() && !rows.getBoolean(1);
                }
            }
        });
    }

    /// Its last state; nothing when it has one already.
    public void end(
            UUID id,
            QueryStatus status,
            QueryStatistics statistics,
            ResultTable results,
            long nowMs) {
        var sql =
                "UPDATE logs.query SET status = ?, matched = ?, scanned = ?, scanned_bytes = ?,"
                        + " skipped = ?, skipped_bytes = ?, results = ?, alive_ms = ? WHERE id = ? AND "
                        + RUNNING;
        database.run(tx -> {
            try (var update = tx.prepareStatement(sql)) {
                update.setString(1, status.toString());
                statistics(update, 2, statistics);
                update.setBytes(7, results.encode());
                update.setLong(8, nowMs);
                update.setObject(9, id);
                update.executeUpdate();
            }
        });
    }

    private static void statistics(PreparedStatement statement, int first, QueryStatistics of)
            throws SQLException {
        statement.setLong(first, of.recordsMatched());
        statement.setLong(first + 1, of.recordsScanned());
        statement.setLong(first + 2, of.bytesScanned());
        statement.setLong(first + 3, of.recordsSkipped());
        statement.setLong(first + 4, of.bytesSkipped());
    }

    /// Whoever runs it will stop it.
    public void requestStop(UUID id) {
        database.run(tx -> {
            try (var update =
                    tx.prepareStatement(
                            "UPDATE logs.query SET stop_requested = true WHERE id = ?")) {
                update.setObject(1, id);
                update.executeUpdate();
            }
        });
    }

    public Optional<StoredQuery> find(Tenant tenant, UUID id) {
        var sql =
                "SELECT "
                        + COLUMNS
                        + " FROM logs.query WHERE id = ? AND account = ? AND region = ?";
        return database.read(connection -> {
            try (var select = connection.prepareStatement(sql)) {
                select.setObject(1, id);
                select.setString(2, tenant.account());
                select.setString(3, tenant.region());
                try (var rows = select.executeQuery()) {
                    return rows.next() ? Optional.of(query(rows)) : Optional.empty();
                }
            }
        });
    }

    public ResultTable results(UUID id) {
        return database.read(connection -> {
            try (var select =
                    connection.prepareStatement("SELECT results FROM logs.query WHERE id = ?")) {
                select.setObject(1, id);
                try (var rows = select.executeQuery()) {
                    var stored = rows.next() ? rows.getBytes(1) : null;
                    return stored == null ? ResultTable.EMPTY : ResultTable.decode(stored);
                }
            }
        });
    }

    /// The newest ones first.
    ///
    /// @param group null: of any
    /// @param status null: in any, as seen at `nowMs`
    /// @param beforeMs only those started earlier, or at this time with a smaller id than `before`
    public List<StoredQuery> list(
            Tenant tenant,
            @Nullable String group,
            @Nullable QueryStatus status,
            long nowMs,
            long beforeMs,
            UUID before,
            int limit) {
        var sql =
                "SELECT "
                        + COLUMNS
                        + """
                         FROM logs.query WHERE account = ? AND region = ?
                            AND (created_ms, id) < (?, ?)
                            AND (? OR ? = ANY(group_names))
                            AND (? OR ? = CASE WHEN status IN ('Scheduled', 'Running')
                                AND alive_ms < ? THEN 'Failed' ELSE status END)
                        ORDER BY created_ms DESC, id DESC LIMIT ?
                        """;
        return database.read(connection -> {
            try (var select = connection.prepareStatement(sql)) {
                select.setString(1, tenant.account());
                select.setString(2, tenant.region());
                select.setLong(3, beforeMs);
                select.setObject(4, before);
                select.setBoolean(5, group == null);
                select.setString(6, group == null ? "" : group);
                select.setBoolean(7, status == null);
                select.setString(8, status == null ? "" : status.toString());
                select.setLong(9, nowMs - StoredQuery.SILENCE.toMillis());
                select.setInt(10, limit);
                var found = new ArrayList<StoredQuery>();
                try (var rows = select.executeQuery()) {
                    while (rows.next()) {
                        found.add(query(rows));
                    }
                }
                return found;
            }
        });
    }

    /// Removes what is too old, and writes down that what nobody runs has failed.
    public void sweep(long nowMs) {
        database.run(tx -> {
            try (var fail =
                            tx.prepareStatement(
                                    "UPDATE logs.query SET status = 'Failed' WHERE "
                                            + RUNNING
                                            + " AND alive_ms < ?");
                    var delete =
                            tx.prepareStatement("DELETE FROM logs.query WHERE created_ms < ?")) {
                fail.setLong(1, nowMs - StoredQuery.SILENCE.toMillis());
                fail.executeUpdate();
                delete.setLong(1, nowMs - StoredQuery.KEPT.toMillis());
                delete.executeUpdate();
            }
        });
    }

    private static StoredQuery query(ResultSet row) throws SQLException {
        return new StoredQuery(
                row.getObject("id", UUID.class),
                new Tenant(row.getString("account"), row.getString("region")),
                row.getString("query_string"),
                List.of((String[]) row.getArray("group_names").getArray()),
                row.getLong("start_ms"),
                row.getLong("end_ms"),
                QueryStatus.fromValue(row.getString("status")),
                row.getLong("created_ms"),
                row.getLong("alive_ms"),
                new QueryStatistics(
                        row.getLong("matched"),
                        row.getLong("scanned"),
                        row.getLong("scanned_bytes"),
                        row.getLong("skipped"),
                        row.getLong("skipped_bytes")),
                row.getString("started_by"));
    }
}
