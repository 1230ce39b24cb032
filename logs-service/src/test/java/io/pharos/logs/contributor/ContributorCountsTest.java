package io.pharos.logs.contributor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

import java.util.Map;
import java.util.Random;

class ContributorCountsTest {
    @Test
    void addsUpWhatComes() {
        var counts = new ContributorCounts(10);
        counts.add("a", 2);
        counts.add("b", -1);
        counts.add("a", 5);
        assertThat(counts.values()).isEqualTo(Map.of("a", 7.0, "b", -1.0));
        assertThat(counts.samples()).isEqualTo(3);
        assertThat(counts.sum()).isEqualTo(6);
        assertThat(counts.minimum()).isEqualTo(-1);
        assertThat(counts.maximum()).isEqualTo(5);
        assertThat(counts.distinct()).isEqualTo(2);
        assertThat(counts.highest()).isEqualTo(7);
        var other = new ContributorCounts(10);
        other.add("b", 10);
        other.add("c", 9);
        counts.merge(other);
        assertThat(counts.top(2)).extracting(Map.Entry::getKey).containsExactly("b", "c");
        assertThat(counts.distinct()).isEqualTo(3);
        assertThat(counts.samples()).isEqualTo(5);
    }

    @Test
    void equalOnesStandInTheOrderOfTheirTexts() {
        var counts = new ContributorCounts(10);
        for (var name : new String[] {"c", "a", "b"}) {
            counts.add(name, 1);
        }
        assertThat(counts.top(5)).extracting(Map.Entry::getKey).containsExactly("a", "b", "c");
    }

    @Test
    void keepsTheHighestOfTooManyAndStatisticsOfAll() {
        var counts = new ContributorCounts(ContributorCounts.MAX_KEPT);
        var random = new Random(7);
        for (var i = 0; i < 50_000; i++) {
            counts.add("rare-" + random.nextInt(20_000), 1);
            counts.add("often-" + i % 10, 1);
            assertThat(counts.size()).isLessThanOrEqualTo(2 * ContributorCounts.MAX_KEPT);
        }
        var kept = ContributorCounts.decode(counts.encode());
        assertThat(kept.size()).isEqualTo(ContributorCounts.MAX_KEPT);
        assertThat(kept.top(10)).allMatch(one -> one.getKey().startsWith("often-"));
        assertThat(kept.top(10)).allMatch(one -> one.getValue() == 5_000);
        assertThat(kept.samples()).isEqualTo(100_000);
        assertThat(kept.sum()).isEqualTo(100_000);
        assertThat((double) kept.distinct()).isCloseTo(18_368, within(18_368 * 0.05));
    }

    @Test
    void partsOfTooManyAddUp() {
        var whole = new ContributorCounts(ContributorCounts.MAX_KEPT);
        for (var part = 0; part < 5; part++) {
            var counts = new ContributorCounts(ContributorCounts.MAX_KEPT);
            for (var i = 0; i < 3_000; i++) {
                counts.add("c" + (part * 1_500 + i), 1);
            }
            counts.add("top", 100);
            whole.merge(ContributorCounts.decode(counts.encode()));
        }
        assertThat((double) whole.distinct()).isCloseTo(9_001, within(9_001 * 0.05));
        assertThat(whole.values()).containsEntry("top", 500.0);
        assertThat(whole.samples()).isEqualTo(15_005);
    }

    @Test
    void isStoredAsItIs() {
        var counts = new ContributorCounts(ContributorCounts.MAX_KEPT);
        counts.add("ü\u0000", 1.5);
        var back = ContributorCounts.decode(counts.encode());
        assertThat(back.values()).isEqualTo(counts.values());
        assertThat(back.distinct()).isEqualTo(1);
        assertThat(back.minimum()).isEqualTo(1.5);
        for (var damaged : new byte[][] {{}, {1, 2}, {0, 0, 0, 9, 1}, {127, 0, 0, 0, 1, 2, 3}}) {
            assertThatThrownBy(() -> ContributorCounts.decode(damaged))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
