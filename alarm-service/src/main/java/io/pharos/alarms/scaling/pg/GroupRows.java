package io.pharos.alarms.scaling.pg;

import io.pharos.alarms.scaling.GroupKey;
import io.pharos.alarms.scaling.KeptGroup;
import io.pharos.wire.KeptShape;
import io.pharos.wire.Tenant;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.autoscaling.model.AutoScalingGroup;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Table `alarms.scaling_group`. Every method works on the caller's transaction.
final class GroupRows {
    private static final String COLUMNS =
            "account, region, name, body, deleting, cause, warm_up, cooldown, cooldown_until_ms,"
                    + " failures, retry_ms";

    private final Connection tx;

    GroupRows(Connection tx) {
        this.tx = tx;
    }

    boolean insert(KeptGroup kept, Instant now) throws SQLException {
        try (var insert =
                tx.prepareStatement(
                        """
                        INSERT INTO alarms.scaling_group
                            (account, region, name, arn, body, launch_configuration, cause, warm_up,
                             due_ms)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                        """)) {
            key(insert, kept.key());
            insert.setString(4, kept.group().autoScalingGroupARN());
            insert.setString(5, KeptShape.write(kept.group()));
            insert.setString(6, kept.group().launchConfigurationName());
            insert.setString(7, kept.cause());
            insert.setInt(8, kept.warmUp());
            insert.setLong(9, now.toEpochMilli());
            return insert.executeUpdate() == 1;
        }
    }

    /// @param due when to look at it; null when there is nothing to do
    void update(KeptGroup kept, @Nullable Instant due) throws SQLException {
        try (var update =
                tx.prepareStatement(
                        """
                        UPDATE alarms.scaling_group SET body = ?, launch_configuration = ?,
                            deleting = ?, cause = ?, warm_up = ?, cooldown = ?,
                            cooldown_until_ms = ?, failures = ?, retry_ms = ?, due_ms = ?,
                            metrics_minute = CASE WHEN ? THEN coalesce(metrics_minute, 0) END
                        WHERE account = ? AND region = ? AND name = ?
                        """)) {
            update.setString(1, KeptShape.write(kept.group()));
            update.setString(2, kept.group().launchConfigurationName());
            update.setBoolean(3, kept.deleting());
            update.setString(4, kept.cause());
            update.setInt(5, kept.warmUp());
            update.setObject(6, kept.cooldown(), Types.INTEGER);
            update.setLong(7, kept.cooldownUntilMs());
            update.setInt(8, kept.failures());
            update.setLong(9, kept.retryMs());
            update.setObject(10, due == null ? null : due.toEpochMilli(), Types.BIGINT);
            update.setBoolean(11, !kept.group().enabledMetrics().isEmpty());
            update.setString(12, kept.key().tenant().account());
            update.setString(13, kept.key().tenant().region());
            update.setString(14, kept.key().name());
            update.executeUpdate();
        }
    }

    /// Nobody else changes the group until the transaction ends.
    Optional<KeptGroup> lock(GroupKey key) throws SQLException {
        return one(key, " FOR UPDATE");
    }

    Optional<KeptGroup> find(GroupKey key) throws SQLException {
        return one(key, "");
    }

    private Optional<KeptGroup> one(GroupKey key, String suffix) throws SQLException {
        try (var select =
                tx.prepareStatement(
                        "SELECT "
                                + COLUMNS
                                + " FROM alarms.scaling_group"
                                + " WHERE account = ? AND region = ? AND name = ?"
                                + suffix)) {
            key(select, key);
            return read(select).stream().findFirst();
        }
    }

    /// All of a tenant with names after `after`, by name.
    List<KeptGroup> list(Tenant tenant, String after) throws SQLException {
        try (var select =
                tx.prepareStatement(
                        "SELECT "
                                + COLUMNS
                                + " FROM alarms.scaling_group"
                                + " WHERE account = ? AND region = ? AND name > ? ORDER BY name")) {
            select.setString(1, tenant.account());
            select.setString(2, tenant.region());
            select.setString(3, after);
            return read(select);
        }
    }

