package io.pharos.logs.contributor;

import java.util.TreeMap;

/// What the rules counted in one batch of events, by the minute of the events' own time.
public final class BatchCounts {
    private static final long MINUTE_MS = 60_000;

    private final TreeMap<Part, ContributorCounts> parts = new TreeMap<>();
    private int contributors;

    /// @param revision of the rule's definition that counted
    public record Part(long ruleId, long minuteMs, int revision) implements Comparable<Part> {
        @Override
        public int compareTo(Part other) {
            var byRule = Long.compare(ruleId, other.ruleId);
            var byMinute = Long.compare(minuteMs, other.minuteMs);
            return byRule != 0
                    ? byRule
                    : byMinute != 0 ? byMinute : Integer.compare(revision, other.revision);
        }
    }

    public void add(InsightRule rule, long timestampMs, RuleReader.Observation observation) {
        var minute = Math.floorDiv(timestampMs, MINUTE_MS) * MINUTE_MS;
        var counts =
                parts.computeIfAbsent(
                        new Part(rule.id(), minute, rule.revision()),
                        _ -> new ContributorCounts(ContributorCounts.MAX_KEPT));
        var before = counts.size();
        counts.add(observation.contributor(), observation.value());
        contributors += counts.size() - before;
    }

    /// Contributors that are held in memory.
    public int size() {
        return contributors;
    }

    /// In the order of rules and minutes.
    public TreeMap<Part, ContributorCounts> parts() {
        return parts;
    }

    public void clear() {
        parts.clear();
        contributors = 0;
    }
}
