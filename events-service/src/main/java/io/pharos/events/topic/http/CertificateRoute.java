package io.pharos.events.topic.http;

import io.pharos.events.topic.pg.PgSigningKeys;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import java.util.Optional;

/// Serves `GET /SimpleNotificationService-<name>.pem` to anyone: what receivers check signatures with.
@Singleton
final class CertificateRoute {
    private static final String PATH = "/SimpleNotificationService-([0-9a-f]{32})\\.pem";

    private final PgSigningKeys keys;

    CertificateRoute(PgSigningKeys keys) {
        this.keys = keys;
    }

    // Before the front door's catch-all.
    void register(@Observes Router router) {
        router.getWithRegex(PATH).order(-100).blockingHandler(this::answer, false);
    }

    private void answer(RoutingContext context) {
        var certificate =
                Optional.ofNullable(context.pathParam("param0")).flatMap(keys::certificate);
        if (certificate.isPresent()) {
            context.response()
                    .putHeader("Content-Type", "application/x-pem-file")
                    .end(certificate.get());
        } else {
            context.response().setStatusCode(404).end();
        }
    }
}
