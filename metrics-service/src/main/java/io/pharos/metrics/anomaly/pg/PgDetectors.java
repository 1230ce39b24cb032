package io.pharos.metrics.anomaly.pg;

import io.pharos.kit.Database;
import io.pharos.metric.Dimensions;
import io.pharos.metrics.anomaly.Detector;
import io.pharos.metrics.anomaly.SeasonalModel;
import io.pharos.metrics.config.Metrics;
import io.pharos.metrics.query.BandSubject;
import io.pharos.wire.Tenant;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Tables `metrics.anomaly_detector` and `metrics.anomaly_model`.
@Singleton
public final class PgDetectors {
    private static final long USE_NOTED_EVERY_MS = 3_600_000;

    private final Database database;

    @Inject
    public PgDetectors(@Metrics Database database) {
        this.database = database;
    }

    /// How far training is.
    public enum State {
        PENDING_TRAINING,
        TRAINED_INSUFFICIENT_DATA,
        TRAINED
    }

    /// One line of a list.
    public record Entry(long id, Detector detector, State state) {}

    /// What detectors are listed; null for all.
    public record Filter(
            boolean metrics,
            boolean math,
            @Nullable String namespace,
            @Nullable String metricName,
            @Nullable Dimensions dimensions) {}

    /// What is known of a subject in one period.
    ///
    /// @param model null: not trained, or too little data
    public record Learnt(long detector, boolean isWanted, byte @Nullable [] model, long usedMs) {}

    /// Makes it, or replaces its configuration and has it learn anew; what was learnt serves meanwhile.
    ///
    /// @return false when the tenant has as many as it may have: nothing happened
    public boolean put(Detector detector, long nowMs) {
        return database.inTransaction(tx -> {
            lock(tx, detector.tenant());
            var subject = DetectorForm.digest(detector.subject());
            var definition = DetectorForm.write(detector);
            try (var update =
                    tx.prepareStatement(
                            """
                            UPDATE metrics.anomaly_detector
                            SET definition = ?, generation = generation + 1
                            WHERE account = ? AND region = ? AND subject = ?
                            RETURNING id
                            """)) {
                update.setString(1, definition);
                setKey(update, 2, detector.tenant(), subject);
                try (var row = update.executeQuery()) {
                    if (row.next()) {
                        learnAnew(tx, row.getLong(1), nowMs);
                        return true;
                    }
                }
            }
            if (count(tx, detector.tenant()) >= Detector.MAX_DETECTORS) {
                return false;
            }
            want(tx, insert(tx, detector, subject, definition), detector.periodS(), nowMs);
            return true;
        });
    }

    /// One tenant's detectors are made one after the other, so that none is counted too late.
    private static void lock(Connection tx, Tenant tenant) throws SQLException {
        try (var lock =
                tx.prepareStatement("SELECT pg_advisory_xact_lock(hashtextextended(?, 70))")) {
            lock.setString(1, "anomaly detectors " + tenant.account() + " " + tenant.region());
            lock.execute();
        }
    }

