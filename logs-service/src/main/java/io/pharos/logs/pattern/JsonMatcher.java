package io.pharos.logs.pattern;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A JSON pattern: reads from each event just what its selectors name.
record JsonMatcher(
        JsonExpression expression,
        int regexCount,
        List<JsonSelector> selectors,
        List<String> necessary,
        JsonEvents events)
        implements Matcher {
    /// Texts looked for before parsing; more would cost what they save.
    private static final int MAX_NECESSARY = 4;

    static JsonMatcher of(JsonPatternParser.Parsed parsed, List<FieldReference> references) {
        var selectors = new ArrayList<JsonSelector>();
        parsed.expression().selectors(selectors);
        var all = new ArrayList<>(selectors);
        for (var reference : references) {
            if (reference instanceof FieldReference.Path(var selector)) {
                all.add(selector);
            }
        }
        var necessary =
                parsed.expression().necessary().stream()
                        .sorted(Comparator.comparingInt(String::length).reversed())
                        .limit(MAX_NECESSARY)
                        .toList();
        return new JsonMatcher(
                parsed.expression(),
                parsed.regexes(),
                List.copyOf(selectors),
                necessary,
                JsonEvents.selecting(all));
    }

    @Override
    public boolean matches(String message) {
        return read(message) != null;
    }

    @Override
    public @Nullable FilterMatch match(String message) {
        var event = read(message);
        return event == null ? null : new Match(selectors, event);
    }

    @Override
    public boolean canRefer(FieldReference reference) {
        return reference instanceof FieldReference.Path;
    }

    /// What the selectors found in a message that matches; null when it does not.
    private @Nullable JsonValue read(String message) {
        for (var text : necessary) {
            if (!message.contains(text) && message.indexOf('\\') < 0) {
                return null;
            }
        }
        var event = events.read(message);
        return event != null && expression.holds(event) ? event : null;
    }

    private record Match(List<JsonSelector> selectors, JsonValue event) implements FilterMatch {
        @Override
        public Map<String, String> fields() {
            var fields = new LinkedHashMap<String, String>();
            for (var selector : selectors) {
                var text = selector.scalar(event);
                if (text != null) {
                    fields.put(selector.text(), text);
                }
            }
            return fields;
        }

        @Override
        public @Nullable String value(FieldReference reference) {
            return reference instanceof FieldReference.Path(var selector)
                    ? selector.scalar(event)
                    : null;
        }
    }
}
