package io.pharos.logs.insights.plan;

import io.pharos.logs.insights.eval.Eval;
import io.pharos.logs.insights.eval.Row;
import io.pharos.logs.insights.eval.Values;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// `values` (those that occur, as a list) and `topk` (the most frequent ones). Beyond a bound, values
/// that were not seen before are left out.
final class ValueCounts implements Aggregate.State {
    /// Different values of one group that are counted.
    static final int MAX_COUNTED = 10_000;

    private final Eval of;
    private final int most;
    private final boolean byCount;
    private final Map<String, Long> counts = new LinkedHashMap<>();

    ValueCounts(Eval of, int most, boolean byCount) {
        this.of = of;
        this.most = most;
        this.byCount = byCount;
    }

    @Override
    public void add(Row row, Memory memory) {
        var text = Values.shown(of.value(row));
        if (text != null) {
            add(text, 1, memory);
        }
    }

    private void add(String text, long times, Memory memory) {
        var known = counts.get(text);
        if (known != null) {
            counts.put(text, known + times);
        } else if (counts.size() < (byCount ? MAX_COUNTED : most)) {
            memory.take(72 + Values.size(text));
            counts.put(text, times);
        }
    }

    @Override
    public void merge(Aggregate.State other, Memory memory) {
        for (var value : ((ValueCounts) other).counts.entrySet()) {
            add(value.getKey(), value.getValue(), memory);
        }
    }

    @Override
    public Object result() {
        if (!byCount) {
            return List.copyOf(counts.keySet());
        }
        return counts.entrySet().stream()
                .sorted(
                        Map.Entry.<String, Long>comparingByValue()
                                .reversed()
                                .thenComparing(Map.Entry.comparingByKey()))
                .limit(most)
                .map(Map.Entry::getKey)
                .toList();
    }
}
