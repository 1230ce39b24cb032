package io.pharos.metrics.metricstream.pg;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.pharos.kit.Database;
import io.pharos.metric.Dimensions;
import io.pharos.metrics.config.Metrics;
import io.pharos.metrics.metricstream.MetricStream;
import io.pharos.metrics.metricstream.StreamFormat;
import io.pharos.metrics.metricstream.StreamUpdate;
import io.pharos.metrics.query.Detail;
import io.pharos.metrics.query.PeriodGrid;
import io.pharos.metrics.query.pg.PgStatistics;
import io.pharos.metrics.series.Series;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/// Turns the marks of minutes that are over into records: what the whole minute was, read from the
/// store, so that a late sample sends its minute again as it is now. Marks go and records come in one
/// transaction; several processes share the work.
@Singleton
public final class MinuteClose {
    private static final int MINUTE_S = 60;
    private static final int MAX_MARKS = 500;
    private static final int MAX_SERIES = 5_000;
    private static final TypeReference<LinkedHashMap<String, String>> TEXTS =
            new TypeReference<>() {};

    private final Database database;
    private final PgStatistics statistics;
    private final ObjectMapper json = new ObjectMapper();

    @Inject
    public MinuteClose(@Metrics Database database, PgStatistics statistics) {
        this.database = database;
        this.statistics = statistics;
    }

    /// Closes what is due, for the streams that run.
    ///
    /// @param wait how long after its end a minute is taken as complete; covers the delay of flushes
    ///     and the difference of clocks
    /// @return how many marks were taken; less than a full turn leaves nothing due
    public int close(List<MetricStream> running, long nowMs, Duration wait) {
        var newestS = Math.floorDiv(nowMs - wait.toMillis(), 1_000L) - MINUTE_S;
        return database.inTransaction(tx -> {
            var taken = new ArrayList<Long>();
            var byMinute = take(tx, newestS, taken);
            for (var minute : byMinute.entrySet()) {
                var series = List.copyOf(minute.getValue());
                for (var from = 0; from < series.size(); from += MAX_SERIES) {
                    var some = series.subList(from, Math.min(from + MAX_SERIES, series.size()));
                    send(tx, running, updates(tx, running, minute.getKey(), some), nowMs);
                }
            }
            try (var delete =
                    tx.prepareStatement("DELETE FROM metrics.stream_mark WHERE id = ANY (?)")) {
                delete.setArray(1, tx.createArrayOf("bigint", taken.toArray()));
                delete.executeUpdate();
            }
            return taken.size();
        });
    }

    /// Whether another turn may find more at once.
    public static boolean isFull(int taken) {
        return taken == MAX_MARKS;
    }

    private static TreeMap<Long, TreeSet<Long>> take(Connection tx, long newestS, List<Long> taken)
            throws SQLException {
        var byMinute = new TreeMap<Long, TreeSet<Long>>();
        try (var select =
                tx.prepareStatement(
                        """
                        SELECT id, minute_s, series FROM metrics.stream_mark WHERE minute_s <= ?
                        ORDER BY minute_s, id LIMIT ? FOR UPDATE SKIP LOCKED
                        """)) {
            select.setLong(1, newestS);
            select.setInt(2, MAX_MARKS);
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    taken.add(row.getLong(1));
                    var series = byMinute.computeIfAbsent(row.getLong(2), _ -> new TreeSet<>());
                    series.addAll(List.of((Long[]) row.getArray(3).getArray()));
                }
            }
        }
        return byMinute;
    }

    /// Of what any stream wants.
    private List<StreamUpdate> updates(
            Connection tx, List<MetricStream> running, long minuteS, List<Long> marked)
            throws SQLException {
        var identities = identities(tx, marked);
        identities
                .values()
                .removeIf(series -> running.stream().noneMatch(one -> one.wants(series)));
        var series = marked.stream().filter(identities::containsKey).toList();
        if (series.isEmpty()) {
            return List.of();
        }
        var updates = new ArrayList<StreamUpdate>(series.size());
        var values =
                statistics.read(
                        series, new PeriodGrid(minuteS, MINUTE_S, 1), null, Detail.DISTRIBUTIONS);
        for (var number : series) {
            var identity = identities.get(number);
            var periods = values.get(number);
            if (identity != null && periods != null) {
                periods.forEach((_, byUnit) ->
                        byUnit.forEach((unit, aggregate) ->
                                updates.add(new StreamUpdate(identity, unit, minuteS, aggregate))));
            }
        }
        return updates;
    }

    private Map<Long, Series> identities(Connection tx, List<Long> numbers) throws SQLException {
        var found = HashMap.<Long, Series>newHashMap(numbers.size());
        try (var select =
                tx.prepareStatement(
                        """
                        SELECT id, account, region, namespace, metric_name, dimensions
                        FROM metrics.series WHERE id = ANY (?)
                        """)) {
            select.setArray(1, tx.createArrayOf("bigint", numbers.toArray()));
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    found.put(
                            row.getLong(1),
                            new Series(
                                    row.getString(2),
                                    row.getString(3),
                                    row.getString(4),
                                    row.getString(5),
                                    dimensions(row.getString(6))));
                }
            }
        }
        return found;
    }

    private Dimensions dimensions(String text) {
        try {
            return Dimensions.of(json.readValue(text, TEXTS));
        } catch (JsonProcessingException broken) {
            throw new IllegalStateException("dimensions are no JSON object", broken);
        }
    }

    private static void send(
            Connection tx, List<MetricStream> running, List<StreamUpdate> updates, long nowMs)
            throws SQLException {
        for (var stream : running) {
            var wanted = updates.stream().filter(update -> stream.wants(update.series())).toList();
            if (!wanted.isEmpty()) {
                StreamOutbox.add(
                        tx, stream, StreamFormat.of(stream).records(stream, wanted), nowMs);
            }
        }
    }
}
