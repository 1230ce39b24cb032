package io.pharos.logs.anomaly.pg;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.pharos.kit.Database;
import io.pharos.logs.LogsError;
import io.pharos.logs.anomaly.AnomalyDetector;
import io.pharos.logs.config.Logs;
import io.pharos.wire.Tenant;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatchlogs.model.AnomalyDetectorStatus;
import software.amazon.awssdk.services.cloudwatchlogs.model.EvaluationFrequency;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/// Detectors in `logs.anomaly_detector`.
@Singleton
public final class PgAnomalyDetectors {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<TreeMap<String, String>> TAGS = new TypeReference<>() {};
    private static final int MAX_TAGS = 50;
    private static final String COLUMNS =
            """
            id, account, region, name, group_name, frequency, filter_pattern, visible_days, status,
                created_ms, modified_ms, judged_ms, tags
            """;
    private static final String BY_ID = " WHERE id = ? AND account = ? AND region = ?";

    private final Database database;

    public PgAnomalyDetectors(@Logs Database database) {
        this.database = database;
    }

    /// @throws software.amazon.awssdk.services.cloudwatchlogs.model.LimitExceededException when the
    ///     tenant has too many
    public void create(AnomalyDetector detector) {
        var sql =
                """
                INSERT INTO logs.anomaly_detector (id, account, region, name, group_name, frequency,
                    filter_pattern, visible_days, status, created_ms, modified_ms, judged_ms, tags)
                SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb
                WHERE (SELECT count(*) FROM logs.anomaly_detector
                    WHERE account = ? AND region = ?) < ?
                """;
        database.run(tx -> {
            try (var insert = tx.prepareStatement(sql)) {
                insert.setObject(1, detector.id());
                insert.setString(2, detector.tenant().account());
                insert.setString(3, detector.tenant().region());
                insert.setString(4, detector.name());
                insert.setString(5, detector.group());
                insert.setString(6, detector.frequency().toString());
                insert.setString(7, detector.filterPattern());
                insert.setInt(8, detector.visibleDays());
                insert.setString(9, detector.status().toString());
                insert.setLong(10, detector.createdMs());
                insert.setLong(11, detector.modifiedMs());
                insert.setLong(12, detector.judgedMs());
                insert.setString(13, json(detector.tags()));
                insert.setString(14, detector.tenant().account());
                insert.setString(15, detector.tenant().region());
                insert.setInt(16, AnomalyDetector.MAX);
                if (insert.executeUpdate() == 0) {
                    throw LogsError.limitExceeded();
                }
            }
        });
    }

    public Optional<AnomalyDetector> find(Tenant tenant, UUID id) {
        return database.read(connection -> {
            var sql = "SELECT " + COLUMNS + " FROM logs.anomaly_detector" + BY_ID;
            try (var select = connection.prepareStatement(sql)) {
                select.setObject(1, id);
                select.setString(2, tenant.account());
                select.setString(3, tenant.region());
                try (var rows = select.executeQuery()) {
                    return rows.next() ? Optional.of(detector(rows)) : Optional.empty();
                }
            }
        });
    }

    /// The oldest ones first.
    ///
    /// @param group null: of any
    public List<AnomalyDetector> list(
            Tenant tenant, @Nullable String group, long afterMs, UUID after, int limit) {
        var sql =
                "SELECT "
                        + COLUMNS
                        + """
                         FROM logs.anomaly_detector WHERE account = ? AND region = ?
                            AND (? OR group_name = ?) AND (created_ms, id) > (?, ?)
                        ORDER BY created_ms, id LIMIT ?
                        """;
        return database.read(connection -> {
            try (var select = connection.prepareStatement(sql)) {
                select.setString(1, tenant.account());
                select.setString(2, tenant.region());
                select.setBoolean(3, group == null);
                select.setString(4, group == null ? "" : group);
                select.setLong(5, afterMs);
                select.setObject(6, after);
                select.setInt(7, limit);
                var found = new ArrayList<AnomalyDetector>();
                try (var rows = select.executeQuery()) {
                    while (rows.next()) {
                        found.add(detector(rows));
                    }
                }
                return found;
            }
        });
    }

    /// Replaces what an update may change; false: there is none.
    public boolean update(AnomalyDetector detector) {
        var sql =
                """
                UPDATE logs.anomaly_detector SET frequency = ?, filter_pattern = ?, visible_days = ?,
                    status = ?, modified_ms = ?, judged_ms = ?, tags = ?::jsonb
                """
                        + BY_ID;
        return database.inTransaction(tx -> {
            try (var update = tx.prepareStatement(sql)) {
                update.setString(1, detector.frequency().toString());
                update.setString(2, detector.filterPattern());
                update.setInt(3, detector.visibleDays());
                update.setString(4, detector.status().toString());
                update.setLong(5, detector.modifiedMs());
                update.setLong(6, detector.judgedMs());
                update.setString(7, json(detector.tags()));
                update.setObject(8, detector.id());
                update.setString(9, detector.tenant().account());
                update.setString(10, detector.tenant().region());
                return update.executeUpdate() > 0;
            }
        });
    }

