package io.pharos.benchmarks;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// Sends requests over a few kept connections, each the next as soon as its last is answered.
/// Throttling (AWS's back-pressure) is met by a pause and a repeat; anything else fails the run.
final class Sender {
    private static final int MAX_REPEATS = 200;
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(60);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final AtomicLong throttled = new AtomicLong();

    /// Sends each request once.
    void send(List<HttpRequest> requests, int connections) {
        var next = new AtomicInteger();
        var threads = new Thread[connections];
        var failures = new java.util.concurrent.ConcurrentLinkedQueue<RuntimeException>();
        for (var t = 0; t < connections; t++) {
            threads[t] =
                    Thread.ofPlatform()
                            .name("sender-" + t)
                            .start(() -> {
                                try {
                                    for (int i;
                                            (i = next.getAndIncrement()) < requests.size()
                                                    && failures.isEmpty(); ) {
                                        send(requests.get(i));
                                    }
                                } catch (RuntimeException e) {
                                    failures.add(e);
                                }
                            });
        }
        for (var thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
        if (!failures.isEmpty()) {
            throw failures.peek();
        }
    }

    /// How often the server asked to slow down.
    long throttled() {
        return throttled.get();
    }

    /// Sends one and waits for its answer.
    void send(HttpRequest request) {
        for (var repeat = 0; repeat < MAX_REPEATS; repeat++) {
            try {
                var timed =
                        HttpRequest.newBuilder(request, (_, _) -> true)
                                .timeout(ANSWER_LIMIT)
                                .build();
                var answer = http.send(timed, HttpResponse.BodyHandlers.ofString());
                if (answer.statusCode() / 100 == 2) {
                    return;
                }
                if (!answer.body().contains("Throttl") && answer.statusCode() != 503) {
                    throw new IllegalStateException(answer.statusCode() + " " + answer.body());
                }
                throttled.incrementAndGet();
                Server.pause(50);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
        throw new IllegalStateException("throttled " + MAX_REPEATS + " times");
    }
}
