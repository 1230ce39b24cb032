package io.pharos.kit.http;

import io.pharos.wire.AwsError;
import io.pharos.wire.Headers;
import io.pharos.wire.WireRequest;
import io.pharos.wire.WireResponse;
import io.quarkus.runtime.ShutdownEvent;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;

import org.jboss.logging.Logger;

import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;

/// Where HTTP ends: every path but `/q/…` and `/_pharos/…` is AWS's API, internal routes are asked by
/// services only. Bodies are read whole, within the server's limit, and answered on virtual threads, or at
/// once where nothing has to be waited for.
@Singleton
final class HttpEntry {
    private static final Logger LOG = Logger.getLogger(HttpEntry.class);
    private static final String QUARKUS_PATHS = "/q/";
    private static final String INTERNAL_PATHS = "/_pharos/";

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AwsEndpoint endpoint;
    private final InternalIdentity identity;
    private final Instance<InternalRoute> internalRoutes;
    private final InstantSource clock;
    private final BodyReader bodies;
    private volatile Second second = new Second(Long.MIN_VALUE, "");

    HttpEntry(
            AwsEndpoint endpoint,
            InternalIdentity identity,
            Instance<InternalRoute> internalRoutes,
            InstantSource clock,
            BodyReader bodies) {
        this.endpoint = endpoint;
        this.identity = identity;
        this.internalRoutes = internalRoutes;
        this.clock = clock;
        this.bodies = bodies;
    }

    void route(@Observes Router router) {
        for (var route : internalRoutes) {
            router.post(INTERNAL_PATHS + route.path())
                    .handler(context ->
                            read(
                                    context,
                                    _ -> Optional.empty(),
                                    request ->
                                            CompletableFuture.completedFuture(
                                                    internal(route, request))));
        }
        router.route().handler(this::api);
    }

    private void api(RoutingContext context) {
        var path = context.normalizedPath();
        if (path.startsWith(QUARKUS_PATHS) || path.startsWith(INTERNAL_PATHS)) {
            context.next();
        } else {
            read(context, endpoint::answerPromptly, endpoint::answer);
        }
    }

    void stop(@Observes ShutdownEvent stopping) {
        threads.shutdown();
    }

    @FunctionalInterface
    private interface PromptAnswer {
        /// The same on the event loop; empty when that would not do.
        Optional<CompletableFuture<WireResponse>> to(WireRequest request);
    }

    @FunctionalInterface
    private interface Answer {
        /// May complete later, on a thread that must not be blocked.
        CompletableFuture<WireResponse> to(WireRequest request);
    }

    private void read(RoutingContext context, PromptAnswer promptly, Answer answer) {
        var request = context.request();
        var eventLoop = Objects.requireNonNull(Vertx.currentContext());
        bodies.read(
                request,
                body -> start(request, body, eventLoop, promptly, answer),
                error -> refuse(request, error));
    }

    private void start(
            HttpServerRequest request,
            BodyReader.Body body,
            Context eventLoop,
            PromptAnswer promptly,
            Answer answer) {
        var wired = wired(request, body.bytes());
        var prompt = prompt(wired, promptly);
        if (prompt.isPresent()) {
            prompt.get()
                    .whenComplete((response, _) -> {
                        body.release();
                        if (Vertx.currentContext() == eventLoop) {
                            write(request, response);
                        } else {
                            eventLoop.runOnContext(_ -> write(request, response));
                        }
                    });
            return;
        }
        try {
            threads.execute(() ->
                    answered(wired, answer)
                            .whenComplete((response, _) -> {
                                body.release();
                                eventLoop.runOnContext(_ -> write(request, response));
                            }));
        } catch (RejectedExecutionException stopping) {
            body.release();
            request.connection().close();
        }
    }

    private static Optional<CompletableFuture<WireResponse>> prompt(
            WireRequest request, PromptAnswer answer) {
        try {
            return answer.to(request).map(one -> one.exceptionally(HttpEntry::failed));
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            return Optional.of(CompletableFuture.completedFuture(failed(e)));
        }
    }

    /// The rest of the body is not read, so the connection ends with this answer.
    private void refuse(HttpServerRequest request, AwsError error) {
        request.response().putHeader("connection", "close");
        write(request, endpoint.refuse(wired(request, new byte[0]), error));
    }

    private static CompletableFuture<WireResponse> answered(WireRequest request, Answer answer) {
        try {
            return answer.to(request).exceptionally(HttpEntry::failed);
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            return CompletableFuture.completedFuture(failed(e));
        }
    }

    private static WireResponse failed(Throwable failure) {
        LOG.error("request failed outside of its protocol", failure);
        return new WireResponse(500, Headers.none(), new byte[0]);
    }

    private WireResponse internal(InternalRoute route, WireRequest request) {
        try {
            var caller =
                    identity.verify(
                            request.headers(),
                            request.method(),
                            AwsEndpoint.pathAndQuery(request),
                            request.body(),
                            clock.instant());
            return caller.isEmpty()
                    ? new WireResponse(403, Headers.none(), new byte[0])
                    : new WireResponse(200, Headers.none(), route.answer(request.body()));
        } catch (AwsError refused) {
            return new WireResponse(refused.status(), Headers.none(), new byte[0]);
        }
    }

    private static WireRequest wired(HttpServerRequest request, byte[] body) {
        var headers = Headers.builder();
        request.headers().forEach(header -> headers.add(header.getKey(), header.getValue()));
        if (request.version() == HttpVersion.HTTP_2 && request.authority() != null) {
            // A signature may cover it under either name.
            headers.add(":authority", request.authority().toString());
            if (!request.headers().contains("host")) {
                headers.add("host", request.authority().toString());
            }
        }
        var path = request.path() == null ? "/" : request.path();
        var query = request.query() == null ? "" : request.query();
        return new WireRequest(
                request.method().name(),
                path,
                query,
                headers.build(),
                body,
                request.remoteAddress().hostAddress());
    }

    private void write(HttpServerRequest request, WireResponse answer) {
        var response = request.response();
        if (response.closed() || response.ended()) {
            ResponseStream.drop(answer);
            return;
        }
        response.setStatusCode(answer.status());
        answer.headers().asMap().forEach((name, values) -> response.headers().add(name, values));
        response.putHeader("date", date());
        var more = answer.more();
        if (more == null) {
            response.end(Buffer.buffer(answer.body()));
        } else {
            new ResponseStream(response, Objects.requireNonNull(Vertx.currentContext()))
                    .start(answer.body(), more);
        }
    }

    /// What `Date` says during one second.
    private record Second(long epoch, String text) {}

    private String date() {
        var now = clock.instant();
        var known = second;
        if (known.epoch() != now.getEpochSecond()) {
            var text = DateTimeFormatter.RFC_1123_DATE_TIME.format(now.atOffset(ZoneOffset.UTC));
            known = new Second(now.getEpochSecond(), text);
            second = known;
        }
        return known.text();
    }
}
