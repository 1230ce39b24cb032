package io.pharos.kit.metric;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.kit.metric.OwnMetricBook.Sums;
import io.pharos.metric.SeriesHash;
import io.pharos.wire.Tenant;

import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.stream.IntStream;

class OwnMetricBookTest {
    private static final Instant NOON = Instant.parse("2026-01-30T12:00:00Z");
    private static final Tenant ALICE = new Tenant("111122223333", "eu-west-1");
    private static final Tenant BOB = new Tenant("444455556666", "eu-west-1");

    private final OwnMetricBook book = new OwnMetricBook();

    private static OwnMetric calls(Tenant tenant, String operation) {
        return OwnMetric.of(tenant, "AWS/Usage", "CallCount", "None", "Resource", operation);
    }

    @Test
    void addsUpUntilTaken() {
        for (var value : new double[] {4, 1, 7}) {
            book.add(calls(ALICE, "ListMetrics"), Sums.of(value));
        }
        book.add(calls(BOB, "ListMetrics"), Sums.of(2));
        var pages = book.take(NOON, 4);
        assertThat(pages).hasSize(2);
        for (var page : pages) {
            var sample = page.batch().getSamples(0);
            assertThat(page.partition()).isEqualTo(SeriesHash.partition(sample.getSeriesHash(), 4));
            assertThat(sample.getTimestampMs()).isEqualTo(NOON.toEpochMilli());
            assertThat(sample.getDimensions(0).getValue()).isEqualTo("ListMetrics");
            if (page.batch().getAccount().equals(BOB.account())) {
                assertThat(sample.getValue()).isEqualTo(2);
            } else {
                var set = sample.getStatisticSet();
                assertThat(set.getSampleCount()).isEqualTo(3);
                assertThat(set.getSum()).isEqualTo(12);
                assertThat(set.getMinimum()).isEqualTo(1);
                assertThat(set.getMaximum()).isEqualTo(7);
            }
        }
        assertThat(book.take(NOON, 4)).isEmpty();
    }

    @Test
    void whatWasNotSentCanBePutBack() {
        book.add(calls(ALICE, "ListMetrics"), Sums.of(1));
        var page = book.take(NOON, 4).getFirst();
        book.add(calls(ALICE, "ListMetrics"), Sums.of(1));
        page.sums().forEach(book::add);
        assertThat(book.take(NOON, 4).getFirst().batch().getSamples(0).getStatisticSet().getSum())
                .isEqualTo(2);
    }

    @Test
    void holdsSoManyMetricsAndNoMore() {
        var small = new OwnMetricBook(10);
        for (var i = 0; i < 10; i++) {
            assertThat(small.add(calls(ALICE, "Op" + i), Sums.of(1))).isTrue();
        }
        assertThat(small.add(calls(ALICE, "Another"), Sums.of(1))).isFalse();
        assertThat(small.add(calls(ALICE, "Op3"), Sums.of(1))).isTrue();
    }

    @Test
    void recordsAreBounded() {
        var large = new OwnMetricBook();
        IntStream.range(0, 2_500).forEach(i -> large.add(calls(ALICE, "Op" + i), Sums.of(1)));
        var pages = large.take(NOON, 1);
        assertThat(pages).hasSize(3);
        assertThat(pages)
                .allMatch(page -> page.batch().getSamplesCount() <= OwnMetricBook.MAX_SAMPLES);
    }

    @Test
    void losesAndDoublesNothingWhileOthersAdd() throws InterruptedException {
        var threads = 4;
        var each = 50_000;
        var adders =
                IntStream.range(0, threads)
                        .mapToObj(_ ->
                                Thread.ofPlatform()
                                        .start(() -> {
                                            for (var i = 0; i < each; i++) {
                                                book.add(calls(ALICE, "Op" + i % 3), Sums.of(1));
                                            }
                                        }))
                        .toList();
        var taken = 0.0;
        while (adders.stream().anyMatch(Thread::isAlive)) {
            taken += sum();
        }
        for (var adder : adders) {
            adder.join();
        }
        assertThat(taken + sum()).isEqualTo(threads * each);
    }

    private double sum() {
        return book.take(NOON, 4).stream()
                .flatMap(page -> page.sums().values().stream())
                .mapToDouble(Sums::sum)
                .sum();
    }
}
