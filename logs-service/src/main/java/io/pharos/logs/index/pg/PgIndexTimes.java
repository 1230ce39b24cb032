package io.pharos.logs.index.pg;

import io.pharos.kit.Database;
import io.pharos.logs.config.Logs;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import java.util.Optional;

/// The times of the events that have indexed fields, in `logs.field_index_time`.
@Singleton
public final class PgIndexTimes {
    private static final String NOTE =
            """
            INSERT INTO logs.field_index_time AS t
                (group_id, field, since_ms, partition, first_event_ms, last_event_ms, scanned_ms)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (group_id, field, since_ms, partition) DO UPDATE SET
                first_event_ms = least(t.first_event_ms, excluded.first_event_ms),
                last_event_ms = greatest(t.last_event_ms, excluded.last_event_ms),
                scanned_ms = greatest(t.scanned_ms, excluded.scanned_ms)
            """;

    private static final String SQL =
            """
            SELECT min(first_event_ms), max(last_event_ms), max(scanned_ms)
            FROM logs.field_index_time WHERE group_id = ? AND field = ? AND since_ms = ?
            """;

    private final Database database;

    public PgIndexTimes(@Logs Database database) {
        this.database = database;
    }

    /// Of the events' own times the first and last, null when none had the field; and when one came last.
    public record Times(@Nullable Long firstEventMs, @Nullable Long lastEventMs, long scannedMs) {}

    /// What some events say of a field.
    ///
    /// @param sinceMs since when it is indexed
    /// @param firstEventMs null: none has it
    public record Seen(
            String field, long sinceMs, @Nullable Long firstEventMs, @Nullable Long lastEventMs) {}

    /// Adds what some events say, in the transaction of their arrival.
    public static void note(
            Connection tx, long groupId, int partition, List<Seen> seen, long scannedMs)
            throws SQLException {
        try (var upsert = tx.prepareStatement(NOTE)) {
            for (var one : seen) {
                upsert.setLong(1, groupId);
                upsert.setString(2, one.field());
                upsert.setLong(3, one.sinceMs());
                upsert.setInt(4, partition);
                upsert.setObject(5, one.firstEventMs(), Types.BIGINT);
                upsert.setObject(6, one.lastEventMs(), Types.BIGINT);
                upsert.setLong(7, scannedMs);
                upsert.addBatch();
            }
            upsert.executeBatch();
        }
    }

    /// Null when no event has come since then.
    public @Nullable Times since(long groupId, String field, long sinceMs) {
        return database.<Optional<Times>>read(
                        connection -> {
                            try (var select = connection.prepareStatement(SQL)) {
                                select.setLong(1, groupId);
                                select.setString(2, field);
                                select.setLong(3, sinceMs);
                                try (var row = select.executeQuery()) {
                                    row.next();
                                    var scanned = nullable(row, 3);
                                    return scanned == null
                                            ? Optional.empty()
                                            : Optional.of(
                                                    new Times(
                                                            nullable(row, 1),
                                                            nullable(row, 2),
                                                            scanned));
                                }
                            }
                        })
                .orElse(null);
    }

    private static @Nullable Long nullable(ResultSet row, int column) throws SQLException {
        var value = row.getLong(column);
        return row.wasNull() ? null : value;
    }
}
