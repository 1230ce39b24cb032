package io.pharos.metrics.compact;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.metrics.compact.MergePlan.Candidate;
import io.pharos.metrics.point.Resolution;
import io.pharos.metrics.point.RunKey;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

class MergePlanTest {
    private static final long BUCKET = Resolution.MINUTE.bucketSeconds();
    private static final long OPEN = BUCKET * 1_000 + 60_000;
    private static final long OVER = BUCKET * 2 * 1_000 + MergePlan.QUIET.toMillis();
    private static final int SEALED = RunKey.SEALED;

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
    void sealsABucketThatIsOverAndQuiet() {
        var runs = new ArrayList<>(runs(2, 0, 1));
        runs.addAll(runs(0, 100, 1));
        assertThat(MergePlan.of(runs, OVER - 1)).isEmpty();
        var both = List.of(key(2, 0), key(0, 100));
        assertThat(MergePlan.of(runs, OVER))
                .containsExactly(new MergePlan.Step(both, key(SEALED, 100), 2));
        assertThat(MergePlan.of(runs.subList(0, 1), OVER))
                .containsExactly(new MergePlan.Step(List.of(key(2, 0)), key(SEALED, 0), 1));
        assertThat(MergePlan.of(runs(SEALED, 0, 1), OVER)).isEmpty();
        var late = List.of(runs.getFirst(), new Candidate(key(0, 200), 1, OVER));
        assertThat(MergePlan.of(late, OVER + 1)).isEmpty();
    }

    @Test
    void doesNotWriteALargeRunAgainForALittleLateData() {
        var large = new Candidate(key(SEALED, 9), 1_000, 0);
        var late = List.of(large, new Candidate(key(0, 100), 60, 0));
        assertThat(MergePlan.of(late, OVER))
                .containsExactly(new MergePlan.Step(List.of(key(0, 100)), key(SEALED, 100), 60));
        var sealed = List.of(large, new Candidate(key(SEALED, 100), 60, 0));
        assertThat(MergePlan.of(sealed, OVER)).isEmpty();
        var more = new ArrayList<>(sealed);
        more.add(new Candidate(key(0, 200), 70, 0));
        assertThat(MergePlan.of(more, OVER).getFirst().into()).isEqualTo(key(SEALED + 1, 200));
        assertThat(MergePlan.of(more, OVER).getFirst().runs())
                .containsExactly(key(SEALED, 9), key(SEALED, 100), key(0, 200));
    }

    @Test
    void makesABucketCoarserWhenItWasKeptForItsTime() {
        var runs = runs(SEALED, 7, 1);
        var end = (BUCKET * 2 + Duration.ofDays(15).toSeconds()) * 1_000;
        var due = end + MergePlan.RETENTION_SLACK.toMillis();
        assertThat(MergePlan.of(runs, due - 1)).isEmpty();
        var step = MergePlan.of(runs, due).getFirst();
        assertThat(step.isCoarser()).isTrue();
        assertThat(step.into()).isEqualTo(new RunKey(3, Resolution.FIVE_MINUTES, 0, 0, 0));
        for (var resolution : Resolution.values()) {
            var coarser = resolution.coarser();
            if (coarser != null) {
                assertThat(coarser.bucketSeconds() % resolution.bucketSeconds()).isZero();
                assertThat(coarser.seconds() % resolution.seconds()).isZero();
            }
        }
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
