package io.pharos.alarms.scaling.pg;

import io.pharos.alarms.scaling.GroupKey;
import io.pharos.wire.KeptShape;
import io.pharos.wire.Tenant;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.autoscaling.model.ScheduledUpdateGroupAction;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Table `alarms.scheduled_action`. Every method works on the caller's transaction.
final class ScheduleRows {
    private static final String SELECT =
            "SELECT account, region, group_name, body, due_ms FROM alarms.scheduled_action ";

    private final Connection tx;

    ScheduleRows(Connection tx) {
        this.tx = tx;
    }

    /// @param due when it comes next
    record Kept(GroupKey group, ScheduledUpdateGroupAction action, Instant due) {}

    void put(GroupKey group, ScheduledUpdateGroupAction action, Instant due) throws SQLException {
        try (var insert =
                tx.prepareStatement(
                        """
                        INSERT INTO alarms.scheduled_action
                            (account, region, group_name, name, body, due_ms)
                        VALUES (?, ?, ?, ?, ?, ?)
                        ON CONFLICT (account, region, group_name, name) DO UPDATE
                            SET body = EXCLUDED.body, due_ms = EXCLUDED.due_ms
                        """)) {
            GroupRows.key(insert, group);
            insert.setString(4, action.scheduledActionName());
            insert.setString(5, KeptShape.write(action));
            insert.setLong(6, due.toEpochMilli());
            insert.executeUpdate();
        }
    }

    Optional<Kept> find(GroupKey group, String name) throws SQLException {
        try (var select =
                tx.prepareStatement(
                        SELECT
                                + "WHERE account = ? AND region = ? AND group_name = ? AND name = ?")) {
            GroupRows.key(select, group);
            select.setString(4, name);
            return read(select).stream().findFirst();
        }
    }

    int count(GroupKey group) throws SQLException {
        try (var select =
                tx.prepareStatement(
                        """
                        SELECT count(*) FROM alarms.scheduled_action
                        WHERE account = ? AND region = ? AND group_name = ?
                        """)) {
            GroupRows.key(select, group);
            try (var row = select.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        }
    }

    /// By group, then by name.
    ///
    /// @param group null for those of all groups
    List<Kept> list(Tenant tenant, @Nullable String group) throws SQLException {
        try (var select =
                tx.prepareStatement(
                        SELECT
                                + """
                                WHERE account = ? AND region = ?
                                    AND (?::text IS NULL OR group_name = ?)
                                ORDER BY group_name, name
                                """)) {
            select.setString(1, tenant.account());
            select.setString(2, tenant.region());
            select.setString(3, group);
            select.setString(4, group);
            return read(select);
        }
    }

    /// The longest due first.
    List<Kept> due(Instant now, int limit) throws SQLException {
        try (var select =
                tx.prepareStatement(SELECT + "WHERE due_ms <= ? ORDER BY due_ms LIMIT ?")) {
            select.setLong(1, now.toEpochMilli());
            select.setInt(2, limit);
            return read(select);
        }
    }

    private static List<Kept> read(PreparedStatement select) throws SQLException {
        var found = new ArrayList<Kept>();
        try (var row = select.executeQuery()) {
            while (row.next()) {
                var tenant = new Tenant(row.getString("account"), row.getString("region"));
                found.add(
                        new Kept(
                                new GroupKey(tenant, row.getString("group_name")),
                                KeptShape.read(
                                        row.getString("body"),
                                        ScheduledUpdateGroupAction.builder()),
                                Instant.ofEpochMilli(row.getLong("due_ms"))));
            }
        }
        return found;
    }

    boolean delete(GroupKey group, String name) throws SQLException {
        try (var delete =
                tx.prepareStatement(
                        """
                        DELETE FROM alarms.scheduled_action
                        WHERE account = ? AND region = ? AND group_name = ? AND name = ?
                        """)) {
            GroupRows.key(delete, group);
            delete.setString(4, name);
            return delete.executeUpdate() == 1;
        }
    }

    void deleteAll(GroupKey group) throws SQLException {
        try (var delete =
                tx.prepareStatement(
                        """
                        DELETE FROM alarms.scheduled_action
                        WHERE account = ? AND region = ? AND group_name = ?
                        """)) {
            GroupRows.key(delete, group);
            delete.executeUpdate();
        }
    }
}
