package io.pharos.logs.anomaly;

import io.pharos.logs.cluster.Finding;
import io.pharos.logs.cluster.MessageTokens.Token;
import io.pharos.logs.cluster.TextPattern;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/// Something unusual that a detector found, once; it lasts as long as it is unusual.
///
/// @param histogram occurrences by the start of their period
/// @param suppressedMs since when it is not shown among the unsuppressed ones; null: it is
/// @param suppressedUntilMs null: for ever
/// @param isPatternSuppressed it is its pattern that is suppressed
/// @param isBaseline it is taken for usual
public record Anomaly(
        UUID id,
        UUID detector,
        String group,
        String patternId,
        String pattern,
        String regex,
        Finding.Priority priority,
        String description,
        long firstMs,
        long lastMs,
        boolean isActive,
        Map<Long, Long> histogram,
        List<Window.Sample> samples,
        List<PatternToken> tokens,
        @Nullable Long suppressedMs,
        @Nullable Long suppressedUntilMs,
        boolean isPatternSuppressed,
        boolean isBaseline) {
    /// Periods that an anomaly shows.
    private static final int MAX_HISTOGRAM = 500;

    /// A part of a pattern.
    ///
    /// @param place of what changes, from 1; 0: it does not
    /// @param kind what it seems to be
    /// @param values that it had
    public record PatternToken(int place, String text, String kind, Map<String, Long> values) {
        public boolean isDynamic() {
            return place > 0;
        }
    }

    /// Found for the first time.
    static Anomaly of(
            AnomalyDetector detector,
            TextPattern pattern,
            Model.Unusual unusual,
            Window.@Nullable Seen seen,
            long periodStartMs) {
        return new Anomaly(
                UUID.randomUUID(),
                detector.id(),
                detector.group(),
                pattern.id(),
                pattern.starred(),
                pattern.regex(),
                unusual.finding().priority(),
                unusual.finding().description(),
                seen == null ? periodStartMs : seen.firstMs(),
                seen == null ? periodStartMs : seen.lastMs(),
                true,
                new TreeMap<>(Map.of(periodStartMs, unusual.count())),
                seen == null ? List.of() : List.copyOf(seen.samples()),
                tokens(pattern, seen == null ? Map.of() : seen.values()),
                null,
                null,
                false,
                false);
    }

    /// Seen in one more period.
    ///
    /// @param isUnusual whether it still is
    Anomaly seenAgain(long periodStartMs, long count, long lastMs, boolean isUnusual) {
        var counts = new TreeMap<>(histogram);
        counts.put(periodStartMs, count);
        while (counts.size() > MAX_HISTOGRAM) {
            counts.pollFirstEntry();
        }
        return new Anomaly(
                id,
                detector,
                group,
                patternId,
                pattern,
                regex,
                priority,
                description,
                firstMs,
                Math.max(this.lastMs, lastMs),
                isUnusual,
                counts,
                samples,
                tokens,
                suppressedMs,
                suppressedUntilMs,
                isPatternSuppressed,
                isBaseline);
    }

    public boolean isSuppressed(long nowMs) {
        return suppressedMs != null && (suppressedUntilMs == null || nowMs < suppressedUntilMs);
    }

    private static List<PatternToken> tokens(
            TextPattern pattern, Map<Integer, Map<String, Long>> values) {
        var tokens = new ArrayList<PatternToken>();
        var place = 0;
        for (var i = 0; i < pattern.tokens().size(); i++) {
            Token token = pattern.tokens().get(i);
            if (token.isDynamic()) {
                place++;
                var seen = new HashMap<>(values.getOrDefault(i, Map.of()));
                var name = token.kind() + "-" + place;
                tokens.add(new PatternToken(place, "<*>", name, seen));
            } else {
                tokens.add(new PatternToken(0, token.text(), "", Map.of()));
            }
        }
        return tokens;
    }
}
