package io.pharos.alarms.scaling.pg;

import io.pharos.alarms.scaling.GroupKey;
import io.pharos.alarms.scaling.LifecycleAction;
import io.pharos.wire.KeptShape;

import software.amazon.awssdk.services.autoscaling.model.LifecycleHook;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Tables `alarms.lifecycle_hook` and `alarms.lifecycle_action`. Every method works on the caller's
/// transaction, under the group's lock where it writes.
final class LifecycleRows {
    private static final String OF_GROUP = " WHERE account = ? AND region = ? AND group_name = ?";

    private final Connection tx;

    LifecycleRows(Connection tx) {
        this.tx = tx;
    }

    void put(GroupKey group, LifecycleHook hook) throws SQLException {
        try (var insert =
                tx.prepareStatement(
                        """
                        INSERT INTO alarms.lifecycle_hook (account, region, group_name, name, body)
                        VALUES (?, ?, ?, ?, ?)
                        ON CONFLICT (account, region, group_name, name)
                            DO UPDATE SET body = EXCLUDED.body
                        """)) {
            GroupRows.key(insert, group);
            insert.setString(4, hook.lifecycleHookName());
            insert.setString(5, KeptShape.write(hook));
            insert.executeUpdate();
        }
    }

    Optional<LifecycleHook> find(GroupKey group, String name) throws SQLException {
        return hooks(group).stream()
                .filter(hook -> hook.lifecycleHookName().equals(name))
                .findFirst();
    }

    /// By name.
    List<LifecycleHook> hooks(GroupKey group) throws SQLException {
        try (var select =
                tx.prepareStatement(
                        "SELECT body FROM alarms.lifecycle_hook" + OF_GROUP + " ORDER BY name")) {
            GroupRows.key(select, group);
            var hooks = new ArrayList<LifecycleHook>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    hooks.add(KeptShape.read(row.getString(1), LifecycleHook.builder()));
                }
            }
            return hooks;
        }
    }

    void delete(GroupKey group, String name) throws SQLException {
        try (var delete =
                tx.prepareStatement(
                        "DELETE FROM alarms.lifecycle_hook" + OF_GROUP + " AND name = ?")) {
            GroupRows.key(delete, group);
            delete.setString(4, name);
            delete.executeUpdate();
        }
    }

    void put(GroupKey group, LifecycleAction action) throws SQLException {
        try (var insert =
                tx.prepareStatement(
                        """
                        INSERT INTO alarms.lifecycle_action
                            (account, region, group_name, instance, hook, token, heartbeat_s,
                             continues, deadline_ms, last_ms)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                        ON CONFLICT (account, region, group_name, instance, hook)
                            DO UPDATE SET deadline_ms = EXCLUDED.deadline_ms
                        """)) {
            GroupRows.key(insert, group);
            insert.setString(4, action.instance());
            insert.setString(5, action.hook());
            insert.setObject(6, action.token());
            insert.setInt(7, action.heartbeatSeconds());
            insert.setBoolean(8, action.continues());
            insert.setLong(9, action.deadlineMs());
            insert.setLong(10, action.lastMs());
            insert.executeUpdate();
        }
    }

    /// By deadline.
    List<LifecycleAction> actions(GroupKey group) throws SQLException {
        try (var select =
                tx.prepareStatement(
                        "SELECT instance, hook, token, heartbeat_s, continues, deadline_ms, last_ms"
                                + " FROM alarms.lifecycle_action"
                                + OF_GROUP
                                + " ORDER BY deadline_ms, instance, hook")) {
            GroupRows.key(select, group);
            var actions = new ArrayList<LifecycleAction>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    actions.add(
                            new LifecycleAction(
                                    row.getString("instance"),
                                    row.getString("hook"),
                                    row.getObject("token", UUID.class),
                                    row.getInt("heartbeat_s"),
                                    row.getBoolean("continues"),
                                    row.getLong("deadline_ms"),
                                    row.getLong("last_ms")));
                }
            }
            return actions;
        }
    }

    /// @return how many others hold the instance
    int end(GroupKey group, LifecycleAction action) throws SQLException {
        try (var delete =
                tx.prepareStatement(
                        "DELETE FROM alarms.lifecycle_action"
                                + OF_GROUP
                                + " AND instance = ? AND hook = ?")) {
            GroupRows.key(delete, group);
            delete.setString(4, action.instance());
            delete.setString(5, action.hook());
            delete.executeUpdate();
        }
        return (int)
                actions(group).stream()
                        .filter(other -> other.instance().equals(action.instance()))
                        .count();
    }

    /// Nothing holds the instance any more.
    void endAll(GroupKey group, String instance) throws SQLException {
        try (var delete =
                tx.prepareStatement(
                        "DELETE FROM alarms.lifecycle_action" + OF_GROUP + " AND instance = ?")) {
            GroupRows.key(delete, group);
            delete.setString(4, instance);
            delete.executeUpdate();
        }
    }
}
