package io.pharos.events.trail.pg;

import io.pharos.events.bus.Tags;
import io.pharos.events.config.Events;
import io.pharos.events.trail.Trail;
import io.pharos.events.trail.TrailName;
import io.pharos.kit.Database;
import io.pharos.wire.Tenant;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// Trails by account, home region and name.
@Singleton
public final class PgTrails {
    private static final String ONE = " WHERE account = ? AND region = ? AND name = ?";

    private final Database database;

    public PgTrails(@Events Database database) {
        this.database = database;
    }

    /// What became of a creation.
    public enum Creation {
        DONE,
        EXISTS,
        TOO_MANY
    }

    public Creation create(Trail trail, Tags tags) {
        return database.inTransaction(tx -> {
            try (var lock =
                    tx.prepareStatement("SELECT pg_advisory_xact_lock(hashtextextended(?, 0))")) {
                lock.setString(1, "trails/" + trail.tenant());
                lock.execute();
            }
            var there = list(tx, trail.tenant());
            if (there.stream().anyMatch(t -> t.name().equals(trail.name()))) {
                return Creation.EXISTS;
            }
            if (there.size() >= Trail.MAX) {
                return Creation.TOO_MANY;
            }
            try (var insert =
                    tx.prepareStatement(
                            """
                            INSERT INTO events.trail (s3_bucket, s3_key_prefix, global_services, multi_region,
                                log_group_arn, log_role_arn, read_write_type, management_events, excluded_sources,
                                custom_selectors, logging, started_at, stopped_at, account, region, name, tags)
                            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?::json)
                            """)) {
                var next = members(tx, insert, trail);
                insert.setString(next, tags.json());
                insert.executeUpdate();
            }
            return Creation.DONE;
        });
    }

    /// Sets everything and the key after it; answers the next parameter's index.
    private static int members(Connection tx, PreparedStatement statement, Trail trail)
            throws SQLException {
        statement.setString(1, trail.bucket().name());
        statement.setString(2, trail.bucket().keyPrefix());
        statement.setBoolean(3, trail.globalServices());
        statement.setBoolean(4, trail.multiRegion());
        var logs = trail.logs();
        statement.setString(5, logs == null ? null : logs.groupArn());
        statement.setString(6, logs == null ? null : logs.roleArn());
        statement.setString(7, trail.selector().readWriteType());
        statement.setBoolean(8, trail.selector().managementEvents());
        statement.setArray(
                9, tx.createArrayOf("text", trail.selector().excludedSources().toArray()));
        statement.setBoolean(10, trail.selector().custom());
        statement.setBoolean(11, trail.logging().on());
        time(statement, 12, trail.logging().startedAt());
        time(statement, 13, trail.logging().stoppedAt());
        statement.setString(14, trail.tenant().account());
        statement.setString(15, trail.tenant().region());
        statement.setString(16, trail.name());
        return 17;
    }

    private static void time(PreparedStatement statement, int index, @Nullable Instant at)
            throws SQLException {
        if (at == null) {
            statement.setNull(index, Types.TIMESTAMP_WITH_TIMEZONE);
        } else {
            statement.setTimestamp(index, Timestamp.from(at));
        }
    }

    public Optional<Trail> find(TrailName name) {
        return database.read(connection -> find(connection, name, ""));
    }

    private static void key(PreparedStatement statement, TrailName name) throws SQLException {
        statement.setString(1, name.home().account());
        statement.setString(2, name.home().region());
        statement.setString(3, name.name());
    }

    private static Optional<Trail> find(Connection connection, TrailName name, String lock)
            throws SQLException {
        try (var select = connection.prepareStatement("SELECT * FROM events.trail" + ONE + lock)) {
            key(select, name);
            try (var rows = select.executeQuery()) {
                return rows.next() ? Optional.of(trail(rows)) : Optional.empty();
            }
        }
    }

    /// The trails of an account whose home is the region, and the multi-region ones of other regions.
    public List<Trail> visible(Tenant tenant) {
        return database.read(connection -> {
            try (var select =
                    connection.prepareStatement(
                            "SELECT * FROM events.trail WHERE account = ? AND (region = ? OR multi_region) ORDER BY name, region")) {
                select.setString(1, tenant.account());
                select.setString(2, tenant.region());
                return trails(select);
            }
        });
    }

    private static List<Trail> list(Connection connection, Tenant tenant) throws SQLException {
        try (var select =
                connection.prepareStatement(
                        "SELECT * FROM events.trail WHERE account = ? AND region = ?")) {
            select.setString(1, tenant.account());
            select.setString(2, tenant.region());
            return trails(select);
        }
    }

