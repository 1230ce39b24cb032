package io.pharos.alarms.ledger.pg;

import static io.pharos.alarms.ledger.pg.KeyColumns.setKey;

import io.pharos.alarms.alarm.AlarmKey;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatch.model.StateValue;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Table `alarms.suppression`: composite alarms whose actions are held back. Every method works on the
/// caller's transaction.
final class SuppressionRows {
    private final Connection tx;

    SuppressionRows(Connection tx) {
        this.tx = tx;
    }

    /// @param former the state that the alarm left when it began
    /// @param until when it ends by itself; null while the suppressor is in ALARM
    record Held(StateValue former, @Nullable Instant until) {}

    Optional<Held> find(AlarmKey key) throws SQLException {
        try (var select =
                tx.prepareStatement(
                        """
                        SELECT former_state, due_ms FROM alarms.suppression
                        WHERE account = ? AND region = ? AND name = ?
                        """)) {
            setKey(select, key);
            try (var row = select.executeQuery()) {
                if (!row.next()) {
                    return Optional.empty();
                }
                var former = StateValue.fromValue(row.getString(1));
                var dueMs = row.getLong(2);
                return Optional.of(
                        new Held(former, row.wasNull() ? null : Instant.ofEpochMilli(dueMs)));
            }
        }
    }

    void put(AlarmKey key, Held held) throws SQLException {
        try (var upsert =
                tx.prepareStatement(
                        """
                        INSERT INTO alarms.suppression (account, region, name, former_state, due_ms)
                        VALUES (?, ?, ?, ?, ?)
                        ON CONFLICT (account, region, name) DO UPDATE
                        SET former_state = excluded.former_state, due_ms = excluded.due_ms
                        """)) {
            setKey(upsert, key);
            upsert.setString(4, held.former().toString());
            if (held.until() == null) {
                upsert.setNull(5, Types.BIGINT);
            } else {
                upsert.setLong(5, held.until().toEpochMilli());
            }
            upsert.executeUpdate();
        }
    }

    void remove(AlarmKey key) throws SQLException {
        try (var delete =
                tx.prepareStatement(
                        """
                        DELETE FROM alarms.suppression
                        WHERE account = ? AND region = ? AND name = ?
                        """)) {
            setKey(delete, key);
            delete.executeUpdate();
        }
    }

    /// Those that have run out by `now`, the longest first.
    List<AlarmKey> due(Instant now, int limit) throws SQLException {
        try (var select =
                tx.prepareStatement(
                        """
                        SELECT account, region, name FROM alarms.suppression
                        WHERE due_ms <= ? ORDER BY due_ms LIMIT ?
                        """)) {
            select.setLong(1, now.toEpochMilli());
            select.setInt(2, limit);
            return KeyColumns.keys(select);
        }
    }
}
