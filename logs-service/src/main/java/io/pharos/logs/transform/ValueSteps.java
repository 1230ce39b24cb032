package io.pharos.logs.transform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.google.re2j.Pattern;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/// Processors that change texts and types. A key that is not there, or no text where a text is needed,
/// changes nothing; a value that can not be converted fails.
final class ValueSteps {
    /// Pieces that a text may be split into.
    static final int MAX_PIECES = 1_000;

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private ValueSteps() {}

    static Step text(List<FieldPath> keys, UnaryOperator<String> change) {
        return draft -> {
            for (var key : keys) {
                replace(draft, key, text -> NODES.textNode(change.apply(text)));
            }
            return true;
        };
    }

    static Step split(FieldPath source, String delimiter) {
        return draft -> {
            replace(
                    draft,
                    source,
                    text -> {
                        var pieces = NODES.arrayNode();
                        var at = 0;
                        for (var end = text.indexOf(delimiter);
                                end >= 0 && pieces.size() < MAX_PIECES - 1;
                                end = text.indexOf(delimiter, at)) {
                            pieces.add(text.substring(at, end));
                            at = end + delimiter.length();
                        }
                        return pieces.add(text.substring(at));
                    });
            return true;
        };
    }

    /// @param to with `$1` and `${name}`
    static Step substitute(FieldPath source, Pattern from, String to) {
        return draft -> {
            var value = source.get(draft.root());
            if (value == null || !value.isTextual()) {
                return true;
            }
            var changed = substituted(value.textValue(), from, to);
            if (changed == null) {
                return false;
            }
            source.set(draft.root(), NODES.textNode(changed), true);
            return true;
        };
    }

    /// Null when it becomes larger than an event may be.
    private static @Nullable String substituted(String text, Pattern from, String to) {
        var matcher = from.matcher(text);
        var result = new StringBuffer();
        while (matcher.find()) {
            matcher.appendReplacement(result, to);
            if (result.length() > Transformer.MAX_LENGTH) {
                return null;
            }
        }
        matcher.appendTail(result);
        return result.length() > Transformer.MAX_LENGTH ? null : result.toString();
    }

    private static void replace(
            Draft draft, FieldPath key, Function<String, ? extends JsonNode> change) {
        var value = key.get(draft.root());
        if (value != null && value.isTextual()) {
            key.set(draft.root(), change.apply(value.textValue()), true);
        }
    }

    static Step convert(FieldPath key, String type) {
        return draft -> {
            var value = key.get(draft.root());
            if (value == null || value.isNull()) {
                return true;
            }
            var converted = value.isContainerNode() ? null : converted(value, type);
            if (converted == null) {
                return false;
            }
            key.set(draft.root(), converted, true);
            return true;
        };
    }

    private static @Nullable JsonNode converted(JsonNode value, String type) {
        var text = value.asText().strip();
        try {
            return switch (type) {
                case "integer" ->
                        value.isNumber()
                                ? NODES.numberNode(value.longValue())
                                : NODES.numberNode(Long.parseLong(text));
                case "double" -> real(text);
                case "boolean" ->
                        text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false")
                                ? NODES.booleanNode(text.equalsIgnoreCase("true"))
                                : null;
                default -> NODES.textNode(value.asText());
            };
        } catch (NumberFormatException none) {
            return null;
        }
    }

    /// JSON has neither NaN nor infinities.
    private static @Nullable JsonNode real(String text) {
        var number = Double.parseDouble(text);
        return Double.isFinite(number) ? NODES.numberNode(number) : null;
    }
}
