package io.pharos.alarms.ledger.pg;

import io.pharos.alarms.alarm.AlarmKey;
import io.pharos.alarms.mute.MuteRule;
import io.pharos.wire.Tenant;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatch.model.Tag;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Table `alarms.mute_rule`. Every method works on the caller's transaction.
final class MuteRuleRows {
    private static final String COLUMNS =
            "account, region, name, description, expression, duration, timezone, targets, start_ms,"
                    + " expire_ms, updated_ms";

    private final Connection tx;

    MuteRuleRows(Connection tx) {
        this.tx = tx;
    }

    Optional<MuteRule> find(MuteRule.Key key) throws SQLException {
        return find(key, "");
    }

    Optional<MuteRule> lock(MuteRule.Key key) throws SQLException {
        return find(key, " FOR UPDATE");
    }

    private Optional<MuteRule> find(MuteRule.Key key, String lock) throws SQLException {
        try (var select =
                tx.prepareStatement(
                        "SELECT "
                                + COLUMNS
                                + " FROM alarms.mute_rule"
                                + " WHERE account = ? AND region = ? AND name = ?"
                                + lock)) {
            setKey(select, 1, key);
            return read(select).stream().findFirst();
        }
    }

    /// All of a tenant, or those that name an alarm, by name.
    ///
    /// @param target of an alarm; null for all
    /// @param after the name before the first
    List<MuteRule> list(Tenant tenant, @Nullable String target, String after) throws SQLException {
        try (var select =
                tx.prepareStatement(
                        "SELECT "
                                + COLUMNS
                                + " FROM alarms.mute_rule"
                                + " WHERE account = ? AND region = ? AND name > ?"
                                + (target == null ? "" : " AND targets @> ARRAY[?::text]")
                                + " ORDER BY name")) {
            select.setString(1, tenant.account());
            select.setString(2, tenant.region());
            select.setString(3, after);
            if (target != null) {
                select.setString(4, target);
            }
            return read(select);
        }
    }

    /// The rules that name an alarm; none of them changes until the transaction ends.
    List<MuteRule> hold(AlarmKey alarm) throws SQLException {
        return of(alarm, " FOR SHARE");
    }

    List<MuteRule> of(AlarmKey alarm) throws SQLException {
        return of(alarm, "");
    }

    private List<MuteRule> of(AlarmKey alarm, String lock) throws SQLException {
        try (var select =
                tx.prepareStatement(
                        "SELECT "
                                + COLUMNS
                                + " FROM alarms.mute_rule"
                                + " WHERE account = ? AND region = ? AND targets @> ARRAY[?::text]"
                                + " ORDER BY name"
                                + lock)) {
            select.setString(1, alarm.tenant().account());
            select.setString(2, alarm.tenant().region());
            select.setString(3, alarm.name());
            return read(select);
        }
    }

