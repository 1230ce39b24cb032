package io.pharos.metrics.dashboard;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import software.amazon.awssdk.services.cloudwatch.model.DashboardInvalidInputErrorException;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/// A body that was checked.
///
/// @param compact the body without white space, unknown members, numbers and characters as they were
/// @param findings in the order of the body
public record DashboardBody(String compact, List<Finding> findings) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /// What is told of a refused body: the rest is counted.
    static final int MAX_TOLD = 100;

    /// @throws DashboardInvalidInputErrorException when it is no JSON object
    public static DashboardBody check(String body) {
        var findings = new ArrayList<Finding>();
        BodySchema.check(object(body), findings);
        return new DashboardBody(compact(body), List.copyOf(findings));
    }

    public List<Finding> errors() {
        return findings.stream().filter(Finding::isError).toList();
    }

    public List<Finding> warnings() {
        return findings.stream().filter(finding -> !finding.isError()).toList();
    }

    /// AWS's message of a refusal: a JSON array of paths and messages, printed with two spaces.
    public static String refusal(List<Finding> errors) {
        var text =
                new StringBuilder("The dashboard body is invalid, there are ")
                        .append(errors.size())
                        .append(" validation errors:\n[");
        var separator = "\n";
        for (var error : errors.subList(0, Math.min(MAX_TOLD, errors.size()))) {
            text.append(separator)
                    .append("  {\n    \"dataPath\": ")
                    .append(quoted(error.dataPath()))
                    .append(",\n    \"message\": ")
                    .append(quoted(error.message()))
                    .append("\n  }");
            separator = ",\n";
        }
        return text.append("\n]").toString();
    }

    private static String quoted(String text) {
        try {
            return JSON.writeValueAsString(text);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static JsonNode object(String body) {
        try (var parser = JSON.createParser(body)) {
            JsonNode tree = JSON.readTree(parser);
            if (tree != null && tree.isObject() && parser.nextToken() == null) {
                return tree;
            }
        } catch (IOException notJson) {
            // As any other text that is none.
        }
        throw DashboardInvalidInputErrorException.builder()
                .message("The field DashboardBody must be a valid JSON object")
                .build();
    }

    /// Token by token, so that numbers keep their digits.
    private static String compact(String body) {
        var target = new StringWriter(body.length());
        var factory = JSON.getFactory();
        try (var parser = factory.createParser(body);
                var generator = new JsonFactory().createGenerator(target)) {
            for (var token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.VALUE_NUMBER_FLOAT || token == JsonToken.VALUE_NUMBER_INT) {
                    generator.writeNumber(parser.getText());
                } else {
                    generator.copyCurrentEvent(parser);
                }
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return target.toString();
    }
}
