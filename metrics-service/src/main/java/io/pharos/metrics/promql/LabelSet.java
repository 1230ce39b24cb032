package io.pharos.metrics.promql;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/// The labels of a series, ascending by name, the metric's name among them as `__name__`. A label
/// with an empty value is as good as absent.
public final class LabelSet implements Comparable<LabelSet> {
    public static final String NAME = "__name__";
    public static final LabelSet EMPTY = new LabelSet(new String[0]);

    // Names and values in turn.
    private final String[] pairs;
    private final int hash;

    private LabelSet(String[] pairs) {
        this.pairs = pairs;
        this.hash = Arrays.hashCode(pairs);
    }

    public static LabelSet of(Map<String, String> labels) {
        var sorted = labels instanceof SortedMap<String, String> it ? it : new TreeMap<>(labels);
        var pairs = new ArrayList<String>(2 * sorted.size());
        sorted.forEach((name, value) -> {
            if (!value.isEmpty()) {
                pairs.add(name);
                pairs.add(value);
            }
        });
        return ofPairs(pairs);
    }

    private static LabelSet ofPairs(List<String> pairs) {
        return pairs.isEmpty() ? EMPTY : new LabelSet(pairs.toArray(String[]::new));
    }

    public int size() {
        return pairs.length / 2;
    }

    /// Empty when there is no such label.
    public String get(String name) {
        for (var i = 0; i < pairs.length; i += 2) {
            if (pairs[i].equals(name)) {
                return pairs[i + 1];
            }
        }
        return "";
    }

    public void forEach(BiConsumer<String, String> visitor) {
        for (var i = 0; i < pairs.length; i += 2) {
            visitor.accept(pairs[i], pairs[i + 1]);
        }
    }

    LabelSet withoutName() {
        return kept(name -> !name.equals(NAME));
    }

    LabelSet only(Collection<String> names) {
        return kept(names::contains);
    }

    public LabelSet without(Collection<String> names) {
        return kept(name -> !names.contains(name));
    }

    private LabelSet kept(Predicate<String> wanted) {
        var kept = new ArrayList<String>(pairs.length);
        for (var i = 0; i < pairs.length; i += 2) {
            if (wanted.test(pairs[i])) {
                kept.add(pairs[i]);
                kept.add(pairs[i + 1]);
            }
        }
        return kept.size() == pairs.length ? this : ofPairs(kept);
    }

    /// @param value empty removes the label
    public LabelSet with(String name, String value) {
        var labels = asMap();
        labels.put(name, value);
        return of(labels);
    }

    public SortedMap<String, String> asMap() {
        var labels = new TreeMap<String, String>();
        forEach(labels::put);
        return labels;
    }

    @Override
    public int compareTo(LabelSet other) {
        var shorter = Math.min(pairs.length, other.pairs.length);
        for (var i = 0; i < shorter; i++) {
            var order = pairs[i].compareTo(other.pairs[i]);
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(pairs.length, other.pairs.length);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LabelSet that
                && hash == that.hash
                && Arrays.equals(pairs, that.pairs);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    /// As Prometheus writes it in messages: `{a="b", c="d"}`.
    @Override
    public String toString() {
        var text = new StringBuilder("{");
        forEach((name, value) ->
                text.append(text.length() > 1 ? ", " : "")
                        .append(name)
                        .append("=\"")
                        .append(value)
                        .append('"'));
        return text.append('}').toString();
    }
}
