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
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The index of series, `metrics.series`. Works on the caller's connection, in its transaction.
@Singleton
public final class PgSeriesIndex {
    private static final TypeReference<LinkedHashMap<String, String>> TEXTS =
            new TypeReference<>() {};
    private static final String COLUMNS =
            "id, series_hash, account, region, namespace, metric_name, dimensions, last_seen_ms";

    /// Rows for [#known].
    static final String SELECT = "SELECT " + COLUMNS + " FROM metrics.series";

    private final ObjectMapper json = new ObjectMapper();

    /// Registers series, new or not, and tells their numbers. In the order of digests, so that two
    /// writers can not wait for each other.
    public Map<Series, KnownSeries> register(
            Connection connection, Collection<Series> series, long seenMs) throws SQLException {
        if (series.isEmpty()) {
            return Map.of();
        }
        var byDigest = new TreeMap<byte[], Series>(Arrays::compareUnsigned);
        series.forEach(one -> byDigest.put(one.digest(), one));
        var rows = List.copyOf(byDigest.values());
        var sql =
                """
                INSERT INTO metrics.series (digest, series_hash, account, region, namespace,
                    metric_name, dimensions, first_seen_ms, last_seen_ms)
                SELECT digest, hash, account, region, namespace, name, dimensions::jsonb, ?, ?
                FROM unnest(?::bytea[], ?::bigint[], ?::text[], ?::text[], ?::text[], ?::text[],
                    ?::text[]) AS t (digest, hash, account, region, namespace, name, dimensions)
                ON CONFLICT (digest) DO UPDATE
                SET last_seen_ms = greatest(series.last_seen_ms, excluded.last_seen_ms)
                RETURNING digest, id, last_seen_ms
                """;
        var known = HashMap.<Series, KnownSeries>newHashMap(rows.size());
        try (var insert = connection.prepareStatement(sql)) {
            insert.setLong(1, seenMs);
            insert.setLong(2, seenMs);
            array(insert, 3, "bytea", byDigest.keySet().toArray(byte[][]::new));
            array(insert, 4, "bigint", rows.stream().map(Series::hash).toArray());
            array(insert, 5, "text", rows.stream().map(Series::account).toArray());
            array(insert, 6, "text", rows.stream().map(Series::region).toArray());
            array(insert, 7, "text", rows.stream().map(Series::namespace).toArray());
            array(insert, 8, "text", rows.stream().map(Series::metricName).toArray());
            array(insert, 9, "text", rows.stream().map(s -> write(s.dimensions())).toArray());
            try (var result = insert.executeQuery()) {
                while (result.next()) {
                    var one = byDigest.get(result.getBytes(1));
                    if (one == null) {
                        throw new IllegalStateException("a series that was not asked for");
                    }
                    known.put(
                            one,
                            new KnownSeries(result.getLong(2), one.hash(), one, result.getLong(3)));
                }
            }
        }
        return known;
    }

    /// Notes that known series had samples.
    public void touch(Connection connection, Collection<Long> ids, long seenMs)
            throws SQLException {
        if (ids.isEmpty()) {
            return;
        }
        var sql =
                """
                UPDATE metrics.series SET last_seen_ms = greatest(last_seen_ms, ?)
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
        var byDigest = HashMap.<String, Series>newHashMap(series.size());
        var digests = new ArrayList<byte[]>(series.size());
        for (var one : series) {
            var digest = one.digest();
            if (byDigest.put(HexFormat.of().formatHex(digest), one) == null) {
                digests.add(digest);
            }
        }
        var found = new HashMap<Series, Long>();
        try (var query =
                connection.prepareStatement(
                        "SELECT digest, id FROM metrics.series WHERE digest = ANY (?)")) {
            array(query, 1, "bytea", digests.toArray(byte[][]::new));
            try (var rows = query.executeQuery()) {
                while (rows.next()) {
                    var one = byDigest.get(HexFormat.of().formatHex(rows.getBytes(1)));
                    if (one != null) {
                        found.put(one, rows.getLong(2));
                    }
                }
            }
        }
        return found;
    }

    /// A page, by namespace, name and number: the order of `series_by_name`, so that a page costs the same
    /// however many there are before it.
    public List<KnownSeries> list(Connection connection, SeriesFilter filter, int limit)
            throws SQLException {
        var sql =
                new StringBuilder(
                        "SELECT "
                                + COLUMNS
                                + """
                                 FROM metrics.series
                                WHERE account = ? AND region = ? AND last_seen_ms >= ?
                                """);
        var texts = new ArrayList<String>();
        if (filter.afterId() > 0) {
            var last = name(connection, filter.afterId());
            if (last.isEmpty()) {
                return List.of();
            }
            sql.append(" AND (namespace, metric_name, id) > (?, ?, ").append(filter.afterId());
            sql.append(')');
            texts.addAll(last);
        }
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
        for (var dimension : filter.dimensionNames()) {
            sql.append(" AND dimensions ?? ?");
            texts.add(dimension);
        }
        if (!filter.dimensions().isEmpty()) {
            sql.append(" AND dimensions @> ?::jsonb");
            texts.add(write(Dimensions.of(filter.dimensions())));
        }
        sql.append(" ORDER BY namespace, metric_name, id LIMIT ").append(limit);
        try (var query = connection.prepareStatement(sql.toString())) {
            query.setString(1, filter.account());
            query.setString(2, filter.region());
            query.setLong(3, filter.seenSinceMs());
            for (var i = 0; i < texts.size(); i++) {
                query.setString(4 + i, texts.get(i));
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
                        row.getString(3),
                        row.getString(4),
                        row.getString(5),
                        row.getString(6),
                        read(row.getString(7)));
        return new KnownSeries(row.getLong(1), row.getLong(2), series, row.getLong(8));
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
