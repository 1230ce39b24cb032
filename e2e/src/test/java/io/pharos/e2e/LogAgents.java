package io.pharos.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.pharos.testkit.Eventually;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/// The calls that log shippers make, in their order and with their headers, as far as they can not be run
/// here: each finds out what is missing by the errors it gets.
interface LogAgents {
    ObjectMapper AGENT_JSON = new ObjectMapper();
    String MISSING = "ResourceNotFoundException";

    SignedHttp signed();

    @Test
    default void fluentBitFindsItsWay() throws IOException {
        var group = "\"logGroupName\":\"fluent-bit\"";
        var stream = group + ",\"logStreamName\":\"from-bit\"";
        refused(MISSING, "CreateLogStream", "{" + stream + "}");
        call("CreateLogGroup", "{" + group + "}");
        call("PutRetentionPolicy", "{" + group + ",\"retentionInDays\":7}");
        call("CreateLogStream", "{" + stream + "}");
        refused("ResourceAlreadyExistsException", "CreateLogStream", "{" + stream + "}");
        var put = put(stream, "{\\\"log\\\":\\\"by fluent bit\\\"}");
        call("PutLogEvents", put, Map.of("x-amzn-logs-format", "json/emf"));
        kept("fluent-bit", "{\"log\":\"by fluent bit\"}");
    }

    @Test
    default void theCloudWatchAgentFindsItsWay() throws IOException {
        var group = "\"logGroupName\":\"agent\"";
        var stream = group + ",\"logStreamName\":\"i-0123456789\"";
        var entity =
                ",\"entity\":{\"keyAttributes\":{\"Type\":\"Service\",\"Name\":\"shop\","
                        + "\"Environment\":\"ec2:default\",\"AwsAccountId\":\"000000000000\"},"
                        + "\"attributes\":{\"PlatformType\":\"AWS::EC2\"}}}";
        var put = put(stream, "by the agent");
        var withEntity = put.substring(0, put.length() - 1) + entity;
        refused(MISSING, "PutLogEvents", withEntity);
        refused(MISSING, "CreateLogStream", "{" + stream + "}");
        call("CreateLogGroup", "{" + group + "}");
        call("CreateLogStream", "{" + stream + "}");
        var compressed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(compressed)) {
            gzip.write(withEntity.getBytes(StandardCharsets.UTF_8));
        }
        var headers = headers("PutLogEvents", Map.of("Content-Encoding", "gzip"));
        var taken = signed().post("logs", "/", headers, compressed.toByteArray());
        assertThat(taken.statusCode()).as(taken.body()).isEqualTo(200);
        var found = call("DescribeLogGroups", "{\"logGroupIdentifiers\":[\"agent\"]}");
        assertThat(found.path("logGroups").path(0).has("retentionInDays")).isFalse();
        call("PutRetentionPolicy", "{" + group + ",\"retentionInDays\":14}");
        kept("agent", "by the agent");
    }

    @Test
    default void dockersDriverFindsItsWay() throws IOException {
        var group = "\"logGroupName\":\"docker\"";
        var stream = group + ",\"logStreamName\":\"0123456789abcdef\"";
        refused(MISSING, "CreateLogStream", "{" + stream + "}");
        call("CreateLogGroup", "{" + group + "}");
        call("CreateLogStream", "{" + stream + "}");
        var first = call("PutLogEvents", put(stream, "x".repeat(262_118)));
        var token = first.path("nextSequenceToken").asText();
        assertThat(token).isNotEmpty();
        var next = put(stream, "by docker");
        call(
                "PutLogEvents",
                next.substring(0, next.length() - 1) + ",\"sequenceToken\":\"" + token + "\"}");
        kept("docker", "by docker");
    }

    @Test
    default void vectorFindsItsWay() throws IOException {
        var group = "\"logGroupName\":\"vector\"";
        var stream = group + ",\"logStreamName\":\"host\"";
        var healthy = call("DescribeLogGroups", "{\"logGroupNamePrefix\":\"vector\",\"limit\":1}");
        assertThat(healthy.path("logGroups")).isEmpty();
        refused(
                MISSING,
                "DescribeLogStreams",
                "{" + group + ",\"logStreamNamePrefix\":\"host\",\"limit\":1}");
        call("CreateLogGroup", "{" + group + ",\"tags\":{\"by\":\"vector\"}}");
        call("PutRetentionPolicy", "{" + group + ",\"retentionInDays\":30}");
        call("CreateLogStream", "{" + stream + "}");
        var streams =
                call(
                        "DescribeLogStreams",
                        "{" + group + ",\"logStreamNamePrefix\":\"host\",\"limit\":1}");
        assertThat(streams.path("logStreams")).hasSize(1);
        call("PutLogEvents", put(stream, "by vector"));
        kept("vector", "by vector");
    }

    private static String put(String stream, String message) {
        return "{%s,\"logEvents\":[{\"timestamp\":%d,\"message\":\"%s\"}]}"
                .formatted(stream, System.currentTimeMillis(), message);
    }

    private static Map<String, String> headers(String operation, Map<String, String> more) {
        var headers = new HashMap<>(more);
        headers.put("Content-Type", "application/x-amz-json-1.1");
        headers.put("X-Amz-Target", "Logs_20140328." + operation);
        return headers;
    }

    private JsonNode call(String operation, String request) throws IOException {
        return call(operation, request, Map.of());
    }

    private JsonNode call(String operation, String request, Map<String, String> more)
            throws IOException {
        var answer = signed().post("logs", headers(operation, more), request);
        assertThat(answer.statusCode()).as("%s: %s", operation, answer.body()).isEqualTo(200);
        // Fluent Bit takes an answer without it for a failure.
        assertThat(answer.headers().firstValue("x-amzn-RequestId")).isPresent();
        return AGENT_JSON.readTree(answer.body().isEmpty() ? "{}" : answer.body());
    }

    private void refused(String code, String operation, String request) throws IOException {
        var answer = signed().post("logs", headers(operation, Map.of()), request);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(AGENT_JSON.readTree(answer.body()).path("__type").asText()).isEqualTo(code);
    }

    private void kept(String group, String message) {
        Eventually.within(
                Duration.ofSeconds(20),
                () -> {
                    var found = call("FilterLogEvents", "{\"logGroupName\":\"" + group + "\"}");
                    assertThat(found.path("events"))
                            .extracting(event -> event.path("message").asText())
                            .contains(message);
                });
    }
}
