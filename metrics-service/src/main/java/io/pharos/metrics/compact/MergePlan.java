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
/// * once a bucket is over and nothing came for a while, all its runs become one.
public final class MergePlan {
    public static final int FAN_IN = 8;

    /// How long a bucket must be over, and how old its newest run, before all become one.
    public static final Duration QUIET = Duration.ofMinutes(10);

    /// Runs merged at once at most.
    static final int MOST = 64;

    private MergePlan() {}

    /// A run as the plan sees it.
    public record Candidate(RunKey key, long points, long writtenMs) {}

    /// Runs of one partition and bucket, oldest first, that become one.
    ///
    /// @param into the run they become
    public record Step(List<RunKey> runs, RunKey into) {}

    private record Shard(int partition, Resolution resolution, long bucketS) {}

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
        if (runs.size() < 2) {
            return;
        }
        var overMs = (shard.bucketS() + shard.resolution().bucketSeconds()) * 1_000;
        var newestMs = runs.stream().mapToLong(Candidate::writtenMs).max().orElseThrow();
        if (nowMs - Math.max(overMs, newestMs) >= QUIET.toMillis()) {
            steps.add(step(runs.subList(0, Math.min(MOST, runs.size()))));
            return;
        }
        Map<Integer, List<Candidate>> levels = new LinkedHashMap<>();
        for (var run : runs) {
            levels.computeIfAbsent(run.key().level(), _ -> new ArrayList<>()).add(run);
        }
        levels.forEach((_, level) -> {
            level.sort(Comparator.comparingLong(run -> run.key().run()));
            for (var from = 0; level.size() - from >= FAN_IN; from += FAN_IN) {
                steps.add(step(level.subList(from, from + FAN_IN)));
            }
        });
    }

    private static Step step(List<Candidate> runs) {
        var keys = runs.stream().map(Candidate::key).toList();
        var first = keys.getFirst();
        var level = keys.stream().mapToInt(RunKey::level).max().orElseThrow() + 1;
        var run = keys.stream().mapToLong(RunKey::run).max().orElseThrow();
        return new Step(
                keys,
                new RunKey(first.partition(), first.resolution(), first.bucketS(), level, run));
    }
}
