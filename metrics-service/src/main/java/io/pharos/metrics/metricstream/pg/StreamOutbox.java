package io.pharos.metrics.metricstream.pg;

import io.pharos.kit.Database;
import io.pharos.metrics.config.Metrics;
import io.pharos.metrics.metricstream.MetricStream;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Table `metrics.stream_outbox`: records on their way, at least once each.
@Singleton
public final class StreamOutbox {
    static final int MAX_TURN = 64;
    static final Duration KEPT = Duration.ofHours(24);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

    private final Database database;

    @Inject
    public StreamOutbox(@Metrics Database database) {
        this.database = database;
    }

    /// One record on its way.
    public record Outgoing(long id, String destination, byte[] body, long madeMs, int attempts) {}

    /// What became of a record.
    public enum Outcome {
        /// Acknowledged, or nobody is there to take it.
        DONE,
        /// To be tried again.
        FAILED
    }

    /// Sends the records of one destination.
    @FunctionalInterface
    public interface Sender {
        /// @return in the order of the records
        List<Outcome> send(String destination, List<Outgoing> records);
    }

    static void add(Connection tx, MetricStream stream, List<byte[]> records, long nowMs)
            throws SQLException {
        try (var insert =
                tx.prepareStatement(
                        """
                        INSERT INTO metrics.stream_outbox
                            (account, region, name, destination, body, made_ms, next_try_ms, attempts)
                        VALUES (?, ?, ?, ?, ?, ?, ?, 0)
                        """)) {
            for (var record : records) {
                insert.setString(1, stream.tenant().account());
                insert.setString(2, stream.tenant().region());
                insert.setString(3, stream.name());
                insert.setString(4, stream.definition().firehoseArn());
                insert.setBytes(5, record);
                insert.setLong(6, nowMs);
                insert.setLong(7, nowMs);
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    /// Sends what is due. What was sent goes in the transaction that held it, so a crash sends it
    /// again; what failed waits longer each time and is given up after a day.
    ///
    /// @return how many went
    public int relay(Sender sender, long nowMs) {
        return database.inTransaction(tx -> {
            var due = due(tx, nowMs);
            var done = new ArrayList<Long>();
            for (var group : due.entrySet()) {
                var records = group.getValue();
                var outcomes = sender.send(group.getKey(), records);
                for (var i = 0; i < records.size(); i++) {
                    var record = records.get(i);
                    var isOld = record.madeMs() + KEPT.toMillis() <= nowMs;
                    if (outcomes.get(i) == Outcome.DONE || isOld) {
                        done.add(record.id());
                    } else {
                        postpone(tx, record, nowMs);
                    }
                }
            }
            try (var delete =
                    tx.prepareStatement("DELETE FROM metrics.stream_outbox WHERE id = ANY (?)")) {
                delete.setArray(1, tx.createArrayOf("bigint", done.toArray()));
                delete.executeUpdate();
            }
            return done.size();
        });
    }

    /// Whether another turn may find more at once.
    public static boolean isFull(int sent) {
        return sent == MAX_TURN;
    }

    private static Map<String, List<Outgoing>> due(Connection tx, long nowMs) throws SQLException {
        var due = new TreeMap<String, List<Outgoing>>();
        try (var select =
                tx.prepareStatement(
                        """
                        SELECT id, destination, body, made_ms, attempts FROM metrics.stream_outbox
                        WHERE next_try_ms <= ? ORDER BY next_try_ms, id LIMIT ?
                        FOR UPDATE SKIP LOCKED
                        """)) {
            select.setLong(1, nowMs);
            select.setInt(2, MAX_TURN);
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    due.computeIfAbsent(row.getString(2), _ -> new ArrayList<>())
                            .add(
                                    new Outgoing(
                                            row.getLong(1),
                                            row.getString(2),
                                            row.getBytes(3),
                                            row.getLong(4),
                                            row.getInt(5)));
                }
            }
        }
        return due;
    }

    private static void postpone(Connection tx, Outgoing record, long nowMs) throws SQLException {
        var pauseMs = Math.min(LONGEST_PAUSE.toMillis(), 1_000L << Math.min(record.attempts(), 20));
        try (var update =
                tx.prepareStatement(
                        """
                        UPDATE metrics.stream_outbox SET next_try_ms = ?, attempts = attempts + 1
                        WHERE id = ?
                        """)) {
            update.setLong(1, nowMs + pauseMs);
            update.setLong(2, record.id());
            update.executeUpdate();
        }
    }
}
