package io.pharos.logs.insights.eval;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;

/// Access to maps and lists, `map.a.b` and `list[0]`.
final class Paths {
    private Paths() {}

    static Eval member(Eval map, String path) {
        return row -> at(map.value(row), path);
    }

    static Eval element(Eval list, int index) {
        return row ->
                list.value(row) instanceof List<?> values && index < values.size()
                        ? values.get(index)
                        : null;
    }

    /// The longest key first: `a.b` may be one.
    private static @Nullable Object at(@Nullable Object value, String path) {
        if (value instanceof Map<?, ?> map) {
            if (map.containsKey(path)) {
                return map.get(path);
            }
            for (var dot = path.lastIndexOf('.'); dot > 0; dot = path.lastIndexOf('.', dot - 1)) {
                var key = path.substring(0, dot);
                if (map.containsKey(key)) {
                    return at(map.get(key), path.substring(dot + 1));
                }
            }
        }
        if (value instanceof List<?> list) {
            var dot = path.indexOf('.');
            var index = Values.number(dot < 0 ? path : path.substring(0, dot));
            if (index >= 0 && index < list.size()) {
                var element = list.get((int) index);
                return dot < 0 ? element : at(element, path.substring(dot + 1));
            }
        }
        return null;
    }
}