    /// Whether there was one.
    public boolean delete(Tenant tenant, UUID id) {
        return database.inTransaction(tx -> {
            try (var delete = tx.prepareStatement("DELETE FROM logs.anomaly_detector" + BY_ID)) {
                delete.setObject(1, id);
                delete.setString(2, tenant.account());
                delete.setString(3, tenant.region());
                return delete.executeUpdate() > 0;
            }
        });
    }

    /// Adds tags; empty: there is no such detector, false: there would be too many.
    Optional<Boolean> tag(Tenant tenant, UUID id, Map<String, String> tags) {
        return find(tenant, id)
                .map(known -> {
                    var all = new TreeMap<>(known.tags());
                    all.putAll(tags);
                    return all.size() <= MAX_TAGS && setTags(id, all);
                });
    }

    /// False: there is no such detector.
    boolean untag(Tenant tenant, UUID id, Collection<String> keys) {
        var known = find(tenant, id).orElse(null);
        if (known == null) {
            return false;
        }
        var left = new TreeMap<>(known.tags());
        left.keySet().removeAll(keys);
        return setTags(id, left);
    }

    private boolean setTags(UUID id, Map<String, String> tags) {
        return database.inTransaction(tx -> {
            try (var update =
                    tx.prepareStatement(
                            "UPDATE logs.anomaly_detector SET tags = ?::jsonb WHERE id = ?")) {
                update.setString(1, json(tags));
                update.setObject(2, id);
                return update.executeUpdate() > 0;
            }
        });
    }

    /// A detector that is due, held by the transaction: no other process has it meanwhile.
    ///
    /// @param model null: nothing was learnt yet
    public record Due(AnomalyDetector detector, byte @Nullable [] model) {}

    /// The one that waits longest; null: none is due.
    public static @Nullable Due due(Connection tx, long nowMs) throws SQLException {
        var sql =
                "SELECT "
                        + COLUMNS
                        + """
                        , model FROM logs.anomaly_detector
                        WHERE status IN ('INITIALIZING', 'TRAINING')
                            OR (status = 'ANALYZING' AND judged_ms + ? + CASE frequency
                                WHEN 'ONE_MIN' THEN 60000 WHEN 'TEN_MIN' THEN 600000
                                WHEN 'FIFTEEN_MIN' THEN 900000 WHEN 'THIRTY_MIN' THEN 1800000
                                WHEN 'ONE_HOUR' THEN 3600000 ELSE 300000 END <= ?)
                        ORDER BY judged_ms LIMIT 1 FOR UPDATE SKIP LOCKED
                        """;
        try (var select = tx.prepareStatement(sql)) {
            select.setLong(1, AnomalyDetector.SETTLE.toMillis());
            select.setLong(2, nowMs);
            try (var rows = select.executeQuery()) {
                return rows.next() ? new Due(detector(rows), rows.getBytes("model")) : null;
            }
        }
    }

    /// What was learnt.
    public static void learnt(
            Connection tx, UUID id, AnomalyDetectorStatus status, long judgedMs, byte[] model)
            throws SQLException {
        try (var update =
                tx.prepareStatement(
                        "UPDATE logs.anomaly_detector SET status = ?, judged_ms = ?, model = ?"
                                + " WHERE id = ?")) {
            update.setString(1, status.toString());
            update.setLong(2, judgedMs);
            update.setBytes(3, model);
            update.setObject(4, id);
            update.executeUpdate();
        }
    }

    /// It can not go on.
    public static void fail(Connection tx, UUID id) throws SQLException {
        try (var update =
                tx.prepareStatement(
                        "UPDATE logs.anomaly_detector SET status = 'FAILED' WHERE id = ?")) {
            update.setObject(1, id);
            update.executeUpdate();
        }
    }

    private static AnomalyDetector detector(ResultSet row) throws SQLException {
        try {
            return new AnomalyDetector(
                    row.getObject("id", UUID.class),
                    new Tenant(row.getString("account"), row.getString("region")),
                    row.getString("name"),
                    row.getString("group_name"),
                    EvaluationFrequency.fromValue(row.getString("frequency")),
                    row.getString("filter_pattern"),
                    row.getInt("visible_days"),
                    AnomalyDetectorStatus.fromValue(row.getString("status")),
                    row.getLong("created_ms"),
                    row.getLong("modified_ms"),
                    row.getLong("judged_ms"),
                    JSON.readValue(row.getString("tags"), TAGS));
        } catch (JsonProcessingException damaged) {
            throw new IllegalStateException(damaged);
        }
    }

    private static String json(Map<String, String> tags) {
        try {
            return JSON.writeValueAsString(tags);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
