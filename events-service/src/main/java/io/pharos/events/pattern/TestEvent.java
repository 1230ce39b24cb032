package io.pharos.events.pattern;

import com.fasterxml.jackson.databind.JsonNode;

import java.util.List;
import java.util.Optional;

/// The event of TestEventPattern: an object with the envelope's six mandatory members.
public final class TestEvent {
    private static final List<String> MANDATORY =
            List.of("id", "account", "source", "time", "region", "detail-type");

    private TestEvent() {}

    /// Empty when AWS refuses the event.
    public static Optional<JsonNode> parse(String text) {
        try {
            var event = BusMatcher.parse(text);
            return MANDATORY.stream().allMatch(event::has) ? Optional.of(event) : Optional.empty();
        } catch (IllegalArgumentException notAnEvent) {
            return Optional.empty();
        }
    }
}