    /// The trails of some accounts that log into log groups.
    public static List<Trail> logging(Connection connection, Collection<String> accounts)
            throws SQLException {
        try (var select =
                connection.prepareStatement(
                        "SELECT * FROM events.trail WHERE account = ANY (?) AND logging AND log_group_arn IS NOT NULL ORDER BY account, region, name")) {
            select.setArray(1, connection.createArrayOf("text", accounts.toArray()));
            return trails(select);
        }
    }

    /// Notes that records went to the trail's log group.
    public static void delivered(Connection tx, Trail trail, Instant at) throws SQLException {
        try (var update =
                tx.prepareStatement("UPDATE events.trail SET log_delivered_at = ?" + ONE)) {
            update.setTimestamp(1, Timestamp.from(at));
            update.setString(2, trail.tenant().account());
            update.setString(3, trail.tenant().region());
            update.setString(4, trail.name());
            update.executeUpdate();
        }
    }

    /// Replaces a trail by what `change` makes of it; empty when there is none.
    public Optional<Trail> change(TrailName name, UnaryOperator<Trail> change) {
        return database.inTransaction(tx -> {
            var before = find(tx, name, " FOR UPDATE");
            if (before.isEmpty()) {
                return Optional.empty();
            }
            var after = change.apply(before.get());
            try (var update =
                    tx.prepareStatement(
                            """
                            UPDATE events.trail SET s3_bucket = ?, s3_key_prefix = ?, global_services = ?,
                                multi_region = ?, log_group_arn = ?, log_role_arn = ?, read_write_type = ?,
                                management_events = ?, excluded_sources = ?, custom_selectors = ?, logging = ?,
                                started_at = ?, stopped_at = ?
                            WHERE account = ? AND region = ? AND name = ?
                            """)) {
                members(tx, update, after);
                update.executeUpdate();
            }
            return Optional.of(after);
        });
    }

    /// @return false when there is no such trail
    public boolean delete(TrailName name) {
        return database.inTransaction(tx -> {
            try (var delete = tx.prepareStatement("DELETE FROM events.trail" + ONE)) {
                key(delete, name);
                return delete.executeUpdate() == 1;
            }
        });
    }

    /// @return the tags after the change; empty when there is no such trail
    public Optional<Tags> changeTags(TrailName name, UnaryOperator<Tags> change) {
        return database.inTransaction(tx -> {
            try (var select =
                            tx.prepareStatement(
                                    "SELECT tags FROM events.trail" + ONE + " FOR UPDATE");
                    var update =
                            tx.prepareStatement("UPDATE events.trail SET tags = ?::json" + ONE)) {
                key(select, name);
                try (var rows = select.executeQuery()) {
                    if (!rows.next()) {
                        return Optional.empty();
                    }
                    var tags = change.apply(Tags.parse(rows.getString(1)));
                    update.setString(1, tags.json());
                    update.setString(2, name.home().account());
                    update.setString(3, name.home().region());
                    update.setString(4, name.name());
                    update.executeUpdate();
                    return Optional.of(tags);
                }
            }
        });
    }

    private static List<Trail> trails(PreparedStatement select) throws SQLException {
        var trails = new ArrayList<Trail>();
        try (var rows = select.executeQuery()) {
            while (rows.next()) {
                trails.add(trail(rows));
            }
        }
        return trails;
    }

    private static Trail trail(ResultSet row) throws SQLException {
        var group = row.getString("log_group_arn");
        var role = row.getString("log_role_arn");
        return new Trail(
                new Tenant(row.getString("account"), row.getString("region")),
                row.getString("name"),
                new Trail.Bucket(row.getString("s3_bucket"), row.getString("s3_key_prefix")),
                row.getBoolean("global_services"),
                row.getBoolean("multi_region"),
                group == null || role == null ? null : new Trail.Logs(group, role),
                new Trail.Selector(
                        row.getString("read_write_type"),
                        row.getBoolean("management_events"),
                        List.of((String[]) row.getArray("excluded_sources").getArray()),
                        row.getBoolean("custom_selectors")),
                new Trail.Logging(
                        row.getBoolean("logging"),
                        instant(row.getTimestamp("started_at")),
                        instant(row.getTimestamp("stopped_at")),
                        instant(row.getTimestamp("log_delivered_at"))));
    }

    private static @Nullable Instant instant(@Nullable Timestamp time) {
        return time == null ? null : time.toInstant();
    }
}
