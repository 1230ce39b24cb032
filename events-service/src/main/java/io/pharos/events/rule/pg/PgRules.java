package io.pharos.events.rule.pg;

import io.pharos.events.bus.BusName;
import io.pharos.events.bus.Tags;
import io.pharos.events.bus.pg.PgBuses;
import io.pharos.events.config.Events;
import io.pharos.events.rule.Rule;
import io.pharos.events.rule.RuleName;
import io.pharos.events.schedule.ScheduleExpression;
import io.pharos.kit.Database;

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
import java.util.Objects;
import java.util.Optional;

/// Rules by bus and name. Every change raises the version of the bus's rule set in the same
/// transaction, so that the next event meets the changed rules.
@Singleton
public final class PgRules {
    /// Of one bus.
    public static final int MAX_RULES = 300;

    private static final String COLUMNS =
            "name, pattern, schedule, state, description, role_arn, created_by";
    private static final String KEY = " account = ? AND region = ? AND bus = ? ";

    private final Database database;

    public PgRules(@Events Database database) {
        this.database = database;
    }

    /// What became of a put.
    public enum Put {
        DONE,
        NO_BUS,
        TOO_MANY
    }

    /// Creates the rule or replaces all of it but its targets and tags.
    public Put put(Rule rule, Tags tags, Instant now) {
        return database.inTransaction(tx -> {
            if (!PgBuses.holds(tx, rule.bus())) {
                return Put.NO_BUS;
            }
            // First: the version's row serialises changes of one bus.
            raiseVersion(tx, rule.bus());
            var before = find(tx, new RuleName(rule.bus(), rule.name()));
            if (before.isEmpty() && count(tx, rule.bus()) >= MAX_RULES) {
                return Put.TOO_MANY;
            }
            var keepsPace =
                    before.filter(old ->
                                    Objects.equals(old.schedule(), rule.schedule())
                                            && old.state().isEnabled() == rule.state().isEnabled())
                            .isPresent();
            upsert(tx, rule, tags, now, keepsPace);
            return Put.DONE;
        });
    }

    private static void upsert(Connection tx, Rule rule, Tags tags, Instant now, boolean keepsPace)
            throws SQLException {
        try (var upsert =
                tx.prepareStatement(
                        """
                        INSERT INTO events.rule AS r (account, region, bus, name, pattern, schedule, state, description,
                            role_arn, created_by, tags, anchored_at, next_fire_at)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?::json, ?, ?)
                        ON CONFLICT (account, region, bus, name) DO UPDATE SET pattern = excluded.pattern,
                            schedule = excluded.schedule, state = excluded.state, description = excluded.description,
                            role_arn = excluded.role_arn,
                            anchored_at = CASE WHEN ? THEN r.anchored_at ELSE excluded.anchored_at END,
                            next_fire_at = CASE WHEN ? THEN r.next_fire_at ELSE excluded.next_fire_at END
                        """)) {
            key(upsert, rule.bus());
            upsert.setString(4, rule.name());
            upsert.setString(5, rule.pattern());
            upsert.setString(6, rule.schedule());
            upsert.setString(7, rule.state().name());
            upsert.setString(8, rule.description());
            upsert.setString(9, rule.roleArn());
            upsert.setString(10, rule.createdBy());
            upsert.setString(11, tags.json());
            upsert.setTimestamp(12, Timestamp.from(now));
            upsert.setTimestamp(13, nextFire(rule.schedule(), rule.state(), now));
            upsert.setBoolean(14, keepsPace);
            upsert.setBoolean(15, keepsPace);
            upsert.executeUpdate();
        }
    }

    private static @Nullable Timestamp nextFire(
            @Nullable String schedule, Rule.State state, Instant now) {
        if (schedule == null || !state.isEnabled()) {
            return null;
        }
        return ScheduleExpression.parse(schedule).next(now, now).map(Timestamp::from).orElse(null);
    }

    private static void key(PreparedStatement statement, BusName bus) throws SQLException {
        statement.setString(1, bus.tenant().account());
        statement.setString(2, bus.tenant().region());
        statement.setString(3, bus.name());
    }

    /// Makes every matcher of the bus stale; holds other changes of it back until the end of `tx`.
    public static void raiseVersion(Connection tx, BusName bus) throws SQLException {
        try (var raise =
                tx.prepareStatement(
                        """
                        INSERT INTO events.rule_set AS s (account, region, bus, version) VALUES (?, ?, ?, 1)
                        ON CONFLICT (account, region, bus) DO UPDATE SET version = s.version + 1
                        """)) {
            key(raise, bus);
            raise.executeUpdate();
        }
    }

    private static int count(Connection tx, BusName bus) throws SQLException {
        try (var select = tx.prepareStatement("SELECT count(*) FROM events.rule WHERE" + KEY)) {
            key(select, bus);
            try (var rows = select.executeQuery()) {
                rows.next();
                return rows.getInt(1);
            }
        }
    }

