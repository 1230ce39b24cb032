package io.pharos.logs.anomaly.pg;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.pharos.kit.Database;
import io.pharos.logs.anomaly.Anomaly;
import io.pharos.logs.anomaly.Anomaly.PatternToken;
import io.pharos.logs.anomaly.Window;
import io.pharos.logs.cluster.Finding;
import io.pharos.logs.config.Logs;
import io.pharos.wire.Tenant;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/// Anomalies in `logs.anomaly`, and what was said about their patterns.
@Singleton
public final class PgAnomalies {
    /// Anomalies that are kept of one detector; older ones go.
    static final int MAX = 1_000;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String COLUMNS =
            """
            a.id, a.detector_id, d.group_name, a.pattern_id, a.priority, a.description, a.first_ms,
                a.last_ms, a.is_active, a.is_baseline, a.suppressed_ms, a.suppressed_until_ms,
                a.is_pattern_suppressed, a.detail
            """;

    private final Database database;

    public PgAnomalies(@Logs Database database) {
        this.database = database;
    }

    /// The newest ones first.
    ///
    /// @param detector null: of any
    /// @param suppressed null: whether or not
    public List<Anomaly> list(
            Tenant tenant,
            @Nullable UUID detector,
            @Nullable Boolean suppressed,
            long nowMs,
            long beforeMs,
            UUID before,
            int limit) {
        var sql =
                "SELECT "
                        + COLUMNS
                        + """
                         FROM logs.anomaly a JOIN logs.anomaly_detector d ON d.id = a.detector_id
                        WHERE d.account = ? AND d.region = ? AND (? OR d.id = ?)
                            AND (? OR (a.suppressed_ms IS NOT NULL
                                AND (a.suppressed_until_ms IS NULL OR a.suppressed_until_ms > ?)) = ?)
                            AND (a.first_ms, a.id) < (?, ?)
                        ORDER BY a.first_ms DESC, a.id DESC LIMIT ?
                        """;
        return database.read(connection -> {
            try (var select = connection.prepareStatement(sql)) {
                select.setString(1, tenant.account());
                select.setString(2, tenant.region());
                select.setBoolean(3, detector == null);
                select.setObject(4, detector == null ? new UUID(0, 0) : detector);
                select.setBoolean(5, suppressed == null);
                select.setLong(6, nowMs);
                select.setBoolean(7, Boolean.TRUE.equals(suppressed));
                select.setLong(8, beforeMs);
                select.setObject(9, before);
                select.setInt(10, limit);
                return anomalies(select);
            }
        });
    }

    /// Those of a detector that last, by their patterns.
    public static Map<String, Anomaly> active(Connection tx, UUID detector) throws SQLException {
        var sql =
                "SELECT "
                        + COLUMNS
                        + """
                         FROM logs.anomaly a JOIN logs.anomaly_detector d ON d.id = a.detector_id
                        WHERE a.detector_id = ? AND a.is_active
                        """;
        var active = new TreeMap<String, Anomaly>();
        try (var select = tx.prepareStatement(sql)) {
            select.setObject(1, detector);
            for (var anomaly : anomalies(select)) {
                active.put(anomaly.patternId(), anomaly);
            }
        }
        return active;
    }

