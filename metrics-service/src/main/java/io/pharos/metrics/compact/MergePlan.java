package io.pharos.metrics.compact;

import io.pharos.metrics.point.Resolution;
import io.pharos.metrics.point.RunKey;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Which runs become one, so that a reader never meets many and no point is rewritten often:
/// * [#FAN_IN] runs of a level become one of the next, so a point is rewritten once a level;
/// * once a bucket is over and nothing came for a while, its runs become one sealed run. A large one
///   is not written again for a little late data: that becomes a second run;
/// * once a bucket was kept for its time, its runs become one of the next coarser resolution.
public final class MergePlan {
    public static final int FAN_IN = 8;

    /// How long a bucket must be over, and how old its newest run, before it is sealed.
    public static final Duration QUIET = Duration.ofMinutes(10);

    /// A bucket goes only when everything in it is this much older than must be kept: requests take
    /// their time.
    public static final Duration RETENTION_SLACK = Duration.ofMinutes(10);

    /// Runs merged at once at most.
    static final int MOST = 64;

    private MergePlan() {}

    /// A run as the plan sees it.
    public record Candidate(RunKey key, long points, long writtenMs) {}

    /// Runs of one partition and bucket, oldest first, that become one.
    ///
    /// @param into the run they become; of a coarser resolution its number is not known yet, so 0
    /// @param points of all runs together
    public record Step(List<RunKey> runs, RunKey into, long points) {
        public boolean isCoarser() {
            return into.resolution() != runs.getFirst().resolution();
        }
    }

    private record Shard(int partition, Resolution resolution, long bucketS) {
        long endMs() {
            return (bucketS + resolution.bucketSeconds()) * 1_000;
        }
    }

    /// Whether everything in a bucket was kept long enough.
    ///
    /// @return buckets that start then or earlier, seconds
    public static long keptUntilS(Resolution resolution, long nowMs) {
        var keptMs = resolution.kept().plus(RETENTION_SLACK).toMillis();
        return Math.floorDiv(nowMs - keptMs, 1_000L) - resolution.bucketSeconds();
    }

    /// The steps that can be done now; no run takes part in two.
    public static List<Step> of(List<Candidate> candidates, long nowMs) {
        Map<Shard, List<Candidate>> shards = new LinkedHashMap<>();
        for (var candidate : candidates) {
            var key = candidate.key();
            shards.computeIfAbsent(
                            new Shard(key.partition(), key.resolution(), key.bucketS()),
                            _ -> new ArrayList<>())
                    .add(candidate);
        }
        var steps = new ArrayList<Step>();
        shards.forEach((shard, runs) -> plan(shard, runs, nowMs, steps));
        return steps;
    }

    private static void plan(Shard shard, List<Candidate> runs, long nowMs, List<Step> steps) {
        var coarser = shard.resolution().coarser();
        if (coarser != null && shard.bucketS() <= keptUntilS(shard.resolution(), nowMs)) {
            var some = runs.subList(0, Math.min(MOST, runs.size()));
            var bucketS = coarser.bucketOf(shard.bucketS());
            steps.add(step(some, new RunKey(shard.partition(), coarser, bucketS, 0, 0)));
            return;
        }
        var newestMs = runs.stream().mapToLong(Candidate::writtenMs).max().orElseThrow();
        if (nowMs - Math.max(shard.endMs(), newestMs) >= QUIET.toMillis()) {
            seal(shard, runs, steps);
            return;
        }
        Map<Integer, List<Candidate>> levels = new LinkedHashMap<>();
        for (var run : runs) {
            if (!run.key().isSealed()) {
                levels.computeIfAbsent(run.key().level(), _ -> new ArrayList<>()).add(run);
            }
        }
        levels.forEach((level, some) -> {
            some.sort(Comparator.comparingLong(run -> run.key().run()));
            for (var from = 0; some.size() - from >= FAN_IN; from += FAN_IN) {
                var merged = some.subList(from, from + FAN_IN);
                steps.add(step(merged, into(shard, merged, level + 1)));
            }
        });
    }

    private static void seal(Shard shard, List<Candidate> runs, List<Step> steps) {
        var some = new ArrayList<>(runs);
        some.sort(Comparator.comparingLong(Candidate::points));
        var largest = some.getLast();
        var rest = some.stream().mapToLong(Candidate::points).sum() - largest.points();
        if (largest.key().isSealed() && rest * FAN_IN < largest.points()) {
            some.removeLast();
        }
        if (some.isEmpty() || (some.size() == 1 && some.getFirst().key().isSealed())) {
            return;
        }
        var merged = new ArrayList<>(some.subList(0, Math.min(MOST, some.size())));
        merged.sort(Comparator.comparingLong(run -> run.key().run()));
        var level = merged.stream().mapToInt(run -> run.key().level()).max().orElseThrow() + 1;
        steps.add(step(merged, into(shard, merged, Math.max(RunKey.SEALED, level))));
    }

    private static RunKey into(Shard shard, List<Candidate> runs, int level) {
        var run = runs.stream().mapToLong(one -> one.key().run()).max().orElseThrow();
        return new RunKey(shard.partition(), shard.resolution(), shard.bucketS(), level, run);
    }

    private static Step step(List<Candidate> runs, RunKey into) {
        return new Step(
                runs.stream().map(Candidate::key).toList(),
                into,
                runs.stream().mapToLong(Candidate::points).sum());
    }
}
