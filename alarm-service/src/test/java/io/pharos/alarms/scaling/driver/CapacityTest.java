package io.pharos.alarms.scaling.driver;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Map;

/// Which instances have come and gone when only their number is known.
class CapacityTest {
    @Test
    void theOldestComeAndGoFirst() {
        expect(2, 3, 0, 5, "l0", "l1", "l2");
        expect(2, 3, 0, 4, "l0", "l1");
        expect(2, 3, 0, 2);
        expect(2, 3, 0, 0);
        expect(2, 0, 3, 2, "t0", "t1", "t2");
        expect(2, 0, 3, 4, "t0");
        expect(2, 0, 3, 5);
        expect(2, 0, 3, 9);
        expect(0, 0, 1, 0, "t0");
        // One replaces another: there is no telling them apart.
        expect(2, 1, 1, 3, "l0", "t0");
        expect(2, 1, 1, 4, "l0");
        expect(2, 1, 1, 2, "t0");
    }

    private static void expect(
            int settled, int launching, int terminating, int actual, String... done) {
        var outcomes = Capacity.outcomes(Work.of(settled, launching, terminating), actual);
        assertThat(outcomes.keySet()).containsExactlyInAnyOrder(done);
        assertThat(outcomes.values()).allMatch(outcome -> outcome == Outcome.DONE);
    }

    @Test
    void whatTakesTooLongHasFailed() {
        var work = Work.of(1, 2, 0);
        var done = Map.of("l0", Outcome.DONE);
        assertThat(Capacity.overdue(work, done, Duration.ofMinutes(2), "late", Work.NOW))
                .isEqualTo(done);
        assertThat(Capacity.overdue(work, done, Duration.ofSeconds(59), "late", Work.NOW))
                .isEqualTo(Map.of("l0", Outcome.DONE, "l1", new Outcome.Failed("late")));
    }
}