    /// As it is now; what was said about its pattern holds for a new one, too.
    public static void put(Connection tx, Anomaly anomaly) throws SQLException {
        var sql =
                """
                INSERT INTO logs.anomaly (id, detector_id, pattern_id, priority, description, first_ms,
                    last_ms, is_active, detail, suppressed_ms, suppressed_until_ms,
                    is_pattern_suppressed, is_baseline)
                SELECT n.id, n.detector_id, n.pattern_id, n.priority, n.description, n.first_ms,
                    n.last_ms, n.is_active, n.detail, p.suppressed_ms, p.suppressed_until_ms,
                    p.suppressed_ms IS NOT NULL, coalesce(p.is_baseline, false)
                FROM (SELECT ?::uuid id, ?::uuid detector_id, ? pattern_id, ? priority, ? description,
                    ?::bigint first_ms, ?::bigint last_ms, ?::boolean is_active, ?::jsonb detail) n
                LEFT JOIN logs.anomaly_pattern p USING (detector_id, pattern_id)
                ON CONFLICT (id) DO UPDATE SET last_ms = excluded.last_ms,
                    is_active = excluded.is_active, detail = excluded.detail
                """;
        try (var insert = tx.prepareStatement(sql)) {
            insert.setObject(1, anomaly.id());
            insert.setObject(2, anomaly.detector());
            insert.setString(3, anomaly.patternId());
            insert.setString(4, anomaly.priority().name());
            insert.setString(5, anomaly.description());
            insert.setLong(6, anomaly.firstMs());
            insert.setLong(7, anomaly.lastMs());
            insert.setBoolean(8, anomaly.isActive());
            insert.setString(9, detail(anomaly));
            insert.executeUpdate();
        }
    }

    /// What is older than it is visible is taken for usual; what is too much is removed.
    public static void tidy(Connection tx, UUID detector, long visibleFromMs) throws SQLException {
        try (var baseline =
                        tx.prepareStatement(
                                "UPDATE logs.anomaly SET is_baseline = true, is_active = false"
                                        + " WHERE detector_id = ? AND last_ms < ? AND NOT"
                                        + " is_baseline");
                var delete =
                        tx.prepareStatement(
                                """
                                DELETE FROM logs.anomaly WHERE id IN (SELECT id FROM logs.anomaly
                                    WHERE detector_id = ? ORDER BY first_ms DESC, id DESC OFFSET ?)
                                """)) {
            baseline.setObject(1, detector);
            baseline.setLong(2, visibleFromMs);
            baseline.executeUpdate();
            delete.setObject(1, detector);
            delete.setInt(2, MAX);
            delete.executeUpdate();
        }
    }

    /// What is to become of an anomaly, or of a pattern.
    ///
    /// @param suppressedMs null: it is shown again
    public record Change(@Nullable Long suppressedMs, @Nullable Long untilMs, boolean isBaseline) {}

    /// Whether there is one.
    public boolean change(UUID detector, UUID anomaly, Change change) {
        return database.inTransaction(tx -> {
            var sql =
                    """
                    UPDATE logs.anomaly SET suppressed_ms = ?, suppressed_until_ms = ?,
                        is_pattern_suppressed = false, is_baseline = ?
                    WHERE detector_id = ? AND id = ?
                    """;
            try (var update = tx.prepareStatement(sql)) {
                set(update, 1, change);
                update.setObject(4, detector);
                update.setObject(5, anomaly);
                return update.executeUpdate() > 0;
            }
        });
    }

    /// All anomalies of a pattern, and those to come; false: there is none.
    public boolean changePattern(UUID detector, String pattern, Change change) {
        return database.inTransaction(tx -> {
            var sql =
                    """
                    UPDATE logs.anomaly SET suppressed_ms = ?, suppressed_until_ms = ?,
                        is_baseline = ?, is_pattern_suppressed = suppressed_now
                    FROM (SELECT ?::boolean suppressed_now) s
                    WHERE detector_id = ? AND pattern_id = ?
                    """;
            try (var update = tx.prepareStatement(sql)) {
                set(update, 1, change);
                update.setBoolean(4, change.suppressedMs() != null);
                update.setObject(5, detector);
                update.setString(6, pattern);
                if (update.executeUpdate() == 0) {
                    return false;
                }
            }
            var keep =
                    """
                    INSERT INTO logs.anomaly_pattern (suppressed_ms, suppressed_until_ms,
                        is_baseline, detector_id, pattern_id) VALUES (?, ?, ?, ?, ?)
                    ON CONFLICT (detector_id, pattern_id) DO UPDATE
                    SET suppressed_ms = excluded.suppressed_ms,
                        suppressed_until_ms = excluded.suppressed_until_ms,
                        is_baseline = excluded.is_baseline
                    """;
            try (var insert = tx.prepareStatement(keep)) {
                set(insert, 1, change);
                insert.setObject(4, detector);
                insert.setString(5, pattern);
                insert.executeUpdate();
            }
            return true;
        });
    }

