package io.pharos.logs.pattern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import software.amazon.awssdk.services.cloudwatchlogs.model.InvalidParameterException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Every (pattern, message) decision of `patterns.jsonl` × `messages.jsonl`. Rows with `"u":1` rest on
/// behaviour that AWS documents nowhere: they hold what we decided, the others what AWS says.
class FilterPatternGoldenTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<String, String> MESSAGES = messages();

    @TestFactory
    Stream<DynamicTest> decidesAsThePublishedExamplesSay() {
        return rows("patterns.jsonl").stream()
                .map(row -> {
                    var kind = row.has("u") ? " (ours)" : "";
                    var name = row.get("n").asText() + kind + ": " + row.get("p").asText();
                    return DynamicTest.dynamicTest(name, () -> check(row));
                });
    }

    @Test
    void allExamplesAreThere() {
        assertThat(rows("patterns.jsonl")).hasSize(120);
        assertThat(MESSAGES).hasSize(23);
    }

    private static void check(JsonNode row) {
        var text = row.get("p").asText();
        if (row.has("err")) {
            assertThatThrownBy(() -> FilterPattern.parse(text))
                    .isInstanceOfSatisfying(
                            InvalidParameterException.class,
                            e ->
                                    assertThat(e.awsErrorDetails() == null ? e.getMessage() : "")
                                            .isEqualTo(row.get("err").asText()));
            return;
        }
        var pattern = FilterPattern.parse(text);
        var hits = new ArrayList<String>();
        for (var message : MESSAGES.entrySet()) {
            if (message.getKey().startsWith(row.get("g").asText())) {
                var match = pattern.match(message.getValue());
                assertThat(pattern.matches(message.getValue())).isEqualTo(match != null);
                if (match != null) {
                    hits.add(message.getKey());
                }
            }
        }
        assertThat(hits).isEqualTo(JSON.convertValue(row.get("hit"), List.class));
        if (row.has("ex")) {
            var match = requireNonNull(pattern.match(MESSAGES.getOrDefault(hits.getFirst(), "")));
            assertThat(match.fields()).isEqualTo(JSON.convertValue(row.get("ex"), Map.class));
            assertThat(List.copyOf(match.fields().keySet()))
                    .isEqualTo(List.copyOf(JSON.convertValue(row.get("ex"), Map.class).keySet()));
        }
    }

    private static Map<String, String> messages() {
        var messages = new LinkedHashMap<String, String>();
        rows("messages.jsonl")
                .forEach(r -> messages.put(r.get("id").asText(), r.get("m").asText()));
        return messages;
    }

    private static List<JsonNode> rows(String file) {
        try (var in = FilterPatternGoldenTest.class.getResourceAsStream(file)) {
            var rows = new ArrayList<JsonNode>();
            for (var line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
                rows.add(JSON.readTree(line));
            }
            return rows;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
