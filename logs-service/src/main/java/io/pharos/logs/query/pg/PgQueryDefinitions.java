package io.pharos.logs.query.pg;

import io.pharos.kit.Database;
import io.pharos.logs.LogsError;
import io.pharos.logs.config.Logs;
import io.pharos.logs.query.QueryDefinition;
import io.pharos.wire.Tenant;

import jakarta.inject.Singleton;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/// Query definitions in `logs.query_definition`.
@Singleton
public final class PgQueryDefinitions {
    private final Database database;

    public PgQueryDefinitions(@Logs Database database) {
        this.database = database;
    }

    /// @throws software.amazon.awssdk.services.cloudwatchlogs.model.LimitExceededException when there
    ///     are too many
    public void add(Tenant tenant, QueryDefinition definition) {
        var sql =
                """
                INSERT INTO logs.query_definition
                    (id, account, region, name, query_string, group_names, modified_ms)
                SELECT ?, ?, ?, ?, ?, ?, ?
                WHERE (SELECT count(*) FROM logs.query_definition
                    WHERE account = ? AND region = ?) < ?
                """;
        database.run(tx -> {
            try (var insert = tx.prepareStatement(sql)) {
                insert.setObject(1, definition.id());
                insert.setString(2, tenant.account());
                insert.setString(3, tenant.region());
                insert.setString(4, definition.name());
                insert.setString(5, definition.text());
                insert.setArray(6, tx.createArrayOf("text", definition.groups().toArray()));
                insert.setLong(7, definition.modifiedMs());
                insert.setString(8, tenant.account());
                insert.setString(9, tenant.region());
                insert.setInt(10, QueryDefinition.MAX);
                if (insert.executeUpdate() == 0) {
                    throw LogsError.limitExceeded();
                }
            }
        });
    }

    /// @return whether there was one with this id
    public boolean replace(Tenant tenant, QueryDefinition definition) {
        var sql =
                """
                UPDATE logs.query_definition
                SET name = ?, query_string = ?, group_names = ?, modified_ms = ?
                WHERE id = ? AND account = ? AND region = ?
                """;
        return database.inTransaction(tx -> {
            try (var update = tx.prepareStatement(sql)) {
                update.setString(1, definition.name());
                update.setString(2, definition.text());
                update.setArray(3, tx.createArrayOf("text", definition.groups().toArray()));
                update.setLong(4, definition.modifiedMs());
                update.setObject(5, definition.id());
                update.setString(6, tenant.account());
                update.setString(7, tenant.region());
                return update.executeUpdate() == 1;
            }
        });
    }

    /// @return whether there was one with this id
    public boolean delete(Tenant tenant, UUID id) {
        var sql = "DELETE FROM logs.query_definition WHERE id = ? AND account = ? AND region = ?";
        return database.inTransaction(tx -> {
            try (var delete = tx.prepareStatement(sql)) {
                delete.setObject(1, id);
                delete.setString(2, tenant.account());
                delete.setString(3, tenant.region());
                return delete.executeUpdate() == 1;
            }
        });
    }

    /// Sorted by name, then id; those behind (`afterName`, `after`).
    public List<QueryDefinition> list(
            Tenant tenant, String prefix, String afterName, UUID after, int limit) {
        var sql =
                """
                SELECT id, name, query_string, group_names, modified_ms FROM logs.query_definition
                WHERE account = ? AND region = ? AND starts_with(name, ?) AND (name, id) > (?, ?)
                ORDER BY name, id LIMIT ?
                """;
        return database.read(connection -> {
            try (var select = connection.prepareStatement(sql)) {
                select.setString(1, tenant.account());
                select.setString(2, tenant.region());
                select.setString(3, prefix);
                select.setString(4, afterName);
                select.setObject(5, after);
                select.setInt(6, limit);
                var found = new ArrayList<QueryDefinition>();
                try (var rows = select.executeQuery()) {
                    while (rows.next()) {
                        found.add(
                                new QueryDefinition(
                                        rows.getObject(1, UUID.class),
                                        rows.getString(2),
                                        rows.getString(3),
                                        List.of((String[]) rows.getArray(4).getArray()),
                                        rows.getLong(5)));
                    }
                }
                return found;
            }
        });
    }
}
