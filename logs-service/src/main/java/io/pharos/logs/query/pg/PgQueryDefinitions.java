package io.pharos.logs.query.pg;

import io.pharos.kit.Database;
import io.pharos.logs.LogsError;
import io.pharos.logs.config.Logs;
import io.pharos.logs.query.QueryDefinition;
import io.pharos.logs.query.QueryDefinition.Parameter;
import io.pharos.wire.Tenant;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.IntStream;

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
                    (id, account, region, name, query_string, group_names, modified_ms,
                    parameter_names, parameter_defaults, parameter_descriptions)
                SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?
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
                parameters(tx, insert, 8, definition);
                insert.setString(11, tenant.account());
                insert.setString(12, tenant.region());
                insert.setInt(13, QueryDefinition.MAX);
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
                SET name = ?, query_string = ?, group_names = ?, modified_ms = ?,
                    parameter_names = ?, parameter_defaults = ?, parameter_descriptions = ?
                WHERE id = ? AND account = ? AND region = ?
                """;
        return database.inTransaction(tx -> {
            try (var update = tx.prepareStatement(sql)) {
                update.setString(1, definition.name());
                update.setString(2, definition.text());
                update.setArray(3, tx.createArrayOf("text", definition.groups().toArray()));
                update.setLong(4, definition.modifiedMs());
                parameters(tx, update, 5, definition);
                update.setObject(8, definition.id());
                update.setString(9, tenant.account());
                update.setString(10, tenant.region());
                return update.executeUpdate() == 1;
            }
        });
    }

    private static void parameters(
            Connection tx, PreparedStatement statement, int first, QueryDefinition definition)
            throws SQLException {
        var of = definition.parameters();
        var columns =
                List.<Function<Parameter, @Nullable String>>of(
                        Parameter::name, Parameter::defaultValue, Parameter::description);
        for (var i = 0; i < columns.size(); i++) {
            statement.setArray(
                    first + i, tx.createArrayOf("text", of.stream().map(columns.get(i)).toArray()));
        }
    }

    private static List<Parameter> parameters(ResultSet row) throws SQLException {
        var names = (String[]) row.getArray("parameter_names").getArray();
        var defaults = (@Nullable String[]) row.getArray("parameter_defaults").getArray();
        var descriptions = (@Nullable String[]) row.getArray("parameter_descriptions").getArray();
        return IntStream.range(0, names.length)
                .mapToObj(i -> new Parameter(names[i], defaults[i], descriptions[i]))
                .toList();
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

    /// Those that have exactly this name; two are enough to know that it is not one.
    public List<QueryDefinition> named(Tenant tenant, String name) {
        return list(tenant, name, "", new UUID(0, 0), 2).stream()
                .filter(found -> found.name().equals(name))
                .toList();
    }

    /// Sorted by name, then id; those behind (`afterName`, `after`).
    public List<QueryDefinition> list(
            Tenant tenant, String prefix, String afterName, UUID after, int limit) {
        var sql =
                """
                SELECT id, name, query_string, group_names, modified_ms, parameter_names,
                    parameter_defaults, parameter_descriptions FROM logs.query_definition
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
                                        parameters(rows),
                                        rows.getLong(5)));
                    }
                }
                return found;
            }
        });
    }
}
