package io.pharos.logs.contributor.pg;

import io.pharos.kit.Database;
import io.pharos.logs.config.Logs;
import io.pharos.logs.contributor.InsightRule;
import io.pharos.logs.filter.pg.FilterChanges;
import io.pharos.wire.Tenant;

import jakarta.inject.Singleton;

import software.amazon.awssdk.services.cloudwatch.model.LimitExceededException;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Table `logs.insight_rule`. Every change is announced to the consumers of log events.
@Singleton
public final class PgInsightRules {
    private static final String FIND =
            "SELECT * FROM logs.insight_rule WHERE account = ? AND region = ? AND name = ?";
    private static final String PAGE =
            """
            SELECT * FROM logs.insight_rule WHERE account = ? AND region = ? AND name > ?
            ORDER BY name LIMIT ?
            """;
    private static final String ENABLED =
            "SELECT * FROM logs.insight_rule WHERE account = ? AND region = ? AND enabled ORDER BY id";
    private static final String INSERT =
            """
            INSERT INTO logs.insight_rule
                (account, region, name, definition, enabled, on_transformed, since_ms)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            RETURNING id
            """;
    private static final String UPDATE =
            """
            UPDATE logs.insight_rule SET
                definition = ?, revision = ?, enabled = ?, on_transformed = ?, since_ms = ?
            WHERE id = ?
            """;
    private static final String SWITCH =
            """
            UPDATE logs.insight_rule SET
                enabled = ?, since_ms = CASE WHEN enabled THEN since_ms ELSE ? END
            WHERE account = ? AND region = ? AND name = ?
            """;

    private final Database database;

    public PgInsightRules(@Logs Database database) {
        this.database = database;
    }

    /// What PutInsightRule says.
    ///
    /// @param tags of a new rule; AWS: those of a rule that is there stay
    public record Put(
            String name,
            String definition,
            boolean enabled,
            boolean onTransformed,
            Map<String, String> tags) {
        public Put {
            tags = Map.copyOf(tags);
        }
    }

    /// Puts or replaces. What another definition counted is forgotten.
    ///
    /// @throws LimitExceededException when the tenant has as many as it may
    public void put(Tenant tenant, Put put, long nowMs) {
        database.run(tx -> {
            FilterChanges.announce(tx); // and others wait
            var before = find(tx, tenant, put.name(), true);
            if (before.isPresent()) {
                replace(tx, before.get(), put, nowMs);
                return;
            }
            if (page(tx, tenant, "", InsightRule.MAX_RULES).size() >= InsightRule.MAX_RULES) {
                throw LimitExceededException.builder()
                        .message(
                                "The account has "
                                        + InsightRule.MAX_RULES
                                        + " Contributor Insights rules, as many as it may.")
                        .build();
            }
            tag(tx, insert(tx, tenant, put, nowMs), put.tags());
        });
    }

