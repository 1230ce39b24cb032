package io.pharos.events.pattern;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import software.amazon.event.ruler.Machine;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The patterns of one bus, ready to match. Rules that name their sources or detail types exactly are
/// kept apart by them, so that an event meets only rules that can match it; within such a shelf rules
/// share machines of event-ruler. Overlapping numeric ranges make a machine explode, so one that took
/// longer than [#ADD_BUDGET_NANOS] to take a rule gets no more: the next rule starts another.
///
/// Built by one thread; matching is safe from many once it is published.
public final class BusMatcher {
    /// Deeper events are not processed by AWS either.
    public static final int MAX_DEPTH = 1_000;

    static final long ADD_BUDGET_NANOS = 20_000_000;

    /// Rules one machine may hold whatever they cost.
    static final int MACHINE_RULES = 128;

    private static final int MAX_EVENT_CHARS = 4 << 20;
    private static final ObjectMapper JSON =
            new ObjectMapper(
                    JsonFactory.builder()
                            .streamReadConstraints(
                                    StreamReadConstraints.builder()
                                            .maxNestingDepth(MAX_DEPTH)
                                            .maxStringLength(MAX_EVENT_CHARS)
                                            .build())
                            .build());

    private final Map<String, Shelf> bySource = new HashMap<>();
    private final Map<String, Shelf> byDetailType = new HashMap<>();
    private final Shelf others = new Shelf();

    public void add(String rule, EventPattern pattern) {
        for (var shelf : shelves(pattern)) {
            shelf.add(rule, pattern.text());
        }
    }

    private List<Shelf> shelves(EventPattern pattern) {
        var sources = pattern.exactValues("source");
        if (!sources.isEmpty()) {
            return sources.stream()
                    .map(s -> bySource.computeIfAbsent(s, _ -> new Shelf()))
                    .toList();
        }
        var types = pattern.exactValues("detail-type");
        if (!types.isEmpty()) {
            return types.stream()
                    .map(t -> byDetailType.computeIfAbsent(t, _ -> new Shelf()))
                    .toList();
        }
        return List.of(others);
    }

    /// The rules that an event matches.
    ///
    /// @throws IllegalArgumentException when the event is not a JSON object, or too deep
    public Set<String> match(String event) {
        return match(parse(event));
    }

    /// Reads an event for [#match(JsonNode)].
    ///
    /// @throws IllegalArgumentException when the event is not a JSON object, or too deep
    public static JsonNode parse(String event) {
        try {
            var tree = JSON.readTree(event);
            if (!tree.isObject()) {
                throw new IllegalArgumentException("not an object");
            }
            return tree;
        } catch (JsonProcessingException malformed) {
            throw new IllegalArgumentException("not JSON", malformed);
        }
    }

    public Set<String> match(JsonNode event) {
        var matched = new HashSet<String>();
        others.match(event, matched);
        match(bySource, event.path("source"), event, matched);
        match(byDetailType, event.path("detail-type"), event, matched);
        return matched;
    }

    private static void match(
            Map<String, Shelf> shelves, JsonNode key, JsonNode event, Set<String> matched) {
        // TestEventPattern takes arrays where real events hold one text.
        if (key.isArray()) {
            key.forEach(one -> match(shelves, one, event, matched));
            return;
        }
        var shelf = shelves.get(key.asText());
        if (shelf != null) {
            shelf.match(event, matched);
        }
    }

    /// Machines that are tried one after the other.
    private static final class Shelf {
        private final List<Machine> machines = new ArrayList<>();
        private int roomInLast;

        void add(String rule, String pattern) {
            if (roomInLast == 0) {
                machines.add(Machine.builder().build());
                roomInLast = MACHINE_RULES;
            }
            var start = System.nanoTime();
            try {
                machines.getLast().addRule(rule, pattern);
            } catch (IOException checkedBefore) {
                throw new IllegalStateException(checkedBefore);
            }
            roomInLast = System.nanoTime() - start > ADD_BUDGET_NANOS ? 0 : roomInLast - 1;
        }

        void match(JsonNode event, Set<String> matched) {
            for (var machine : machines) {
                // The one entry point that honours array consistency.
                matched.addAll(machine.rulesForJSONEvent(event));
            }
        }
    }
}
