package io.pharos.alarms.ledger.pg;

import io.pharos.alarms.alarm.AlarmKey;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

/// Table `alarms.alarm_change`. Every method works on the caller's transaction.
final class ChangeRows {
    private final Connection tx;

    ChangeRows(Connection tx) {
        this.tx = tx;
    }

    void add(AlarmKey key, Instant now) throws SQLException {
        try (var insert =
                tx.prepareStatement(
                        """
                        INSERT INTO alarms.alarm_change (at_ms, account, region, name)
                        VALUES (?, ?, ?, ?)
                        """)) {
            insert.setLong(1, now.toEpochMilli());
            insert.setString(2, key.tenant().account());
            insert.setString(3, key.tenant().region());
            insert.setString(4, key.name());
            insert.executeUpdate();
        }
    }

    /// The oldest transaction still running: all before it have ended, so that their changes are seen
    /// or will never be.
    long horizon() throws SQLException {
        try (var select =
                        tx.prepareStatement(
                                "SELECT pg_snapshot_xmin(pg_current_snapshot())::text");
                var row = select.executeQuery()) {
            row.next();
            return Long.parseLong(row.getString(1));
        }
    }

    /// Alarms changed by transactions from `horizon` on that are committed by now.
    List<AlarmKey> since(long horizon) throws SQLException {
        try (var select =
                tx.prepareStatement(
                        """
                        SELECT DISTINCT account, region, name FROM alarms.alarm_change
                        WHERE transaction >= ?::text::xid8
                        """)) {
            select.setString(1, Long.toString(horizon));
            return KeyColumns.keys(select);
        }
    }
}
