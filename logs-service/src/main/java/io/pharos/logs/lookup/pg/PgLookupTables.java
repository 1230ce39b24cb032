package io.pharos.logs.lookup.pg;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.pharos.kit.Database;
import io.pharos.logs.LogsError;
import io.pharos.logs.config.Logs;
import io.pharos.logs.lookup.CsvTable;
import io.pharos.logs.lookup.LookupTable;
import io.pharos.wire.Tenant;

import jakarta.inject.Singleton;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Lookup tables in `logs.lookup_table`. What changes one that is not there answers with AWS's error.
@Singleton
public final class PgLookupTables {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<Map<String, String>> TAGS = new TypeReference<>() {};
    private static final int MAX_TAGS = 50;

    private static final String INSERT =
            """
            INSERT INTO logs.lookup_table
                (account, region, name, description, body, bytes, columns, records, updated_ms, tags)
            SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb
            WHERE (SELECT count(*) FROM logs.lookup_table WHERE account = ? AND region = ?) < ?
            ON CONFLICT DO NOTHING
            """;

    private static final String REPLACE =
            """
            UPDATE logs.lookup_table SET description = coalesce(?, description), body = ?, bytes = ?,
                columns = ?, records = ?, updated_ms = ?
            WHERE account = ? AND region = ? AND name = ?
            """;

    private static final String KNOWN =
            """
            SELECT name, description, columns, records, bytes, updated_ms FROM logs.lookup_table
            WHERE account = ? AND region = ?
            """;

    private static final String THIS = "WHERE account = ? AND region = ? AND name = ?";

    private final Database database;

    public PgLookupTables(@Logs Database database) {
        this.database = database;
    }

    private static RuntimeException missing() {
        return LogsError.notFound("The specified lookup table does not exist.");
    }

    /// @throws software.amazon.awssdk.services.cloudwatchlogs.model.ResourceAlreadyExistsException when
    ///     there is one of this name
    /// @throws software.amazon.awssdk.services.cloudwatchlogs.model.LimitExceededException when there
    ///     are too many
    public void add(LookupTable table, String body, Map<String, String> tags) {
        database.run(tx -> {
            try (var insert = tx.prepareStatement(INSERT)) {
                key(insert, 1, table.tenant(), table.name());
                insert.setString(4, table.description());
                insert.setString(5, body);
                insert.setLong(6, table.bytes());
                insert.setArray(7, tx.createArrayOf("text", table.columns().toArray()));
                insert.setLong(8, table.records());
                insert.setLong(9, table.updatedMs());
                insert.setString(10, json(tags));
                insert.setString(11, table.tenant().account());
                insert.setString(12, table.tenant().region());
                insert.setInt(13, LookupTable.MAX);
                if (insert.executeUpdate() == 0) {
                    throw find(tx, table.tenant(), table.name()).isPresent()
                            ? LogsError.exists("The specified lookup table already exists.")
                            : LogsError.limitExceeded();
                }
            }
        });
    }

    /// Replaces the text, and the description when there is one.
    public void replace(LookupTable table, String body) {
        database.run(tx -> {
            try (var update = tx.prepareStatement(REPLACE)) {
                update.setString(1, table.description());
                update.setString(2, body);
                update.setLong(3, table.bytes());
                update.setArray(4, tx.createArrayOf("text", table.columns().toArray()));
                update.setLong(5, table.records());
                update.setLong(6, table.updatedMs());
                key(update, 7, table.tenant(), table.name());
                requireOne(update);
            }
        });
    }

    public void delete(Tenant tenant, String name) {
        database.run(tx -> {
            try (var delete = tx.prepareStatement("DELETE FROM logs.lookup_table " + THIS)) {
                key(delete, 1, tenant, name);
                requireOne(delete);
            }
        });
    }

    public LookupTable require(Tenant tenant, String name) {
        return find(tenant, name).orElseThrow(PgLookupTables::missing);
    }

    public Optional<LookupTable> find(Tenant tenant, String name) {
        return database.read(connection -> find(connection, tenant, name));
    }

