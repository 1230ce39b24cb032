package io.pharos.events.delivery.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import io.pharos.events.delivery.Delivery;
import io.pharos.events.delivery.Outcome;
import io.pharos.events.destination.ApiDestination;
import io.pharos.events.destination.Connection;
import io.pharos.events.destination.Connection.Authorization;
import io.pharos.events.destination.Connection.Parameter;
import io.pharos.events.destination.pg.PgDestinations;
import io.pharos.events.target.Happening;
import io.pharos.events.target.JsonPath;
import io.pharos.events.target.Target.HttpParameters;
import io.pharos.events.target.TargetArn;
import io.pharos.wire.Tenant;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Calls API destinations as EventBridge does: its headers, the connection's authorisation, five
/// seconds a try, no redirects. The answer's body is never kept.
@Singleton
public final class HttpSender {
    static final Duration TRY_LIMIT = Duration.ofSeconds(5);

    private static final Duration CONFIGURATION_AGE = Duration.ofSeconds(1);
    private static final int MAX_CACHED = 10_000;
    private static final Duration MOST_RETRY_AFTER = Duration.ofHours(24);
    private static final List<String> SYSTEM_HEADERS =
            List.of(
                    "host",
                    "content-length",
                    "connection",
                    "expect",
                    "upgrade",
                    "transfer-encoding");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final PgDestinations destinations;
    private final RateLimits rates = new RateLimits();
    private final HttpClient client =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(TRY_LIMIT)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .build();
    private final Cache<String, Optional<Endpoint>> endpoints =
            Caffeine.newBuilder()
                    .maximumSize(MAX_CACHED)
                    .expireAfterWrite(CONFIGURATION_AGE)
                    .build();

    private record Endpoint(ApiDestination destination, Connection connection) {}

    public HttpSender(PgDestinations destinations) {
        this.destinations = destinations;
    }

    /// Tries once. May wait for the destination's rate; the waiting counts against the event's age.
    public Outcome send(Delivery delivery, Happening event, String body)
            throws InterruptedException {
        if (!(delivery.target().destination()
                instanceof TargetArn.ApiDestination(var tenant, var name))) {
            throw new IllegalArgumentException(
                    "not an API destination: " + delivery.target().arn());
        }
        var endpoint = endpoint(tenant, name, delivery.target().arn());
        if (endpoint.isEmpty()) {
            return new Outcome.Refused(
                    "NO_RESOURCE", "The API destination or its connection is gone.");
        }
        var destination = endpoint.get().destination();
        if (!rates.admit(destination.arn(), destination.rateLimit())) {
            return new Outcome.Failed("THROTTLING", "The destination's rate limit is used up.");
        }
        try {
            return call(request(endpoint.get(), delivery.target().http(), event, body));
        } catch (IllegalArgumentException unusable) {
            return new Outcome.Refused("INVALID_PARAMETER", String.valueOf(unusable.getMessage()));
        }
    }

    private Optional<Endpoint> endpoint(Tenant tenant, String name, String arn) {
        return endpoints.get(
                arn,
                _ ->
                        destinations
                                .destination(tenant, name)
                                .filter(found -> found.arn().equals(arn))
                                .flatMap(found ->
                                        destinations
                                                .connection(
                                                        tenant,
                                                        found.connectionArn().split("/", -1)[1])
                                                .filter(c -> c.arn().equals(found.connectionArn()))
                                                .map(c -> new Endpoint(found, c))));
    }

