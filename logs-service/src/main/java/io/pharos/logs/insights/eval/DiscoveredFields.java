package io.pharos.logs.insights.eval;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The fields that a query wants to be discovered in the messages of events, numbered. Filled while
/// the query is compiled, unchanged afterwards.
public final class DiscoveredFields {
    private final Map<String, Integer> numbers = new HashMap<>();
    private final List<String> names = new ArrayList<>();

    /// The number of a field, a new one when it was not wanted before.
    int number(String name) {
        return numbers.computeIfAbsent(
                name,
                added -> {
                    names.add(added);
                    return names.size() - 1;
                });
    }

    public List<String> names() {
        return names;
    }

    boolean isEmpty() {
        return names.isEmpty();
    }
}
