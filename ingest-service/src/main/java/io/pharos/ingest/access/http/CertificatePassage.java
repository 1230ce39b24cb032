package io.pharos.ingest.access.http;

import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.Config;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;

/// Where the services run apart, passes on the public certificates that receivers of notifications
/// check signatures with: they belong to events-service, and only the front door has a public address.
@Singleton
final class CertificatePassage {
    private static final String PATH = "/SimpleNotificationService-[0-9a-f]{32}\\.pem";
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final int BAD_GATEWAY = 502;

    private final Optional<String> owner;
    private final HttpClient client = HttpClient.newBuilder().connectTimeout(LIMIT).build();

    CertificatePassage(Config config) {
        owner = config.getOptionalValue("pharos.owner.events", String.class);
    }

    // In one process the owner's own route answers.
    void register(@Observes Router router) {
        if (owner.isPresent()) {
            router.getWithRegex(PATH).order(-50).blockingHandler(this::pass, false);
        }
    }

    private void pass(RoutingContext context) {
        var response = context.response();
        try {
            var url = URI.create(owner.orElseThrow() + context.normalizedPath());
            var request = HttpRequest.newBuilder(url).timeout(LIMIT).build();
            var answer = client.send(request, BodyHandlers.ofString());
            response.setStatusCode(answer.statusCode())
                    .putHeader("Content-Type", "application/x-pem-file")
                    .end(answer.body());
        } catch (IOException _) {
            response.setStatusCode(BAD_GATEWAY).end();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            response.setStatusCode(BAD_GATEWAY).end();
        }
    }
}
