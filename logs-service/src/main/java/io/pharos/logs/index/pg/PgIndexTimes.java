package io.pharos.logs.index.pg;

import io.pharos.kit.Database;
import io.pharos.logs.config.Logs;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import java.util.Optional;

/// The times of the events that a group got under a field index policy, from its streams.
@Singleton
public final class PgIndexTimes {
    private static final String SQL =
            """
            SELECT min(first_event_ms), max(last_event_ms), max(last_ingestion_ms)
            FROM logs.log_stream WHERE group_id = ? AND last_ingestion_ms >= ?
            """;

    private final Database database;

    public PgIndexTimes(@Logs Database database) {
        this.database = database;
    }

    /// Of the events' own times the first and last, and when the last one came.
    public record Times(long firstEventMs, long lastEventMs, long lastReceivedMs) {}

    /// Null when no event has come since then.
    public @Nullable Times since(long groupId, long fromMs) {
        return database.<Optional<Times>>read(
                        connection -> {
                            try (var select = connection.prepareStatement(SQL)) {
                                select.setLong(1, groupId);
                                select.setLong(2, fromMs);
                                try (var row = select.executeQuery()) {
                                    row.next();
                                    var first = row.getLong(1);
                                    return row.wasNull()
                                            ? Optional.empty()
                                            : Optional.of(
                                                    new Times(
                                                            first, row.getLong(2), row.getLong(3)));
                                }
                            }
                        })
                .orElse(null);
    }
}
