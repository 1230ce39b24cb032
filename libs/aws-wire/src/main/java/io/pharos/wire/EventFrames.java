package io.pharos.wire;

import com.fasterxml.jackson.core.JsonFactory;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.eventstream.HeaderValue;
import software.amazon.eventstream.Message;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Flow;

/// AWS's event stream encoding (`application/vnd.amazon.eventstream`): one binary frame an event, the
/// payload in JSON. A failure becomes the last frame; the demand of whoever writes is passed on.
final class EventFrames implements Flow.Publisher<byte[]> {
    static final String CONTENT_TYPE = "application/vnd.amazon.eventstream";

    private static final JsonFactory JSON = new JsonFactory();
    private static final Map<Class<?>, String> EVENT_TYPES = new ConcurrentHashMap<>();

    private final EventStream stream;
    private final AwsOperation operation;

    EventFrames(EventStream stream, AwsOperation operation) {
        this.stream = stream;
        this.operation = operation;
    }

    /// What JSON protocols start with; clients wait for it.
    static byte[] initialResponse(Protocol protocol) {
        return event("initial-response", protocol.contentType(), "{}");
    }

    @Override
    public void subscribe(Flow.Subscriber<? super byte[]> writer) {
        stream.events().subscribe(new Encoding(writer));
    }

    private final class Encoding implements Subscriber<Object> {
        private final Flow.Subscriber<? super byte[]> writer;

        Encoding(Flow.Subscriber<? super byte[]> writer) {
            this.writer = writer;
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            writer.onSubscribe(
                    new Flow.Subscription() {
                        @Override
                        public void request(long n) {
                            subscription.request(n);
                        }

                        @Override
                        public void cancel() {
                            subscription.cancel();
                        }
                    });
        }

        @Override
        public void onNext(Object event) {
            writer.onNext(frame((SdkPojo) event));
        }

        /// Written beyond what was asked for: it is one frame, and the last.
        @Override
        public void onError(Throwable failure) {
            writer.onNext(failure(failure));
            writer.onComplete();
        }

        @Override
        public void onComplete() {
            writer.onComplete();
        }
    }

    static byte[] frame(SdkPojo event) {
        var payload = TokenEncoder.encode(event, TokenEncoder.Dialect.JSON);
        var type = EVENT_TYPES.computeIfAbsent(event.getClass(), _ -> eventType(event));
        return message("event", ":event-type", type, "application/json", payload);
    }

    /// The SDK's implementations of events say which member of the stream's union they are.
    private static String eventType(SdkPojo event) {
        try {
            return event.getClass().getMethod("sdkEventType").invoke(event).toString();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(event.getClass() + " is no event of a stream", e);
        }
    }

    private byte[] failure(Throwable failure) {
        if (failure instanceof AwsServiceException modelled
                && modelled.getClass().getPackage().equals(operation.requestType().getPackage())) {
            var details = modelled.awsErrorDetails();
            var shape = ErrorShape.of(operation.service(), operation.name(), modelled);
            var text = details == null ? modelled.rawMessage() : details.errorMessage();
            return message(
                    "exception",
                    ":exception-type",
                    shape.type(),
                    "application/json",
                    json(text).getBytes(StandardCharsets.UTF_8));
        }
        var headers = new LinkedHashMap<String, HeaderValue>();
        headers.put(":message-type", HeaderValue.fromString("error"));
        headers.put(":error-code", HeaderValue.fromString("InternalFailure"));
        headers.put(
                ":error-message",
                HeaderValue.fromString(
                        "The request processing has failed because of an unknown error."));
        return bytes(new Message(headers, new byte[0]));
    }

    private static String json(@Nullable String message) {
        var text = new StringWriter();
        try (var json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("message", message == null ? "" : message);
            json.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return text.toString();
    }

    private static byte[] event(String type, String contentType, String payload) {
        return message(
                "event",
                ":event-type",
                type,
                contentType,
                payload.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] message(
            String kind, String typeHeader, String type, String contentType, byte[] payload) {
        var headers = new LinkedHashMap<String, HeaderValue>();
        headers.put(":message-type", HeaderValue.fromString(kind));
        headers.put(typeHeader, HeaderValue.fromString(type));
        headers.put(":content-type", HeaderValue.fromString(contentType));
        return bytes(new Message(headers, payload));
    }

    private static byte[] bytes(Message message) {
        var buffer = message.toByteBuffer();
        var bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }
}
