package io.pharos.logs.pattern;

import org.jspecify.annotations.Nullable;

/// How a metric filter names a place in a matching event: `$size`, `$3`, `$.user.id`.
public sealed interface FieldReference {
    /// A slot of a space-delimited pattern, or the number of a token.
    record Slot(String name) implements FieldReference {
        @Override
        public String toString() {
            return "$" + name;
        }
    }

    /// A place in a JSON event.
    record Path(JsonSelector selector) implements FieldReference {
        @Override
        public String toString() {
            return selector.toString();
        }
    }

    /// Null when the text is no reference.
    static @Nullable FieldReference parse(String text) {
        if (text.length() < 2 || text.charAt(0) != '$') {
            return null;
        }
        if (text.charAt(1) == '.' || text.charAt(1) == '[') {
            var selector = JsonPatternParser.selector(text);
            return selector == null ? null : new Path(selector);
        }
        var name = text.substring(1);
        var plain = name.codePoints().allMatch(c -> Character.isLetterOrDigit(c) || c == '_');
        return plain ? new Slot(name) : null;
    }
}