    int count(Tenant tenant) throws SQLException {
        try (var select =
                tx.prepareStatement(
                        "SELECT count(*) FROM alarms.mute_rule WHERE account = ? AND region = ?")) {
            select.setString(1, tenant.account());
            select.setString(2, tenant.region());
            try (var row = select.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        }
    }

    /// @return false when there is one of this name
    boolean insert(MuteRule rule, List<Tag> tags) throws SQLException {
        try (var insert =
                tx.prepareStatement(
                        """
                        INSERT INTO alarms.mute_rule (description, expression, duration, timezone,
                            targets, start_ms, expire_ms, updated_ms, account, region, name,
                            tag_keys, tag_values)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                        """)) {
            setValues(insert, rule);
            insert.setArray(12, texts(tags.stream().map(Tag::key).toList()));
            insert.setArray(13, texts(tags.stream().map(Tag::value).toList()));
            return insert.executeUpdate() == 1;
        }
    }

    /// Everything but the tags.
    void update(MuteRule rule) throws SQLException {
        try (var update =
                tx.prepareStatement(
                        """
                        UPDATE alarms.mute_rule SET description = ?, expression = ?, duration = ?,
                            timezone = ?, targets = ?, start_ms = ?, expire_ms = ?, updated_ms = ?
                        WHERE account = ? AND region = ? AND name = ?
                        """)) {
            setValues(update, rule);
            update.executeUpdate();
        }
    }

    void delete(MuteRule.Key key) throws SQLException {
        try (var delete =
                tx.prepareStatement(
                        """
                        DELETE FROM alarms.mute_rule
                        WHERE account = ? AND region = ? AND name = ?
                        """)) {
            setKey(delete, 1, key);
            delete.executeUpdate();
        }
    }

    List<Tag> tags(MuteRule.Key key) throws SQLException {
        try (var select =
                tx.prepareStatement(
                        """
                        SELECT tag_keys, tag_values FROM alarms.mute_rule
                        WHERE account = ? AND region = ? AND name = ?
                        """)) {
            setKey(select, 1, key);
            var tags = new ArrayList<Tag>();
            try (var row = select.executeQuery()) {
                if (row.next()) {
                    var keys = (String[]) row.getArray(1).getArray();
                    var values = (String[]) row.getArray(2).getArray();
                    for (var i = 0; i < keys.length; i++) {
                        tags.add(Tag.builder().key(keys[i]).value(values[i]).build());
                    }
                }
            }
            return tags;
        }
    }

    void setTags(MuteRule.Key key, List<Tag> tags) throws SQLException {
        try (var update =
                tx.prepareStatement(
                        """
                        UPDATE alarms.mute_rule SET tag_keys = ?, tag_values = ?
                        WHERE account = ? AND region = ? AND name = ?
                        """)) {
            update.setArray(1, texts(tags.stream().map(Tag::key).toList()));
            update.setArray(2, texts(tags.stream().map(Tag::value).toList()));
            setKey(update, 3, key);
            update.executeUpdate();
        }
    }

    private void setValues(PreparedStatement statement, MuteRule rule) throws SQLException {
        statement.setString(1, rule.description());
        statement.setString(2, rule.expression());
        statement.setString(3, rule.duration());
        statement.setString(4, rule.timezone());
        statement.setArray(5, rule.targets() == null ? null : texts(rule.targets()));
        setTime(statement, 6, rule.start());
        setTime(statement, 7, rule.expire());
        setTime(statement, 8, rule.updated());
        setKey(statement, 9, rule.key());
    }

    private static void setTime(PreparedStatement statement, int index, @Nullable Instant time)
            throws SQLException {
        if (time == null) {
            statement.setNull(index, Types.BIGINT);
        } else {
            statement.setLong(index, time.toEpochMilli());
        }
    }

    private Array texts(List<String> texts) throws SQLException {
        return tx.createArrayOf("text", texts.toArray());
    }

    private static void setKey(PreparedStatement statement, int index, MuteRule.Key key)
            throws SQLException {
        statement.setString(index, key.tenant().account());
        statement.setString(index + 1, key.tenant().region());
        statement.setString(index + 2, key.name());
    }

    private static List<MuteRule> read(PreparedStatement select) throws SQLException {
        var rules = new ArrayList<MuteRule>();
        try (var row = select.executeQuery()) {
            while (row.next()) {
                var tenant = new Tenant(row.getString("account"), row.getString("region"));
                var targets = row.getArray("targets");
                rules.add(
                        new MuteRule(
                                new MuteRule.Key(tenant, row.getString("name")),
                                row.getString("description"),
                                row.getString("expression"),
                                row.getString("duration"),
                                row.getString("timezone"),
                                targets == null ? null : List.of((String[]) targets.getArray()),
                                time(row, "start_ms"),
                                time(row, "expire_ms"),
                                Instant.ofEpochMilli(row.getLong("updated_ms"))));
            }
        }
        return rules;
    }

    private static @Nullable Instant time(ResultSet row, String column) throws SQLException {
        var millis = row.getLong(column);
        return row.wasNull() ? null : Instant.ofEpochMilli(millis);
    }
}
