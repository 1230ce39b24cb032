package io.pharos.events.bus.pg;

import io.pharos.events.bus.Bus;
import io.pharos.events.bus.BusName;
import io.pharos.events.bus.Tags;
import io.pharos.events.config.Events;
import io.pharos.kit.Database;
import io.pharos.wire.Tenant;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Buses by tenant and name. The default bus is answered whether it has a row or not.
@Singleton
public final class PgBuses {
    private static final String COLUMNS = "name, description, created_at, modified_at";

    private final Database database;

    public PgBuses(@Events Database database) {
        this.database = database;
    }

    /// @return false when there is a bus of this name already
    public boolean create(Bus bus, Tags tags, Instant now) {
        return database.inTransaction(tx -> {
            try (var insert =
                    tx.prepareStatement(
                            """
                            INSERT INTO events.bus (account, region, name, description, tags, created_at, modified_at)
                            VALUES (?, ?, ?, ?, ?::json, ?, ?) ON CONFLICT DO NOTHING
                            """)) {
                key(insert, bus.name());
                insert.setString(4, bus.description());
                insert.setString(5, tags.json());
                insert.setTimestamp(6, Timestamp.from(now));
                insert.setTimestamp(7, Timestamp.from(now));
                return insert.executeUpdate() == 1;
            }
        });
    }

    private static void key(PreparedStatement statement, BusName bus) throws SQLException {
        statement.setString(1, bus.tenant().account());
        statement.setString(2, bus.tenant().region());
        statement.setString(3, bus.name());
    }

    public Optional<Bus> find(BusName name) {
        return database.read(connection -> find(connection, name));
    }

    private static Optional<Bus> find(Connection connection, BusName name) throws SQLException {
        try (var select =
                connection.prepareStatement(
                        "SELECT "
                                + COLUMNS
                                + " FROM events.bus WHERE account = ? AND region = ? AND name = ?")) {
            key(select, name);
            try (var rows = select.executeQuery()) {
                if (rows.next()) {
                    return Optional.of(bus(name.tenant(), rows));
                }
            }
        }
        return name.isDefault() ? Optional.of(new Bus(name, null, null, null)) : Optional.empty();
    }

    /// Whether rules can be put on the bus; holds it against deletion until the transaction ends.
    public static boolean holds(Connection tx, BusName name) throws SQLException {
        if (name.isDefault()) {
            return true;
        }
        try (var select =
                tx.prepareStatement(
                        "SELECT FROM events.bus WHERE account = ? AND region = ? AND name = ? FOR SHARE")) {
            key(select, name);
            try (var rows = select.executeQuery()) {
                return rows.next();
            }
        }
    }

    public int count(Tenant tenant) {
        return database.read(connection -> {
            try (var select =
                    connection.prepareStatement(
                            "SELECT count(*) FROM events.bus WHERE account = ? AND region = ? AND name <> 'default'")) {
                select.setString(1, tenant.account());
                select.setString(2, tenant.region());
                try (var rows = select.executeQuery()) {
                    rows.next();
                    return rows.getInt(1) + 1;
                }
            }
        });
    }

    /// Buses by name, the default one among them.
    public List<Bus> list(Tenant tenant, String prefix, String after, int limit) {
        return database.read(connection -> {
            var buses = new ArrayList<Bus>();
            try (var select =
                    connection.prepareStatement(
                            """
                            SELECT name, description, created_at, modified_at FROM (
                                SELECT name, description, created_at, modified_at FROM events.bus
                                WHERE account = ? AND region = ? AND name <> 'default'
                                UNION ALL
                                SELECT 'default', max(description), min(created_at), max(modified_at)
                                FROM events.bus WHERE account = ? AND region = ? AND name = 'default'
                            ) all_buses
                            WHERE starts_with(name, ?) AND name COLLATE "C" > ? ORDER BY name COLLATE "C" LIMIT ?
                            """)) {
                select.setString(1, tenant.account());
                select.setString(2, tenant.region());
                select.setString(3, tenant.account());
                select.setString(4, tenant.region());
                select.setString(5, prefix);
                select.setString(6, after);
                select.setInt(7, limit);
                try (var rows = select.executeQuery()) {
                    while (rows.next()) {
                        buses.add(bus(tenant, rows));
                    }
                }
            }
            return buses;
        });
    }

