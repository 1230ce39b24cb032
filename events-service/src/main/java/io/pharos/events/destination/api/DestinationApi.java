package io.pharos.events.destination.api;

import io.pharos.events.bus.Page;
import io.pharos.events.destination.ApiDestination;
import io.pharos.events.destination.Connection;
import io.pharos.events.destination.pg.PgDestinations;
import io.pharos.wire.AwsError;
import io.pharos.wire.Caller;
import io.pharos.wire.Constraints;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.ApiDestinationState;
import software.amazon.awssdk.services.eventbridge.model.CreateApiDestinationRequest;
import software.amazon.awssdk.services.eventbridge.model.CreateApiDestinationResponse;
import software.amazon.awssdk.services.eventbridge.model.DeleteApiDestinationRequest;
import software.amazon.awssdk.services.eventbridge.model.DeleteApiDestinationResponse;
import software.amazon.awssdk.services.eventbridge.model.DescribeApiDestinationRequest;
import software.amazon.awssdk.services.eventbridge.model.DescribeApiDestinationResponse;
import software.amazon.awssdk.services.eventbridge.model.ListApiDestinationsRequest;
import software.amazon.awssdk.services.eventbridge.model.ListApiDestinationsResponse;
import software.amazon.awssdk.services.eventbridge.model.ResourceAlreadyExistsException;
import software.amazon.awssdk.services.eventbridge.model.ResourceNotFoundException;
import software.amazon.awssdk.services.eventbridge.model.UpdateApiDestinationRequest;
import software.amazon.awssdk.services.eventbridge.model.UpdateApiDestinationResponse;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/// API destinations: how HTTP endpoints become targets. AWS calls `https` only; here `http` works too,
/// because the endpoint may stand in the same private network.
@Singleton
final class DestinationApi implements EventBridgeClient {
    static final Pattern NAME = Pattern.compile("[\\.\\-_A-Za-z0-9]+");
    private static final List<String> METHODS =
            List.of("POST", "GET", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE");

    private final PgDestinations destinations;

    DestinationApi(PgDestinations destinations) {
        this.destinations = destinations;
    }

    @Override
    public CreateApiDestinationResponse createApiDestination(CreateApiDestinationRequest request) {
        Constraints.check()
                .required("name", request.name())
                .pattern("name", request.name(), NAME)
                .length("name", request.name(), 1, 64)
                .length("description", request.description(), 0, 512)
                .required("connectionArn", request.connectionArn())
                .required("invocationEndpoint", request.invocationEndpoint())
                .length("invocationEndpoint", request.invocationEndpoint(), 1, 2_048)
                .required("httpMethod", request.httpMethodAsString())
                .oneOf("httpMethod", request.httpMethodAsString(), METHODS)
                .atLeast("invocationRateLimitPerSecond", request.invocationRateLimitPerSecond(), 1)
                .orThrow();
        checkEndpoint(request.invocationEndpoint());
        var caller = Caller.current();
        checkConnection(request.connectionArn());
        var destination =
                new ApiDestination(
                        caller.tenant(),
                        request.name(),
                        UUID.randomUUID(),
                        request.description(),
                        request.connectionArn(),
                        request.invocationEndpoint(),
                        request.httpMethodAsString(),
                        request.invocationRateLimitPerSecond() == null
                                ? ApiDestination.DEFAULT_RATE
                                : request.invocationRateLimitPerSecond(),
                        caller.receivedAt(),
                        caller.receivedAt());
        if (!destinations.create(destination)) {
            throw ResourceAlreadyExistsException.builder()
                    .message("An api-destination '" + request.name() + "' already exists.")
                    .build();
        }
        return CreateApiDestinationResponse.builder()
                .apiDestinationArn(destination.arn())
                .apiDestinationState(ApiDestinationState.ACTIVE)
                .creationTime(destination.createdAt())
                .lastModifiedTime(destination.modifiedAt())
                .build();
    }

    private static void checkEndpoint(String endpoint) {
        try {
            var uri = URI.create(endpoint.replace("*", "x"));
            if (List.of("http", "https").contains(uri.getScheme())
                    && uri.getHost() != null
                    && uri.getUserInfo() == null) {
                return;
            }
        } catch (IllegalArgumentException notAUri) {
            // Answered below.
        }
        throw AwsError.validation("Parameter InvocationEndpoint is not valid.");
    }

    private void checkConnection(String arn) {
        var parts = arn.split("/", -1);
        var found =
                parts.length == 3
                        ? destinations
                                .connection(Caller.current().tenant(), parts[1])
                                .filter(connection -> connection.arn().equals(arn))
                        : Optional.<Connection>empty();
        if (found.isEmpty()) {
            throw ResourceNotFoundException.builder()
                    .message("Connection '" + arn + "' does not exist.")
                    .build();
        }
    }

    private ApiDestination found(@Nullable String name, String verb) {
        Constraints.check()
                .required("name", name)
                .pattern("name", name, NAME)
                .length("name", name, 1, 64)
                .orThrow();
        return destinations
                .destination(Caller.current().tenant(), name == null ? "" : name)
                .orElseThrow(() ->
                        ResourceNotFoundException.builder()
                                .message(
                                        "Failed to "
                                                + verb
                                                + " the api-destination(s). An api-destination '"
                                                + name
                                                + "' does not exist.")
                                .build());
    }

    @Override
    public UpdateApiDestinationResponse updateApiDestination(UpdateApiDestinationRequest request) {
        Constraints.check()
                .length("description", request.description(), 0, 512)
                .length("invocationEndpoint", request.invocationEndpoint(), 1, 2_048)
                .oneOf("httpMethod", request.httpMethodAsString(), METHODS)
                .atLeast("invocationRateLimitPerSecond", request.invocationRateLimitPerSecond(), 1)
                .orThrow();
        var old = found(request.name(), "update");
        if (request.invocationEndpoint() != null) {
            checkEndpoint(request.invocationEndpoint());
        }
        if (request.connectionArn() != null) {
            checkConnection(request.connectionArn());
        }
        var now = Caller.current().receivedAt();
        var changed =
                new ApiDestination(
                        old.tenant(),
                        old.name(),
                        old.id(),
                        request.description() == null ? old.description() : request.description(),
                        request.connectionArn() == null
                                ? old.connectionArn()
                                : request.connectionArn(),
                        request.invocationEndpoint() == null
                                ? old.endpoint()
                                : request.invocationEndpoint(),
                        request.httpMethodAsString() == null
                                ? old.method()
                                : request.httpMethodAsString(),
                        request.invocationRateLimitPerSecond() == null
                                ? old.rateLimit()
                                : request.invocationRateLimitPerSecond(),
                        old.createdAt(),
                        now);
        destinations.update(changed, now);
        return UpdateApiDestinationResponse.builder()
                .apiDestinationArn(changed.arn())
                .apiDestinationState(ApiDestinationState.ACTIVE)
                .creationTime(changed.createdAt())
                .lastModifiedTime(now)
                .build();
    }

    @Override
    public DescribeApiDestinationResponse describeApiDestination(
            DescribeApiDestinationRequest request) {
        var destination = found(request.name(), "describe");
        return DescribeApiDestinationResponse.builder()
                .apiDestinationArn(destination.arn())
                .name(destination.name())
                .description(destination.description())
                .apiDestinationState(ApiDestinationState.ACTIVE)
                .connectionArn(destination.connectionArn())
                .invocationEndpoint(destination.endpoint())
                .httpMethod(destination.method())
                .invocationRateLimitPerSecond(destination.rateLimit())
                .creationTime(destination.createdAt())
                .lastModifiedTime(destination.modifiedAt())
                .build();
    }

    @Override
    public DeleteApiDestinationResponse deleteApiDestination(DeleteApiDestinationRequest request) {
        var destination = found(request.name(), "delete");
        destinations.deleteDestination(destination.tenant(), destination.name());
        return DeleteApiDestinationResponse.builder().build();
    }

    @Override
    public ListApiDestinationsResponse listApiDestinations(ListApiDestinationsRequest request) {
        var limit = Page.limit(request.limit());
        var prefix = request.namePrefix() == null ? "" : request.namePrefix();
        var rows =
                destinations.destinations(
                        Caller.current().tenant(),
                        prefix,
                        Page.after(request.nextToken()),
                        limit + 1);
        var page = Page.of(rows, limit, ApiDestination::name);
        return ListApiDestinationsResponse.builder()
                .apiDestinations(
                        page.items().stream()
                                .filter(d ->
                                        request.connectionArn() == null
                                                || d.connectionArn()
                                                        .equals(request.connectionArn()))
                                .map(DestinationApi::listed)
                                .toList())
                .nextToken(page.nextToken())
                .build();
    }

    private static software.amazon.awssdk.services.eventbridge.model.ApiDestination listed(
            ApiDestination destination) {
        return software.amazon.awssdk.services.eventbridge.model.ApiDestination.builder()
                .apiDestinationArn(destination.arn())
                .name(destination.name())
                .apiDestinationState(ApiDestinationState.ACTIVE)
                .connectionArn(destination.connectionArn())
                .invocationEndpoint(destination.endpoint())
                .httpMethod(destination.method())
                .invocationRateLimitPerSecond(destination.rateLimit())
                .creationTime(destination.createdAt())
                .lastModifiedTime(destination.modifiedAt())
                .build();
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}
}
