package io.pharos.alarms.ledger.pg;

import io.pharos.alarms.alarm.AlarmKey;
import io.pharos.alarms.alarm.Contributor;
import io.pharos.alarms.announce.ActionMessage;
import io.pharos.alarms.announce.AlarmEvent;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatch.model.AlarmType;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.UUID;

/// Puts into `alarms.action_outbox` and `alarms.event_outbox`; the relays take out. Every method
/// works on the caller's transaction.
final class OutboxRows {
    private final Connection tx;

    OutboxRows(Connection tx) {
        this.tx = tx;
    }

    /// @param contributor the series that changed, for an alarm on several
    /// @param muteEnd the end of the window that held it back; null when none did
    void addAction(
            AlarmKey key,
            AlarmType type,
            @Nullable Contributor contributor,
            ActionMessage message,
            String arn,
            @Nullable Instant muteEnd,
            Instant changed,
            Instant now)
            throws SQLException {
        try (var insert =
                tx.prepareStatement(
                        """
                        INSERT INTO alarms.action_outbox
                            (id, account, region, name, arn, subject, message, changed_ms, due_ms,
                             alarm_type, contributor, contributor_attributes, mute_end_ms)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                        """)) {
            insert.setObject(1, UUID.randomUUID());
            insert.setString(2, key.tenant().account());
            insert.setString(3, key.tenant().region());
            insert.setString(4, key.name());
            insert.setString(5, arn);
            insert.setString(6, message.subject());
            insert.setString(7, message.text());
            insert.setLong(8, changed.toEpochMilli());
            insert.setLong(9, now.toEpochMilli());
            insert.setString(10, type.toString());
            ContributorColumns.set(insert, 11, contributor);
            if (muteEnd == null) {
                insert.setNull(13, Types.BIGINT);
            } else {
                insert.setLong(13, muteEnd.toEpochMilli());
            }
            insert.executeUpdate();
        }
    }

    void addEvent(AlarmEvent event) throws SQLException {
        try (var insert =
                tx.prepareStatement(
                        """
                        INSERT INTO alarms.event_outbox
                            (id, account, region, name, detail_type, detail, at_ms)
                        VALUES (?, ?, ?, ?, ?, ?, ?)
                        """)) {
            insert.setObject(1, UUID.randomUUID());
            insert.setString(2, event.alarm().tenant().account());
            insert.setString(3, event.alarm().tenant().region());
            insert.setString(4, event.alarm().name());
            insert.setString(5, event.detailType());
            insert.setString(6, event.detail());
            insert.setLong(7, event.at().toEpochMilli());
            insert.executeUpdate();
        }
    }
}
