package io.pharos.events.destination.api;

import io.pharos.events.bus.Page;
import io.pharos.events.destination.Connection;
import io.pharos.events.destination.Connection.Authorization;
import io.pharos.events.destination.Connection.Invocation;
import io.pharos.events.destination.Connection.Parameter;
import io.pharos.events.destination.pg.PgDestinations;
import io.pharos.wire.AwsError;
import io.pharos.wire.Caller;
import io.pharos.wire.Constraints;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.ConnectionHttpParameters;
import software.amazon.awssdk.services.eventbridge.model.ConnectionState;
import software.amazon.awssdk.services.eventbridge.model.CreateConnectionRequest;
import software.amazon.awssdk.services.eventbridge.model.CreateConnectionResponse;
import software.amazon.awssdk.services.eventbridge.model.DeleteConnectionRequest;
import software.amazon.awssdk.services.eventbridge.model.DeleteConnectionResponse;
import software.amazon.awssdk.services.eventbridge.model.DescribeConnectionRequest;
import software.amazon.awssdk.services.eventbridge.model.DescribeConnectionResponse;
import software.amazon.awssdk.services.eventbridge.model.ListConnectionsRequest;
import software.amazon.awssdk.services.eventbridge.model.ListConnectionsResponse;
import software.amazon.awssdk.services.eventbridge.model.ResourceAlreadyExistsException;
import software.amazon.awssdk.services.eventbridge.model.ResourceNotFoundException;
import software.amazon.awssdk.services.eventbridge.model.UpdateConnectionRequest;
import software.amazon.awssdk.services.eventbridge.model.UpdateConnectionResponse;

import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/// Connections by name and password or by key. OAuth is refused.
@Singleton
final class ConnectionApi implements EventBridgeClient {
    private static final int MAX_PARAMETERS = 100;
    private static final List<String> TYPES =
            List.of("BASIC", "OAUTH_CLIENT_CREDENTIALS", "API_KEY");

    private final PgDestinations destinations;

    ConnectionApi(PgDestinations destinations) {
        this.destinations = destinations;
    }

    @Override
    public CreateConnectionResponse createConnection(CreateConnectionRequest request) {
        Constraints.check()
                .required("name", request.name())
                .pattern("name", request.name(), DestinationApi.NAME)
                .length("name", request.name(), 1, 64)
                .length("description", request.description(), 0, 512)
                .required("authorizationType", request.authorizationTypeAsString())
                .oneOf("authorizationType", request.authorizationTypeAsString(), TYPES)
                .required("authParameters", request.authParameters())
                .orThrow();
        if (request.kmsKeyIdentifier() != null
                || request.invocationConnectivityParameters() != null) {
            throw noPrivateConnections();
        }
        var caller = Caller.current();
        var connection =
                new Connection(
                        caller.tenant(),
                        request.name(),
                        UUID.randomUUID(),
                        request.description(),
                        authorization(request),
                        invocation(request.authParameters().invocationHttpParameters()),
                        caller.receivedAt(),
                        caller.receivedAt());
        if (!destinations.create(connection)) {
            throw ResourceAlreadyExistsException.builder()
                    .message("Connection " + request.name() + " already exists.")
                    .build();
        }
        return CreateConnectionResponse.builder()
                .connectionArn(connection.arn())
                .connectionState(ConnectionState.AUTHORIZED)
                .creationTime(connection.createdAt())
                .lastModifiedTime(connection.modifiedAt())
                .build();
    }

    private static Authorization authorization(CreateConnectionRequest request) {
        var given = request.authParameters();
        if (given.connectivityParameters() != null) {
            throw noPrivateConnections();
        }
        var basic = given.basicAuthParameters();
        var key = given.apiKeyAuthParameters();
        return authorization(
                request.authorizationTypeAsString(),
                basic == null ? null : basic.username(),
                basic == null ? null : basic.password(),
                key == null ? null : key.apiKeyName(),
                key == null ? null : key.apiKeyValue());
    }

