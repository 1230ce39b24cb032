package io.pharos.events.target.pg;

import io.pharos.events.bus.BusName;
import io.pharos.events.config.Events;
import io.pharos.events.rule.RuleName;
import io.pharos.events.rule.pg.PgRules;
import io.pharos.events.target.Target;
import io.pharos.events.target.TargetJson;
import io.pharos.kit.Database;

import jakarta.inject.Singleton;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Targets by rule, in the order in which they were first put.
@Singleton
public final class PgTargets {
    /// Of one rule.
    public static final int MAX_TARGETS = 5;

    private static final String KEY = " account = ? AND region = ? AND bus = ? ";

    private final Database database;

    public PgTargets(@Events Database database) {
        this.database = database;
    }

    /// What became of a put.
    public enum Put {
        DONE,
        NO_RULE,
        TOO_MANY
    }

    /// Adds targets, or replaces those with the same ids: all or none.
    public Put put(RuleName rule, List<Target> targets) {
        return database.inTransaction(tx -> {
            PgRules.raiseVersion(tx, rule.bus());
            if (PgRules.find(tx, rule).isEmpty()) {
                return Put.NO_RULE;
            }
            var ids = new HashSet<String>();
            of(tx, rule).forEach(target -> ids.add(target.id()));
            targets.forEach(target -> ids.add(target.id()));
            if (ids.size() > MAX_TARGETS) {
                return Put.TOO_MANY;
            }
            try (var upsert =
                    tx.prepareStatement(
                            """
                            INSERT INTO events.target (account, region, bus, rule, id, arn, body)
                            VALUES (?, ?, ?, ?, ?, ?, ?::json)
                            ON CONFLICT (account, region, bus, rule, id)
                            DO UPDATE SET arn = excluded.arn, body = excluded.body
                            """)) {
                for (var target : targets) {
                    key(upsert, rule.bus());
                    upsert.setString(4, rule.name());
                    upsert.setString(5, target.id());
                    upsert.setString(6, target.arn());
                    upsert.setString(7, TargetJson.write(target));
                    upsert.addBatch();
                }
                upsert.executeBatch();
            }
            return Put.DONE;
        });
    }

    private static void key(PreparedStatement statement, BusName bus) throws SQLException {
        statement.setString(1, bus.tenant().account());
        statement.setString(2, bus.tenant().region());
        statement.setString(3, bus.name());
    }

    /// @return false when there is no such rule; unknown ids are removed already
    public boolean remove(RuleName rule, List<String> ids) {
        return database.inTransaction(tx -> {
            PgRules.raiseVersion(tx, rule.bus());
            if (PgRules.find(tx, rule).isEmpty()) {
                return false;
            }
            try (var delete =
                    tx.prepareStatement(
                            "DELETE FROM events.target WHERE"
                                    + KEY
                                    + "AND rule = ? AND id = ANY (?)")) {
                key(delete, rule.bus());
                delete.setString(4, rule.name());
                delete.setArray(5, tx.createArrayOf("text", ids.toArray()));
                delete.executeUpdate();
            }
            return true;
        });
    }

    /// Empty when there is no such rule.
    public Optional<List<Target>> of(RuleName rule) {
        return database.read(connection ->
                PgRules.find(connection, rule).isEmpty()
                        ? Optional.empty()
                        : Optional.of(of(connection, rule)));
    }

    public static List<Target> of(Connection connection, RuleName rule) throws SQLException {
        var targets = new ArrayList<Target>();
        try (var select =
                connection.prepareStatement(
                        "SELECT body FROM events.target WHERE"
                                + KEY
                                + "AND rule = ? ORDER BY position")) {
            key(select, rule.bus());
            select.setString(4, rule.name());
            try (var rows = select.executeQuery()) {
                while (rows.next()) {
                    targets.add(TargetJson.parse(rows.getString(1)));
                }
            }
        }
        return targets;
    }

    /// The targets of every rule of a bus, by the rule's name.
    public static Map<String, List<Target>> all(Connection connection, BusName bus)
            throws SQLException {
        var targets = new HashMap<String, List<Target>>();
        try (var select =
                connection.prepareStatement(
                        "SELECT rule, body FROM events.target WHERE" + KEY + "ORDER BY position")) {
            key(select, bus);
            try (var rows = select.executeQuery()) {
                while (rows.next()) {
                    targets.computeIfAbsent(rows.getString(1), _ -> new ArrayList<>())
                            .add(TargetJson.parse(rows.getString(2)));
                }
            }
        }
        return targets;
    }

    /// Names of the rules that have a target with exactly this ARN.
    public List<String> rules(BusName bus, String arn, String after, int limit) {
        return database.read(connection -> {
            var rules = new ArrayList<String>();
            try (var select =
                    connection.prepareStatement(
                            "SELECT rule FROM (SELECT DISTINCT rule FROM events.target WHERE"
                                    + KEY
                                    + "AND arn = ?) r WHERE rule COLLATE \"C\" > ? ORDER BY rule COLLATE \"C\" LIMIT ?")) {
                key(select, bus);
                select.setString(4, arn);
                select.setString(5, after);
                select.setInt(6, limit);
                try (var rows = select.executeQuery()) {
                    while (rows.next()) {
                        rules.add(rows.getString(1));
                    }
                }
            }
            return rules;
        });
    }
}
