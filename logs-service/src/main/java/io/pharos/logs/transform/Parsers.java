package io.pharos.logs.transform;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// The parsers that are configured: `parseJSON`, `grok`, `csv`, `parseKeyValue`.
final class Parsers {
    /// AWS: columns of one line.
    static final int MAX_COLUMNS = 100;

    private Parsers() {}

    static Step json(FieldPath source, FieldPath destination) {
        return draft -> {
            var text = draft.text(source);
            var parsed = text == null ? null : Draft.object(text);
            var into = parsed == null ? null : destination.object(draft.root(), true);
            if (parsed == null || into == null) {
                return false;
            }
            into.setAll(parsed);
            return true;
        };
    }

    static Step grok(FieldPath source, GrokPattern pattern) {
        return draft -> {
            var text = draft.text(source);
            return text != null && pattern.parse(text, draft.root());
        };
    }

    /// How lines are cut into columns.
    record Columns(char delimiter, char quote, List<String> names) {
        Columns {
            names = List.copyOf(names);
        }
    }

    static Step csv(FieldPath source, FieldPath destination, Columns columns) {
        return draft -> {
            var text = draft.text(source);
            var values = text == null ? null : cut(text, columns);
            var into = values == null ? null : destination.object(draft.root(), true);
            if (values == null || into == null) {
                return false;
            }
            for (var i = 0; i < values.size(); i++) {
                var name =
                        i < columns.names().size() ? columns.names().get(i) : "column_" + (i + 1);
                FieldPath.of(name)
                        .set(into, JsonNodeFactory.instance.textNode(values.get(i)), true);
            }
            return true;
        };
    }

    /// Null when a quote stays open, or there are too many columns.
    private static @Nullable List<String> cut(String line, Columns columns) {
        var values = new ArrayList<String>();
        var at = 0;
        while (values.size() < MAX_COLUMNS) {
            var value = new StringBuilder();
            if (at < line.length() && line.charAt(at) == columns.quote()) {
                at = quoted(line, at + 1, columns.quote(), value);
                if (at < 0) {
                    return null;
                }
            }
            var end = line.indexOf(columns.delimiter(), at);
            value.append(line, at, end < 0 ? line.length() : end);
            values.add(value.toString());
            if (end < 0) {
                return values;
            }
            at = end + 1;
        }
        return null;
    }

    /// `"a ""b"" c"`: up to behind the closing quote, doubled ones stand for themselves; -1: none closes.
    private static int quoted(String line, int from, char quote, StringBuilder into) {
        var at = from;
        while (true) {
            var end = line.indexOf(quote, at);
            if (end < 0) {
                return -1;
            }
            into.append(line, at, end);
            if (end + 1 < line.length() && line.charAt(end + 1) == quote) {
                into.append(quote);
                at = end + 2;
            } else {
                return end + 1;
            }
        }
    }

    /// How `parseKeyValue` reads.
    ///
    /// @param nonMatch the value of a key without one; null: JSON's null
    record Pairs(
            String fieldDelimiter,
            String keyValueDelimiter,
            String keyPrefix,
            @Nullable String nonMatch,
            boolean overwrite) {}

    static Step keyValue(FieldPath source, FieldPath destination, Pairs pairs) {
        return draft -> {
            var text = draft.text(source);
            var into = text == null ? null : destination.object(draft.root(), pairs.overwrite());
            if (text == null || into == null) {
                return false;
            }
            var at = 0;
            var fields = 0;
            while (at <= text.length() && fields < Transformer.MAX_FIELDS) {
                var end = text.indexOf(pairs.fieldDelimiter(), at);
                var field = text.substring(at, end < 0 ? text.length() : end);
                if (!field.isEmpty()) {
                    put(field, pairs, into);
                    fields++;
                }
                if (end < 0) {
                    break;
                }
                at = end + pairs.fieldDelimiter().length();
            }
            return true;
        };
    }

    private static void put(String field, Pairs pairs, ObjectNode into) {
        var split = field.indexOf(pairs.keyValueDelimiter());
        var key = pairs.keyPrefix() + (split < 0 ? field : field.substring(0, split));
        if (!pairs.overwrite() && into.has(key)) {
            return;
        }
        if (split < 0) {
            into.put(key, pairs.nonMatch());
        } else {
            into.put(key, field.substring(split + pairs.keyValueDelimiter().length()));
        }
    }
}
