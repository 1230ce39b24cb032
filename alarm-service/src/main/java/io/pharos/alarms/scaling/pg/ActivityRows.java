package io.pharos.alarms.scaling.pg;

import io.pharos.alarms.scaling.GroupKey;
import io.pharos.alarms.scaling.pg.ActivityLedger.Placed;
import io.pharos.wire.KeptShape;
import io.pharos.wire.Tenant;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.autoscaling.model.Activity;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Table `alarms.scaling_activity`. Every method works on the caller's transaction.
final class ActivityRows {
    private final Connection tx;

    ActivityRows(Connection tx) {
        this.tx = tx;
    }

    void put(GroupKey group, Activity activity) throws SQLException {
        try (var insert =
                tx.prepareStatement(
                        """
                        INSERT INTO alarms.scaling_activity
                            (account, region, group_name, id, group_arn, start_ms, body)
                        VALUES (?, ?, ?, ?, ?, ?, ?)
                        ON CONFLICT (id) DO UPDATE SET body = EXCLUDED.body
                        """)) {
            GroupRows.key(insert, group);
            insert.setObject(4, UUID.fromString(activity.activityId()));
            insert.setString(5, activity.autoScalingGroupARN());
            insert.setLong(6, activity.startTime().toEpochMilli());
            insert.setString(7, KeptShape.write(activity));
            insert.executeUpdate();
        }
    }

    Optional<Activity> find(UUID id) throws SQLException {
        try (var select =
                tx.prepareStatement(
                        "SELECT position, body FROM alarms.scaling_activity WHERE id = ?")) {
            select.setObject(1, id);
            return read(select).stream().map(Placed::activity).findFirst();
        }
    }

    /// Newest first.
    ///
    /// @param ids empty for any
    /// @param before the page before ended there; null for the first
    List<Placed> list(
            Tenant tenant,
            @Nullable String group,
            List<UUID> ids,
            boolean deletedToo,
            @Nullable Long before,
            int limit)
            throws SQLException {
        try (var select =
                tx.prepareStatement(
                        """
                        SELECT position, body FROM alarms.scaling_activity a
                        WHERE account = ? AND region = ?
                            AND (?::text IS NULL OR group_name = ?)
                            AND (cardinality(?::uuid[]) = 0 OR id = ANY(?::uuid[]))
                            AND position < ?
                            AND (? OR EXISTS (
                                SELECT 1 FROM alarms.scaling_group g
                                WHERE g.account = a.account AND g.region = a.region
                                    AND g.name = a.group_name
                                    AND a.group_arn = g.arn))
                        ORDER BY position DESC LIMIT ?
                        """)) {
            var wanted = tx.createArrayOf("uuid", ids.toArray());
            select.setString(1, tenant.account());
            select.setString(2, tenant.region());
            select.setString(3, group);
            select.setString(4, group);
            select.setArray(5, wanted);
            select.setArray(6, wanted);
            select.setLong(7, before == null ? Long.MAX_VALUE : before);
            select.setBoolean(8, deletedToo);
            select.setInt(9, limit);
            return read(select);
        }
    }

    void purge(Instant oldest) throws SQLException {
        try (var delete =
                tx.prepareStatement("DELETE FROM alarms.scaling_activity WHERE start_ms < ?")) {
            delete.setLong(1, oldest.toEpochMilli());
            delete.executeUpdate();
        }
    }

    private static List<Placed> read(PreparedStatement select) throws SQLException {
        var found = new ArrayList<Placed>();
        try (var row = select.executeQuery()) {
            while (row.next()) {
                found.add(
                        new Placed(
                                row.getLong("position"),
                                KeptShape.read(row.getString("body"), Activity.builder())));
            }
        }
        return found;
    }
}
