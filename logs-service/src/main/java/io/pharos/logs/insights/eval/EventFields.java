package io.pharos.logs.insights.eval;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// All fields that are discovered in a message, by their names: at most [#MAX].
public final class EventFields {
    /// AWS: fields discovered in one event.
    public static final int MAX = JsonScan.MAX_FIELDS;

    private EventFields() {}

    public static Map<String, String> of(String message) {
        var brace = message.indexOf('{');
        var known = brace == 0 ? Map.<String, String>of() : KnownFormats.all(message);
        if (!known.isEmpty() || brace < 0) {
            return known;
        }
        var fields = new LinkedHashMap<String, String>();
        var end = message.lastIndexOf('}');
        if (end > brace
                && JsonText.parse(message.substring(brace, end + 1)) instanceof Map<?, ?> map) {
            for (var member : map.entrySet()) {
                var name = String.valueOf(member.getKey());
                flatten(name.startsWith("@") ? "@" + name : name, member.getValue(), fields);
            }
        }
        return fields;
    }

    private static void flatten(String name, @Nullable Object value, Map<String, String> into) {
        if (into.size() >= MAX) {
            return;
        }
        switch (value) {
            case Map<?, ?> map ->
                    map.forEach((key, member) -> flatten(name + "." + key, member, into));
            case List<?> list -> {
                for (var i = 0; i < list.size(); i++) {
                    flatten(name + "." + i, list.get(i), into);
                }
            }
            case null -> {
                // AWS: what is null is not there.
            }
            default -> into.putIfAbsent(name, String.valueOf(Values.shown(value)));
        }
    }
}
