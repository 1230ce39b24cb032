package io.pharos.logs.transform;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.jspecify.annotations.Nullable;

/// An event on its way through a transformer: its text, which stays, and the object that grows.
final class Draft {
    static final String MESSAGE = "@message";

    /// Objects and lists within each other that are still read.
    static final int MAX_DEPTH = 64;

    private static final ObjectMapper JSON =
            new ObjectMapper(
                            JsonFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(MAX_DEPTH)
                                                    .build())
                                    .build())
                    .setNodeFactory(JsonNodeFactory.withExactBigDecimals(true))
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final String message;
    private final EventSource source;
    private final ObjectNode root = JsonNodeFactory.instance.objectNode();

    Draft(String message, EventSource source) {
        this.message = message;
        this.source = source;
    }

    String message() {
        return message;
    }

    EventSource source() {
        return source;
    }

    ObjectNode root() {
        return root;
    }

    /// The text that a parser reads; null when there is none.
    @Nullable String text(FieldPath path) {
        if (path.isMessage()) {
            return message;
        }
        var value = path.get(root);
        return value != null && value.isTextual() ? value.textValue() : null;
    }

    /// Null when the text is no JSON object, or too deep.
    static @Nullable ObjectNode object(String text) {
        try {
            return JSON.readTree(text) instanceof ObjectNode object ? object : null;
        } catch (JsonProcessingException notJson) {
            return null;
        }
    }

    static String written(JsonNode node) {
        try {
            return JSON.writeValueAsString(node);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
