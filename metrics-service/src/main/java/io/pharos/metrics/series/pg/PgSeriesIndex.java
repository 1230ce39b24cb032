package io.pharos.metrics.series.pg;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.pharos.metric.Dimensions;
import io.pharos.metrics.series.KnownSeries;
import io.pharos.metrics.series.Series;
import io.pharos.metrics.series.SeriesFilter;

import jakarta.inject.Singleton;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// The index of series, `metrics.series_entry` with `metrics.metric`, read as `metrics.series`. Works on the caller's connection, in its transaction.
@Singleton
public final class PgSeriesIndex {
    private static final TypeReference<LinkedHashMap<String, String>> TEXTS =
            new TypeReference<>() {};
    private static final String COLUMNS =
            "id, account, region, namespace, metric_name, dimensions, last_seen_ms";

    /// Rows for [#known].
    static final String SELECT = "SELECT " + COLUMNS + " FROM metrics.series";

    private final ObjectMapper json = new ObjectMapper();

    /// Registers series, new or not, and tells their numbers. In one order, so that two writers can not wait
    /// for each other; those of a metric get numbers that follow each other, so that they lie together.
    public Map<Series, KnownSeries> register(
            Connection connection, Collection<Series> series, long seenMs) throws SQLException {
        if (series.isEmpty()) {
            return Map.of();
        }
        var entries = new ArrayList<Entry>(series.size());
        for (var one : series) {
            entries.add(new Entry(Metric.of(one), write(one.dimensions()), one.digest(), one));
        }
        entries.sort(Entry.ORDER);
        var byDigest = HashMap.<UUID, Series>newHashMap(entries.size());
        entries.forEach(one -> byDigest.put(one.digest(), one.series()));
        var metrics = metrics(connection, entries);
        var sql =
                """
                INSERT INTO metrics.series_entry (digest, metric, dimensions, last_seen_ms)
                SELECT digest, metric, dimensions::jsonb, ?
                FROM unnest(?::uuid[], ?::integer[], ?::text[]) AS t (digest, metric, dimensions)
                ON CONFLICT (digest) DO UPDATE
                SET last_seen_ms = greatest(series_entry.last_seen_ms, excluded.last_seen_ms)
                RETURNING digest, id, last_seen_ms
                """;
        var known = HashMap.<Series, KnownSeries>newHashMap(entries.size());
        try (var insert = connection.prepareStatement(sql)) {
            insert.setLong(1, seenMs);
            array(insert, 2, "uuid", entries.stream().map(Entry::digest).toArray());
            array(
                    insert,
                    3,
                    "integer",
                    entries.stream().map(one -> metrics.get(one.metric())).toArray());
            array(insert, 4, "text", entries.stream().map(Entry::dimensions).toArray());
            try (var result = insert.executeQuery()) {
                while (result.next()) {
                    var one = byDigest.get(result.getObject(1, UUID.class));
                    if (one == null) {
                        throw new IllegalStateException("a series that was not asked for");
                    }
                    known.put(one, new KnownSeries(result.getLong(2), one, result.getLong(3)));
                }
            }
        }
        return known;
    }

    /// What all series of a metric have in common.
    private record Metric(String account, String region, String namespace, String name) {
        static Metric of(Series series) {
            return new Metric(
                    series.account(), series.region(), series.namespace(), series.metricName());
        }
    }

    private record Entry(Metric metric, String dimensions, UUID digest, Series series) {
        static final Comparator<Metric> BY_NAME =
                Comparator.comparing(Metric::account)
                        .thenComparing(Metric::region)
                        .thenComparing(Metric::namespace)
                        .thenComparing(Metric::name);
        static final Comparator<Entry> ORDER =
                Comparator.comparing(Entry::metric, BY_NAME).thenComparing(Entry::dimensions);
    }

    /// The numbers of the entries' metrics, new or not.
    private static Map<Metric, Integer> metrics(Connection connection, List<Entry> entries)
            throws SQLException {
        var wanted = entries.stream().map(Entry::metric).distinct().toList();
        var known = metricsOf(connection, wanted);
        if (known.size() == wanted.size()) {
            return known;
        }
        var fresh = wanted.stream().filter(one -> !known.containsKey(one)).toList();
        var sql =
                """
                INSERT INTO metrics.metric (account, region, namespace, metric_name)
                SELECT * FROM unnest(?::text[], ?::text[], ?::text[], ?::text[])
                ON CONFLICT DO NOTHING
                """;
        try (var insert = connection.prepareStatement(sql)) {
            columns(insert, fresh);
            insert.executeUpdate();
        }
        // Others may have made some meanwhile: this statement sees them.
        known.putAll(metricsOf(connection, fresh));
        return known;
    }

    private static Map<Metric, Integer> metricsOf(Connection connection, List<Metric> metrics)
            throws SQLException {
        var sql =
                """
                SELECT id, account, region, namespace, metric_name
                FROM unnest(?::text[], ?::text[], ?::text[], ?::text[])
                    AS t (account, region, namespace, metric_name)
                JOIN metrics.metric USING (account, region, namespace, metric_name)
                """;
        var known = HashMap.<Metric, Integer>newHashMap(metrics.size());
        try (var query = connection.prepareStatement(sql)) {
            columns(query, metrics);
            try (var rows = query.executeQuery()) {
                while (rows.next()) {
                    known.put(
                            new Metric(
                                    rows.getString(2),
                                    rows.getString(3),
                                    rows.getString(4),
                                    rows.getString(5)),
                            rows.getInt(1));
                }
            }
        }
        return known;
    }

