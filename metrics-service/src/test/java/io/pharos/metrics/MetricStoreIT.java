package io.pharos.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pharos.kit.Database;
import io.pharos.metric.Aggregate;
import io.pharos.metric.Dimensions;
import io.pharos.metric.Statistic;
import io.pharos.metric.Unit;
import io.pharos.metrics.compact.pg.PgCompactor;
import io.pharos.metrics.point.Point;
import io.pharos.metrics.point.Resolution;
import io.pharos.metrics.point.Run;
import io.pharos.metrics.point.pg.PgRuns;
import io.pharos.metrics.query.PeriodGrid;
import io.pharos.metrics.query.SeriesRequest;
import io.pharos.metrics.query.pg.PgStatistics;
import io.pharos.metrics.series.KnownSeries;
import io.pharos.metrics.series.Series;
import io.pharos.metrics.series.pg.PgSeriesIndex;
import io.pharos.testkit.TestDatabase;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

/// Blocks, merging and reading against a real PostgreSQL, and against a model that does it by hand.
class MetricStoreIT {
    private static final Instant NOW = Instant.parse("2026-01-20T12:00:00Z");
    private static final List<Unit> UNITS = List.of(Unit.COUNT, Unit.MILLISECONDS);
    private static final Statistic P90 = Statistic.parse("p90").orElseThrow();

    private final Database database = new Database(TestDatabase.fresh("metrics"));
    private final PgSeriesIndex index = new PgSeriesIndex();
    private final PgRuns runs = new PgRuns();
    private final PgStatistics statistics = new PgStatistics(database, index, runs);
    private final PgCompactor compactor = new PgCompactor(database, runs);
    private final Random random = new Random(7);
    private long offset;

    private record Sample(int series, Unit unit, boolean high, long second, double value) {}

    private record Period(long startS, Unit unit) {}

    @Test
    void answersAlikeBeforeAndAfterMergingAndAsTheModelSays() {
        var series = register(30);
        var samples = new ArrayList<Sample>();
        for (var flush = 0; flush < 60; flush++) {
            var some = IntStream.range(0, 100).mapToObj(_ -> sample(30)).toList();
            samples.addAll(some);
            flush(flush % 2, series, some);
        }
        expectModel(series, samples);
        assertThat(compactor.compact(NOW.toEpochMilli())).isPositive();
        expectModel(series, samples);
        var later = NOW.plus(Duration.ofHours(24)).toEpochMilli();
        while (compactor.compact(later) > 0) {
            expectModel(series, samples);
        }
        assertThat(
                        count(
                                "SELECT max(runs) FROM (SELECT count(*) AS runs FROM metrics.run"
                                        + " GROUP BY partition, resolution, bucket_s) r"))
                .isEqualTo(1);
        assertThat(
                        count(
                                "SELECT count(*) FROM metrics.block b WHERE NOT EXISTS (SELECT FROM"
                                        + " metrics.run r WHERE (r.partition, r.resolution, r.bucket_s, r.level,"
                                        + " r.run) = (b.partition, b.resolution, b.bucket_s, b.level, b.run))"))
                .isZero();
    }

    /// Blocks hold 16,384 points: runs here have several.
    @Test
    void mergesRunsOfManyBlocks() {
        var series = register(300);
        var start = NOW.minus(Duration.ofHours(2)).getEpochSecond();
        for (var flush = 0; flush < 8; flush++) {
            var builder = new Run.Builder();
            for (var one : series) {
                for (var minute = 0; minute < 120; minute++) {
                    add(builder, one.id(), start + minute * 60L, flush + 1);
                }
            }
            write(0, builder);
        }
        compactor.compact(NOW.toEpochMilli());
        assertThat(count("SELECT max(level) FROM metrics.run")).isEqualTo(1);
        assertThat(count("SELECT max(seq) FROM metrics.block")).isPositive();
        var grid = new PeriodGrid(start, 60, 120);
        for (var answer :
                statistics.read(
                        series.stream()
                                .map(s -> new SeriesRequest(s.series(), grid, null))
                                .toList())) {
            var periods = new TreeMap<Long, Double>();
            answer.periods()
                    .forEach(
                            (at, units) -> periods.put(at, units.values().iterator().next().sum()));
            assertThat(periods).hasSize(120);
            assertThat(periods.values()).allMatch(sum -> sum == 36.0);
        }
    }

    @Test
    void readersAndWritersNeverNoticeTheMerging() throws InterruptedException {
        var series = register(3);
        var start = NOW.minus(Duration.ofHours(1)).getEpochSecond();
        var stop = new AtomicBoolean();
        var merger =
                Thread.ofPlatform()
                        .start(() -> {
                            while (!stop.get()) {
                                compactor.compact(NOW.toEpochMilli());
                            }
                        });
        try {
            for (var flush = 1; flush <= 150; flush++) {
                var builder = new Run.Builder();
                series.forEach(one -> add(builder, one.id(), start, 1));
                write(0, builder);
                var request =
                        new SeriesRequest(
                                series.get(1).series(), new PeriodGrid(start, 60, 1), null);
                var sums = new ArrayList<Double>();
                statistics
                        .read(List.of(request))
                        .getFirst()
                        .periods()
                        .forEach((_, units) -> units.values().forEach(a -> sums.add(a.sum())));
                assertThat(sums).containsExactly((double) flush);
            }
        } finally {
            stop.set(true);
            merger.join();
        }
        assertThat(count("SELECT count(*) FROM metrics.run")).isLessThan(30);
    }

