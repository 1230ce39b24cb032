package io.pharos.benchmarks;

import static java.util.Objects.requireNonNull;

import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.supplier.AgroalPropertiesReader;
import io.pharos.kit.Database;
import io.pharos.metric.Aggregate;
import io.pharos.metric.Dimension;
import io.pharos.metric.Dimensions;
import io.pharos.metric.Statistic;
import io.pharos.metric.StatisticSet;
import io.pharos.metric.Unit;
import io.pharos.metrics.compact.pg.PgCompactor;
import io.pharos.metrics.point.Point;
import io.pharos.metrics.point.Resolution;
import io.pharos.metrics.point.Run;
import io.pharos.metrics.point.pg.PgRuns;
import io.pharos.metrics.query.Detail;
import io.pharos.metrics.query.PeriodGrid;
import io.pharos.metrics.query.pg.PgStatistics;
import io.pharos.metrics.series.Series;
import io.pharos.metrics.series.pg.PgSeriesIndex;
import io.pharos.testkit.TestDatabase;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/// M4, M5: bytes per datapoint on disk after compaction, tables, indexes and TOAST together; and the
/// storage's part of M6, M7: how long reading many series takes. Flushes, compactor, statements and
/// PostgreSQL are the real ones; the front door, Kafka and printing are not in it. Every sum and count is
/// read back and compared.
public final class MetricStorage {
    private static final int PARTITIONS = 4;
    private static final int ROUNDS = 21;
    private static final Instant NOW =
            Instant.parse("2026-03-02T00:00:00Z").minus(20, ChronoUnit.MINUTES);

    private final String name;
    private final AgroalDataSource source;
    private final Database database;
    private final PgSeriesIndex index = new PgSeriesIndex();
    private final PgRuns runs = new PgRuns();
    private final PgStatistics statistics;
    private final PgCompactor compactor;
    private List<Long> ids = List.of();
    private long offset;
    private long compactNanos;

    private MetricStorage(String name) throws Exception {
        this.name = name;
        var url = TestDatabase.fresh("metrics").getUrl();
        source =
                AgroalDataSource.from(
                        new AgroalPropertiesReader()
                                .readProperties(
                                        Map.of(
                                                "maxSize", "4",
                                                "jdbcUrl", url == null ? "" : url,
                                                "principal", "postgres",
                                                "credential", "none")));
        database = new Database(source);
        statistics = new PgStatistics(database, index, runs);
        compactor = new PgCompactor(database, runs);
    }

    /// What a series sends at a step.
    @FunctionalInterface
    private interface Data {
        Aggregate at(int step, int series);
    }

    public static void main(String[] args) throws Exception {
        var only = args.length == 0 ? "ABM" : args[0];
        var mixA = new MetricMix(NOW, 480, 1_000);
        Data a = (step, series) -> Aggregate.ofSample(value(mixA, step, series), 1);
        if (only.contains("A")) {
            new MetricStorage("A: 10,000 series x 480 x 15 s, standard")
                    .run(10_000, 480, 15, false, a);
            new MetricStorage("A: 10,000 series x 480 x 15 s, high resolution")
                    .run(10_000, 480, 15, true, a);
        }
        var mixB = new MetricMix(NOW, 1_440, 200);
        Data b = (step, series) -> Aggregate.ofSample(value(mixB, step, series), 1);
        if (only.contains("B")) {
            new MetricStorage("B: 1,000 series x 1,440 x 60 s").run(1_000, 1_440, 60, false, b);
        }
        var random = new Random(5);
        Data sets = (step, series) -> set(random, step, series);
        if (only.contains("M")) {
            new MetricStorage(
                            "M5: 1,000 series x 1,440 x 60 s, sets of about 60 samples of the mix")
                    .run(1_000, 1_440, 60, false, sets);
        }
        System.exit(0);
    }

    private static double value(MetricMix mix, int step, int series) {
        return mix.value(step, series % MetricMix.METRICS, series / MetricMix.METRICS);
    }

    /// Count, sum, minimum and maximum all differ; the samples are like those of the mix.
    private static Aggregate set(Random random, int step, int series) {
        var count = 58 + random.nextInt(3);
        var sum = 0.0;
        var minimum = Double.POSITIVE_INFINITY;
        var maximum = Double.NEGATIVE_INFINITY;
        for (var i = 0; i < count; i++) {
            var value = MetricMix.value(random, step * 4 + i / 15, series);
            sum += value;
            minimum = Math.min(minimum, value);
            maximum = Math.max(maximum, value);
        }
        var aggregate = new Aggregate();
        aggregate.addSet(new StatisticSet(count, Math.round(sum * 100) / 100.0, minimum, maximum));
        return aggregate;
    }

    private void run(int series, int steps, int stepS, boolean high, Data data) throws Exception {
        System.out.println("\n" + name);
        register(series);
        var sums = new double[series];
        var counts = new double[series];
        var start = NOW.getEpochSecond() - (long) steps * stepS;
        var from = System.nanoTime();
        for (var step = 0; step < steps; step++) {
            flush(start + (long) step * stepS, step, high, data, sums, counts);
        }
        var nanos = System.nanoTime() - from;
        var points = (double) series * steps;
        System.out.printf(
                "written and merged in %.1f s, of it merging %.2f us a datapoint%n",
                nanos / 1e9, compactNanos / 1e3 / points);
        read("open window included", series, start, steps * stepS, sums, counts);
        size("as it stands", points);
        var later = NOW.plus(25, ChronoUnit.HOURS).toEpochMilli();
        from = System.nanoTime();
        while (compactor.compact(later) > 0) {}
        System.out.printf(
                "sealed in %.2f us a datapoint%n", (System.nanoTime() - from) / 1e3 / points);
        size("after compaction", points);
        read("sealed", series, start, steps * stepS, sums, counts);
        source.close();
    }

