package io.pharos.kit.http;

import io.pharos.wire.AwsError;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;

import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/// Reads whole bodies, within three limits: the size of one, the time for one to come in, and the
/// bytes of all that are held at once, from their arrival to their answer.
final class BodyReader {
    /// Above AWS's own limits for the services here (1 MB of log events, 5 MB of Kinesis records).
    static final int MAX_BODY_BYTES = 16 << 20;

    static final Duration BODY_LIMIT = Duration.ofSeconds(30);

    private static final long MIN_HELD_BYTES = 32 << 20;

    /// How often the slow are looked for: most bodies are there at once, and a timer for each costs
    /// more than reading them.
    private static final Duration SWEEP = Duration.ofSeconds(1);

    private final Set<Reading> open = ConcurrentHashMap.newKeySet();
    private final Duration limit;
    private final long maxHeldBytes;
    private final AtomicLong heldBytes = new AtomicLong();

    BodyReader(Vertx vertx) {
        this(vertx, BODY_LIMIT, Math.max(MIN_HELD_BYTES, Runtime.getRuntime().maxMemory() / 4));
    }

    BodyReader(Vertx vertx, Duration limit, long maxHeldBytes) {
        this.limit = limit;
        this.maxHeldBytes = maxHeldBytes;
        var sweep = Math.clamp(limit.toMillis() / 4, 1, SWEEP.toMillis());
        vertx.setPeriodic(sweep, _ -> sweep(System.nanoTime()));
    }

    private void sweep(long now) {
        for (var reading : open) {
            if (now - reading.startNanos > limit.toNanos()) {
                reading.eventLoop.runOnContext(_ -> reading.giveUp());
            }
        }
    }

    /// A body that was read; its bytes count as held until it is released.
    final class Body {
        private final Buffer bytes;

        private Body(Buffer bytes) {
            this.bytes = bytes;
        }

        byte[] bytes() {
            return bytes.getBytes();
        }

        void release() {
            heldBytes.addAndGet(-bytes.length());
        }
    }

    /// Calls one of the two once, on the request's event loop; neither when the client went away or
    /// was too slow: then the connection is closed.
    void read(HttpServerRequest request, Consumer<Body> whole, Consumer<AwsError> refused) {
        new Reading(request, whole, refused).start();
    }

    private final class Reading {
        private final HttpServerRequest request;
        private final Consumer<Body> whole;
        private final Consumer<AwsError> refused;
        private final Buffer bytes = Buffer.buffer();
        private final Context eventLoop = Objects.requireNonNull(Vertx.currentContext());
        private final long startNanos = System.nanoTime();
        private boolean over;

        Reading(HttpServerRequest request, Consumer<Body> whole, Consumer<AwsError> refused) {
            this.request = request;
            this.whole = whole;
            this.refused = refused;
        }

        void start() {
            if (declaredLength() > MAX_BODY_BYTES) {
                refuse(tooLarge());
                return;
            }
            if ("100-continue".equalsIgnoreCase(request.getHeader("expect"))) {
                request.response().writeContinue();
            }
            open.add(this);
            request.exceptionHandler(_ -> giveUp())
                    .handler(this::take)
                    .endHandler(_ -> end())
                    // Quarkus hands requests over paused.
                    .resume();
        }

        private long declaredLength() {
            var declared = request.getHeader("content-length");
            // The server has refused what is no number.
            return declared == null ? 0 : Long.parseLong(declared.strip());
        }

        private void take(Buffer chunk) {
            if (over) {
                return;
            }
            if (bytes.length() + chunk.length() > MAX_BODY_BYTES) {
                refuse(tooLarge());
            } else if (heldBytes.addAndGet(chunk.length()) > maxHeldBytes) {
                heldBytes.addAndGet(-chunk.length());
                refuse(AwsError.throttling("Rate exceeded"));
            } else {
                bytes.appendBuffer(chunk);
            }
        }

        private void end() {
            if (finish()) {
                whole.accept(new Body(bytes));
            }
        }

        private void refuse(AwsError error) {
            if (finish()) {
                heldBytes.addAndGet(-bytes.length());
                refused.accept(error);
            }
        }

        private void giveUp() {
            if (finish()) {
                heldBytes.addAndGet(-bytes.length());
                request.connection().close();
            }
        }

        private boolean finish() {
            if (over) {
                return false;
            }
            over = true;
            open.remove(this);
            return true;
        }

        private static AwsError tooLarge() {
            return new AwsError(
                    "RequestEntityTooLargeException",
                    413,
                    "Request size exceeded " + MAX_BODY_BYTES + " bytes");
        }
    }
}