    public Optional<Rule> find(RuleName name) {
        return database.read(connection -> find(connection, name));
    }

    public static Optional<Rule> find(Connection connection, RuleName name) throws SQLException {
        try (var select =
                connection.prepareStatement(
                        "SELECT " + COLUMNS + " FROM events.rule WHERE" + KEY + "AND name = ?")) {
            key(select, name.bus());
            select.setString(4, name.name());
            try (var rows = select.executeQuery()) {
                return rows.next() ? Optional.of(rule(name.bus(), rows)) : Optional.empty();
            }
        }
    }

    /// Rules by name.
    public List<Rule> list(BusName bus, String prefix, String after, int limit) {
        return database.read(connection -> {
            try (var select =
                    connection.prepareStatement(
                            "SELECT "
                                    + COLUMNS
                                    + " FROM events.rule WHERE"
                                    + KEY
                                    + "AND starts_with(name, ?) AND name COLLATE \"C\" > ? ORDER BY name COLLATE \"C\" LIMIT ?")) {
                key(select, bus);
                select.setString(4, prefix);
                select.setString(5, after);
                select.setInt(6, limit);
                return rules(select, bus);
            }
        });
    }

    /// Every rule of a bus.
    public static List<Rule> all(Connection connection, BusName bus) throws SQLException {
        try (var select =
                connection.prepareStatement(
                        "SELECT " + COLUMNS + " FROM events.rule WHERE" + KEY)) {
            key(select, bus);
            return rules(select, bus);
        }
    }

    private static List<Rule> rules(PreparedStatement select, BusName bus) throws SQLException {
        var rules = new ArrayList<Rule>();
        try (var rows = select.executeQuery()) {
            while (rows.next()) {
                rules.add(rule(bus, rows));
            }
        }
        return rules;
    }

    private static Rule rule(BusName bus, ResultSet row) throws SQLException {
        return new Rule(
                bus,
                row.getString("name"),
                row.getString("pattern"),
                row.getString("schedule"),
                Rule.State.valueOf(row.getString("state")),
                row.getString("description"),
                row.getString("role_arn"),
                row.getString("created_by"));
    }

    /// @return false when the rule still has targets; a missing rule is deleted already
    public boolean delete(RuleName name) {
        return database.inTransaction(tx -> {
            raiseVersion(tx, name.bus());
            try (var targets =
                    tx.prepareStatement(
                            "SELECT FROM events.target WHERE" + KEY + "AND rule = ? LIMIT 1")) {
                key(targets, name.bus());
                targets.setString(4, name.name());
                if (targets.executeQuery().next()) {
                    return false;
                }
            }
            try (var delete =
                    tx.prepareStatement("DELETE FROM events.rule WHERE" + KEY + "AND name = ?")) {
                key(delete, name.bus());
                delete.setString(4, name.name());
                delete.executeUpdate();
            }
            return true;
        });
    }

    /// Enables or disables; a schedule starts anew when it is enabled.
    ///
    /// @return false when there is no such rule
    public boolean change(RuleName name, Rule.State state, Instant now) {
        return database.inTransaction(tx -> {
            raiseVersion(tx, name.bus());
            var rule = find(tx, name);
            if (rule.isEmpty() || rule.get().state() == state) {
                return rule.isPresent();
            }
            try (var update =
                    tx.prepareStatement(
                            "UPDATE events.rule SET state = ?, anchored_at = ?, next_fire_at = ? WHERE"
                                    + KEY
                                    + "AND name = ?")) {
                update.setString(1, state.name());
                update.setTimestamp(2, Timestamp.from(now));
                update.setTimestamp(3, nextFire(rule.get().schedule(), state, now));
                update.setString(4, name.bus().tenant().account());
                update.setString(5, name.bus().tenant().region());
                update.setString(6, name.bus().name());
                update.setString(7, name.name());
                return update.executeUpdate() == 1;
            }
        });
    }

    /// @return the tags after the change; empty when there is no such rule
    public Optional<Tags> changeTags(RuleName name, PgBuses.TagChange change) {
        return database.inTransaction(tx -> {
            try (var select =
                            tx.prepareStatement(
                                    "SELECT tags FROM events.rule WHERE"
                                            + KEY
                                            + "AND name = ? FOR UPDATE");
                    var update =
                            tx.prepareStatement(
                                    "UPDATE events.rule SET tags = ?::json WHERE account = ? AND region = ? AND bus = ? AND name = ?")) {
                key(select, name.bus());
                select.setString(4, name.name());
                try (var rows = select.executeQuery()) {
                    if (!rows.next()) {
                        return Optional.empty();
                    }
                    var tags = change.of(Tags.parse(rows.getString(1)));
                    update.setString(1, tags.json());
                    update.setString(2, name.bus().tenant().account());
                    update.setString(3, name.bus().tenant().region());
                    update.setString(4, name.bus().name());
                    update.setString(5, name.name());
                    update.executeUpdate();
                    return Optional.of(tags);
                }
            }
        });
    }
}
