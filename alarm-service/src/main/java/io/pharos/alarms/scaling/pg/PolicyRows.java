package io.pharos.alarms.scaling.pg;

import io.pharos.alarms.scaling.GroupKey;
import io.pharos.alarms.scaling.KeptPolicy;
import io.pharos.wire.KeptShape;
import io.pharos.wire.Tenant;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.autoscaling.model.ScalingPolicy;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Table `alarms.scaling_policy`. Every method works on the caller's transaction.
final class PolicyRows {
    private static final String SELECT =
            """
            SELECT group_name, body, alarms, wanted, wanted_ms FROM alarms.scaling_policy
            WHERE account = ? AND region = ?
            """;

    private final Connection tx;

    PolicyRows(Connection tx) {
        this.tx = tx;
    }

    void put(Tenant tenant, KeptPolicy kept) throws SQLException {
        var policy = kept.policy();
        try (var insert =
                tx.prepareStatement(
                        """
                        INSERT INTO alarms.scaling_policy
                            (account, region, group_name, name, arn, body, alarms)
                        VALUES (?, ?, ?, ?, ?, ?, ?)
                        ON CONFLICT (account, region, group_name, name) DO UPDATE
                            SET body = EXCLUDED.body, alarms = EXCLUDED.alarms
                        """)) {
            insert.setString(1, tenant.account());
            insert.setString(2, tenant.region());
            insert.setString(3, policy.autoScalingGroupName());
            insert.setString(4, policy.policyName());
            insert.setString(5, policy.policyARN());
            insert.setString(6, KeptShape.write(policy));
            insert.setArray(7, tx.createArrayOf("text", kept.alarms().toArray()));
            insert.executeUpdate();
        }
    }

    /// What a policy asked for, for the others to know.
    void wants(Tenant tenant, ScalingPolicy policy, int capacity, Instant now) throws SQLException {
        try (var update =
                tx.prepareStatement(
                        """
                        UPDATE alarms.scaling_policy SET wanted = ?, wanted_ms = ?
                        WHERE account = ? AND region = ? AND group_name = ? AND name = ?
                        """)) {
            update.setInt(1, capacity);
            update.setLong(2, now.toEpochMilli());
            update.setString(3, tenant.account());
            update.setString(4, tenant.region());
            update.setString(5, policy.autoScalingGroupName());
            update.setString(6, policy.policyName());
            update.executeUpdate();
        }
    }

    Optional<KeptPolicy> find(GroupKey group, String name) throws SQLException {
        try (var select = tx.prepareStatement(SELECT + " AND group_name = ? AND name = ?")) {
            GroupRows.key(select, group);
            select.setString(4, name);
            return read(select).stream().findFirst();
        }
    }

    List<KeptPolicy> of(GroupKey group) throws SQLException {
        return list(group.tenant(), group.name());
    }

    /// By group, then by name.
    List<KeptPolicy> list(Tenant tenant, @Nullable String group) throws SQLException {
        try (var select =
                tx.prepareStatement(
                        SELECT
                                + " AND (?::text IS NULL OR group_name = ?)"
                                + " ORDER BY group_name, name")) {
            select.setString(1, tenant.account());
            select.setString(2, tenant.region());
            select.setString(3, group);
            select.setString(4, group);
            return read(select);
        }
    }

    void delete(GroupKey group, String name) throws SQLException {
        try (var delete =
                tx.prepareStatement(
                        """
                        DELETE FROM alarms.scaling_policy
                        WHERE account = ? AND region = ? AND group_name = ? AND name = ?
                        """)) {
            GroupRows.key(delete, group);
            delete.setString(4, name);
            delete.executeUpdate();
        }
    }

    private static List<KeptPolicy> read(PreparedStatement select) throws SQLException {
        var found = new ArrayList<KeptPolicy>();
        try (var row = select.executeQuery()) {
            while (row.next()) {
                found.add(
                        new KeptPolicy(
                                KeptShape.read(row.getString("body"), ScalingPolicy.builder()),
                                List.of((String[]) row.getArray("alarms").getArray()),
                                row.getInt("wanted"),
                                row.getLong("wanted_ms")));
            }
        }
        return found;
    }
}
