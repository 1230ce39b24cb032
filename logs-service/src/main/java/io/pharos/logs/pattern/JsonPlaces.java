package io.pharos.logs.pattern;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// Reads a few places of JSON texts and skips everything else. Immutable.
public final class JsonPlaces {
    private final List<JsonSelector> selectors;
    private final JsonEvents events;

    private JsonPlaces(List<JsonSelector> selectors) {
        this.selectors = List.copyOf(selectors);
        this.events = JsonEvents.selecting(selectors);
    }

    public static JsonPlaces of(List<JsonSelector> selectors) {
        return new JsonPlaces(selectors);
    }

    /// A text for each selector: numbers as written, strings unescaped. Null where there is no scalar, or
    /// JSON's null; null as a whole when the text is not one JSON object.
    public @Nullable String @Nullable [] read(String text) {
        var event = events.read(text);
        if (event == null) {
            return null;
        }
        @Nullable String[] found = new String[selectors.size()];
        for (var i = 0; i < found.length; i++) {
            found[i] = selectors.get(i).scalar(event);
        }
        return found;
    }
}
