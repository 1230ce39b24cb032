package io.pharos.alarms.ledger.pg;

import static io.pharos.alarms.ledger.pg.KeyColumns.setKey;

import io.pharos.alarms.alarm.AlarmKey;

import software.amazon.awssdk.services.cloudwatch.model.Tag;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// Table `alarms.alarm_tag`. Every method works on the caller's transaction.
final class TagRows {
    private final Connection tx;

    TagRows(Connection tx) {
        this.tx = tx;
    }

    /// The last of several tags with one key stays.
    void put(AlarmKey key, Collection<Tag> tags) throws SQLException {
        try (var upsert =
                tx.prepareStatement(
                        """
                        INSERT INTO alarms.alarm_tag (account, region, name, key, value)
                        VALUES (?, ?, ?, ?, ?)
                        ON CONFLICT (account, region, name, key) DO UPDATE SET value = excluded.value
                        """)) {
            for (var tag : tags) {
                setKey(upsert, key);
                upsert.setString(4, tag.key());
                upsert.setString(5, tag.value());
                upsert.executeUpdate();
            }
        }
    }

    void remove(AlarmKey key, Collection<String> tagKeys) throws SQLException {
        try (var delete =
                tx.prepareStatement(
                        """
                        DELETE FROM alarms.alarm_tag
                        WHERE account = ? AND region = ? AND name = ? AND key = ANY(?)
                        """)) {
            setKey(delete, key);
            delete.setArray(4, tx.createArrayOf("text", tagKeys.toArray()));
            delete.executeUpdate();
        }
    }

    void removeAll(AlarmKey key) throws SQLException {
        try (var delete =
                tx.prepareStatement(
                        """
                        DELETE FROM alarms.alarm_tag WHERE account = ? AND region = ? AND name = ?
                        """)) {
            setKey(delete, key);
            delete.executeUpdate();
        }
    }

    List<Tag> list(AlarmKey key) throws SQLException {
        try (var select =
                tx.prepareStatement(
                        """
                        SELECT key, value FROM alarms.alarm_tag
                        WHERE account = ? AND region = ? AND name = ? ORDER BY key
                        """)) {
            setKey(select, key);
            var tags = new ArrayList<Tag>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    tags.add(Tag.builder().key(row.getString(1)).value(row.getString(2)).build());
                }
            }
            return tags;
        }
    }
}
