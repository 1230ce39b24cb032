package io.pharos.logs.insights.plan;

import io.pharos.logs.insights.eval.Eval;
import io.pharos.logs.insights.eval.Row;
import io.pharos.logs.insights.eval.Values;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// `pattern`: texts that differ in numbers, times, addresses and ids only are one pattern. The most
/// frequent one comes first.
final class Patterns implements Gathering<Patterns> {
    static final List<String> COLUMNS =
            List.of("@pattern", "@ratio", "@sampleCount", "@severityLabel");

    /// Different patterns that are told apart; texts of further ones are counted as one.
    static final int MAX_PATTERNS = 10_000;

    private static final String OTHER = "<*>";

    private final Eval text;
    private final Map<String, Long> counts = new HashMap<>();
    private final Memory memory = new Memory();
    private long total;

    Patterns(Eval text) {
        this.text = text;
    }

    @Override
    public void add(Row row) {
        var value = Values.text(text.value(row));
        if (value != null) {
            add(PatternTokens.pattern(value), 1);
        }
    }

    private void add(String pattern, long times) {
        total += times;
        var known = counts.get(pattern);
        if (known != null) {
            counts.put(pattern, known + times);
        } else if (counts.size() < MAX_PATTERNS) {
            memory.take(72 + Values.size(pattern));
            counts.put(pattern, times);
        } else {
            counts.merge(OTHER, times, Long::sum);
        }
    }

    @Override
    public void merge(Patterns other) {
        other.counts.forEach(this::add);
    }

    @Override
    public List<@Nullable Object[]> rows() {
        var rows = new ArrayList<@Nullable Object[]>();
        counts.entrySet().stream()
                .sorted(
                        Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                                .thenComparing(Map.Entry.comparingByKey()))
                .forEach(entry ->
                        rows.add(
                                new Object[] {
                                    entry.getKey(),
                                    (double) entry.getValue() / total,
                                    (double) entry.getValue(),
                                    severity(entry.getKey())
                                }));
        return rows;
    }

    /// AWS: by the words that the pattern has.
    private static String severity(String pattern) {
        if (hasWord(pattern, "error")) {
            return "ERROR";
        }
        return hasWord(pattern, "warn") ? "WARN" : "INFO";
    }

    private static boolean hasWord(String pattern, String word) {
        for (var i = 0; i + word.length() <= pattern.length(); i++) {
            if (pattern.regionMatches(true, i, word, 0, word.length())) {
                return true;
            }
        }
        return false;
    }
}
