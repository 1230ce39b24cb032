package io.pharos.metrics.point;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.metric.Aggregate;
import io.pharos.metric.StatisticSet;
import io.pharos.metric.Unit;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

class PointBlockTest {
    private static final long BUCKET = 1_767_268_800L;

    @Test
    void givesBackEveryForm() {
        var negative = Aggregate.ofSample(-2.5, 1);
        var many = new Aggregate();
        many.addSample(0, 3);
        many.addSample(5, 0.25);
        many.addSample(1e90, 7);
        var hidden = new Aggregate();
        hidden.addSet(new StatisticSet(3, 15, 1, 9));
        var weightless = Aggregate.ofSample(4, 0);
        var rounded = new Aggregate(); // its sum is not exactly minimum × count
        for (var i = 0; i < 10; i++) {
            rounded.addSample(0.1, 1);
        }
        var points = new ArrayList<Point>();
        var at = BUCKET;
        for (var aggregate :
                List.of(
                        Aggregate.ofSample(1, 1),
                        Aggregate.ofSample(0, 1),
                        Aggregate.ofSample(3, 12),
                        negative,
                        many,
                        hidden,
                        weightless,
                        rounded)) {
            points.add(new Point(7, Unit.SECONDS, false, at, aggregate));
            at += 60;
        }
        expectAlike(points, decode(encode(points)));
    }

    @Test
    void givesBackRandomPointsAndOnlyTheWantedSeries() {
        var random = new Random(42);
        for (var round = 0; round < 50; round++) {
            var points = randomPoints(random, 1 + random.nextInt(500));
            var block = encode(points);
            expectAlike(points, decode(block));
            var wanted = points.get(random.nextInt(points.size())).series();
            expectAlike(
                    points.stream().filter(point -> point.series() == wanted).toList(),
                    decode(block, wanted));
        }
    }

    @Test
    void oneSampleEachOfManySeriesTakesFewBytes() {
        var random = new Random(3);
        var run = new Run(Resolution.MINUTE, BUCKET, 2_000);
        var kind = Point.kind(Unit.COUNT, false);
        var values = new double[] {-1.5, 0, -0.0, 17, 0.1 + 0.2, 1e300, 1e-300, 4e15};
        for (var series = 0; series < 1_000; series++) {
            var value = series < values.length ? values[series] : random.nextInt(8_000) / 100.0;
            run.add(4L * series, kind, BUCKET + 17 * 60, value, null);
        }
        var block = encode(run);
        expectAlike(points(run), decode(block));
        expectAlike(points(run).subList(7, 8), decode(block, 28, 29));
        assertThat(block).hasSizeLessThan(3_000);
    }

    @Test
    void samplesOfOnePointAreMerged() {
        var run = new Run(Resolution.MINUTE, BUCKET, 8);
        var kind = Point.kind(Unit.COUNT, false);
        var set = new Aggregate();
        set.addSet(new StatisticSet(3, 15, 1, 9));
        run.add(1, kind, BUCKET, 5, null);
        run.add(1, kind, BUCKET, 7, null);
        run.add(1, kind, BUCKET + 60, 0, set);
        run.add(1, kind, BUCKET + 60, 2, null);
        run.add(2, kind, BUCKET, 3, null);
        var first = Aggregate.ofSample(5, 1);
        first.addSample(7, 1);
        var second = new Aggregate();
        second.merge(set);
        second.addSample(2, 1);
        var expected =
                List.of(
                        new Point(1, Unit.COUNT, false, BUCKET, first),
                        new Point(1, Unit.COUNT, false, BUCKET + 60, second),
                        new Point(2, Unit.COUNT, false, BUCKET, Aggregate.ofSample(3, 1)));
        expectAlike(expected, decode(encode(run)));
        assertThat(set.sampleCount()).isEqualTo(3);
    }

