package io.pharos.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import static java.util.Objects.requireNonNull;

import io.pharos.kit.Database;
import io.pharos.metric.Aggregate;
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
import io.pharos.testkit.SteppingClock;
import io.pharos.testkit.TestDatabase;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/// 456 days of samples, late ones among them, against a model that keeps every sample: whatever tier
/// answers, every period has its count, sum, bounds and percentile.
class TiersIT {
    private static final Instant START = Instant.parse("2025-01-01T00:00:00Z");
    private static final int DAYS = 456;
    private static final Duration TURN = Duration.ofHours(12);
    private static final List<Unit> UNITS = List.of(Unit.BYTES, Unit.SECONDS);
    private static final Statistic P90 = Statistic.parse("p90").orElseThrow();

    private final Database database = Pool.of(TestDatabase.fresh("metrics"));
    private final PgSeriesIndex index = new PgSeriesIndex();
    private final PgRuns runs = new PgRuns();
    private final PgStatistics statistics = new PgStatistics(database, index, runs);
    private final PgCompactor compactor = new PgCompactor(database, runs);
    private final SteppingClock clock = new SteppingClock(START);
    private final Random random = new Random(11);
    private final List<Sample> samples = new ArrayList<>();
    private List<Long> ids = List.of();
    private long offset;

    private record Sample(int series, Unit unit, boolean high, long second, Aggregate what) {}

    private record Slot(int series, Unit unit, long startS) {}

    @Test
    void everyPeriodStaysExactThroughAllTiers() {
        register();
        for (var turn = 0; turn < DAYS * 24 / TURN.toHours(); turn++) {
            clock.advance(TURN);
            flush(newSamples());
            tend();
            if (turn % 120 == 90) {
                expectAll();
            }
        }
        expectAll();
        expectTiers();
    }

    @Test
    void lateSamplesJoinTheTierThatHoldsTheirTime() {
        register();
        clock.advance(Duration.ofDays(20));
        var fresh = sample(0, clock.instant().minus(Duration.ofHours(1)), false);
        var late = sample(0, clock.instant().minus(Duration.ofDays(14)), true);
        // Accepted two weeks back, but read from the stream two days later.
        var delayed = sample(0, clock.instant().minus(Duration.ofDays(16)), false);
        flush(List.of(fresh, late, delayed));
        expectAll();
        assertThat(tiers()).containsOnlyKeys(1, 60);
        tend();
        expectAll();
        assertThat(tiers()).containsOnlyKeys(60, 300);
        flush(List.of(sample(0, Instant.ofEpochSecond(delayed.second()), false)));
        expectAll();
        clock.advance(Duration.ofDays(60));
        tend();
        expectAll();
        assertThat(tiers()).containsOnlyKeys(300, 3_600);
    }

    @Test
    void roundsAgainIsTheSame() {
        register();
        flush(List.of(sample(1, START.minus(Duration.ofDays(15)), false)));
        clock.advance(Duration.ofDays(2));
        tend();
        var before = tiers();
        assertThat(compactor.compact(clock.millis())).isZero();
        assertThat(compactor.expire(clock.millis())).isZero();
        assertThat(tiers()).isEqualTo(before);
        expectAll();
    }

    private void register() {
        var series =
                Stream.of("a", "b", "c")
                        .map(host ->
                                new Series(
                                        "123456789012",
                                        "us-east-1",
                                        "App",
                                        "m",
                                        Dimensions.of("host", host)))
                        .toList();
        var known = database.inTransaction(c -> index.register(c, series, clock.millis()));
        ids = series.stream().map(one -> requireNonNull(known.get(one)).id()).toList();
    }

    /// Some of the last hours, some up to two weeks old.
    private List<Sample> newSamples() {
        var fresh = new ArrayList<Sample>();
        for (var i = 0; i < 6; i++) {
            var newest = i < 2 ? Duration.ofHours(3) : TURN;
            var age = Duration.ofSeconds(1 + random.nextInt((int) newest.toSeconds()));
            fresh.add(sample(random.nextInt(3), clock.instant().minus(age), i < 2));
        }
        if (random.nextInt(3) == 0) {
            var age = Duration.ofMinutes(random.nextInt(14 * 24 * 60));
            fresh.add(sample(random.nextInt(3), clock.instant().minus(age), random.nextBoolean()));
        }
        return fresh;
    }

    private Sample sample(int series, Instant at, boolean high) {
        var what = new Aggregate();
        switch (random.nextInt(40)) {
            case 0 -> what.addSample(-random.nextInt(9), 1);
            case 1 -> what.addSet(new StatisticSet(3, 15, 1, 9 + random.nextInt(9)));
            default -> {
                for (var n = random.nextInt(3); n >= 0; n--) {
                    what.addSample(random.nextInt(10_000) / 100.0, 1 + random.nextInt(2) / 2.0);
                }
            }
        }
        return new Sample(series, UNITS.get(random.nextInt(2)), high, at.getEpochSecond(), what);
    }

    private void flush(List<Sample> fresh) {
        samples.addAll(fresh);
        var builder = new Run.Builder();
        for (var sample : fresh) {
            add(builder, Resolution.MINUTE, sample);
            if (sample.high()) {
                add(builder, Resolution.SECOND, sample);
            }
        }
        offset++;
        database.run(c -> runs.add(c, 0, offset, builder.build(), clock.millis()));
    }

