package io.pharos.logs.insights.plan;

import io.pharos.logs.cluster.Clusters;
import io.pharos.logs.cluster.Finding;
import io.pharos.logs.cluster.MessageTokens;
import io.pharos.logs.cluster.TextPattern;
import io.pharos.logs.cluster.Usual;
import io.pharos.logs.insights.eval.Eval;
import io.pharos.logs.insights.eval.QueryTimes;
import io.pharos.logs.insights.eval.Row;
import io.pharos.logs.insights.eval.Values;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// `pattern`, and what follows it: texts that differ in numbers, times, addresses and ids only, or in
/// few words, are one pattern. The most frequent one comes first.
final class Patterns implements Gathering<Patterns> {
    static final List<String> COLUMNS =
            List.of("@pattern", "@ratio", "@sampleCount", "@severityLabel");

    /// What `diff` adds.
    static final List<String> DIFF =
            List.of("@diffEventCount", "@diffRatio", "@differenceDescription");

    /// What `anomaly` adds.
    static final List<String> ANOMALY =
            List.of(
                    "@patternString",
                    "@description",
                    "@priority",
                    "@priorityScore",
                    "@anomalyLogSamples");

    /// Different texts, but for what changes, that are told apart; further ones are counted as one.
    static final int MAX_KEYS = 10_000;

    /// The range of a query is cut into so many parts, of which the last quarter is judged.
    static final int PARTS = 32;

    private static final int MAX_SAMPLES = 3;
    private static final String OTHER = "\u0001Token\u0001";

    private final Spec spec;
    private final Map<String, Seen> seen = new HashMap<>();
    private final Memory memory = new Memory();

    /// What becomes of the patterns.
    enum Use {
        SHOWN,
        /// Not grouped, for a `diff`.
        BASELINE,
        COMPARED,
        JUDGED
    }

    /// @param before for [Use#COMPARED]: how often texts occurred in another time, by their keys
    record Spec(Eval text, Use use, QueryTimes times, Map<String, Long> before) {}

    /// How often, when, and examples.
    private static final class Seen {
        private long count;
        private long before;
        private final long @Nullable [] parts;
        private final List<String> samples = new ArrayList<>();

        Seen(boolean isJudged) {
            this.parts = isJudged ? new long[PARTS] : null;
        }

        void add(Seen other) {
            count += other.count;
            before += other.before;
            if (parts != null && other.parts != null) {
                for (var i = 0; i < PARTS; i++) {
                    parts[i] += other.parts[i];
                }
            }
            for (var sample : other.samples) {
                sample(sample);
            }
        }

        void sample(String text) {
            if (samples.size() < MAX_SAMPLES) {
                samples.add(text);
            }
        }
    }

    Patterns(Spec spec) {
        this.spec = spec;
    }

    private boolean isJudged() {
        return spec.use() == Use.JUDGED;
    }

    @Override
    public void add(Row row) {
        var value = Values.text(spec.text().value(row));
        if (value == null) {
            return;
        }
        var of = of(MessageTokens.key(value));
        of.count++;
        if (of.parts != null) {
            of.parts[row.isEvent() ? part(row.timestampMs()) : 0]++;
            if (of.samples.size() < MAX_SAMPLES) {
                memory.take(Values.size(value));
                of.sample(value);
            }
        }
    }

    private int part(long timeMs) {
        var times = spec.times();
        var length = Math.max(1, times.endMs() - times.startMs() + 1);
        return (int) Math.clamp((timeMs - times.startMs()) * PARTS / length, 0, PARTS - 1);
    }

    private Seen of(String key) {
        var known = seen.get(key);
        if (known != null) {
            return known;
        }
        var kept = seen.size() < MAX_KEYS ? key : OTHER;
        var of = seen.get(kept);
        if (of == null) {
            memory.take(120 + Values.size(kept) + (isJudged() ? 8L * PARTS : 0));
            of = new Seen(isJudged());
            seen.put(kept, of);
        }
        return of;
    }

    @Override
    public void merge(Patterns other) {
        other.seen.forEach((key, theirs) -> of(key).add(theirs));
    }

