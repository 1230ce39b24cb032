package io.pharos.logs.group.pg;

import io.pharos.kit.Database;
import io.pharos.logs.LogsError;
import io.pharos.logs.config.Logs;
import io.pharos.logs.group.LogGroup;
import io.pharos.wire.Tenant;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/// Log groups in `logs.log_group`.
@Singleton
public final class PgLogGroups {
    private static final String COLUMNS =
            "id, account, region, name, created_ms, retention_days, deletion_protected";

    private final Database database;

    public PgLogGroups(@Logs Database database) {
        this.database = database;
    }

    public Optional<LogGroup> find(Tenant tenant, String name) {
        return database.read(connection -> find(connection, tenant, name, ""));
    }

    /// @throws software.amazon.awssdk.services.cloudwatchlogs.model.ResourceNotFoundException with
    ///     AWS's text
    public LogGroup require(Tenant tenant, String name) {
        return find(tenant, name).orElseThrow(LogsError::noSuchGroup);
    }

    /// The group, kept from being deleted until the transaction ends.
    ///
    /// @throws software.amazon.awssdk.services.cloudwatchlogs.model.ResourceNotFoundException with
    ///     AWS's text
    public LogGroup requireLocked(Connection tx, Tenant tenant, String name) throws SQLException {
        return find(tx, tenant, name, "FOR KEY SHARE").orElseThrow(LogsError::noSuchGroup);
    }

    private static Optional<LogGroup> find(
            Connection connection, Tenant tenant, String name, String lock) throws SQLException {
        var sql =
                "SELECT "
                        + COLUMNS
                        + " FROM logs.log_group WHERE account = ? AND region = ? AND name = ? "
                        + lock;
        try (var select = connection.prepareStatement(sql)) {
            select.setString(1, tenant.account());
            select.setString(2, tenant.region());
            select.setString(3, name);
            try (var rows = select.executeQuery()) {
                return rows.next() ? Optional.of(group(rows)) : Optional.empty();
            }
        }
    }

    private static LogGroup group(ResultSet row) throws SQLException {
        return new LogGroup(
                row.getLong("id"),
                new Tenant(row.getString("account"), row.getString("region")),
                row.getString("name"),
                row.getLong("created_ms"),
                nullableInt(row, "retention_days"),
                row.getBoolean("deletion_protected"));
    }

    private static @Nullable Integer nullableInt(ResultSet row, String column) throws SQLException {
        var value = row.getInt(column);
        return row.wasNull() ? null : value;
    }
}