    @Test
    void letsOnlySecondsGoAndOnlyWhenTheyMay() {
        var series = register(1);
        var builder = new Run.Builder();
        var oldest = NOW.minus(Duration.ofHours(3)).getEpochSecond();
        for (var second = oldest; second < NOW.getEpochSecond(); second += 600) {
            var one = Aggregate.ofSample(1, 1);
            builder.add(
                    Resolution.SECOND,
                    new Point(series.getFirst().id(), Unit.NONE, true, second, one));
            add(builder, series.getFirst().id(), second, 1);
        }
        write(0, builder);
        assertThat(compactor.expire(NOW.toEpochMilli())).isZero();
        assertThat(compactor.expire(NOW.plus(Duration.ofHours(1)).toEpochMilli())).isPositive();
        assertThat(compactor.expire(NOW.plus(Duration.ofDays(1)).toEpochMilli())).isPositive();
        assertThat(count("SELECT count(*) FROM metrics.block WHERE resolution = 1")).isZero();
        assertThat(count("SELECT count(*) FROM metrics.run WHERE resolution = 1")).isZero();
        assertThat(count("SELECT count(*) FROM metrics.block WHERE resolution = 60")).isPositive();
    }

    private void expectModel(List<KnownSeries> series, List<Sample> samples) {
        for (var periodS : List.of(1, 10, 60, 300, 3600)) {
            var start = NOW.minus(Duration.ofHours(3));
            var grid = PeriodGrid.of(start, NOW, periodS, NOW);
            var answers =
                    statistics.read(
                            series.stream()
                                    .map(one -> new SeriesRequest(one.series(), grid, null))
                                    .toList());
            for (var i = 0; i < series.size(); i++) {
                var expected = model(i, grid, samples);
                var actual = new HashMap<Period, Aggregate>();
                answers.get(i)
                        .periods()
                        .forEach((at, units) ->
                                units.forEach((unit, aggregate) ->
                                        actual.put(new Period(at, unit), aggregate)));
                assertThat(actual.keySet()).isEqualTo(expected.keySet());
                expected.forEach((period, aggregate) ->
                        expectAlike(actual.getOrDefault(period, new Aggregate()), aggregate));
            }
        }
    }

    private static void expectAlike(Aggregate actual, Aggregate expected) {
        assertThat(actual.sampleCount()).isEqualTo(expected.sampleCount());
        assertThat(actual.sum()).isCloseTo(expected.sum(), within(1e-9));
        assertThat(actual.minimum()).isEqualTo(expected.minimum());
        assertThat(actual.maximum()).isEqualTo(expected.maximum());
        assertThat(actual.value(P90)).isEqualTo(expected.value(P90));
    }

    private static Map<Period, Aggregate> model(int series, PeriodGrid grid, List<Sample> samples) {
        var model = new HashMap<Period, Aggregate>();
        for (var sample : samples) {
            var at =
                    grid.periodS() < 60 && sample.high()
                            ? sample.second()
                            : Math.floorDiv(sample.second(), 60L) * 60;
            if (sample.series() == series && at >= grid.startS() && at < grid.endS()) {
                var slot = (at - grid.startS()) / grid.periodS();
                model.computeIfAbsent(
                                new Period(grid.startOf(slot), sample.unit()), _ -> new Aggregate())
                        .addSample(sample.value(), 1);
            }
        }
        return model;
    }

    private Sample sample(int series) {
        return new Sample(
                random.nextInt(series),
                UNITS.get(random.nextInt(2)),
                random.nextInt(3) == 0,
                NOW.getEpochSecond() - 1 - random.nextInt(3 * 3600),
                random.nextInt(50));
    }

    private void flush(int partition, List<KnownSeries> series, List<Sample> samples) {
        var builder = new Run.Builder();
        for (var sample : samples) {
            var id = series.get(sample.series()).id();
            var minute = Resolution.MINUTE.periodOf(sample.second() * 1_000);
            builder.add(
                    Resolution.MINUTE,
                    new Point(
                            id,
                            sample.unit(),
                            sample.high(),
                            minute,
                            Aggregate.ofSample(sample.value(), 1)));
            if (sample.high()) {
                builder.add(
                        Resolution.SECOND,
                        new Point(
                                id,
                                sample.unit(),
                                true,
                                sample.second(),
                                Aggregate.ofSample(sample.value(), 1)));
            }
        }
        write(partition, builder);
    }

    private static void add(Run.Builder builder, long series, long startS, double value) {
        builder.add(
                Resolution.MINUTE,
                new Point(series, Unit.NONE, false, startS, Aggregate.ofSample(value, 1)));
    }

    private void write(int partition, Run.Builder builder) {
        offset++;
        database.run(c -> runs.add(c, partition, offset, builder.build(), NOW.toEpochMilli()));
    }

    private List<KnownSeries> register(int count) {
        var series =
                IntStream.range(0, count)
                        .mapToObj(i ->
                                new Series(
                                        "123456789012",
                                        "us-east-1",
                                        "App",
                                        "m",
                                        Dimensions.of("host", "h" + i)))
                        .toList();
        var known = database.inTransaction(c -> index.register(c, series, NOW.toEpochMilli()));
        return series.stream().map(known::get).toList();
    }

    private long count(String sql) {
        return database.read(connection -> {
            try (var query = connection.createStatement();
                    var rows = query.executeQuery(sql)) {
                rows.next();
                return rows.getLong(1);
            }
        });
    }
}
