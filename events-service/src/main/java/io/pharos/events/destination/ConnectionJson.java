package io.pharos.events.destination;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;

import io.pharos.events.destination.Connection.Authorization;
import io.pharos.events.destination.Connection.Invocation;
import io.pharos.events.destination.Connection.Parameter;

import java.util.ArrayList;
import java.util.List;

/// What a connection knows, as it is kept.
public final class ConnectionJson {
    private static final ObjectMapper JSON = new ObjectMapper();

    private ConnectionJson() {}

    public static String write(Authorization authorization, Invocation invocation) {
        var json = JSON.createObjectNode();
        switch (authorization) {
            case Authorization.Basic(var username, var password) ->
                    json.put("username", username).put("password", password);
            case Authorization.ApiKey(var name, var value) ->
                    json.put("api_key_name", name).put("api_key_value", value);
        }
        if (invocation.given()) {
            var http = json.putObject("invocation_http_parameters");
            write(http.putArray("headers"), invocation.headers());
            write(http.putArray("query"), invocation.query());
            write(http.putArray("body"), invocation.body());
        }
        return json.toString();
    }

    private static void write(ArrayNode array, List<Parameter> parameters) {
        for (var parameter : parameters) {
            array.addObject()
                    .put("key", parameter.key())
                    .put("value", parameter.value())
                    .put("secret", parameter.secret());
        }
    }

    public static Authorization authorization(String text) {
        var json = read(text);
        return json.has("username")
                ? new Authorization.Basic(
                        json.path("username").asText(), json.path("password").asText())
                : new Authorization.ApiKey(
                        json.path("api_key_name").asText(), json.path("api_key_value").asText());
    }

    public static Invocation invocation(String text) {
        var http = read(text).path("invocation_http_parameters");
        return http.isMissingNode()
                ? Invocation.NONE
                : new Invocation(
                        true,
                        parameters(http.path("headers")),
                        parameters(http.path("query")),
                        parameters(http.path("body")));
    }

    private static List<Parameter> parameters(JsonNode array) {
        var parameters = new ArrayList<Parameter>();
        for (var one : array) {
            parameters.add(
                    new Parameter(
                            one.path("key").asText(),
                            one.path("value").asText(),
                            one.path("secret").asBoolean()));
        }
        return parameters;
    }

    private static JsonNode read(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException notOurs) {
            throw new IllegalStateException(notOurs);
        }
    }
}
