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
        return builder.build().getFirst().points();
    }

    private static byte[] encode(List<Point> points) {
        var blocks = new ArrayList<PointBlock>();
        BlockBuilder.pack(points, Resolution.MINUTE, BUCKET, blocks::add);
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
