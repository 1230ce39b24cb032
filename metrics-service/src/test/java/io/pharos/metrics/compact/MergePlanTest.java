package io.pharos.metrics.compact;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.metrics.compact.MergePlan.Candidate;
import io.pharos.metrics.point.Resolution;
import io.pharos.metrics.point.RunKey;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

class MergePlanTest {
    private static final long BUCKET = 10_800;
    private static final long OPEN = BUCKET * 1_000 + 60_000;
    private static final long OVER = BUCKET * 2 * 1_000 + MergePlan.QUIET.toMillis();

    @Test
    void mergesEightOfALevelOldestFirst() {
        assertThat(MergePlan.of(runs(0, 0, 7), OPEN)).isEmpty();
        var steps = MergePlan.of(runs(0, 0, 20), OPEN);
        assertThat(steps).hasSize(2);
        assertThat(steps.getFirst().runs())
                .extracting(RunKey::run)
                .containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L);
        assertThat(steps.getFirst().into()).isEqualTo(key(1, 7));
        assertThat(steps.getLast().into()).isEqualTo(key(1, 15));
    }

    @Test
    void leavesLevelsApartWhileABucketIsOpen() {
        var runs = new ArrayList<>(runs(0, 100, 7));
        runs.addAll(runs(1, 0, 7));
        assertThat(MergePlan.of(runs, OPEN)).isEmpty();
    }

    @Test
    void makesOneRunOfABucketThatIsOverAndQuiet() {
        var runs = new ArrayList<>(runs(2, 0, 1));
        runs.addAll(runs(0, 100, 1));
        assertThat(MergePlan.of(runs, OVER - 1)).isEmpty();
        assertThat(MergePlan.of(runs, OVER))
                .containsExactly(new MergePlan.Step(List.of(key(2, 0), key(0, 100)), key(3, 100)));
        assertThat(MergePlan.of(runs.subList(0, 1), OVER)).isEmpty();
        var late = List.of(runs.getFirst(), new Candidate(key(0, 200), 1, OVER));
        assertThat(MergePlan.of(late, OVER + 1)).isEmpty();
    }

    @Test
    void mergesBoundedNumbersAtOnce() {
        assertThat(MergePlan.of(runs(0, 0, 200), OVER).getFirst().runs()).hasSize(MergePlan.MOST);
    }

    private static List<Candidate> runs(int level, int from, int count) {
        return IntStream.range(from, from + count)
                .mapToObj(run -> new Candidate(key(level, run), 1, 0))
                .toList();
    }

    private static RunKey key(int level, long run) {
        return new RunKey(3, Resolution.MINUTE, BUCKET, level, run);
    }
}
