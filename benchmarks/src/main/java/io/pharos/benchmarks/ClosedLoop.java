package io.pharos.benchmarks;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/// Sends one frame again and again over kept connections, each as soon as the last was answered, at
/// little cost of its own, so that small calls keep the server busy and not the sender. Every answer
/// must be a 200; what fails ends the run.
final class ClosedLoop implements AutoCloseable {
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(60);

    private final int connections;
    private final Vertx vertx =
            Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setPreferNativeTransport(true));
    private final HttpClient http;

    ClosedLoop(int connections) {
        this.connections = connections;
        this.http =
                vertx.createHttpClient(
                        new HttpClientOptions().setMaxPoolSize(connections).setKeepAlive(true));
    }

    /// @return the calls that were answered
    long run(Frame frame, Duration length) {
        var run = new Run(frame, System.nanoTime() + length.toNanos());
        for (var i = 0; i < connections; i++) {
            run.next();
        }
        run.over.join();
        return run.answered.get();
    }

    private final class Run {
        private final Frame frame;
        private final Buffer body;
        private final long endNanos;
        private final AtomicInteger answered = new AtomicInteger();
        private final AtomicInteger running = new AtomicInteger();
        private final AtomicReference<Throwable> failure = new AtomicReference<>();
        private final CompletableFuture<Void> over = new CompletableFuture<>();

        Run(Frame frame, long endNanos) {
            this.frame = frame;
            this.body = Buffer.buffer(frame.body());
            this.endNanos = endNanos;
            running.set(connections);
        }

        private void next() {
            if (failure.get() != null || System.nanoTime() > endNanos) {
                end();
                return;
            }
            var _ =
                    http.request(
                                    HttpMethod.POST,
                                    frame.endpoint().getPort(),
                                    frame.endpoint().getHost(),
                                    "/")
                            .compose(this::send)
                            .onSuccess(_ -> {
                                answered.incrementAndGet();
                                next();
                            })
                            .onFailure(failed -> {
                                failure.updateAndGet(first -> first == null ? failed : first);
                                end();
                            });
        }

        private io.vertx.core.Future<Buffer> send(HttpClientRequest request) {
            request.idleTimeout(ANSWER_LIMIT.toMillis());
            frame.headers()
                    .forEach((name, values) -> {
                        if (!name.equalsIgnoreCase("host")
                                && !name.equalsIgnoreCase("content-length")) {
                            values.forEach(value -> request.putHeader(name, value));
                        }
                    });
            return request.send(body)
                    .compose(response ->
                            response.statusCode() == 200
                                    ? response.body()
                                    : response.body()
                                            .map(text -> {
                                                throw new IllegalStateException(
                                                        response.statusCode() + " " + text);
                                            }));
        }

        private void end() {
            if (running.decrementAndGet() == 0) {
                if (failure.get() != null) {
                    over.completeExceptionally(failure.get());
                } else {
                    over.complete(null);
                }
            }
        }
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
