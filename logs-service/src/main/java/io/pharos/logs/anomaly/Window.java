package io.pharos.logs.anomaly;

import io.pharos.logs.cluster.MessageTokens;
import io.pharos.logs.cluster.MessageTokens.Token;
import io.pharos.logs.insights.eval.EventBlock;
import io.pharos.logs.pattern.FilterPattern;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The events of some periods as patterns: how often each occurs in each period, with a few examples.
/// Bounded: by periods, patterns, examples, and values of what changes. For one thread.
public final class Window {
    /// Periods that are looked at together: while a detector learns from what there is already.
    public static final int MAX_PERIODS = 500;

    /// Events that a detector learns from at first; the newest ones.
    public static final int MAX_EVENTS = 1_000_000;

    private static final int MAX_SAMPLES = 5;
    private static final int MAX_VALUES = 10;
    private static final int MAX_COUNTED = 200;

    private final Model model;
    private final @Nullable FilterPattern filter;
    private final long fromMs;
    private final long periodMs;
    private final int periods;
    private final Map<Integer, Seen> seen = new HashMap<>();
    private long events;

    /// An event of a pattern.
    public record Sample(long timestampMs, String message) {}

    /// What was seen of a pattern.
    public static final class Seen {
        private final long[] counts;
        private final List<Sample> samples = new ArrayList<>();
        private final Map<Integer, Map<String, Long>> values = new TreeMap<>();
        private long total;
        private long firstMs = Long.MAX_VALUE;
        private long lastMs;

        Seen(int periods) {
            counts = new long[periods];
        }

        public List<Sample> samples() {
            return samples;
        }

        /// What stood where, by the number of the token.
        public Map<Integer, Map<String, Long>> values() {
            return values;
        }

        public long firstMs() {
            return firstMs;
        }

        public long lastMs() {
            return lastMs;
        }

        private void add(long timeMs, String message) {
            total++;
            firstMs = Math.min(firstMs, timeMs);
            lastMs = Math.max(lastMs, timeMs);
            if (samples.size() < MAX_SAMPLES) {
                samples.add(new Sample(timeMs, message));
            }
            if (total <= MAX_COUNTED) {
                count(MessageTokens.tokens(message));
            }
        }

        private void count(List<Token> tokens) {
            for (var i = 0; i < tokens.size(); i++) {
                var token = tokens.get(i);
                if (!token.isSeparator()) {
                    var known = values.computeIfAbsent(i, _ -> new HashMap<>());
                    if (known.size() < MAX_VALUES || known.containsKey(token.text())) {
                        known.merge(token.text(), 1L, Long::sum);
                    }
                }
            }
        }
    }

    public Window(
            Model model, @Nullable String filterPattern, long fromMs, long periodMs, int periods) {
        this.model = model;
        this.filter = filterPattern == null ? null : FilterPattern.parse(filterPattern);
        this.fromMs = fromMs;
        this.periodMs = periodMs;
        this.periods = periods;
    }

    /// @return whether there may be more
    public boolean take(EventBlock block) {
        var table = block.events();
        var end = fromMs + periods * periodMs;
        for (var i = 0; i < table.count() && events < MAX_EVENTS; i++) {
            var time = table.timestampMs(i);
            if (time < fromMs || time >= end || !block.streams().containsKey(table.streamId(i))) {
                continue;
            }
            var message = table.message(i);
            if (filter != null && !filter.matches(message)) {
                continue;
            }
            events++;
            var number = model.patternOf(MessageTokens.key(message));
            if (number >= 0) {
                var of = seen.computeIfAbsent(number, _ -> new Seen(periods));
                of.counts[(int) ((time - fromMs) / periodMs)]++;
                of.add(time, message);
            }
        }
        return events < MAX_EVENTS;
    }

    /// Lets the model learn period by period.
    ///
    /// @return what was unusual in the last one
    public List<Model.Unusual> learn() {
        List<Model.Unusual> last = List.of();
        for (var period = 0; period < periods; period++) {
            var counts = new long[model.size()];
            for (var entry : seen.entrySet()) {
                counts[entry.getKey()] = entry.getValue().counts[period];
            }
            last = model.learn(counts);
        }
        return last;
    }

    /// Null: it did not occur.
    public @Nullable Seen seen(int pattern) {
        return seen.get(pattern);
    }

    /// How often a pattern occurred.
    public long count(int pattern) {
        var of = seen.get(pattern);
        return of == null ? 0 : of.total;
    }
}
