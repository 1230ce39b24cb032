package io.pharos.events.destination;

import io.pharos.wire.Tenant;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/// How calls to an API destination are authorised, secrets included.
public record Connection(
        Tenant tenant,
        String name,
        UUID id,
        @Nullable String description,
        Authorization authorization,
        Invocation invocation,
        Instant createdAt,
        Instant modifiedAt) {

    /// What proves who calls.
    public sealed interface Authorization {
        record Basic(String username, String password) implements Authorization {}

        record ApiKey(String name, String value) implements Authorization {}
    }

    /// Added to every call.
    ///
    /// @param given whether the user gave any, even none: it is described then
    public record Invocation(
            boolean given, List<Parameter> headers, List<Parameter> query, List<Parameter> body) {
        public static final Invocation NONE =
                new Invocation(false, List.of(), List.of(), List.of());

        public Invocation {
            headers = List.copyOf(headers);
            query = List.copyOf(query);
            body = List.copyOf(body);
        }
    }

    /// @param secret whether the value is never described
    public record Parameter(String key, String value, boolean secret) {}

    public String arn() {
        return arn(tenant, name, id);
    }

    public static String arn(Tenant tenant, String name, UUID id) {
        return tenant.arn("events", "connection/" + name + "/" + id);
    }

    public String secretArn() {
        return tenant.arn("secretsmanager", "secret:events!connection/" + name + "/" + id);
    }

    public String authorizationType() {
        return switch (authorization) {
            case Authorization.Basic _ -> "BASIC";
            case Authorization.ApiKey _ -> "API_KEY";
        };
    }
}
