package io.pharos.metric;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.DoubleSupplier;
import java.util.stream.DoubleStream;

/// How far statistics are from those of the samples themselves, on distributions of many shapes, and
/// that neither order nor grouping of the samples changes them.
///
/// Bins are a tenth wide, so a percentile is at most 10 % off; interpolation makes that 5 % where a bin
/// holds several samples, and far less where it is evenly filled. Means and sums of ranges are within
/// 2.5 %. Shares and counts of values are within 5 % of all samples, also where one bin holds a third of
/// them.
class StatisticErrorTest {
    private static final int SAMPLES = 20_000;
    private static final double PERCENTILES = 0.05;
    private static final double MEANS = 0.025;
    private static final double SHARES = 0.05;

    private final Random random = new Random(20_261_121);

    private record Shape(String name, double[] sorted) {
        double percentile(double percent) {
            var rank = (int) Math.ceil(percent / 100 * sorted.length);
            return sorted[Math.max(0, rank - 1)];
        }

        DoubleStream between(double fromPercent, double toPercent) {
            return Arrays.stream(
                    sorted,
                    (int) Math.round(fromPercent / 100 * sorted.length),
                    (int) Math.round(toPercent / 100 * sorted.length));
        }

        double share(double above, double upTo) {
            return (double)
                            Arrays.stream(sorted)
                                    .filter(value -> value > above && value <= upTo)
                                    .count()
                    / sorted.length;
        }
    }

    private List<Shape> shapes() {
        return List.of(
                shape("normal", () -> Math.max(0.001, 100 + 15 * random.nextGaussian())),
                shape("log-normal", () -> Math.exp(3 + 1.2 * random.nextGaussian())),
                shape(
                        "bimodal",
                        () ->
                                random.nextInt(10) < 7
                                        ? 20 + 2 * random.nextGaussian()
                                        : 500 + 60 * random.nextGaussian()),
                shape("uniform", () -> 1 + 999 * random.nextDouble()),
                shape("exponential", () -> -250 * Math.log(1 - random.nextDouble()) + 1e-6),
                shape("constant", () -> 42.5));
    }

    private static Shape shape(String name, DoubleSupplier sample) {
        return new Shape(name, DoubleStream.generate(sample).limit(SAMPLES).sorted().toArray());
    }

    @Test
    void percentilesAreNearThoseOfTheSamples() {
        for (var shape : shapes()) {
            var aggregate = aggregate(shape.sorted());
            for (var percent : List.of(1.0, 10.0, 25.0, 50.0, 68.0, 75.0, 90.0, 95.0, 99.0, 99.9)) {
                var exact = shape.percentile(percent);
                expect(shape, "p" + percent, value(aggregate, "p" + percent), exact, PERCENTILES);
            }
            assertThat(value(aggregate, "p0")).isEqualTo(shape.sorted()[0]);
            assertThat(value(aggregate, "p100")).isEqualTo(shape.sorted()[SAMPLES - 1]);
        }
    }

    @Test
    void meansAndSumsOfRanksAreNearThoseOfTheSamples() {
        for (var shape : shapes()) {
            var aggregate = aggregate(shape.sorted());
            for (var range : new double[][] {{0, 90}, {0, 99}, {10, 90}, {25, 75}, {50, 100}}) {
                var name = String.format(Locale.ROOT, "(%s%%:%s%%)", range[0], range[1]);
                var kept = shape.between(range[0], range[1]).sum();
                var count = SAMPLES * (range[1] - range[0]) / 100;
                expect(shape, "TS" + name, value(aggregate, "TS" + name), kept, MEANS);
                expect(shape, "TC" + name, value(aggregate, "TC" + name), count, 1e-9);
                expect(shape, "TM" + name, value(aggregate, "TM" + name), kept / count, MEANS);
                var winsorized =
                        kept
                                + shape.percentile(range[0]) * range[0] / 100 * SAMPLES
                                + shape.percentile(range[1]) * (100 - range[1]) / 100 * SAMPLES;
                // AWS takes the outer boundary of a bin for what is cut, up to a tenth off.
                expect(
                        shape,
                        "WM" + name,
                        value(aggregate, "WM" + name),
                        winsorized / SAMPLES,
                        MEANS + 0.05);
            }
            assertThat(value(aggregate, "IQM")).isEqualTo(value(aggregate, "TM(25%:75%)"));
        }
    }