    /// AWS: what an update does not say stays, unless the type changes.
    private static Authorization authorization(Connection old, UpdateConnectionRequest request) {
        var given = request.authParameters();
        var type = request.authorizationTypeAsString();
        var basic = given == null ? null : given.basicAuthParameters();
        var key = given == null ? null : given.apiKeyAuthParameters();
        var oldBasic = old.authorization() instanceof Authorization.Basic it ? it : null;
        var oldKey = old.authorization() instanceof Authorization.ApiKey it ? it : null;
        return authorization(
                type == null ? old.authorizationType() : type,
                or(
                        basic == null ? null : basic.username(),
                        oldBasic,
                        Authorization.Basic::username),
                or(
                        basic == null ? null : basic.password(),
                        oldBasic,
                        Authorization.Basic::password),
                or(key == null ? null : key.apiKeyName(), oldKey, Authorization.ApiKey::name),
                or(key == null ? null : key.apiKeyValue(), oldKey, Authorization.ApiKey::value));
    }

    private static <T> @Nullable String or(
            @Nullable String given, @Nullable T old, Function<T, String> part) {
        return given != null || old == null ? given : part.apply(old);
    }

    private static Authorization authorization(
            String type,
            @Nullable String username,
            @Nullable String password,
            @Nullable String keyName,
            @Nullable String keyValue) {
        switch (type) {
            case "BASIC" -> {
                if (username != null && password != null) {
                    return new Authorization.Basic(username, password);
                }
                throw missing("BasicAuthParameters");
            }
            case "API_KEY" -> {
                if (keyName != null && keyValue != null) {
                    return new Authorization.ApiKey(keyName, keyValue);
                }
                throw missing("ApiKeyAuthParameters");
            }
            default -> throw AwsError.validation("OAUTH_CLIENT_CREDENTIALS is not supported.");
        }
    }

    private static AwsError noPrivateConnections() {
        return AwsError.validation("Private connections and KMS keys are not supported.");
    }

    private static AwsError missing(String member) {
        return AwsError.validation("Parameter(s) " + member + " must be specified.");
    }

    @Override
    public UpdateConnectionResponse updateConnection(UpdateConnectionRequest request) {
        Constraints.check()
                .length("description", request.description(), 0, 512)
                .oneOf("authorizationType", request.authorizationTypeAsString(), TYPES)
                .orThrow();
        var given = request.authParameters();
        if (request.kmsKeyIdentifier() != null
                || request.invocationConnectivityParameters() != null
                || (given != null && given.connectivityParameters() != null)) {
            throw noPrivateConnections();
        }
        if (given != null && given.oAuthParameters() != null) {
            throw AwsError.validation("OAUTH_CLIENT_CREDENTIALS is not supported.");
        }
        var old = found(request.name(), "update");
        var http = given == null ? null : given.invocationHttpParameters();
        var changed =
                new Connection(
                        old.tenant(),
                        old.name(),
                        old.id(),
                        request.description() == null ? old.description() : request.description(),
                        authorization(old, request),
                        http == null ? old.invocation() : invocation(http),
                        old.createdAt(),
                        Caller.current().receivedAt());
        destinations.update(changed);
        return UpdateConnectionResponse.builder()
                .connectionArn(changed.arn())
                .connectionState(ConnectionState.AUTHORIZED)
                .creationTime(changed.createdAt())
                .lastModifiedTime(changed.modifiedAt())
                .lastAuthorizedTime(changed.modifiedAt())
                .build();
    }

    private static Invocation invocation(@Nullable ConnectionHttpParameters given) {
        if (given == null) {
            return Invocation.NONE;
        }
        Constraints.check()
                .size("headerParameters", given.headerParameters(), 0, MAX_PARAMETERS)
                .size("queryStringParameters", given.queryStringParameters(), 0, MAX_PARAMETERS)
                .size("bodyParameters", given.bodyParameters(), 0, MAX_PARAMETERS)
                .orThrow();
        return new Invocation(
                true,
                given.headerParameters().stream()
                        .map(p ->
                                new Parameter(
                                        text(p.key()),
                                        text(p.value()),
                                        Boolean.TRUE.equals(p.isValueSecret())))
                        .toList(),
                given.queryStringParameters().stream()
                        .map(p ->
                                new Parameter(
                                        text(p.key()),
                                        text(p.value()),
                                        Boolean.TRUE.equals(p.isValueSecret())))
                        .toList(),
                given.bodyParameters().stream()
                        .map(p ->
                                new Parameter(
                                        text(p.key()),
                                        text(p.value()),
                                        Boolean.TRUE.equals(p.isValueSecret())))
                        .toList());
    }

    private static String text(@Nullable String text) {
        return text == null ? "" : text;
    }

