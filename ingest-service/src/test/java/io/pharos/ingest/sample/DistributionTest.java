package io.pharos.ingest.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pharos.ingest.sample.Distribution.Bucket;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;

class DistributionTest {
    private static final double UNKNOWN = Double.NaN;
    private static final double INF = Double.POSITIVE_INFINITY;

    private static double sum(Distribution distribution) {
        var sum = 0.0;
        for (var i = 0; i < distribution.size(); i++) {
            sum += distribution.values()[i] * distribution.counts()[i];
        }
        return sum;
    }

    @Test
    void whatTheHistogramKnowsIsExact() {
        var random = new Random(7);
        var bounds = new double[] {0, 5, 10, 25, 50, 75, 100, 250, 500, 1000};
        for (var round = 0; round < 200; round++) {
            var counts = new TreeMap<Integer, Integer>();
            var observations = random.doubles(1 + random.nextInt(50), -20, 1500).toArray();
            for (var observation : observations) {
                var at = 0;
                while (at < bounds.length && observation > bounds[at]) {
                    at++;
                }
                counts.merge(at, 1, Integer::sum);
            }
            var buckets = new ArrayList<Bucket>();
            counts.forEach((at, count) ->
                    buckets.add(
                            new Bucket(
                                    at == 0 ? -INF : bounds[at - 1],
                                    at == bounds.length ? INF : bounds[at],
                                    count)));
            var total = Arrays.stream(observations).sum();
            var minimum = Arrays.stream(observations).min().orElseThrow();
            var maximum = Arrays.stream(observations).max().orElseThrow();
            var placed = Distribution.of(buckets, total, minimum, maximum);
            assertThat(sum(placed)).isCloseTo(total, within(1e-6));
            assertThat(Arrays.stream(placed.counts()).sum()).isEqualTo(observations.length);
            assertThat(Arrays.stream(placed.values()).min().orElseThrow())
                    .isCloseTo(minimum, within(1e-9));
            assertThat(Arrays.stream(placed.values()).max().orElseThrow())
                    .isCloseTo(maximum, within(1e-9));
        }
    }

    @Test
    void aSingleObservationIsItself() {
        var placed = Distribution.of(List.of(new Bucket(5, 10, 1)), 7, 7, 7);
        assertThat(placed.values()).containsExactly(7);
        assertThat(placed.counts()).containsExactly(1);
    }

    @Test
    void withoutBoundsTheSumTells() {
        var all = new Bucket(-INF, INF, 4);
        assertThat(Distribution.of(List.of(all), 10, UNKNOWN, UNKNOWN).values())
                .containsExactly(2.5);
        var last = new Bucket(100, INF, 2);
        assertThat(Distribution.of(List.of(last), 300, UNKNOWN, UNKNOWN).values())
                .containsExactly(150);
        assertThat(Distribution.of(List.of(last), UNKNOWN, UNKNOWN, UNKNOWN).values())
                .containsExactly(100);
    }

    @Test
    void ofNothingIsNothing() {
        assertThat(Distribution.of(List.of(), 0, UNKNOWN, UNKNOWN).size()).isZero();
        assertThat(Distribution.of(List.of(), 0, 0, 0).size()).isZero();
    }

    @Test
    void exponentialBucketsLieWhereTheScaleSays() {
        var buckets = new ExponentialBuckets(0, 0, 3);
        buckets.positive(0, 1);
        buckets.positive(3, 2);
        buckets.negative(1, 1);
        assertThat(buckets.all())
                .containsExactly(
                        new Bucket(-4, -2, 1),
                        new Bucket(0, 0, 3),
                        new Bucket(1, 2, 1),
                        new Bucket(8, 16, 2));
        var half = new ExponentialBuckets(1, 0, 0);
        half.positive(1, 1);
        assertThat(half.all().getFirst().lower()).isEqualTo(Math.sqrt(2));
        assertThat(half.all().getFirst().upper()).isEqualTo(2);
    }

    @Test
    void finerScalesGiveTheBoundsOfTheSeries() {
        var fine = new ExponentialBuckets(5, 0, 1);
        for (var i = 0; i < 32; i++) {
            fine.positive(i, 1);
        }
        var coarse = new ExponentialBuckets(2, 0, 1);
        for (var i = 0; i < 4; i++) {
            coarse.positive(i, 8);
        }
        assertThat(fine.cumulative()).isEqualTo(coarse.cumulative());
        assertThat(fine.cumulative().lastEntry()).isEqualTo(java.util.Map.entry(2.0, 33.0));
        assertThat(fine.cumulative()).containsEntry(1.0, 1.0).containsEntry(0.0, 1.0);
    }
}
