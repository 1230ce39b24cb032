package io.pharos.kit.http;

import io.pharos.wire.WireResponse;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.Flow;

/// Writes an answer that goes on, each part at once, and asks for the next one when the client has
/// room for it. Ends the source when the client goes away, and the connection when the source fails.
final class ResponseStream implements Flow.Subscriber<byte[]> {
    private final HttpServerResponse response;
    private final Context eventLoop;

    // The rest is used on the event loop only.
    private Flow.@Nullable Subscription source;
    private boolean gone;

    ResponseStream(HttpServerResponse response, Context eventLoop) {
        this.response = response;
        this.eventLoop = eventLoop;
    }

    /// On the event loop, with status and headers set.
    void start(byte[] first, Flow.Publisher<byte[]> more) {
        response.setChunked(true);
        response.closeHandler(_ -> leave());
        response.exceptionHandler(_ -> leave());
        if (first.length > 0) {
            response.write(Buffer.buffer(first));
        }
        more.subscribe(this);
    }

    /// Nobody is there any more to whom it could be written.
    static void drop(WireResponse answer) {
        var more = answer.more();
        if (more != null) {
            more.subscribe(new Dropping());
        }
    }

    private static final class Dropping implements Flow.Subscriber<byte[]> {
        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.cancel();
        }

        @Override
        public void onNext(byte[] part) {}

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onComplete() {}
    }

    private void leave() {
        gone = true;
        if (source != null) {
            source.cancel();
        }
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        eventLoop.runOnContext(_ -> {
            source = subscription;
            if (gone) {
                subscription.cancel();
            } else {
                subscription.request(1);
            }
        });
    }

    @Override
    public void onNext(byte[] part) {
        eventLoop.runOnContext(_ -> {
            if (isOpen()) {
                response.write(Buffer.buffer(part));
                if (response.writeQueueFull()) {
                    response.drainHandler(_ -> more());
                } else {
                    more();
                }
            }
        });
    }

    private void more() {
        if (source != null && !gone) {
            source.request(1);
        }
    }

    private boolean isOpen() {
        return !gone && !response.closed() && !response.ended();
    }

    @Override
    public void onError(Throwable failure) {
        eventLoop.runOnContext(_ -> {
            if (isOpen()) {
                // Not a proper end: the client is to see that something is missing.
                response.reset();
            }
        });
    }

    @Override
    public void onComplete() {
        eventLoop.runOnContext(_ -> {
            if (isOpen()) {
                response.end();
            }
        });
    }
}
