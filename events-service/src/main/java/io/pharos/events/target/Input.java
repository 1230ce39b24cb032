package io.pharos.events.target;

import java.util.Optional;

/// What a target is sent instead of the event, or the event itself.
public sealed interface Input permits Input.Matched, Input.Constant, Input.Part, InputTransformer {
    /// The body for one event; empty when nothing is to be delivered: a path that leads nowhere, or a
    /// template whose result is not JSON.
    Optional<String> shape(Happening event);

    /// The event as it is.
    record Matched() implements Input {
        @Override
        public Optional<String> shape(Happening event) {
            return Optional.of(event.json());
        }
    }

    /// The same JSON text for every event.
    record Constant(String json) implements Input {
        public boolean isJson() {
            return Happening.isJson(json);
        }

        @Override
        public Optional<String> shape(Happening event) {
            return Optional.of(json);
        }
    }

    /// A part of the event; a text keeps its quotes.
    record Part(JsonPath path) implements Input {
        @Override
        public Optional<String> shape(Happening event) {
            return path.in(event.tree()).map(Object::toString);
        }
    }
}
