package io.pharos.events.destination.pg;

import io.pharos.events.config.Events;
import io.pharos.events.destination.ApiDestination;
import io.pharos.events.destination.Connection;
import io.pharos.events.destination.ConnectionJson;
import io.pharos.kit.Database;
import io.pharos.kit.SecretSeal;
import io.pharos.wire.Tenant;

import jakarta.inject.Singleton;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Connections and API destinations by tenant and name. What authorises a connection is kept sealed.
@Singleton
public final class PgDestinations {
    private static final String ONE = " WHERE account = ? AND region = ? AND name = ?";
    private static final String PAGE =
            " WHERE account = ? AND region = ? AND starts_with(name, ?) AND name COLLATE \"C\" > ? ORDER BY name COLLATE \"C\" LIMIT ?";

    private final Database database;
    private final SecretSeal seal;

    public PgDestinations(@Events Database database, @Events SecretSeal seal) {
        this.database = database;
        this.seal = seal;
    }

    /// @return false when the name is taken
    public boolean create(Connection connection) {
        return database.inTransaction(tx -> {
            try (var insert =
                    tx.prepareStatement(
                            """
                            INSERT INTO events.connection (account, region, name, id, description,
                                authorization_type, sealed, created_at, modified_at)
                            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                            """)) {
                key(insert, connection.tenant(), connection.name());
                insert.setObject(4, connection.id());
                insert.setString(5, connection.description());
                insert.setString(6, connection.authorizationType());
                insert.setBytes(7, sealed(connection));
                insert.setTimestamp(8, Timestamp.from(connection.createdAt()));
                insert.setTimestamp(9, Timestamp.from(connection.modifiedAt()));
                return insert.executeUpdate() == 1;
            }
        });
    }

    private byte[] sealed(Connection connection) {
        var secrets = ConnectionJson.write(connection.authorization(), connection.invocation());
        return seal.seal(connection.arn(), secrets);
    }

    /// Replaces description, authorization and parameters.
    public void update(Connection connection) {
        database.run(tx -> {
            try (var update =
                    tx.prepareStatement(
                            "UPDATE events.connection SET description = ?, authorization_type = ?, sealed = ?, modified_at = ?"
                                    + ONE)) {
                update.setString(1, connection.description());
                update.setString(2, connection.authorizationType());
                update.setBytes(3, sealed(connection));
                update.setTimestamp(4, Timestamp.from(connection.modifiedAt()));
                update.setString(5, connection.tenant().account());
                update.setString(6, connection.tenant().region());
                update.setString(7, connection.name());
                update.executeUpdate();
            }
        });
    }

    private static void key(PreparedStatement statement, Tenant tenant, String name)
            throws SQLException {
        statement.setString(1, tenant.account());
        statement.setString(2, tenant.region());
        statement.setString(3, name);
    }

    public Optional<Connection> connection(Tenant tenant, String name) {
        return database.read(db -> {
            try (var select = db.prepareStatement("SELECT * FROM events.connection" + ONE)) {
                key(select, tenant, name);
                try (var rows = select.executeQuery()) {
                    return rows.next() ? Optional.of(connection(tenant, rows)) : Optional.empty();
                }
            }
        });
    }

    private Connection connection(Tenant tenant, ResultSet row) throws SQLException {
        var name = row.getString("name");
        var id = row.getObject("id", UUID.class);
        var parameters = seal.open(Connection.arn(tenant, name, id), row.getBytes("sealed"));
        return new Connection(
                tenant,
                name,
                id,
                row.getString("description"),
                ConnectionJson.authorization(parameters),
                ConnectionJson.invocation(parameters),
                row.getTimestamp("created_at").toInstant(),
                row.getTimestamp("modified_at").toInstant());
    }

    public List<Connection> connections(Tenant tenant, String prefix, String after, int limit) {
        return database.read(db -> {
            var found = new ArrayList<Connection>();
            try (var select = db.prepareStatement("SELECT * FROM events.connection" + PAGE)) {
                page(select, tenant, prefix, after, limit);
                try (var rows = select.executeQuery()) {
                    while (rows.next()) {
                        found.add(connection(tenant, rows));
                    }
                }
            }
            return found;
        });
    }

