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
    private boolean message;
    private boolean entity;

    /// The number of a field, a new one when it was not wanted before.
    int number(String name) {
        return numbers.computeIfAbsent(
                name,
                added -> {
                    names.add(added);
                    return names.size() - 1;
                });
    }

    /// The message itself is wanted as well.
    void addMessage() {
        message = true;
    }

    /// The entity of the event is wanted as well.
    void addEntity() {
        entity = true;
    }

    /// Whether the entity of the event is wanted as well.
    public boolean hasEntity() {
        return entity;
    }

    /// Whether the message itself is wanted as well.
    public boolean hasMessage() {
        return message;
    }

    /// The flattened names that JSON messages have them by; AWS's own (`@type`) are in none.
    public List<String> jsonNames() {
        return names.stream()
                .filter(DiscoveredFields::isInJson)
                .map(DiscoveredFields::json)
                .toList();
    }

    static boolean isInJson(String name) {
        return !name.startsWith("@") || name.startsWith("@@");
    }

    /// AWS: a member that starts with @ is shown with another @ before it.
    static String json(String name) {
        return name.startsWith("@@") ? name.substring(1) : name;
    }

    public List<String> names() {
        return names;
    }

    boolean isEmpty() {
        return names.isEmpty();
    }
}
