package io.pharos.logs.metricfilter.pg;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.pharos.kit.Database;
import io.pharos.logs.LogsError;
import io.pharos.logs.config.Logs;
import io.pharos.logs.filter.pg.FilterChanges;
import io.pharos.logs.group.pg.PgLogGroups;
import io.pharos.logs.metricfilter.MetricFilter;
import io.pharos.logs.metricfilter.MetricFilterRules;
import io.pharos.logs.pattern.FilterPattern;
import io.pharos.wire.Tenant;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatchlogs.model.MetricTransformation;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/// Metric filters in `logs.metric_filter`.
@Singleton
public final class PgMetricFilters {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<LinkedHashMap<String, String>> DIMENSIONS =
            new TypeReference<>() {};

    private static final String UPSERT =
            """
            INSERT INTO logs.metric_filter (group_id, name, pattern, metric_name, metric_namespace,
                metric_value, default_value, unit, dimensions, system_dimensions, regexes, created_ms,
                on_transformed, field_selection)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?::json, ?, ?, ?, ?, ?)
            ON CONFLICT (group_id, name) DO UPDATE SET
                pattern = excluded.pattern,
                metric_name = excluded.metric_name,
                metric_namespace = excluded.metric_namespace,
                metric_value = excluded.metric_value,
                default_value = excluded.default_value,
                unit = excluded.unit,
                dimensions = excluded.dimensions,
                system_dimensions = excluded.system_dimensions,
                regexes = excluded.regexes,
                on_transformed = excluded.on_transformed,
                field_selection = excluded.field_selection
            """;

    private static final String OTHERS =
            "SELECT count(*) FROM logs.metric_filter WHERE group_id = ? AND name <> ?";

    private static final String DELETE =
            "DELETE FROM logs.metric_filter WHERE group_id = ? AND name = ?";

    private static final String OF_GROUP =
            "SELECT f.* FROM logs.metric_filter f WHERE f.group_id = ? ORDER BY f.name";

    /// All filters of a tenant are few; by group the primary key serves, by metric its index.
    private static final String PAGE =
            """
            SELECT f.*, g.name AS group_name
            FROM logs.metric_filter f JOIN logs.log_group g ON g.id = f.group_id
            WHERE g.account = ? AND g.region = ?
                AND (?::text IS NULL OR g.name = ?)
                AND (?::text IS NULL OR starts_with(f.name, ?))
                AND (?::text IS NULL OR (f.metric_name = ? AND f.metric_namespace = ?))
                AND (f.name, g.name) > (?, ?)
            ORDER BY f.name, g.name LIMIT ?
            """;

    private final Database database;
    private final PgLogGroups groups;

    public PgMetricFilters(@Logs Database database, PgLogGroups groups) {
        this.database = database;
        this.groups = groups;
    }

    /// A filter and the name of its group.
    public record Described(String logGroup, MetricFilter filter) {}

    /// What DescribeMetricFilters looks for; null members select everything.
    ///
    /// @param after the last of the page before
    public record Selection(
            @Nullable String logGroup,
            @Nullable String namePrefix,
            @Nullable String metricName,
            @Nullable String metricNamespace,
            Position after,
            int limit) {}

    /// Where a filter stands in the order of descriptions.
    public record Position(String filterName, String logGroup) {
        public static final Position START = new Position("", "");
    }

    /// Puts or replaces.
    ///
    /// @throws RuntimeException AWS's error when there is no such group, or it is full
    public void put(Tenant tenant, String logGroup, MetricFilter filter) {
        var regexes = FilterPattern.parse(filter.pattern()).regexCount();
        database.run(tx -> {
            var group =
                    groups.requireLocked(tx, tenant, logGroup)
                            .requireStandard(LogsError::invalidOperation);
            FilterChanges.announce(tx);
            if (others(tx, group.id(), filter.name()) >= MetricFilterRules.MAX_FILTERS) {
                throw LogsError.limitExceeded();
            }
            if (regexes > 0) {
                FilterChanges.requireRegexAllowance(tx, group.id(), "metric_filter", filter.name());
            }
            upsert(tx, group.id(), filter, regexes);
        });
    }