    @Override
    public List<@Nullable Object[]> rows() {
        var rows = new ArrayList<@Nullable Object[]>();
        if (spec.use() == Use.BASELINE) {
            seen.forEach((key, of) -> rows.add(new Object[] {key, 0.0, (double) of.count, ""}));
            return rows;
        }
        var patterns = grouped();
        var total = 0L;
        var before = 0L;
        for (var pattern : patterns) {
            total += pattern.seen().count;
            before += pattern.seen().before;
        }
        for (var pattern : patterns) {
            switch (spec.use()) {
                case SHOWN -> rows.add(pattern.shown(total));
                case COMPARED -> rows.add(pattern.compared(total, before));
                case JUDGED -> pattern.judged(total).ifPresent(rows::add);
                case BASELINE -> throw new IllegalStateException();
            }
        }
        if (spec.use() == Use.COMPARED) {
            rows.sort(Comparator.comparingDouble(row -> -Math.abs(Values.number(row[4]))));
        }
        return rows;
    }

    /// Texts that are alike together, always in the same order.
    private List<Pattern> grouped() {
        var all = new HashMap<String, Seen>();
        for (var entry : seen.entrySet()) {
            var of = new Seen(isJudged());
            of.add(entry.getValue());
            all.put(entry.getKey(), of);
        }
        spec.before()
                .forEach((key, count) ->
                        all.computeIfAbsent(key, _ -> new Seen(isJudged())).before += count);
        var clusters = new Clusters();
        var groups = new HashMap<Integer, Seen>();
        all.entrySet().stream()
                .sorted(
                        Comparator.<Map.Entry<String, Seen>>comparingLong(
                                        entry -> -entry.getValue().count - entry.getValue().before)
                                .thenComparing(Map.Entry.comparingByKey()))
                .forEach(entry ->
                        groups.computeIfAbsent(
                                        clusters.of(entry.getKey()), _ -> new Seen(isJudged()))
                                .add(entry.getValue()));
        return groups.entrySet().stream()
                .map(group -> new Pattern(clusters.pattern(group.getKey()), group.getValue()))
                .sorted(
                        Comparator.<Pattern>comparingLong(pattern -> -pattern.seen().count)
                                .thenComparing(pattern -> pattern.of().named()))
                .toList();
    }

    private record Pattern(TextPattern of, Seen seen) {
        @Nullable Object[] shown(long total) {
            return new Object[] {
                of.named(), ratio(seen.count, total), (double) seen.count, of.severity().name()
            };
        }

        @Nullable Object[] compared(long total, long totalBefore) {
            var difference = seen.count - seen.before;
            var description =
                    seen.before == 0
                            ? "new"
                            : seen.count == 0
                                    ? "gone"
                                    : difference == 0
                                            ? "unchanged"
                                            : difference > 0 ? "increased" : "decreased";
            return new Object[] {
                of.named(),
                ratio(seen.count, total),
                (double) seen.count,
                of.severity().name(),
                (double) difference,
                ratio(seen.count, total) - ratio(seen.before, totalBefore),
                description
            };
        }

        /// Empty: there is nothing unusual.
        Optional<@Nullable Object[]> judged(long total) {
            return worst().map(finding ->
                    new Object[] {
                        of.named(),
                        ratio(seen.count, total),
                        (double) seen.count,
                        of.severity().name(),
                        of.starred(),
                        finding.description(),
                        finding.priority().name(),
                        finding.score(),
                        List.copyOf(seen.samples)
                    });
        }

        private Optional<Finding> worst() {
            var parts = seen.parts;
            if (parts == null) {
                return Optional.empty();
            }
            var usual = Usual.NOTHING;
            var judgedFrom = PARTS - PARTS / 4;
            var before = 0L;
            for (var i = 0; i < judgedFrom; i++) {
                usual = usual.plus(parts[i]);
                before += parts[i];
            }
            if (before == 0) {
                return Optional.of(Usual.first(seen.count, of.severity()));
            }
            Finding worst = null;
            for (var i = judgedFrom; i < PARTS; i++) {
                var found = usual.judge(parts[i], of.severity()).orElse(null);
                if (found != null && (worst == null || found.score() > worst.score())) {
                    worst = found;
                }
                usual = usual.plus(parts[i]);
            }
            return Optional.ofNullable(worst);
        }

        private static double ratio(long count, long total) {
            return total == 0 ? 0 : (double) count / total;
        }
    }
}
