package io.pharos.alarms.scaling.pg;

import io.pharos.alarms.scaling.GroupInstance;
import io.pharos.alarms.scaling.GroupKey;
import io.pharos.wire.Tenant;

import software.amazon.awssdk.services.autoscaling.model.LifecycleState;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Table `alarms.scaling_instance`. Every method works on the caller's transaction.
final class InstanceRows {
    private static final String SELECT =
            """
            SELECT group_name, id, type, zone, state, healthy, launch_configuration, protected,
                launched_ms, since_ms, warm_until_ms, warm_up, activity
            FROM alarms.scaling_instance WHERE account = ? AND region = ?
            """;

    private final Connection tx;

    InstanceRows(Connection tx) {
        this.tx = tx;
    }

    /// An instance and the group it is in.
    record Member(String group, GroupInstance instance) {}

    void put(GroupKey group, GroupInstance instance) throws SQLException {
        try (var insert =
                tx.prepareStatement(
                        """
                        INSERT INTO alarms.scaling_instance
                            (account, region, group_name, id, type, zone, state, healthy,
                             launch_configuration, protected, launched_ms, since_ms, warm_until_ms,
                             warm_up, activity)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                        ON CONFLICT (account, region, id) DO UPDATE SET state = EXCLUDED.state,
                            healthy = EXCLUDED.healthy, protected = EXCLUDED.protected,
                            since_ms = EXCLUDED.since_ms, warm_until_ms = EXCLUDED.warm_until_ms,
                            activity = EXCLUDED.activity
                        """)) {
            GroupRows.key(insert, group);
            insert.setString(4, instance.id());
            insert.setString(5, instance.type());
            insert.setString(6, instance.zone());
            insert.setString(7, instance.state().toString());
            insert.setBoolean(8, instance.healthy());
            insert.setString(9, instance.launchConfiguration());
            insert.setBoolean(10, instance.protectedFromScaleIn());
            insert.setLong(11, instance.launchedMs());
            insert.setLong(12, instance.sinceMs());
            insert.setLong(13, instance.warmUntilMs());
            insert.setInt(14, instance.warmUp());
            insert.setObject(15, instance.activity());
            insert.executeUpdate();
        }
    }

    void delete(Tenant tenant, String id) throws SQLException {
        try (var delete =
                tx.prepareStatement(
                        """
                        DELETE FROM alarms.scaling_instance
                        WHERE account = ? AND region = ? AND id = ?
                        """)) {
            delete.setString(1, tenant.account());
            delete.setString(2, tenant.region());
            delete.setString(3, id);
            delete.executeUpdate();
        }
    }

    /// By launch time.
    List<GroupInstance> of(GroupKey group) throws SQLException {
        try (var select =
                tx.prepareStatement(SELECT + " AND group_name = ? ORDER BY launched_ms, id")) {
            GroupRows.key(select, group);
            return read(select).stream().map(Member::instance).toList();
        }
    }

    Optional<Member> find(Tenant tenant, String id) throws SQLException {
        try (var select = tx.prepareStatement(SELECT + " AND id = ?")) {
            select.setString(1, tenant.account());
            select.setString(2, tenant.region());
            select.setString(3, id);
            return read(select).stream().findFirst();
        }
    }

    /// Of all groups, by id.
    List<Member> list(Tenant tenant, List<String> ids, String after, int limit)
            throws SQLException {
        try (var select =
                tx.prepareStatement(
                        SELECT
                                + " AND (cardinality(?::text[]) = 0 OR id = ANY(?::text[]))"
                                + " AND id > ? ORDER BY id LIMIT ?")) {
            select.setString(1, tenant.account());
            select.setString(2, tenant.region());
            var wanted = tx.createArrayOf("text", ids.toArray());
            select.setArray(3, wanted);
            select.setArray(4, wanted);
            select.setString(5, after);
            select.setInt(6, limit);
            return read(select);
        }
    }

    private static List<Member> read(PreparedStatement select) throws SQLException {
        var found = new ArrayList<Member>();
        try (var row = select.executeQuery()) {
            while (row.next()) {
                found.add(
                        new Member(
                                row.getString("group_name"),
                                new GroupInstance(
                                        row.getString("id"),
                                        row.getString("type"),
                                        row.getString("zone"),
                                        LifecycleState.fromValue(row.getString("state")),
                                        row.getBoolean("healthy"),
                                        row.getString("launch_configuration"),
                                        row.getBoolean("protected"),
                                        row.getLong("launched_ms"),
                                        row.getLong("since_ms"),
                                        row.getLong("warm_until_ms"),
                                        row.getInt("warm_up"),
                                        row.getObject("activity", UUID.class))));
            }
        }
        return found;
    }
}