    @Test
    void sharesOfValuesAreNearThoseOfTheSamples() {
        for (var shape : shapes()) {
            if (shape.name().equals("constant")) {
                continue;
            }
            var aggregate = aggregate(shape.sorted());
            for (var percents : new int[][] {{5, 40}, {20, 80}, {50, 95}}) {
                var low = shape.percentile(percents[0]);
                var high = shape.percentile(percents[1]);
                var name = String.format(Locale.ROOT, "(%s:%s)", low, high);
                var share = shape.share(low, high);
                assertThat(value(aggregate, "PR" + name) / 100)
                        .as("%s PR%s", shape.name(), name)
                        .isBetween(share - SHARES, share + SHARES);
                assertThat(value(aggregate, "TC" + name) / SAMPLES)
                        .as("%s TC%s", shape.name(), name)
                        .isBetween(share - SHARES, share + SHARES);
            }
        }
    }

    @Test
    void constantSamplesAreExact() {
        var aggregate = aggregate(shapes().getLast().sorted());
        for (var name : List.of("p1", "p50", "p99.99", "tm99", "IQM", "wm90", "TM(25%:75%)")) {
            assertThat(value(aggregate, name)).as(name).isEqualTo(42.5);
        }
        assertThat(value(aggregate, "PR(:42.5)")).isEqualTo(100);
        assertThat(value(aggregate, "PR(42.5:)")).isZero();
    }

    /// Shuffled, cut into parts that are merged in any order, as flushes, compaction and tiers do.
    @Test
    void orderAndGroupingChangeNothing() {
        for (var shape : shapes()) {
            var whole = aggregate(shape.sorted());
            for (var round = 0; round < 5; round++) {
                var merged = inParts(shape.sorted());
                assertThat(merged.histogram()).as(shape.name()).isEqualTo(whole.histogram());
                assertThat(merged.sampleCount()).isEqualTo(whole.sampleCount());
                assertThat(merged.minimum()).isEqualTo(whole.minimum());
                assertThat(merged.maximum()).isEqualTo(whole.maximum());
                expect(shape, "Sum", merged.sum(), whole.sum(), 1e-12);
                for (var name : List.of("p50", "p99", "tm90", "WM(10%:90%)", "IQM", "PR(:100)")) {
                    assertThat(value(merged, name))
                            .as("%s %s", shape.name(), name)
                            .isEqualTo(value(whole, name));
                }
            }
        }
    }

    private Aggregate inParts(double[] samples) {
        var shuffled = new ArrayList<Double>();
        Arrays.stream(samples).forEach(shuffled::add);
        Collections.shuffle(shuffled, random);
        var parts = new ArrayList<Aggregate>();
        for (var from = 0; from < SAMPLES; ) {
            var to = Math.min(SAMPLES, from + 1 + random.nextInt(500));
            var part = new Aggregate();
            shuffled.subList(from, to).forEach(sample -> part.addSample(sample, 1));
            parts.add(part);
            from = to;
        }
        while (parts.size() > 1) {
            var one = parts.remove(random.nextInt(parts.size()));
            parts.get(random.nextInt(parts.size())).merge(one);
        }
        return parts.getFirst();
    }

    private static void expect(
            Shape shape, String statistic, double actual, double exact, double error) {
        assertThat(Math.abs(actual - exact) / Math.abs(exact))
                .as("%s %s: %s, exactly %s", shape.name(), statistic, actual, exact)
                .isLessThanOrEqualTo(error);
    }

    private static Aggregate aggregate(double[] samples) {
        var aggregate = new Aggregate();
        for (var sample : samples) {
            aggregate.addSample(sample, 1);
        }
        return aggregate;
    }

    private static double value(Aggregate aggregate, String statistic) {
        return aggregate.value(Statistic.parse(statistic).orElseThrow());
    }
}