    private Connection found(@Nullable String name, String verb) {
        Constraints.check().required("name", name).length("name", name, 1, 64).orThrow();
        return destinations
                .connection(Caller.current().tenant(), text(name))
                .orElseThrow(() ->
                        ResourceNotFoundException.builder()
                                .message(
                                        "Failed to "
                                                + verb
                                                + " the connection(s). Connection '"
                                                + name
                                                + "' does not exist.")
                                .build());
    }

    @Override
    public DescribeConnectionResponse describeConnection(DescribeConnectionRequest request) {
        var connection = found(request.name(), "describe");
        return DescribeConnectionResponse.builder()
                .connectionArn(connection.arn())
                .name(connection.name())
                .description(connection.description())
                .connectionState(ConnectionState.AUTHORIZED)
                .authorizationType(connection.authorizationType())
                .secretArn(connection.secretArn())
                .authParameters(auth -> {
                    switch (connection.authorization()) {
                        case Authorization.Basic basic ->
                                auth.basicAuthParameters(b -> b.username(basic.username()));
                        case Authorization.ApiKey key ->
                                auth.apiKeyAuthParameters(k -> k.apiKeyName(key.name()));
                    }
                    if (connection.invocation().given()) {
                        auth.invocationHttpParameters(described(connection.invocation()));
                    }
                })
                .creationTime(connection.createdAt())
                .lastModifiedTime(connection.modifiedAt())
                .lastAuthorizedTime(connection.modifiedAt())
                .build();
    }

    private static ConnectionHttpParameters described(Invocation invocation) {
        var parameters = ConnectionHttpParameters.builder();
        if (!invocation.headers().isEmpty()) {
            parameters.headerParameters(
                    invocation.headers().stream()
                            .map(p ->
                                    software.amazon.awssdk.services.eventbridge.model
                                            .ConnectionHeaderParameter.builder()
                                            .key(p.key())
                                            .value(p.secret() ? null : p.value())
                                            .isValueSecret(p.secret())
                                            .build())
                            .toList());
        }
        if (!invocation.query().isEmpty()) {
            parameters.queryStringParameters(
                    invocation.query().stream()
                            .map(p ->
                                    software.amazon.awssdk.services.eventbridge.model
                                            .ConnectionQueryStringParameter.builder()
                                            .key(p.key())
                                            .value(p.secret() ? null : p.value())
                                            .isValueSecret(p.secret())
                                            .build())
                            .toList());
        }
        if (!invocation.body().isEmpty()) {
            parameters.bodyParameters(
                    invocation.body().stream()
                            .map(p ->
                                    software.amazon.awssdk.services.eventbridge.model
                                            .ConnectionBodyParameter.builder()
                                            .key(p.key())
                                            .value(p.secret() ? null : p.value())
                                            .isValueSecret(p.secret())
                                            .build())
                            .toList());
        }
        return parameters.build();
    }

    @Override
    public DeleteConnectionResponse deleteConnection(DeleteConnectionRequest request) {
        var connection = found(request.name(), "delete");
        destinations.deleteConnection(connection.tenant(), connection.name());
        return DeleteConnectionResponse.builder()
                .connectionArn(connection.arn())
                .connectionState(ConnectionState.DELETING)
                .creationTime(connection.createdAt())
                .lastModifiedTime(connection.modifiedAt())
                .lastAuthorizedTime(connection.modifiedAt())
                .build();
    }

    @Override
    public ListConnectionsResponse listConnections(ListConnectionsRequest request) {
        if (request.connectionStateAsString() != null
                && !request.connectionStateAsString().equals("AUTHORIZED")) {
            return ListConnectionsResponse.builder().connections(List.of()).build();
        }
        var limit = Page.limit(request.limit());
        var rows =
                destinations.connections(
                        Caller.current().tenant(),
                        text(request.namePrefix()),
                        Page.after(request.nextToken()),
                        limit + 1);
        var page = Page.of(rows, limit, Connection::name);
        return ListConnectionsResponse.builder()
                .connections(
                        page.items().stream()
                                .map(c ->
                                        software.amazon.awssdk.services.eventbridge.model.Connection
                                                .builder()
                                                .connectionArn(c.arn())
                                                .name(c.name())
                                                .connectionState(ConnectionState.AUTHORIZED)
                                                .authorizationType(c.authorizationType())
                                                .creationTime(c.createdAt())
                                                .lastModifiedTime(c.modifiedAt())
                                                .lastAuthorizedTime(c.modifiedAt())
                                                .build())
                                .toList())
                .nextToken(page.nextToken())
                .build();
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}
}