    private static int count(Connection tx, Tenant tenant) throws SQLException {
        try (var select =
                tx.prepareStatement(
                        """
                        SELECT count(*) FROM metrics.anomaly_detector
                        WHERE account = ? AND region = ?
                        """)) {
            select.setString(1, tenant.account());
            select.setString(2, tenant.region());
            try (var row = select.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        }
    }

    private static long insert(Connection tx, Detector detector, byte[] subject, String definition)
            throws SQLException {
        try (var insert =
                tx.prepareStatement(
                        """
                        INSERT INTO metrics.anomaly_detector (account, region, subject, is_math,
                            namespace, metric_name, dimensions, definition, generation)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)
                        RETURNING id
                        """)) {
            setKey(insert, 1, detector.tenant(), subject);
            insert.setBoolean(4, detector.isMath());
            var series = detector.subject().metrics().getFirst().series();
            insert.setString(5, detector.isMath() ? null : series.namespace());
            insert.setString(6, detector.isMath() ? null : series.metricName());
            insert.setString(
                    7, detector.isMath() ? null : DetectorForm.dimensions(series.dimensions()));
            insert.setString(8, definition);
            try (var row = insert.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    private static void learnAnew(Connection tx, long detector, long nowMs) throws SQLException {
        try (var update =
                tx.prepareStatement(
                        """
                        UPDATE metrics.anomaly_model SET trained_ms = NULL, due_ms = ?
                        WHERE detector = ?
                        """)) {
            update.setLong(1, nowMs);
            update.setLong(2, detector);
            update.executeUpdate();
        }
    }

    /// Has a detector learn periods of another length, unless it learns too many.
    public void want(long detector, int periodS, long nowMs) {
        database.run(tx -> want(tx, detector, periodS, nowMs));
    }

    private static void want(Connection tx, long detector, int periodS, long nowMs)
            throws SQLException {
        try (var insert =
                tx.prepareStatement(
                        """
                        INSERT INTO metrics.anomaly_model (detector, period_s, due_ms, used_ms)
                        SELECT id, ?, ?, ? FROM metrics.anomaly_detector
                        WHERE id = ? AND ? > (SELECT count(*) FROM metrics.anomaly_model
                                              WHERE detector = ?)
                        ON CONFLICT DO NOTHING
                        """)) {
            insert.setInt(1, periodS);
            insert.setLong(2, nowMs);
            insert.setLong(3, nowMs);
            insert.setLong(4, detector);
            insert.setInt(5, Detector.MAX_PERIODS);
            insert.setLong(6, detector);
            insert.executeUpdate();
        }
    }

    /// Empty when there is no such detector.
    public Optional<Learnt> learnt(Tenant tenant, BandSubject subject, int periodS) {
        return database.read(connection -> {
            try (var select =
                    connection.prepareStatement(
                            """
                            SELECT d.id, m.detector IS NOT NULL, m.model, m.used_ms
                            FROM metrics.anomaly_detector d
                            LEFT JOIN metrics.anomaly_model m
                                ON m.detector = d.id AND m.period_s = ?
                            WHERE d.account = ? AND d.region = ? AND d.subject = ?
                            """)) {
                select.setInt(1, periodS);
                setKey(select, 2, tenant, DetectorForm.digest(subject));
                try (var row = select.executeQuery()) {
                    return row.next()
                            ? Optional.of(
                                    new Learnt(
                                            row.getLong(1),
                                            row.getBoolean(2),
                                            row.getBytes(3),
                                            row.getLong(4)))
                            : Optional.empty();
                }
            }
        });
    }

    /// Notes that a period is in use, now and then.
    public void used(Learnt learnt, int periodS, long nowMs) {
        if (nowMs - learnt.usedMs() < USE_NOTED_EVERY_MS) {
            return;
        }
        database.run(tx -> {
            try (var update =
                    tx.prepareStatement(
                            """
                            UPDATE metrics.anomaly_model SET used_ms = ?
                            WHERE detector = ? AND period_s = ?
                            """)) {
                update.setLong(1, nowMs);
                update.setLong(2, learnt.detector());
                update.setInt(3, periodS);
                update.executeUpdate();
            }
        });
    }

    /// In the order in which they were made, after one.
    public List<Entry> list(Tenant tenant, Filter filter, long after, int limit) {
        return database.read(connection -> {
            try (var select =
                    connection.prepareStatement(
                            """
                            SELECT d.id, d.definition,
                                (SELECT count(m.trained_ms) > 0 FROM metrics.anomaly_model m
                                 WHERE m.detector = d.id),
                                (SELECT count(m.model) > 0 FROM metrics.anomaly_model m
                                 WHERE m.detector = d.id)
                            FROM metrics.anomaly_detector d
                            WHERE d.account = ? AND d.region = ? AND d.id > ?
                                AND (d.is_math AND ? OR NOT d.is_math AND ?)
                                AND (?::text IS NULL OR d.namespace = ?)
                                AND (?::text IS NULL OR d.metric_name = ?)
                                AND (?::text IS NULL OR d.dimensions = ?)
                            ORDER BY d.id LIMIT ?
                            """)) {
                select.setString(1, tenant.account());
                select.setString(2, tenant.region());
                select.setLong(3, after);
                select.setBoolean(4, filter.math());
                select.setBoolean(5, filter.metrics());
                var dimensions =
                        filter.dimensions() == null
                                ? null
                                : DetectorForm.dimensions(filter.dimensions());
                for (var i = 0; i < 2; i++) {
                    select.setString(6 + i, filter.namespace());
                    select.setString(8 + i, filter.metricName());
                    select.setString(10 + i, dimensions);
                }
                select.setInt(12, limit);
                var entries = new ArrayList<Entry>();
                try (var row = select.executeQuery()) {
                    while (row.next()) {
                        entries.add(
                                new Entry(
                                        row.getLong(1),
                                        DetectorForm.read(tenant, row.getString(2)),
                                        state(row.getBoolean(3), row.getBoolean(4))));
                    }
                }
                return entries;
            }
        });
    }

    private static State state(boolean isTrained, boolean hasModel) {
        if (!isTrained) {
            return State.PENDING_TRAINING;
        }
        return hasModel ? State.TRAINED : State.TRAINED_INSUFFICIENT_DATA;
    }

    /// With all it learnt.
    ///
    /// @return false when there is none
    public boolean delete(Tenant tenant, BandSubject subject) {
        return database.inTransaction(tx -> {
            try (var delete =
                    tx.prepareStatement(
                            """
                            DELETE FROM metrics.anomaly_detector
                            WHERE account = ? AND region = ? AND subject = ?
                            """)) {
                setKey(delete, 1, tenant, DetectorForm.digest(subject));
                return delete.executeUpdate() > 0;
            }
        });
    }

    private static void setKey(PreparedStatement statement, int at, Tenant tenant, byte[] subject)
            throws SQLException {
        statement.setString(at, tenant.account());
        statement.setString(at + 1, tenant.region());
        statement.setBytes(at + 2, subject);
    }

    /// A model that is to be trained.
    public record Task(long detector, long generation, int periodS, Detector of) {}

    /// Takes what is due, for the length of a lease: replicas share the work, and what one leaves behind
    /// when it dies is due again.
    public List<Task> claim(long nowMs, long leaseMs, int limit) {
        return database.inTransaction(tx -> {
            try (var claim =
                    tx.prepareStatement(
                            """
                            UPDATE metrics.anomaly_model m SET due_ms = ?
                            FROM (SELECT detector, period_s FROM metrics.anomaly_model
                                  WHERE due_ms <= ? ORDER BY due_ms LIMIT ?
                                  FOR UPDATE SKIP LOCKED) due, metrics.anomaly_detector d
                            WHERE m.detector = due.detector AND m.period_s = due.period_s
                                AND d.id = m.detector
                            RETURNING m.detector, d.generation, m.period_s, d.account, d.region,
                                d.definition
                            """)) {
                claim.setLong(1, nowMs + leaseMs);
                claim.setLong(2, nowMs);
                claim.setInt(3, limit);
                var tasks = new ArrayList<Task>();
                try (var row = claim.executeQuery()) {
                    while (row.next()) {
                        tasks.add(
                                new Task(
                                        row.getLong(1),
                                        row.getLong(2),
                                        row.getInt(3),
                                        DetectorForm.read(
                                                new Tenant(row.getString(4), row.getString(5)),
                                                row.getString(6))));
                    }
                }
                return tasks;
            }
        });
    }

    /// Keeps what was learnt, unless the detector changed meanwhile.
    ///
    /// @param model null: there was too little to learn from
    public void trained(Task task, @Nullable SeasonalModel model, long nowMs, long dueMs) {
        database.run(tx -> {
            try (var update =
                    tx.prepareStatement(
                            """
                            UPDATE metrics.anomaly_model m
                            SET model = ?, trained_ms = ?, due_ms = ?
                            FROM metrics.anomaly_detector d
                            WHERE m.detector = ? AND m.period_s = ? AND d.id = m.detector
                                AND d.generation = ?
                            """)) {
                update.setBytes(1, model == null ? null : model.toBytes());
                update.setLong(2, nowMs);
                update.setLong(3, dueMs);
                update.setLong(4, task.detector());
                update.setInt(5, task.periodS());
                update.setLong(6, task.generation());
                update.executeUpdate();
            }
        });
    }

    /// Forgets periods that nobody asked for since a time, but for the first of each detector.
    public void forget(long beforeMs) {
        database.run(tx -> {
            try (var delete =
                    tx.prepareStatement(
                            """
                            DELETE FROM metrics.anomaly_model m USING metrics.anomaly_detector d
                            WHERE m.used_ms < ? AND d.id = m.detector
                                AND m.period_s <> (d.definition::json ->> 'Period')::integer
                            """)) {
                delete.setLong(1, beforeMs);
                delete.executeUpdate();
            }
        });
    }
}
