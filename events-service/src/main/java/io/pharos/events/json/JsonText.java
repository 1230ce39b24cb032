package io.pharos.events.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// JSON of users and of our own columns, read with a bounded depth.
public final class JsonText {
    /// Deeper documents are not read: a policy or a message body that nests more is refused.
    public static final int MAX_DEPTH = 100;

    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .disable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    static {
        JSON.getFactory()
                .setStreamReadConstraints(
                        StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build());
    }

    private JsonText() {}

    /// Empty when the text is not one JSON value.
    public static Optional<JsonNode> read(String text) {
        try {
            var tree = JSON.readTree(text);
            return tree == null || tree.isMissingNode() ? Optional.empty() : Optional.of(tree);
        } catch (JsonProcessingException _) {
            return Optional.empty();
        }
    }

    /// Reads back what [#write] wrote.
    public static Map<String, String> readMap(String text) {
        try {
            return JSON.readValue(text, new TypeReference<TreeMap<String, String>>() {});
        } catch (JsonProcessingException damaged) {
            throw new IllegalStateException("a stored map is not JSON", damaged);
        }
    }

    /// A value of our own as JSON text: a map, a string, a tree.
    public static String write(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