    @Test
    void packsSteadySeriesTightly() {
        var points = new ArrayList<Point>();
        for (var series = 0; series < 20; series++) {
            for (var minute = 0; minute < 180; minute++) {
                var value = Aggregate.ofSample(series * 100, 1);
                points.add(new Point(series, Unit.COUNT, false, BUCKET + minute * 60L, value));
            }
        }
        assertThat(encode(points)).hasSizeLessThan(points.size() / 4);
    }

    @Test
    void refusesBrokenBytes() {
        var block = encode(randomPoints(new Random(1), 100));
        assertThatThrownBy(() -> decode(Arrays.copyOf(block, block.length / 2)))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> decode(new byte[0])).isInstanceOf(IllegalStateException.class);
        var otherVersion = block.clone();
        otherVersion[0] = 9;
        assertThatThrownBy(() -> decode(otherVersion)).isInstanceOf(IllegalStateException.class);
        var huge = block.clone();
        Arrays.fill(huge, 1, 5, (byte) 0x7F);
        assertThatThrownBy(() -> decode(huge)).isInstanceOf(IllegalStateException.class);
    }

    static List<Point> randomPoints(Random random, int count) {
        var builder = new Run.Builder();
        for (var i = 0; i < count; i++) {
            var aggregate = new Aggregate();
            for (var n = random.nextInt(3); n >= 0; n--) {
                aggregate.addSample(random.nextInt(100) - 2, 1 + random.nextInt(3));
            }
            builder.add(
                    Resolution.MINUTE,
                    new Point(
                            random.nextInt(40),
                            Unit.ofCode(random.nextInt(27)),
                            random.nextBoolean(),
                            BUCKET + 60L * random.nextInt(180),
                            aggregate));
        }
        return points(builder.build().getFirst());
    }

    private static List<Point> points(Run run) {
        var points = new ArrayList<Point>();
        for (var i = 0; i < run.size(); i++) {
            var own = run.aggregate(i);
            points.add(
                    new Point(
                            run.series(i),
                            Point.unitOf(run.kind(i)),
                            Point.isHighResolution(run.kind(i)),
                            run.startS(i),
                            own == null ? Aggregate.ofSample(run.value(i), 1) : own));
        }
        return points;
    }

    private static byte[] encode(List<Point> points) {
        var builder = new Run.Builder();
        points.forEach(point -> builder.add(Resolution.MINUTE, point));
        return encode(builder.build().getFirst());
    }

    private static byte[] encode(Run run) {
        var blocks = new ArrayList<PointBlock>();
        BlockBuilder.pack(run, blocks::add);
        assertThat(blocks).hasSize(1);
        return blocks.getFirst().body();
    }

    /// @param wanted nothing for all
    private static List<Point> decode(byte[] block, long... wanted) {
        var points = new ArrayList<Point>();
        try (var decoder = new BlockDecoder()) {
            decoder.open(block);
            while (wanted.length == 0 ? decoder.next() : decoder.next(wanted)) {
                var columns = new PointColumns();
                decoder.read(true, columns::add);
                for (var i = 0; i < columns.size(); i++) {
                    points.add(
                            new Point(
                                    decoder.series(),
                                    decoder.unit(),
                                    decoder.isHighResolution(),
                                    BUCKET + columns.period(i) * 60L,
                                    columns.aggregate(i)));
                }
            }
        }
        return points;
    }

    private static void expectAlike(List<Point> expected, List<Point> actual) {
        assertThat(actual).hasSameSizeAs(expected);
        for (var i = 0; i < expected.size(); i++) {
            assertThat(actual.get(i)).isEqualByComparingTo(expected.get(i));
            var mine = expected.get(i).aggregate();
            var theirs = actual.get(i).aggregate();
            assertThat(theirs.statisticSet()).isEqualTo(mine.statisticSet());
            assertThat(theirs.isDistributed()).isEqualTo(mine.isDistributed());
            assertThat(theirs.histogram()).isEqualTo(mine.histogram());
        }
    }
}