    private static long insert(Connection tx, Tenant tenant, Put put, long nowMs)
            throws SQLException {
        try (var insert = tx.prepareStatement(INSERT)) {
            key(insert, tenant, put.name());
            insert.setString(4, put.definition());
            insert.setBoolean(5, put.enabled());
            insert.setBoolean(6, put.onTransformed());
            insert.setLong(7, nowMs);
            try (var row = insert.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    private static void replace(Connection tx, InsightRule before, Put put, long nowMs)
            throws SQLException {
        var isSame =
                before.definition().equals(put.definition())
                        && before.onTransformed() == put.onTransformed();
        try (var update = tx.prepareStatement(UPDATE)) {
            update.setString(1, put.definition());
            update.setInt(2, isSame ? before.revision() : before.revision() + 1);
            update.setBoolean(3, put.enabled());
            update.setBoolean(4, put.onTransformed());
            update.setLong(5, isSame && before.enabled() ? before.sinceMs() : nowMs);
            update.setLong(6, before.id());
            update.executeUpdate();
        }
        if (!isSame) {
            try (var delete =
                    tx.prepareStatement("DELETE FROM logs.insight_part WHERE rule_id = ?")) {
                delete.setLong(1, before.id());
                delete.executeUpdate();
            }
        }
    }

    /// Whether there was one.
    public boolean delete(Tenant tenant, String name) {
        return database.inTransaction(tx -> {
            FilterChanges.announce(tx);
            try (var delete =
                    tx.prepareStatement(
                            """
                            DELETE FROM logs.insight_rule
                            WHERE account = ? AND region = ? AND name = ?
                            """)) {
                key(delete, tenant, name);
                return delete.executeUpdate() > 0;
            }
        });
    }

    /// Whether there is one.
    public boolean enable(Tenant tenant, String name, boolean enabled, long nowMs) {
        return database.inTransaction(tx -> {
            FilterChanges.announce(tx);
            try (var update = tx.prepareStatement(SWITCH)) {
                update.setBoolean(1, enabled);
                update.setLong(2, nowMs);
                update.setString(3, tenant.account());
                update.setString(4, tenant.region());
                update.setString(5, name);
                return update.executeUpdate() > 0;
            }
        });
    }

    /// In the order of names.
    public List<InsightRule> describe(Tenant tenant, String afterName, int limit) {
        return database.read(connection -> page(connection, tenant, afterName, limit));
    }

    private static List<InsightRule> page(
            Connection connection, Tenant tenant, String afterName, int limit) throws SQLException {
        try (var select = connection.prepareStatement(PAGE)) {
            key(select, tenant, afterName);
            select.setInt(4, limit);
            return rules(select);
        }
    }

    /// Those of a tenant that count.
    public static List<InsightRule> enabled(Connection connection, Tenant tenant)
            throws SQLException {
        try (var select = connection.prepareStatement(ENABLED)) {
            select.setString(1, tenant.account());
            select.setString(2, tenant.region());
            return rules(select);
        }
    }

    static Optional<InsightRule> find(
            Connection connection, Tenant tenant, String name, boolean forUpdate)
            throws SQLException {
        try (var select = connection.prepareStatement(FIND + (forUpdate ? " FOR UPDATE" : ""))) {
            key(select, tenant, name);
            return rules(select).stream().findFirst();
        }
    }

    /// Changes the tags of a rule and tells them; empty when there is no such rule.
    ///
    /// @param most if there were more then, nothing is changed, and all of these are told
    public Optional<Map<String, String>> tags(
            Tenant tenant,
            String name,
            Map<String, String> put,
            Collection<String> removed,
            int most) {
        return database.inTransaction(tx -> {
            var rule = find(tx, tenant, name, true);
            if (rule.isEmpty()) {
                return Optional.empty();
            }
            var after = tags(tx, rule.get().id());
            after.putAll(put);
            after.keySet().removeAll(removed);
            if (after.size() <= most) {
                tag(tx, rule.get().id(), put);
                untag(tx, rule.get().id(), removed);
            }
            return Optional.of(after);
        });
    }

    private static TreeMap<String, String> tags(Connection tx, long ruleId) throws SQLException {
        try (var select =
                tx.prepareStatement(
                        "SELECT key, value FROM logs.insight_rule_tag WHERE rule_id = ?")) {
            select.setLong(1, ruleId);
            var tags = new TreeMap<String, String>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    tags.put(row.getString(1), row.getString(2));
                }
            }
            return tags;
        }
    }

    private static void tag(Connection tx, long ruleId, Map<String, String> tags)
            throws SQLException {
        try (var upsert =
                tx.prepareStatement(
                        """
                        INSERT INTO logs.insight_rule_tag (rule_id, key, value) VALUES (?, ?, ?)
                        ON CONFLICT (rule_id, key) DO UPDATE SET value = excluded.value
                        """)) {
            for (var tag : tags.entrySet()) {
                upsert.setLong(1, ruleId);
                upsert.setString(2, tag.getKey());
                upsert.setString(3, tag.getValue());
                upsert.addBatch();
            }
            upsert.executeBatch();
        }
    }

    private static void untag(Connection tx, long ruleId, Collection<String> keys)
            throws SQLException {
        try (var delete =
                tx.prepareStatement(
                        "DELETE FROM logs.insight_rule_tag WHERE rule_id = ? AND key = ANY(?)")) {
            delete.setLong(1, ruleId);
            delete.setArray(2, tx.createArrayOf("text", keys.toArray()));
            delete.executeUpdate();
        }
    }

    private static void key(PreparedStatement statement, Tenant tenant, String name)
            throws SQLException {
        statement.setString(1, tenant.account());
        statement.setString(2, tenant.region());
        statement.setString(3, name);
    }

    private static List<InsightRule> rules(PreparedStatement select) throws SQLException {
        var rules = new ArrayList<InsightRule>();
        try (var row = select.executeQuery()) {
            while (row.next()) {
                rules.add(rule(row));
            }
        }
        return rules;
    }

    private static InsightRule rule(ResultSet row) throws SQLException {
        return new InsightRule(
                row.getLong("id"),
                row.getInt("revision"),
                new Tenant(row.getString("account"), row.getString("region")),
                row.getString("name"),
                row.getString("definition"),
                row.getBoolean("enabled"),
                row.getBoolean("on_transformed"),
                row.getLong("since_ms"));
    }
}