    private static void page(
            PreparedStatement select, Tenant tenant, String prefix, String after, int limit)
            throws SQLException {
        key(select, tenant, prefix);
        select.setString(4, after);
        select.setInt(5, limit);
    }

    /// @return false when there is no such connection
    public boolean deleteConnection(Tenant tenant, String name) {
        return delete("DELETE FROM events.connection" + ONE, tenant, name);
    }

    private boolean delete(String sql, Tenant tenant, String name) {
        return database.inTransaction(tx -> {
            try (var delete = tx.prepareStatement(sql)) {
                key(delete, tenant, name);
                return delete.executeUpdate() == 1;
            }
        });
    }

    /// @return false when the name is taken
    public boolean create(ApiDestination destination) {
        return database.inTransaction(tx -> {
            try (var insert =
                    tx.prepareStatement(
                            """
                            INSERT INTO events.api_destination (account, region, name, id, description,
                                connection_arn, endpoint, method, rate_limit, created_at, modified_at)
                            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                            """)) {
                key(insert, destination.tenant(), destination.name());
                insert.setObject(4, destination.id());
                insert.setString(5, destination.description());
                insert.setString(6, destination.connectionArn());
                insert.setString(7, destination.endpoint());
                insert.setString(8, destination.method());
                insert.setInt(9, destination.rateLimit());
                insert.setTimestamp(10, Timestamp.from(destination.createdAt()));
                insert.setTimestamp(11, Timestamp.from(destination.modifiedAt()));
                return insert.executeUpdate() == 1;
            }
        });
    }

    /// Replaces everything but name, id and creation time.
    public void update(ApiDestination destination, Instant now) {
        database.run(tx -> {
            try (var update =
                    tx.prepareStatement(
                            "UPDATE events.api_destination SET description = ?, connection_arn = ?, endpoint = ?, method = ?, rate_limit = ?, modified_at = ? WHERE account = ? AND region = ? AND name = ?")) {
                update.setString(1, destination.description());
                update.setString(2, destination.connectionArn());
                update.setString(3, destination.endpoint());
                update.setString(4, destination.method());
                update.setInt(5, destination.rateLimit());
                update.setTimestamp(6, Timestamp.from(now));
                update.setString(7, destination.tenant().account());
                update.setString(8, destination.tenant().region());
                update.setString(9, destination.name());
                update.executeUpdate();
            }
        });
    }

    public Optional<ApiDestination> destination(Tenant tenant, String name) {
        return database.read(db -> {
            try (var select = db.prepareStatement("SELECT * FROM events.api_destination" + ONE)) {
                key(select, tenant, name);
                try (var rows = select.executeQuery()) {
                    return rows.next() ? Optional.of(destination(tenant, rows)) : Optional.empty();
                }
            }
        });
    }

    private static ApiDestination destination(Tenant tenant, ResultSet row) throws SQLException {
        return new ApiDestination(
                tenant,
                row.getString("name"),
                row.getObject("id", UUID.class),
                row.getString("description"),
                row.getString("connection_arn"),
                row.getString("endpoint"),
                row.getString("method"),
                row.getInt("rate_limit"),
                row.getTimestamp("created_at").toInstant(),
                row.getTimestamp("modified_at").toInstant());
    }

    public List<ApiDestination> destinations(
            Tenant tenant, String prefix, String after, int limit) {
        return database.read(db -> {
            var found = new ArrayList<ApiDestination>();
            try (var select = db.prepareStatement("SELECT * FROM events.api_destination" + PAGE)) {
                page(select, tenant, prefix, after, limit);
                try (var rows = select.executeQuery()) {
                    while (rows.next()) {
                        found.add(destination(tenant, rows));
                    }
                }
            }
            return found;
        });
    }

    /// @return false when there is no such destination
    public boolean deleteDestination(Tenant tenant, String name) {
        return delete("DELETE FROM events.api_destination" + ONE, tenant, name);
    }
}