    private static Optional<LookupTable> find(Connection connection, Tenant tenant, String name)
            throws SQLException {
        try (var select = connection.prepareStatement(KNOWN + " AND name = ?")) {
            key(select, 1, tenant, name);
            try (var row = select.executeQuery()) {
                return row.next() ? Optional.of(table(tenant, row)) : Optional.empty();
            }
        }
    }

    /// The whole of one, to be read; at most [LookupTable#MAX_BYTES].
    public Optional<CsvTable> read(Tenant tenant, String name) {
        return database.read(connection -> {
            var sql = "SELECT columns, records, body FROM logs.lookup_table " + THIS;
            try (var select = connection.prepareStatement(sql)) {
                key(select, 1, tenant, name);
                try (var row = select.executeQuery()) {
                    return row.next()
                            ? Optional.of(
                                    new CsvTable(
                                            columns(row),
                                            row.getLong("records"),
                                            row.getString("body")))
                            : Optional.empty();
                }
            }
        });
    }

    /// By name, those after `after`.
    public List<LookupTable> list(Tenant tenant, String prefix, String after, int limit) {
        return database.read(connection -> {
            var sql = KNOWN + " AND starts_with(name, ?) AND name > ? ORDER BY name LIMIT ?";
            try (var select = connection.prepareStatement(sql)) {
                key(select, 1, tenant, prefix);
                select.setString(4, after);
                select.setInt(5, limit);
                var found = new ArrayList<LookupTable>();
                try (var row = select.executeQuery()) {
                    while (row.next()) {
                        found.add(table(tenant, row));
                    }
                }
                return found;
            }
        });
    }

    /// @return false when there would be too many: then nothing changes
    public boolean tag(Tenant tenant, String name, Map<String, String> tags) {
        require(tenant, name);
        var sql =
                """
                UPDATE logs.lookup_table SET tags = tags || ?::jsonb
                WHERE account = ? AND region = ? AND name = ?
                    AND (SELECT count(*) FROM jsonb_object_keys(tags || ?::jsonb)) <= ?
                """;
        return database.inTransaction(tx -> {
            try (var update = tx.prepareStatement(sql)) {
                update.setString(1, json(tags));
                key(update, 2, tenant, name);
                update.setString(5, json(tags));
                update.setInt(6, MAX_TAGS);
                return update.executeUpdate() == 1;
            }
        });
    }

    public void untag(Tenant tenant, String name, Collection<String> keys) {
        database.run(tx -> {
            var sql = "UPDATE logs.lookup_table SET tags = tags - ?::text[] " + THIS;
            try (var update = tx.prepareStatement(sql)) {
                update.setArray(1, tx.createArrayOf("text", keys.toArray()));
                key(update, 2, tenant, name);
                requireOne(update);
            }
        });
    }

    public Map<String, String> tags(Tenant tenant, String name) {
        return database.read(connection -> {
            var sql = "SELECT tags FROM logs.lookup_table " + THIS;
            try (var select = connection.prepareStatement(sql)) {
                key(select, 1, tenant, name);
                try (var row = select.executeQuery()) {
                    if (!row.next()) {
                        throw missing();
                    }
                    return JSON.readValue(row.getString("tags"), TAGS);
                }
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("tags of lookup table " + name, e);
            }
        });
    }

    private static LookupTable table(Tenant tenant, ResultSet row) throws SQLException {
        return new LookupTable(
                tenant,
                row.getString("name"),
                row.getString("description"),
                columns(row),
                row.getLong("records"),
                row.getLong("bytes"),
                row.getLong("updated_ms"));
    }

    private static List<String> columns(ResultSet row) throws SQLException {
        return List.of((String[]) row.getArray("columns").getArray());
    }

    private static void key(PreparedStatement statement, int from, Tenant tenant, String name)
            throws SQLException {
        statement.setString(from, tenant.account());
        statement.setString(from + 1, tenant.region());
        statement.setString(from + 2, name);
    }

    private static void requireOne(PreparedStatement change) throws SQLException {
        if (change.executeUpdate() == 0) {
            throw missing();
        }
    }

    private static String json(Map<String, String> tags) {
        try {
            return JSON.writeValueAsString(tags);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