    int count(Tenant tenant) throws SQLException {
        try (var select =
                tx.prepareStatement(
                        """
                        SELECT count(*) FROM alarms.scaling_group WHERE account = ? AND region = ?
                        """)) {
            select.setString(1, tenant.account());
            select.setString(2, tenant.region());
            try (var row = select.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        }
    }

    boolean isUsed(Tenant tenant, String launchConfiguration) throws SQLException {
        try (var select =
                tx.prepareStatement(
                        """
                        SELECT 1 FROM alarms.scaling_group
                        WHERE account = ? AND region = ? AND launch_configuration = ?
                        """)) {
            select.setString(1, tenant.account());
            select.setString(2, tenant.region());
            select.setString(3, launchConfiguration);
            try (var row = select.executeQuery()) {
                return row.next();
            }
        }
    }

    void delete(GroupKey key) throws SQLException {
        for (var table :
                List.of(
                        "scaling_instance WHERE account = ? AND region = ? AND group_name = ?",
                        "scaling_notification WHERE account = ? AND region = ? AND group_name = ?",
                        "scheduled_action WHERE account = ? AND region = ? AND group_name = ?",
                        "lifecycle_hook WHERE account = ? AND region = ? AND group_name = ?",
                        "lifecycle_action WHERE account = ? AND region = ? AND group_name = ?",
                        "scaling_group WHERE account = ? AND region = ? AND name = ?")) {
            try (var delete = tx.prepareStatement("DELETE FROM alarms." + table)) {
                key(delete, key);
                delete.executeUpdate();
            }
        }
    }

    /// Takes groups that are to be looked at, for as long as `lease`.
    List<GroupKey> claim(Instant now, Duration lease, int limit) throws SQLException {
        try (var update =
                tx.prepareStatement(
                        """
                        UPDATE alarms.scaling_group SET due_ms = ?
                        WHERE (account, region, name) IN (
                            SELECT account, region, name FROM alarms.scaling_group
                            WHERE due_ms <= ? ORDER BY due_ms LIMIT ? FOR UPDATE SKIP LOCKED)
                        RETURNING account, region, name
                        """)) {
            update.setLong(1, now.plus(lease).toEpochMilli());
            update.setLong(2, now.toEpochMilli());
            update.setInt(3, limit);
            return keys(update);
        }
    }

    /// Takes groups whose metrics of this minute nobody has published.
    List<GroupKey> claimMetrics(long minute) throws SQLException {
        try (var update =
                tx.prepareStatement(
                        """
                        UPDATE alarms.scaling_group SET metrics_minute = ?
                        WHERE metrics_minute < ? RETURNING account, region, name
                        """)) {
            update.setLong(1, minute);
            update.setLong(2, minute);
            return keys(update);
        }
    }

    private static List<GroupKey> keys(PreparedStatement statement) throws SQLException {
        var keys = new ArrayList<GroupKey>();
        try (var row = statement.executeQuery()) {
            while (row.next()) {
                keys.add(key(row));
            }
        }
        return keys;
    }

    static void key(PreparedStatement statement, GroupKey key) throws SQLException {
        statement.setString(1, key.tenant().account());
        statement.setString(2, key.tenant().region());
        statement.setString(3, key.name());
    }

    private static GroupKey key(ResultSet row) throws SQLException {
        return new GroupKey(new Tenant(row.getString(1), row.getString(2)), row.getString(3));
    }

    private static List<KeptGroup> read(PreparedStatement select) throws SQLException {
        var groups = new ArrayList<KeptGroup>();
        try (var row = select.executeQuery()) {
            while (row.next()) {
                groups.add(
                        new KeptGroup(
                                key(row),
                                KeptShape.read(row.getString("body"), AutoScalingGroup.builder()),
                                row.getBoolean("deleting"),
                                row.getString("cause"),
                                row.getInt("warm_up"),
                                row.getObject("cooldown", Integer.class),
                                row.getLong("cooldown_until_ms"),
                                row.getInt("failures"),
                                row.getLong("retry_ms")));
            }
        }
        return groups;
    }
}
