package io.pharos.metrics.resource.pg;

import io.pharos.kit.ResourceTags;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/// Table `metrics.resource_tag`, by ARN. Every method works on the caller's transaction.
public final class TagRows {
    private TagRows() {}

    /// Whether there is room: with more than [ResourceTags#MAX_TAGS] the caller is to roll back.
    public static boolean put(Connection tx, String arn, Map<String, String> tags)
            throws SQLException {
        try (var upsert =
                tx.prepareStatement(
                        """
                        INSERT INTO metrics.resource_tag (arn, key, value) VALUES (?, ?, ?)
                        ON CONFLICT (arn, key) DO UPDATE SET value = excluded.value
                        """)) {
            for (var tag : tags.entrySet()) {
                upsert.setString(1, arn);
                upsert.setString(2, tag.getKey());
                upsert.setString(3, tag.getValue());
                upsert.addBatch();
            }
            upsert.executeBatch();
        }
        return list(tx, arn).size() <= ResourceTags.MAX_TAGS;
    }

    public static void remove(Connection tx, String arn, Collection<String> keys)
            throws SQLException {
        try (var delete =
                tx.prepareStatement(
                        "DELETE FROM metrics.resource_tag WHERE arn = ? AND key = ANY(?)")) {
            delete.setString(1, arn);
            delete.setArray(2, tx.createArrayOf("text", keys.toArray()));
            delete.executeUpdate();
        }
    }

    public static void removeAll(Connection tx, Collection<String> arns) throws SQLException {
        try (var delete =
                tx.prepareStatement("DELETE FROM metrics.resource_tag WHERE arn = ANY(?)")) {
            delete.setArray(1, tx.createArrayOf("text", arns.toArray()));
            delete.executeUpdate();
        }
    }

    public static Map<String, String> list(Connection tx, String arn) throws SQLException {
        try (var select =
                tx.prepareStatement("SELECT key, value FROM metrics.resource_tag WHERE arn = ?")) {
            select.setString(1, arn);
            var tags = new TreeMap<String, String>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    tags.put(row.getString(1), row.getString(2));
                }
            }
            return tags;
        }
    }
}
