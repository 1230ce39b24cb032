package io.pharos.metrics.dashboard.pg;

import io.pharos.kit.Database;
import io.pharos.metrics.config.Metrics;
import io.pharos.metrics.dashboard.Dashboard;
import io.pharos.metrics.resource.pg.TagRows;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// Table `metrics.dashboard`, by account and name.
@Singleton
public final class PgDashboards {
    private final Database database;

    @Inject
    public PgDashboards(@Metrics Database database) {
        this.database = database;
    }

    /// One line of a list.
    public record Entry(String name, long modifiedMs, long sizeBytes) {}

    /// Makes it or replaces its body.
    public void put(Dashboard dashboard) {
        database.run(tx -> {
            try (var upsert =
                    tx.prepareStatement(
                            """
                            INSERT INTO metrics.dashboard (account, name, body, modified_ms)
                            VALUES (?, ?, ?, ?)
                            ON CONFLICT (account, name) DO UPDATE
                            SET body = excluded.body, modified_ms = excluded.modified_ms
                            """)) {
                upsert.setString(1, dashboard.account());
                upsert.setString(2, dashboard.name());
                upsert.setString(3, dashboard.body());
                upsert.setLong(4, dashboard.modifiedMs());
                upsert.executeUpdate();
            }
        });
    }

    public Optional<Dashboard> find(String account, String name) {
        return database.read(connection -> {
            try (var select =
                    connection.prepareStatement(
                            """
                            SELECT account, name, body, modified_ms FROM metrics.dashboard
                            WHERE account = ? AND name = ?
                            """)) {
                select.setString(1, account);
                select.setString(2, name);
                try (var row = select.executeQuery()) {
                    return row.next() ? Optional.of(dashboard(row)) : Optional.empty();
                }
            }
        });
    }

    private static Dashboard dashboard(ResultSet row) throws SQLException {
        return new Dashboard(row.getString(1), row.getString(2), row.getString(3), row.getLong(4));
    }

    /// By name, after one.
    public List<Entry> list(String account, String prefix, String after, int limit) {
        return database.read(connection -> {
            try (var select =
                    connection.prepareStatement(
                            """
                            SELECT name, modified_ms, octet_length(body) FROM metrics.dashboard
                            WHERE account = ? AND name > ? AND starts_with(name, ?)
                            ORDER BY name LIMIT ?
                            """)) {
                select.setString(1, account);
                select.setString(2, after);
                select.setString(3, prefix);
                select.setInt(4, limit);
                var entries = new ArrayList<Entry>();
                try (var row = select.executeQuery()) {
                    while (row.next()) {
                        entries.add(new Entry(row.getString(1), row.getLong(2), row.getLong(3)));
                    }
                }
                return entries;
            }
        });
    }

    /// All of them or, when something fails, none. Missing ones are fine.
    public void delete(String account, Collection<String> names) {
        database.run(tx -> {
            try (var delete =
                    tx.prepareStatement(
                            "DELETE FROM metrics.dashboard WHERE account = ? AND name = ANY(?)")) {
                delete.setString(1, account);
                delete.setArray(2, tx.createArrayOf("text", names.toArray()));
                delete.executeUpdate();
            }
            TagRows.removeAll(
                    tx, names.stream().map(name -> Dashboard.arn(account, name)).toList());
        });
    }
}