    private static void set(PreparedStatement statement, int first, Change change)
            throws SQLException {
        statement.setObject(first, change.suppressedMs(), Types.BIGINT);
        statement.setObject(first + 1, change.untilMs(), Types.BIGINT);
        statement.setBoolean(first + 2, change.isBaseline());
    }

    private static List<Anomaly> anomalies(PreparedStatement select) throws SQLException {
        var found = new ArrayList<Anomaly>();
        try (var rows = select.executeQuery()) {
            while (rows.next()) {
                found.add(anomaly(rows));
            }
        }
        return found;
    }

    private static Anomaly anomaly(ResultSet row) throws SQLException {
        try {
            var detail = JSON.readTree(row.getString("detail"));
            var histogram = new TreeMap<Long, Long>();
            detail.path("histogram")
                    .properties()
                    .forEach(bin ->
                            histogram.put(Long.valueOf(bin.getKey()), bin.getValue().asLong()));
            var samples = new ArrayList<Window.Sample>();
            for (JsonNode sample : detail.path("samples")) {
                samples.add(
                        new Window.Sample(sample.path("t").asLong(), sample.path("m").asText()));
            }
            var tokens = new ArrayList<PatternToken>();
            for (JsonNode token : detail.path("tokens")) {
                var values = new TreeMap<String, Long>();
                token.path("values")
                        .properties()
                        .forEach(value -> values.put(value.getKey(), value.getValue().asLong()));
                tokens.add(
                        new PatternToken(
                                token.path("place").asInt(),
                                token.path("text").asText(),
                                token.path("kind").asText(),
                                values));
            }
            return new Anomaly(
                    row.getObject("id", UUID.class),
                    row.getObject("detector_id", UUID.class),
                    row.getString("group_name"),
                    row.getString("pattern_id"),
                    detail.path("pattern").asText(),
                    detail.path("regex").asText(),
                    Finding.Priority.valueOf(row.getString("priority")),
                    row.getString("description"),
                    row.getLong("first_ms"),
                    row.getLong("last_ms"),
                    row.getBoolean("is_active"),
                    histogram,
                    samples,
                    tokens,
                    row.getObject("suppressed_ms", Long.class),
                    row.getObject("suppressed_until_ms", Long.class),
                    row.getBoolean("is_pattern_suppressed"),
                    row.getBoolean("is_baseline"));
        } catch (JsonProcessingException damaged) {
            throw new IllegalStateException(damaged);
        }
    }

    /// JSON that PostgreSQL takes: it has no text with a NUL.
    private static String detail(Anomaly anomaly) {
        var root = JSON.createObjectNode();
        root.put("pattern", anomaly.pattern().replace('\0', ' '));
        root.put("regex", anomaly.regex().replace('\0', ' '));
        var histogram = root.putObject("histogram");
        anomaly.histogram().forEach((time, count) -> histogram.put(time.toString(), count));
        var samples = root.putArray("samples");
        anomaly.samples()
                .forEach(sample ->
                        samples.addObject()
                                .put("t", sample.timestampMs())
                                .put("m", sample.message().replace('\0', ' ')));
        var tokens = root.putArray("tokens");
        for (var token : anomaly.tokens()) {
            var node =
                    tokens.addObject()
                            .put("place", token.place())
                            .put("text", token.text().replace('\0', ' '))
                            .put("kind", token.kind());
            var values = node.putObject("values");
            token.values().forEach((value, count) -> values.put(value.replace('\0', ' '), count));
        }
        return root.toString();
    }
}
