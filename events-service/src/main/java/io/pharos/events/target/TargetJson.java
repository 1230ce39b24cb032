package io.pharos.events.target;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.TreeMap;

/// A target as it is kept: exactly the members that were put.
public final class TargetJson {
    private static final ObjectMapper JSON = new ObjectMapper();

    private TargetJson() {}

    public static String write(Target target) {
        var json = JSON.createObjectNode();
        json.put("id", target.id()).put("arn", target.arn());
        if (target.roleArn() != null) {
            json.put("role", target.roleArn());
        }
        switch (target.input()) {
            case Input.Matched() -> {}
            case Input.Constant(var text) -> json.put("input", text);
            case Input.Part(var path) -> json.put("path", path.toString());
            case InputTransformer(var paths, var template) -> {
                json.put("template", template);
                var named = json.putObject("paths");
                new TreeMap<>(paths).forEach((name, path) -> named.put(name, path.toString()));
            }
        }
        if (target.partitionKeyPath() != null) {
            json.put("partitionKey", target.partitionKeyPath());
        }
        if (target.http() != null) {
            http(json.putObject("http"), target.http());
        }
        if (target.retry() != null) {
            retry(json.putObject("retry"), target.retry());
        }
        return json.toString();
    }

    private static void http(ObjectNode json, Target.HttpParameters http) {
        var path = json.putArray("path");
        http.pathValues().forEach(path::add);
        var headers = json.putObject("headers");
        new TreeMap<>(http.headers()).forEach(headers::put);
        var query = json.putObject("query");
        new TreeMap<>(http.query()).forEach(query::put);
    }

    private static void retry(ObjectNode json, Target.RetryPolicy retry) {
        if (retry.maximumAttempts() != null) {
            json.put("attempts", retry.maximumAttempts());
        }
        if (retry.maximumAge() != null) {
            json.put("age", retry.maximumAge().toSeconds());
        }
    }

    public static Target parse(String text) {
        try {
            var json = JSON.readTree(text);
            return new Target(
                    json.path("id").asText(),
                    json.path("arn").asText(),
                    text(json, "role"),
                    input(json),
                    text(json, "partitionKey"),
                    json.has("http") ? http(json.path("http")) : null,
                    json.has("retry") ? retry(json.path("retry")) : null);
        } catch (JsonProcessingException notOurs) {
            throw new IllegalStateException(notOurs);
        }
    }

    private static Input input(JsonNode json) {
        if (json.has("input")) {
            return new Input.Constant(json.path("input").asText());
        }
        if (json.has("path")) {
            return new Input.Part(JsonPath.parse(json.path("path").asText()));
        }
        if (json.has("template")) {
            var paths = new TreeMap<String, JsonPath>();
            texts(json.path("paths"))
                    .forEach((name, path) -> paths.put(name, JsonPath.parse(path)));
            return new InputTransformer(paths, json.path("template").asText());
        }
        return new Input.Matched();
    }

    private static Target.HttpParameters http(JsonNode json) {
        var path = new ArrayList<String>();
        json.path("path").forEach(value -> path.add(value.asText()));
        return new Target.HttpParameters(
                path, texts(json.path("headers")), texts(json.path("query")));
    }

    private static Target.RetryPolicy retry(JsonNode json) {
        return new Target.RetryPolicy(
                json.has("attempts") ? json.path("attempts").asInt() : null,
                json.has("age") ? Duration.ofSeconds(json.path("age").asLong()) : null);
    }

    private static Map<String, String> texts(JsonNode json) {
        var texts = new TreeMap<String, String>();
        json.properties().forEach(member -> texts.put(member.getKey(), member.getValue().asText()));
        return texts;
    }

    private static @Nullable String text(JsonNode json, String member) {
        return json.has(member) ? json.path(member).asText() : null;
    }
}
