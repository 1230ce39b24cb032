package io.pharos.events.target;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

/// An event on its way through a rule: what input shaping may refer to.
///
/// @param json the envelope
/// @param tree the same; decimals keep their digits
/// @param ingestionTime ISO-8601
public record Happening(
        String json, JsonNode tree, String ruleArn, String ruleName, String ingestionTime) {
    private static final ObjectMapper JSON =
            new ObjectMapper(
                            JsonFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(1_000)
                                                    .maxStringLength(8 << 20)
                                                    .build())
                                    .build())
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .setNodeFactory(JsonNodeFactory.withExactBigDecimals(true));

    /// @throws IllegalArgumentException when the envelope is not JSON
    public Happening(String json, String ruleArn, String ruleName, String ingestionTime) {
        this(json, parse(json), ruleArn, ruleName, ingestionTime);
    }

    /// @throws IllegalArgumentException when the text is not JSON
    static JsonNode parse(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException malformed) {
            throw new IllegalArgumentException("not JSON", malformed);
        }
    }

    static boolean isJson(String text) {
        try {
            return !parse(text).isMissingNode();
        } catch (IllegalArgumentException malformed) {
            return false;
        }
    }
}