    /// What became of a deletion.
    public enum Deletion {
        DELETED,
        MISSING,
        HAS_RULES
    }

    public Deletion delete(BusName name) {
        return database.inTransaction(tx -> {
            try (var select =
                    tx.prepareStatement(
                            "SELECT FROM events.bus WHERE account = ? AND region = ? AND name = ? FOR UPDATE")) {
                key(select, name);
                if (!select.executeQuery().next()) {
                    return Deletion.MISSING;
                }
            }
            try (var delete =
                    tx.prepareStatement(
                            """
                            DELETE FROM events.bus b WHERE account = ? AND region = ? AND name = ?
                            AND NOT EXISTS (SELECT FROM events.rule r
                                WHERE r.account = b.account AND r.region = b.region AND r.bus = b.name)
                            """)) {
                key(delete, name);
                return delete.executeUpdate() == 1 ? Deletion.DELETED : Deletion.HAS_RULES;
            }
        });
    }

    /// Sets the description; the default bus gets its row when it has none.
    ///
    /// @return false when there is no such bus
    public boolean describe(BusName name, @Nullable String description, Instant now) {
        return database.inTransaction(tx -> {
            ensureDefault(tx, name, now);
            try (var update =
                    tx.prepareStatement(
                            "UPDATE events.bus SET description = ?, modified_at = ? WHERE account = ? AND region = ? AND name = ?")) {
                update.setString(1, description);
                update.setTimestamp(2, Timestamp.from(now));
                update.setString(3, name.tenant().account());
                update.setString(4, name.tenant().region());
                update.setString(5, name.name());
                return update.executeUpdate() == 1;
            }
        });
    }

    private static void ensureDefault(Connection tx, BusName name, Instant now)
            throws SQLException {
        if (!name.isDefault()) {
            return;
        }
        try (var insert =
                tx.prepareStatement(
                        """
                        INSERT INTO events.bus (account, region, name, tags, created_at, modified_at)
                        VALUES (?, ?, ?, '{}', ?, ?) ON CONFLICT DO NOTHING
                        """)) {
            key(insert, name);
            insert.setTimestamp(4, Timestamp.from(now));
            insert.setTimestamp(5, Timestamp.from(now));
            insert.executeUpdate();
        }
    }

    /// A change of a bus's tags.
    @FunctionalInterface
    public interface TagChange {
        Tags of(Tags before);
    }

    /// @return the tags after the change; empty when there is no such bus
    public Optional<Tags> changeTags(BusName name, TagChange change, Instant now) {
        return database.inTransaction(tx -> {
            ensureDefault(tx, name, now);
            try (var select =
                    tx.prepareStatement(
                            "SELECT tags FROM events.bus WHERE account = ? AND region = ? AND name = ? FOR UPDATE")) {
                key(select, name);
                try (var rows = select.executeQuery()) {
                    if (!rows.next()) {
                        return Optional.empty();
                    }
                    var tags = change.of(Tags.parse(rows.getString(1)));
                    setTags(tx, name, tags);
                    return Optional.of(tags);
                }
            }
        });
    }

    private static void setTags(Connection tx, BusName name, Tags tags) throws SQLException {
        try (var update =
                tx.prepareStatement(
                        "UPDATE events.bus SET tags = ?::json WHERE account = ? AND region = ? AND name = ?")) {
            update.setString(1, tags.json());
            update.setString(2, name.tenant().account());
            update.setString(3, name.tenant().region());
            update.setString(4, name.name());
            update.executeUpdate();
        }
    }

    private static Bus bus(Tenant tenant, ResultSet row) throws SQLException {
        return new Bus(
                new BusName(tenant, row.getString("name")),
                row.getString("description"),
                instant(row.getTimestamp("created_at")),
                instant(row.getTimestamp("modified_at")));
    }

    private static @Nullable Instant instant(@Nullable Timestamp time) {
        return time == null ? null : time.toInstant();
    }
}