    private void register(int count) {
        var series = new ArrayList<Series>();
        for (var i = 0; i < count; i++) {
            var host = i / MetricMix.METRICS;
            series.add(
                    new Series(
                            "123456789012",
                            "us-east-1",
                            MetricMix.NAMESPACE,
                            MetricMix.metric(i % MetricMix.METRICS),
                            Dimensions.of(
                                    List.of(
                                            new Dimension("Host", MetricMix.host(host)),
                                            new Dimension("Zone", "zone-" + host % 3)))));
        }
        var known = database.inTransaction(c -> index.register(c, series, NOW.toEpochMilli()));
        ids = series.stream().map(one -> requireNonNull(known.get(one)).id()).toList();
    }

    /// As the consumer flushes: each partition its series.
    private void flush(
            long atS, int step, boolean high, Data data, double[] sums, double[] counts) {
        offset++;
        for (var partition = 0; partition < PARTITIONS; partition++) {
            var builder = new Run.Builder();
            for (var one = partition; one < ids.size(); one += PARTITIONS) {
                var aggregate = data.at(step, one);
                sums[one] += aggregate.sum();
                counts[one] += aggregate.sampleCount();
                var minute = Resolution.MINUTE.periodOf(atS * 1_000);
                builder.add(
                        Resolution.MINUTE,
                        new Point(ids.get(one), Unit.COUNT, high, minute, aggregate));
                if (high) {
                    var again = data.at(step, one);
                    builder.add(
                            Resolution.SECOND,
                            new Point(ids.get(one), Unit.COUNT, true, atS, again));
                }
            }
            var flushed = builder.build();
            var number = partition;
            database.run(c -> runs.add(c, number, offset, flushed, atS * 1_000));
        }
        var from = System.nanoTime();
        compactor.compact(atS * 1_000);
        compactNanos += System.nanoTime() - from;
    }

    private void read(
            String state, int series, long startS, int spanS, double[] sums, double[] counts) {
        var all = new PeriodGrid(Math.floorDiv(startS, 60L) * 60, 60, spanS / 60 + 1);
        var answers = statistics.read(ids, all, null, Detail.DISTRIBUTIONS);
        for (var one = 0; one < series; one++) {
            var sum = 0.0;
            var count = 0.0;
            for (var column : requireNonNull(answers.get(ids.get(one))).columns()) {
                for (var i = 0; i < column.size(); i++) {
                    sum += column.sum(i);
                    count += column.sampleCount(i);
                }
            }
            if (count != counts[one] || Math.abs(sum - sums[one]) > 1e-9 * Math.abs(sums[one])) {
                throw new IllegalStateException("series " + one + " is not what was written");
            }
        }
        var some = new ArrayList<Long>();
        for (var i = 0; i < 100; i++) {
            some.add(ids.get(i * (series / 100)));
        }
        var hundred = Math.min(spanS, 86_400);
        time(state, some, startS + spanS - hundred, hundred);
        var more = new ArrayList<Long>();
        for (var i = 0; i < 500; i++) {
            more.add(ids.get(i * (series / 500)));
        }
        time(state, more, startS + spanS - 3_600, 3_600);
    }

    private void time(String state, List<Long> some, long startS, int spanS) {
        var grid = new PeriodGrid(Math.floorDiv(startS, 60L) * 60, 60, spanS / 60);
        for (var statistic : List.of("Average", "p90")) {
            var asked = Statistic.parse(statistic).orElseThrow();
            var nanos = new long[ROUNDS];
            var values = 0L;
            for (var round = -10; round < ROUNDS; round++) {
                var from = System.nanoTime();
                values = 0;
                for (var periods :
                        statistics.read(some, grid, null, Detail.of(Set.of(asked))).values()) {
                    for (var column : periods.columns()) {
                        for (var i = 0; i < column.size(); i++) {
                            values += Double.isNaN(column.value(i, asked)) ? 0 : 1;
                        }
                    }
                }
                nanos[Math.max(round, 0)] = System.nanoTime() - from;
            }
            Arrays.sort(nanos);
            System.out.printf(
                    "%s: %d series x %d min, %s: %d values, p50 %.1f ms, max %.1f ms%n",
                    state,
                    some.size(),
                    spanS / 60,
                    statistic,
                    values,
                    nanos[ROUNDS / 2] / 1e6,
                    nanos[ROUNDS - 1] / 1e6);
        }
    }

    private void size(String state, double points) throws Exception {
        try (var connection = source.getConnection();
                var statement = connection.createStatement()) {
            statement.execute("VACUUM ANALYZE");
            try (var rows =
                    statement.executeQuery(
                            """
                            SELECT pg_total_relation_size('metrics.block_open'),
                                pg_total_relation_size('metrics.block_sealed'),
                                pg_total_relation_size('metrics.run'),
                                pg_total_relation_size('metrics.series_entry')
                                    + pg_total_relation_size('metrics.metric'),
                                (SELECT sum(length(body)) FROM metrics.block),
                                (SELECT count(*) FROM metrics.block)
                            """)) {
                rows.next();
                System.out.printf(
                        "%s: %.3f bytes a datapoint (open blocks %.3f, sealed %.3f, runs %.3f;"
                                + " bodies %.3f in %d blocks), index of series %.3f%n",
                        state,
                        (rows.getLong(1) + rows.getLong(2) + rows.getLong(3)) / points,
                        rows.getLong(1) / points,
                        rows.getLong(2) / points,
                        rows.getLong(3) / points,
                        rows.getLong(5) / points,
                        rows.getLong(6),
                        rows.getLong(4) / points);
            }
        }
    }
}