    /// @throws RuntimeException AWS's error when there is no such group or filter
    public void delete(Tenant tenant, String logGroup, String name) {
        database.run(tx -> {
            var group = groups.requireLocked(tx, tenant, logGroup);
            FilterChanges.announce(tx);
            try (var delete = tx.prepareStatement(DELETE)) {
                delete.setLong(1, group.id());
                delete.setString(2, name);
                if (delete.executeUpdate() == 0) {
                    throw LogsError.notFound("The specified metric filter does not exist.");
                }
            }
        });
    }

    /// By filter name, then group name.
    public List<Described> describe(Tenant tenant, Selection wanted) {
        return database.read(connection -> {
            try (var select = connection.prepareStatement(PAGE)) {
                var at = 0;
                select.setString(++at, tenant.account());
                select.setString(++at, tenant.region());
                select.setString(++at, wanted.logGroup());
                select.setString(++at, wanted.logGroup());
                select.setString(++at, wanted.namePrefix());
                select.setString(++at, wanted.namePrefix());
                select.setString(++at, wanted.metricName());
                select.setString(++at, wanted.metricName());
                select.setString(++at, wanted.metricNamespace());
                select.setString(++at, wanted.after().filterName());
                select.setString(++at, wanted.after().logGroup());
                select.setInt(++at, wanted.limit());
                var found = new ArrayList<Described>();
                try (var row = select.executeQuery()) {
                    while (row.next()) {
                        found.add(new Described(row.getString("group_name"), filter(row)));
                    }
                }
                return found;
            }
        });
    }

    /// Every filter of a group.
    public static List<MetricFilter> of(Connection connection, long groupId) throws SQLException {
        try (var select = connection.prepareStatement(OF_GROUP)) {
            select.setLong(1, groupId);
            var found = new ArrayList<MetricFilter>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    found.add(filter(row));
                }
            }
            return found;
        }
    }

    private static int others(Connection tx, long groupId, String name) throws SQLException {
        try (var select = tx.prepareStatement(OTHERS)) {
            select.setLong(1, groupId);
            select.setString(2, name);
            try (var row = select.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        }
    }

    private static void upsert(Connection tx, long groupId, MetricFilter filter, int regexes)
            throws SQLException {
        var transformation = filter.transformation();
        try (var upsert = tx.prepareStatement(UPSERT)) {
            upsert.setLong(1, groupId);
            upsert.setString(2, filter.name());
            upsert.setString(3, filter.pattern());
            upsert.setString(4, transformation.metricName());
            upsert.setString(5, transformation.metricNamespace());
            upsert.setString(6, transformation.metricValue());
            setDouble(upsert, 7, transformation.defaultValue());
            upsert.setString(8, transformation.unitAsString());
            upsert.setString(9, json(transformation));
            upsert.setArray(10, tx.createArrayOf("text", filter.systemDimensions().toArray()));
            upsert.setInt(11, regexes);
            upsert.setLong(12, filter.createdMs());
            upsert.setBoolean(13, filter.onTransformed());
            upsert.setString(14, filter.fieldSelection());
            upsert.executeUpdate();
        }
    }

    private static void setDouble(PreparedStatement statement, int at, @Nullable Double value)
            throws SQLException {
        if (value == null) {
            statement.setNull(at, Types.DOUBLE);
        } else {
            statement.setDouble(at, value);
        }
    }

    static MetricFilter filter(ResultSet row) throws SQLException {
        var transformation =
                MetricTransformation.builder()
                        .metricName(row.getString("metric_name"))
                        .metricNamespace(row.getString("metric_namespace"))
                        .metricValue(row.getString("metric_value"))
                        .unit(row.getString("unit"));
        var defaultValue = row.getDouble("default_value");
        if (!row.wasNull()) {
            transformation.defaultValue(defaultValue);
        }
        var dimensions = dimensions(row.getString("dimensions"));
        if (!dimensions.isEmpty()) {
            transformation.dimensions(dimensions);
        }
        return new MetricFilter(
                row.getString("name"),
                row.getString("pattern"),
                transformation.build(),
                List.of((String[]) row.getArray("system_dimensions").getArray()),
                row.getBoolean("on_transformed"),
                row.getString("field_selection"),
                row.getLong("created_ms"));
    }

    private static String json(MetricTransformation transformation) {
        try {
            return JSON.writeValueAsString(transformation.dimensions());
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static LinkedHashMap<String, String> dimensions(String json) {
        try {
            return JSON.readValue(json, DIMENSIONS);
        } catch (JsonProcessingException damaged) {
            throw new IllegalStateException("logs.metric_filter.dimensions", damaged);
        }
    }
}
