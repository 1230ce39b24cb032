package io.pharos.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.quicktheories.QuickTheory.qt;
import static org.quicktheories.generators.SourceDSL.doubles;
import static org.quicktheories.generators.SourceDSL.integers;
import static org.quicktheories.generators.SourceDSL.lists;
import static org.quicktheories.generators.SourceDSL.longs;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;

/// The first vectors were captured from AWS.
class AggregateTest {
    private static final double LAST_DIGITS = 4e-15;

    @Test
    void givesAwsFiguresForTwosAndTens() {
        var aggregate = new Aggregate();
        aggregate.addSample(2, 2);
        aggregate.addSample(10, 3);
        expect(aggregate, "SampleCount", 5);
        expect(aggregate, "Sum", 34);
        expect(aggregate, "Average", 6.8);
        expect(aggregate, "Minimum", 2);
        expect(aggregate, "Maximum", 10);
        expect(aggregate, "p0", 2);
        expect(aggregate, "p50", 9.874619498547638);
        expect(aggregate, "p90", 9.974797183077614);
        expect(aggregate, "p100", 10);
        expect(aggregate, "tc90", 4.5);
        expect(aggregate, "ts90", 28.924448962219458);
        expect(aggregate, "tm90", 6.427655324937657);
        expect(aggregate, "wm90", 6.784889792443892);
        expect(aggregate, "IQM", 7.560492224192117);
        expect(aggregate, "TM(25%:75%)", 7.560492224192117);
        expect(aggregate, "PR(2:10)", 100);
        expect(aggregate, "TC(50%:50%)", 0);
        expect(aggregate, "TS(50%:50%)", 0);
        expectNothing(aggregate, "TM(50%:50%)");
    }

    @Test
    void weighsByFractions() {
        var aggregate = new Aggregate();
        aggregate.addSample(2, 0.5);
        aggregate.addSample(10, 1.5);
        expect(aggregate, "p50", 9.8995692015674);
        expect(aggregate, "p90", 9.979832659876456);
    }

    @Test
    void letsAWeightOfZeroMoveOnlyTheBounds() {
        var aggregate = new Aggregate();
        aggregate.addSample(1, 0);
        aggregate.addSample(2, 1);
        assertThat(aggregate.statisticSet()).isEqualTo(new StatisticSet(1, 2, 1, 2));
        expect(aggregate, "p50", 1.974192037264866);
    }

    @Test
    void hasNoDistributionWithNegativeSamples() {
        var aggregate = new Aggregate();
        aggregate.addSample(-1, 1);
        aggregate.addSample(3, 1);
        expect(aggregate, "p0", -1);
        expect(aggregate, "p100", 3);
        for (var name : List.of("p50", "tm90", "TC(1:2)", "PR(0:1)", "IQM", "wm10", "ts10")) {
            expectNothing(aggregate, name);
        }
    }

    @Test
    void hasNoDistributionWithASetThatHidesItsSamples() {
        var hidden = new Aggregate();
        hidden.addSet(new StatisticSet(3, 15, 1, 9));
        expect(hidden, "p0", 1);
        expect(hidden, "p100", 9);
        expectNothing(hidden, "p50");
        hidden.addSample(5, 1);
        expectNothing(hidden, "p50");
        expect(hidden, "Sum", 20);
    }

    @Test
    void understandsSetsThatTellTheirSamples() {
        var equal = new Aggregate();
        equal.addSet(new StatisticSet(3, 21, 7, 7));
        for (var name : List.of("p0", "p10", "p50", "p99.9", "p100")) {
            expect(equal, name, 7);
        }
        var one = new Aggregate();
        one.addSet(new StatisticSet(1, 4, 2, 8));
        assertThat(one.isDistributed()).isTrue();
        expect(one, "p50", Math.pow(1.1, 14) * Math.pow(1.1, 0.5));
    }

    @Test
    void countsZeros() {
        var aggregate = new Aggregate();
        aggregate.addSample(0, 9);
        aggregate.addSample(100, 1);
        expect(aggregate, "p90", 0);
        expect(aggregate, "PR(:0)", 90);
        expect(aggregate, "TC(0:)", 1);
        expect(aggregate, "tm90", 0);
    }

    @Test
    void winsorizesByValue() {
        var aggregate = new Aggregate();
        aggregate.addSample(1, 1);
        aggregate.addSample(100, 1);
        expect(aggregate, "WM(1:50)", (1 * 1.05 + 50) / 2);
    }

    @Test
    void mergesInAnyOrder() {
        qt().forAll(lists().of(integers().between(-1, 60)).ofSizeBetween(1, 60), longs().all())
                .checkAssert(AggregateTest::mergesAlike);
    }

    private static void mergesAlike(List<Integer> samples, long seed) {
        var random = new Random(seed);
        var whole = new Aggregate();
        for (var sample : samples) {
            whole.addSample(sample, 1);
        }
        var shuffled = new ArrayList<>(samples);
        Collections.shuffle(shuffled, random);
        var parts = new ArrayList<Aggregate>();
        for (var sample : shuffled) {
            if (parts.isEmpty() || random.nextInt(3) == 0) {
                parts.add(new Aggregate());
            }
            parts.get(random.nextInt(parts.size())).addSample(sample, 1);
        }
        var merged = new Aggregate();
        for (var part : parts) {
            merged.merge(part);
        }
        assertThat(merged.statisticSet()).isEqualTo(whole.statisticSet());
        assertThat(merged.isDistributed()).isEqualTo(whole.isDistributed());
        assertThat(merged.histogram()).isEqualTo(whole.histogram());
    }

    @Test
    void findsPercentilesWithinTheErrorOfABin() {
        qt().forAll(
                        lists().of(doubles().between(0.001, 1e9)).ofSizeBetween(1, 80),
                        integers().between(1, 99))
                .checkAssert((samples, percent) -> {
                    var aggregate = new Aggregate();
                    samples.forEach(sample -> aggregate.addSample(sample, 1));
                    var sorted = samples.stream().sorted().toList();
                    var exact = sorted.get((int) Math.ceil(percent / 100.0 * sorted.size()) - 1);
                    assertThat(value(aggregate, "p" + percent))
                            .isBetween(exact / 1.1000001, exact * 1.1000001);
                });
    }

    @Test
    void survivesStorage() {
        var aggregate = new Aggregate();
        aggregate.addSample(0, 2);
        aggregate.addSample(5, 1);
        aggregate.addSample(1e-320, 1);
        var histogram = Objects.requireNonNull(aggregate.histogram());
        assertThat(histogram.bin(0)).isEqualTo(Histogram.LOWEST_BIN);
        var again = Aggregate.of(aggregate.statisticSet(), histogram);
        expect(again, "p75", value(aggregate, "p75"));
    }

    private static void expect(Aggregate aggregate, String statistic, double value) {
        assertThat(value(aggregate, statistic))
                .as(statistic)
                .isCloseTo(value, within(LAST_DIGITS * Math.max(1, Math.abs(value))));
    }

    private static void expectNothing(Aggregate aggregate, String statistic) {
        assertThat(value(aggregate, statistic)).as(statistic).isNaN();
    }

    private static double value(Aggregate aggregate, String statistic) {
        return aggregate.value(Statistic.parse(statistic).orElseThrow());
    }
}