    private static void columns(PreparedStatement statement, List<Metric> metrics)
            throws SQLException {
        array(statement, 1, "text", metrics.stream().map(Metric::account).toArray());
        array(statement, 2, "text", metrics.stream().map(Metric::region).toArray());
        array(statement, 3, "text", metrics.stream().map(Metric::namespace).toArray());
        array(statement, 4, "text", metrics.stream().map(Metric::name).toArray());
    }

    /// Notes that known series had samples.
    public void touch(Connection connection, Collection<Long> ids, long seenMs)
            throws SQLException {
        if (ids.isEmpty()) {
            return;
        }
        var sql =
                """
                UPDATE metrics.series_entry SET last_seen_ms = greatest(last_seen_ms, ?)
                WHERE id = ANY (?)
                """;
        try (var update = connection.prepareStatement(sql)) {
            update.setLong(1, seenMs);
            array(update, 2, "bigint", ids.stream().sorted().toArray());
            update.executeUpdate();
        }
    }

    /// The numbers of those that exist.
    public Map<Series, Long> find(Connection connection, Collection<Series> series)
            throws SQLException {
        if (series.isEmpty()) {
            return Map.of();
        }
        var byDigest = HashMap.<UUID, Series>newHashMap(series.size());
        series.forEach(one -> byDigest.put(one.digest(), one));
        var found = HashMap.<Series, Long>newHashMap(series.size());
        try (var query =
                connection.prepareStatement(
                        "SELECT digest, id FROM metrics.series_entry WHERE digest = ANY (?)")) {
            array(query, 1, "uuid", byDigest.keySet().toArray());
            try (var rows = query.executeQuery()) {
                while (rows.next()) {
                    var one = byDigest.get(rows.getObject(1, UUID.class));
                    if (one != null) {
                        found.put(one, rows.getLong(2));
                    }
                }
            }
        }
        return found;
    }

    /// A page, by namespace, name and number: metric by metric, each from an index, so that a page costs the
    /// same however many there are before it.
    public List<KnownSeries> list(Connection connection, SeriesFilter filter, int limit)
            throws SQLException {
        var last = List.of("", "");
        if (filter.afterId() > 0) {
            last = name(connection, filter.afterId());
            if (last.isEmpty()) {
                return List.of();
            }
        }
        var texts = new ArrayList<String>();
        var sql =
                new StringBuilder(
                        """
                        SELECT s.id, account, region, namespace, metric_name, dimensions, last_seen_ms
                        FROM metrics.metric m CROSS JOIN LATERAL (
                            SELECT * FROM metrics.series_entry e
                            WHERE (e.metric, e.id) <= (m.id, 9223372036854775807) AND (e.metric, e.id)
                                > (m.id, CASE WHEN (namespace, metric_name) = (?, ?) THEN ? ELSE 0 END)
                            AND last_seen_ms >= ?
                        """);
        for (var dimension : filter.dimensionNames()) {
            sql.append(" AND dimensions ?? ?");
            texts.add(dimension);
        }
        if (!filter.dimensions().isEmpty()) {
            sql.append(" AND dimensions @> ?::jsonb");
            texts.add(write(Dimensions.of(filter.dimensions())));
        }
        sql.append(
                """
                 ORDER BY e.metric, e.id LIMIT %d) s
                WHERE account = ? AND region = ? AND (namespace, metric_name) >= (?, ?)
                """
                        .formatted(limit));
        texts.addAll(List.of(filter.account(), filter.region()));
        texts.addAll(last);
        filter.namespace()
                .ifPresent(namespace -> {
                    sql.append(" AND namespace = ?");
                    texts.add(namespace);
                });
        filter.metricName()
                .ifPresent(name -> {
                    sql.append(" AND metric_name = ?");
                    texts.add(name);
                });
        sql.append(" ORDER BY namespace, metric_name, s.id LIMIT ").append(limit);
        try (var query = connection.prepareStatement(sql.toString())) {
            query.setString(1, last.getFirst());
            query.setString(2, last.getLast());
            query.setLong(3, filter.afterId());
            query.setLong(4, filter.seenSinceMs());
            for (var i = 0; i < texts.size(); i++) {
                query.setString(5 + i, texts.get(i));
            }
            try (var rows = query.executeQuery()) {
                var page = new ArrayList<KnownSeries>();
                while (rows.next()) {
                    page.add(known(rows));
                }
                return page;
            }
        }
    }

    /// Namespace and name; empty when there is no such series any more.
    private static List<String> name(Connection connection, long id) throws SQLException {
        try (var query =
                connection.prepareStatement(
                        "SELECT namespace, metric_name FROM metrics.series WHERE id = ?")) {
            query.setLong(1, id);
            try (var row = query.executeQuery()) {
                return row.next() ? List.of(row.getString(1), row.getString(2)) : List.of();
            }
        }
    }

    /// A row of [#SELECT].
    KnownSeries known(ResultSet row) throws SQLException {
        var series =
                new Series(
                        row.getString(2),
                        row.getString(3),
                        row.getString(4),
                        row.getString(5),
                        read(row.getString(6)));
        return new KnownSeries(row.getLong(1), series, row.getLong(7));
    }

    /// As the column has them.
    public String write(Dimensions dimensions) {
        var object = json.createObjectNode();
        dimensions.forEach(dimension -> object.put(dimension.name(), dimension.value()));
        return object.toString();
    }

    /// From the column.
    public Dimensions read(String text) {
        try {
            return Dimensions.of(json.readValue(text, TEXTS));
        } catch (JsonProcessingException broken) {
            throw new IllegalStateException("dimensions are no JSON object", broken);
        }
    }

    private static void array(PreparedStatement statement, int at, String type, Object[] values)
            throws SQLException {
        statement.setArray(at, statement.getConnection().createArrayOf(type, values));
    }
}
