package io.pharos.metric;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/// The set of dimensions of a metric, sorted by name; names are unique. AWS: the order in which a
/// client lists them is not part of the identity, a subset is another metric.
public final class Dimensions implements Iterable<Dimension> {
    public static final Dimensions NONE = new Dimensions(List.of());

    private final List<Dimension> sorted;

    private Dimensions(List<Dimension> sorted) {
        this.sorted = sorted;
    }

    /// @throws IllegalArgumentException when a name appears twice
    public static Dimensions of(Collection<Dimension> dimensions) {
        if (dimensions.isEmpty()) {
            return NONE;
        }
        var sorted = new ArrayList<>(dimensions);
        sorted.sort(null);
        for (var i = 1; i < sorted.size(); i++) {
            if (sorted.get(i).name().equals(sorted.get(i - 1).name())) {
                throw new IllegalArgumentException("dimension named twice");
            }
        }
        return new Dimensions(List.copyOf(sorted));
    }

    /// Names and values in turn: `of("InstanceId", "i-1")`.
    public static Dimensions of(String... namesAndValues) {
        if (namesAndValues.length % 2 != 0) {
            throw new IllegalArgumentException("a name without a value");
        }
        var dimensions = new ArrayList<Dimension>(namesAndValues.length / 2);
        for (var i = 0; i < namesAndValues.length; i += 2) {
            dimensions.add(new Dimension(namesAndValues[i], namesAndValues[i + 1]));
        }
        return of(dimensions);
    }

    public static Dimensions of(Map<String, String> dimensions) {
        var list = new ArrayList<Dimension>(dimensions.size());
        dimensions.forEach((name, value) -> list.add(new Dimension(name, value)));
        return of(list);
    }

    /// Ascending by name, unmodifiable.
    public List<Dimension> asList() {
        return sorted;
    }

    public int size() {
        return sorted.size();
    }

    public boolean isEmpty() {
        return sorted.isEmpty();
    }

    @Override
    public Iterator<Dimension> iterator() {
        return sorted.iterator();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Dimensions that && sorted.equals(that.sorted);
    }

    @Override
    public int hashCode() {
        return sorted.hashCode();
    }

    @Override
    public String toString() {
        return sorted.toString();
    }
}