    private Outcome call(HttpRequest request) throws InterruptedException {
        var answer = client.sendAsync(request, BodyHandlers.discarding());
        try {
            return outcome(answer.get(TRY_LIMIT.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException slow) {
            answer.cancel(true);
            return new Outcome.Failed(
                    "TIMEOUT", "No answer within " + TRY_LIMIT.toSeconds() + " s.");
        } catch (ExecutionException failure) {
            var cause = failure.getCause();
            if (cause instanceof HttpTimeoutException) {
                return new Outcome.Failed("TIMEOUT", "No answer in time.");
            }
            if (cause instanceof IOException) {
                return new Outcome.Failed("CONNECTION_FAILURE", String.valueOf(cause.getMessage()));
            }
            return new Outcome.Refused("SDK_CLIENT_ERROR", String.valueOf(cause));
        }
    }

    private static Outcome outcome(HttpResponse<Void> answer) {
        var status = answer.statusCode();
        if (status / 100 == 2) {
            return new Outcome.Delivered();
        }
        var message = "The endpoint answered " + status + ".";
        if (status != 429 && status / 100 != 5) {
            return new Outcome.Refused("SDK_CLIENT_ERROR", message);
        }
        var seconds = retryAfter(answer);
        return seconds < 0
                ? new Outcome.Refused("SDK_CLIENT_ERROR", message)
                : new Outcome.Failed(
                        status == 429 ? "THROTTLING" : "INTERNAL_ERROR",
                        message,
                        Duration.ofSeconds(seconds));
    }

    /// AWS: seconds; a negative number ends the retries. Dates are not honoured.
    private static long retryAfter(HttpResponse<Void> answer) {
        try {
            return Math.min(
                    answer.headers().firstValueAsLong("Retry-After").orElse(0),
                    MOST_RETRY_AFTER.toSeconds());
        } catch (NumberFormatException aDate) {
            return 0;
        }
    }

    private static HttpRequest request(
            Endpoint endpoint, @Nullable HttpParameters given, Happening event, String body) {
        var parameters = given == null ? new HttpParameters(List.of(), Map.of(), Map.of()) : given;
        var invocation = endpoint.connection().invocation();
        var query = new LinkedHashMap<>(values(parameters.query(), event));
        invocation.query().forEach(p -> query.put(p.key(), p.value()));
        var method = endpoint.destination().method();
        var bodiless = method.equals("GET") || method.equals("HEAD");
        var request =
                HttpRequest.newBuilder(
                                uri(
                                        endpoint.destination().endpoint(),
                                        parameters.pathValues(),
                                        query,
                                        event))
                        .timeout(TRY_LIMIT)
                        .method(
                                method,
                                bodiless
                                        ? BodyPublishers.noBody()
                                        : BodyPublishers.ofString(merged(body, invocation.body())));
        headers(endpoint.connection(), parameters, event).forEach(request::setHeader);
        return request.build();
    }

    /// Later ones win: AWS's own, the target's, the connection's, the authorisation.
    private static Map<String, String> headers(
            Connection connection, HttpParameters parameters, Happening event) {
        var headers = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
        headers.put("User-Agent", "Amazon/EventBridge/ApiDestinations");
        headers.put("Content-Type", "application/json; charset=utf-8");
        headers.put("Range", "bytes=0-1048575");
        headers.put("Accept-Encoding", "gzip,deflate");
        headers.putAll(values(parameters.headers(), event));
        connection.invocation().headers().forEach(p -> headers.put(p.key(), p.value()));
        switch (connection.authorization()) {
            case Authorization.Basic(var username, var password) ->
                    headers.put(
                            "Authorization",
                            "Basic "
                                    + Base64.getEncoder()
                                            .encodeToString(
                                                    (username + ":" + password)
                                                            .getBytes(StandardCharsets.UTF_8)));
            case Authorization.ApiKey(var name, var value) -> headers.put(name, value);
        }
        headers.keySet().removeIf(name -> SYSTEM_HEADERS.contains(name.toLowerCase(Locale.ROOT)));
        return headers;
    }

    private static Map<String, String> values(Map<String, String> given, Happening event) {
        var values = new TreeMap<String, String>();
        given.forEach((name, value) -> values.put(name, value(value, event)));
        return values;
    }

    /// A whole path or a constant; a path that leads nowhere is empty.
    private static String value(String given, Happening event) {
        if (!given.startsWith("$")) {
            return given;
        }
        try {
            return JsonPath.parse(given)
                    .in(event.tree())
                    .map(found -> found.isContainerNode() ? found.toString() : found.asText())
                    .orElse("");
        } catch (IllegalArgumentException constant) {
            return given;
        }
    }

    private static URI uri(
            String endpoint, List<String> pathValues, Map<String, String> query, Happening event) {
        var filled = new StringBuilder(endpoint);
        for (var value : pathValues) {
            var star = filled.indexOf("*");
            if (star < 0) {
                break;
            }
            filled.replace(star, star + 1, encoded(value(value, event)));
        }
        query.forEach((name, value) ->
                filled.append(filled.indexOf("?") < 0 ? '?' : '&')
                        .append(encoded(name))
                        .append('=')
                        .append(encoded(value)));
        return URI.create(filled.toString());
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /// The connection's body parameters join an object; other bodies stay as they are.
    private static String merged(String body, List<Parameter> parameters) {
        if (parameters.isEmpty()) {
            return body;
        }
        try {
            if (JSON.readTree(body) instanceof ObjectNode object) {
                parameters.forEach(p -> object.put(p.key(), p.value()));
                return object.toString();
            }
            return body;
        } catch (JsonProcessingException text) {
            return body;
        }
    }

    @PreDestroy
    void close() {
        client.shutdownNow();
    }
}
