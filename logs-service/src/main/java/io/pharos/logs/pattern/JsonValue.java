package io.pharos.logs.pattern;

import java.util.Map;

/// What a pattern's selectors need of a JSON event; the rest of the event is skipped.
sealed interface JsonValue {
    enum Kind {
        TEXT,
        NUMBER,
        TRUE,
        FALSE,
        NULL
    }

    /// @param text as written for numbers, unescaped for strings
    record Scalar(Kind kind, String text) implements JsonValue {
        boolean isNull() {
            return kind == Kind.NULL;
        }
    }

    record Fields(Map<String, JsonValue> members) implements JsonValue {}

    record Elements(Map<Integer, JsonValue> members) implements JsonValue {}
}
