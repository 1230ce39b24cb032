package io.pharos.metrics.window.pg;

import io.pharos.kit.Database;
import io.pharos.metric.Dimension;
import io.pharos.metric.Dimensions;
import io.pharos.metrics.config.Metrics;
import io.pharos.metrics.ingest.stream.MetricDataConsumer;
import io.pharos.metrics.point.Point;
import io.pharos.metrics.point.Resolution;
import io.pharos.metrics.point.pg.PgRuns;
import io.pharos.metrics.series.Series;
import io.pharos.metrics.series.pg.PgSeriesIndex;
import io.pharos.stream.PartitionPosition;
import io.pharos.stream.Topic;
import io.pharos.stream.WindowQuery;
import io.pharos.stream.WindowRequest;
import io.pharos.stream.WindowResponse;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.TreeMap;

/// What is known of some series, together with how far it is known: roll-ups and positions are read in
/// one snapshot, so that a follower of `metric-data` can go on from there and count nothing twice.
@Singleton
public final class PgWindows {
    private final Database database;
    private final PgSeriesIndex index;
    private final PgRuns runs;

    @Inject
    public PgWindows(@Metrics Database database, PgSeriesIndex index, PgRuns runs) {
        this.database = database;
        this.index = index;
        this.runs = runs;
    }

    /// @throws IllegalArgumentException for a query that makes no sense
    public WindowResponse read(WindowRequest request) {
        var wanted = new ArrayList<Wanted>(request.getQueriesCount());
        for (var query : request.getQueriesList()) {
            wanted.add(wanted(request, query));
        }
        return database.inTransaction(connection -> {
            try (var snapshot = connection.createStatement()) {
                snapshot.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
            }
            var response = WindowResponse.newBuilder();
            addRollups(connection, wanted, response);
            addPositions(connection, response);
            return response.build();
        });
    }

    private record Wanted(Series series, Resolution resolution, long fromS, long toS) {}

    private static Wanted wanted(WindowRequest request, WindowQuery query) {
        var dimensions = new ArrayList<Dimension>(query.getDimensionsCount());
        for (var dimension : query.getDimensionsList()) {
            dimensions.add(new Dimension(dimension.getName(), dimension.getValue()));
        }
        return new Wanted(
                new Series(
                        request.getAccount(),
                        request.getRegion(),
                        query.getNamespace(),
                        query.getMetricName(),
                        Dimensions.of(dimensions)),
                Resolution.ofSeconds(query.getResolutionS()),
                query.getStartS(),
                query.getEndS());
    }

    private void addRollups(
            Connection connection, List<Wanted> wanted, WindowResponse.Builder response)
            throws SQLException {
        var ids = index.find(connection, wanted.stream().map(Wanted::series).toList());
        var byId = new HashMap<Long, List<Wanted>>();
        var resolutions = EnumSet.noneOf(Resolution.class);
        var fromS = Long.MAX_VALUE;
        var toS = Long.MIN_VALUE;
        for (var one : wanted) {
            var id = ids.get(one.series());
            if (id != null) {
                byId.computeIfAbsent(id, _ -> new ArrayList<>()).add(one);
                resolutions.add(one.resolution());
                fromS = Math.min(fromS, one.fromS());
                toS = Math.max(toS, one.toS());
            }
        }
        var merged = new HashMap<Resolution, TreeMap<Point, Point>>();
        runs.read(
                connection,
                resolutions,
                new HashSet<>(byId.keySet()),
                fromS,
                toS,
                (resolution, point) -> {
                    if (isWanted(byId.getOrDefault(point.series(), List.of()), resolution, point)) {
                        var points = merged.computeIfAbsent(resolution, _ -> new TreeMap<>());
                        var before = points.putIfAbsent(point, point);
                        if (before != null) {
                            before.aggregate().merge(point.aggregate());
                        }
                    }
                });
        merged.forEach((resolution, points) -> {
            for (var point : points.keySet()) {
                var series = byId.getOrDefault(point.series(), List.of()).getFirst().series();
                response.addRollups(Rollups.rollup(series, point, resolution));
            }
        });
    }

    private static boolean isWanted(List<Wanted> wanted, Resolution resolution, Point point) {
        return wanted.stream()
                .anyMatch(one ->
                        one.resolution() == resolution
                                && point.startS() >= one.fromS()
                                && point.startS() < one.toS());
    }

    private static void addPositions(Connection connection, WindowResponse.Builder response)
            throws SQLException {
        var sql =
                """
                SELECT partition, next_offset FROM metrics.stream_position
                WHERE consumer = ? AND topic = ? ORDER BY partition
                """;
        try (var query = connection.prepareStatement(sql)) {
            query.setString(1, MetricDataConsumer.NAME);
            query.setString(2, Topic.METRIC_DATA.topicName());
            try (var rows = query.executeQuery()) {
                while (rows.next()) {
                    response.addPositions(
                            PartitionPosition.newBuilder()
                                    .setPartition(rows.getInt(1))
                                    .setNextOffset(rows.getLong(2)));
                }
            }
        }
    }
}