    private void add(Run.Builder builder, Resolution resolution, Sample sample) {
        var what = new Aggregate();
        what.merge(sample.what());
        builder.add(
                resolution,
                new Point(
                        ids.get(sample.series()),
                        sample.unit(),
                        sample.high(),
                        resolution.periodOf(sample.second() * 1_000),
                        what));
    }

    /// What the compactor's loop does.
    private void tend() {
        while (compactor.compact(clock.millis()) > 0) {
            compactor.expire(clock.millis());
        }
        compactor.expire(clock.millis());
    }

    /// Reads from ages on both sides of every border of tiers, up to now.
    private void expectAll() {
        expect(Duration.ofHours(3), 1);
        expect(Duration.ofHours(3), 30);
        for (var minutes : List.of(60L, 3 * 60L, 24 * 60L, 15 * 24 * 60L)) {
            expect(Duration.ofMinutes(minutes), 60);
        }
        expect(Duration.ofDays(15), 180);
        for (var days : List.of(15, 16, 62, 63)) {
            expect(Duration.ofDays(days).plusMinutes(days == 63 ? 0 : 7), 300);
        }
        expect(Duration.ofDays(20), 900);
        for (var days : List.of(63, 64, 100, 454)) {
            expect(Duration.ofDays(days).plusMinutes(11), 3_600);
        }
        expect(Duration.ofDays(455), 86_400);
        expect(Duration.ofDays(455), 7_200);
    }

    private void expect(Duration age, int periodS) {
        var now = clock.instant();
        var grid = PeriodGrid.of(now.minus(age), now, periodS, now);
        assertThat(grid.count()).as("periods of %s s at %s", periodS, age).isPositive();
        var expected = model(grid);
        var answers = statistics.read(ids, grid, null, Detail.DISTRIBUTIONS);
        var found = 0;
        for (var series = 0; series < ids.size(); series++) {
            for (var column : requireNonNull(answers.get(ids.get(series))).columns()) {
                for (var i = 0; i < column.size(); i++) {
                    var slot = new Slot(series, column.unit(), column.startS(i));
                    assertThat(expected).as("%s s at %s", periodS, age).containsKey(slot);
                    expectAlike(column.aggregate(i), requireNonNull(expected.get(slot)));
                    found++;
                }
            }
        }
        assertThat(found).as("%s s at %s", periodS, age).isEqualTo(expected.size());
    }

    private static void expectAlike(Aggregate actual, Aggregate expected) {
        assertThat(actual.sampleCount()).isEqualTo(expected.sampleCount());
        assertThat(actual.sum()).isCloseTo(expected.sum(), within(1e-9));
        assertThat(actual.minimum()).isEqualTo(expected.minimum());
        assertThat(actual.maximum()).isEqualTo(expected.maximum());
        assertThat(actual.isDistributed()).isEqualTo(expected.isDistributed());
        assertThat(Double.valueOf(actual.value(P90)))
                .isEqualTo(Double.valueOf(expected.value(P90)));
    }

    private Map<Slot, Aggregate> model(PeriodGrid grid) {
        var model = new HashMap<Slot, Aggregate>();
        for (var sample : samples) {
            var at =
                    grid.isSubMinute() && sample.high()
                            ? sample.second()
                            : Math.floorDiv(sample.second(), 60L) * 60;
            if (at >= grid.startS() && at < grid.endS()) {
                var startS = grid.startOf((at - grid.startS()) / grid.periodS());
                model.computeIfAbsent(
                                new Slot(sample.series(), sample.unit(), startS),
                                _ -> new Aggregate())
                        .merge(sample.what());
            }
        }
        return model;
    }

    /// Each tier holds what its time allows, with the slack of a bucket, and few runs.
    private void expectTiers() {
        assertThat(tiers()).containsOnlyKeys(1, 60, 300, 3_600);
        for (var resolution : Resolution.values()) {
            var oldest =
                    number(
                            "SELECT min(first_s) FROM metrics.block WHERE resolution = "
                                    + resolution.seconds());
            var limit =
                    clock.instant()
                            .minus(resolution.kept())
                            .minusSeconds(resolution.bucketSeconds())
                            .minus(TURN);
            assertThat(oldest).as("%s", resolution).isGreaterThan(limit.getEpochSecond());
        }
        assertThat(number("SELECT count(*) FROM metrics.run")).isLessThan(160);
        assertThat(
                        number(
                                "SELECT count(*) FROM metrics.block b WHERE NOT EXISTS (SELECT FROM"
                                        + " metrics.run r WHERE (r.partition, r.resolution,"
                                        + " r.bucket_s, r.level, r.run) = (b.partition,"
                                        + " b.resolution, b.bucket_s, b.level, b.run))"))
                .isZero();
    }

    /// Points by resolution.
    private Map<Integer, Long> tiers() {
        return database.read(connection -> {
            var sql = "SELECT resolution, sum(points) FROM metrics.run GROUP BY resolution";
            var tiers = new HashMap<Integer, Long>();
            try (var query = connection.createStatement();
                    var rows = query.executeQuery(sql)) {
                while (rows.next()) {
                    tiers.put(rows.getInt(1), rows.getLong(2));
                }
            }
            return tiers;
        });
    }

    private long number(String sql) {
        return database.read(connection -> {
            try (var query = connection.createStatement();
                    var rows = query.executeQuery(sql)) {
                rows.next();
                return rows.getLong(1);
            }
        });
    }
}
