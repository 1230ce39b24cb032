package io.pharos.alarms.scaling.pg;

import io.pharos.alarms.scaling.GroupKey;
import io.pharos.wire.Tenant;

import software.amazon.awssdk.services.autoscaling.model.NotificationConfiguration;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// Table `alarms.scaling_notification`. Every method works on the caller's transaction.
final class NotificationRows {
    private final Connection tx;

    NotificationRows(Connection tx) {
        this.tx = tx;
    }

    /// The topic is told of these types and of no others.
    void put(GroupKey group, String topic, List<String> types) throws SQLException {
        delete(group, topic);
        try (var insert =
                tx.prepareStatement(
                        """
                        INSERT INTO alarms.scaling_notification
                            (account, region, group_name, topic_arn, type)
                        VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                        """)) {
            for (var type : types) {
                GroupRows.key(insert, group);
                insert.setString(4, topic);
                insert.setString(5, type);
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    boolean delete(GroupKey group, String topic) throws SQLException {
        try (var delete =
                tx.prepareStatement(
                        """
                        DELETE FROM alarms.scaling_notification
                        WHERE account = ? AND region = ? AND group_name = ? AND topic_arn = ?
                        """)) {
            GroupRows.key(delete, group);
            delete.setString(4, topic);
            return delete.executeUpdate() > 0;
        }
    }

    List<String> topics(GroupKey group, String type) throws SQLException {
        try (var select =
                tx.prepareStatement(
                        """
                        SELECT topic_arn FROM alarms.scaling_notification
                        WHERE account = ? AND region = ? AND group_name = ? AND type = ?
                        """)) {
            GroupRows.key(select, group);
            select.setString(4, type);
            var topics = new ArrayList<String>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    topics.add(row.getString(1));
                }
            }
            return topics;
        }
    }

    /// By group, topic and type.
    ///
    /// @param groups empty for all
    List<NotificationConfiguration> list(Tenant tenant, List<String> groups) throws SQLException {
        try (var select =
                tx.prepareStatement(
                        """
                        SELECT group_name, topic_arn, type FROM alarms.scaling_notification
                        WHERE account = ? AND region = ?
                            AND (cardinality(?::text[]) = 0 OR group_name = ANY(?::text[]))
                        ORDER BY group_name, topic_arn, type
                        """)) {
            var wanted = tx.createArrayOf("text", groups.toArray());
            select.setString(1, tenant.account());
            select.setString(2, tenant.region());
            select.setArray(3, wanted);
            select.setArray(4, wanted);
            var found = new ArrayList<NotificationConfiguration>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    found.add(
                            NotificationConfiguration.builder()
                                    .autoScalingGroupName(row.getString(1))
                                    .topicARN(row.getString(2))
                                    .notificationType(row.getString(3))
                                    .build());
                }
            }
            return found;
        }
    }
}
