package io.pharos.ingest.prometheus.http;

import com.google.protobuf.InvalidProtocolBufferException;

import io.pharos.ingest.prometheus.RemoteWrite;
import io.pharos.ingest.prometheus.proto.Request;
import io.pharos.ingest.prometheus.proto.WriteRequest;
import io.pharos.ingest.sample.stream.SampleAppender;
import io.pharos.kit.http.PathApi;
import io.pharos.kit.http.PathHandler;
import io.pharos.wire.AwsError;
import io.pharos.wire.AwsWire;
import io.pharos.wire.Caller;
import io.pharos.wire.Headers;
import io.pharos.wire.WireRequest;
import io.pharos.wire.WireResponse;

import jakarta.inject.Singleton;

import org.xerial.snappy.Snappy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// Prometheus's remote-write, 1.0 and 2.0 told apart by the content type, answered once Kafka has every
/// sample that could be taken. When some could not, the answer is 400 with the reason of the first:
/// senders do not repeat that, and the others are stored. They stand in the namespace `Prometheus`.
@Singleton
final class RemoteWriteHandler implements PathHandler {
    static final String NAMESPACE = "Prometheus";
    private static final String V1 = "prometheus.writerequest";
    private static final String V2 = "io.prometheus.write.v2.request";
    private static final String WRITTEN = "X-Prometheus-Remote-Write-%s-Written";

    private final SampleAppender appender;

    RemoteWriteHandler(SampleAppender appender) {
        this.appender = appender;
    }

    @Override
    public PathApi api() {
        return PathApi.REMOTE_WRITE;
    }

    @Override
    public WireResponse answer(WireRequest request) {
        if (!request.method().equals("POST")) {
            throw new AwsError("MethodNotAllowedException", 405, "Samples are written by POST.");
        }
        var second = isSecond(request);
        var encoding = request.headers().first("content-encoding").orElse("snappy");
        if (!encoding.strip().equalsIgnoreCase("snappy")) {
            throw unsupported("The content encoding must be snappy.");
        }
        var caller = Caller.current();
        var written =
                appender.within(() -> {
                    var now = caller.receivedAt().toEpochMilli();
                    var taken = read(second, request.body(), now);
                    appender.append(caller, NAMESPACE, taken.samples());
                    return taken;
                });
        return answer(written, second, caller.requestId());
    }

    private static WireResponse answer(
            RemoteWrite.Written written, boolean second, String requestId) {
        var headers = Headers.builder().add("x-amzn-RequestId", requestId);
        if (second) {
            headers.add(WRITTEN.formatted("Samples"), String.valueOf(written.writtenSamples()));
            headers.add(
                    WRITTEN.formatted("Histograms"), String.valueOf(written.writtenHistograms()));
            headers.add(WRITTEN.formatted("Exemplars"), "0");
        }
        if (written.refused() == 0) {
            return new WireResponse(204, headers.build(), new byte[0]);
        }
        headers.add("Content-Type", "text/plain; charset=utf-8");
        var text =
                "%s; %d not written, the others are\n"
                        .formatted(written.reason(), written.refused());
        return new WireResponse(400, headers.build(), text.getBytes(StandardCharsets.UTF_8));
    }

    /// The message that the content type names; 1.0 when it names none.
    private static boolean isSecond(WireRequest request) {
        var sent = request.headers().first("content-type").orElse("application/x-protobuf");
        var parts = sent.toLowerCase(Locale.ROOT).split(";", -1);
        if (!parts[0].strip().equals("application/x-protobuf")) {
            throw unsupported("The content type must be application/x-protobuf.");
        }
        for (var i = 1; i < parts.length; i++) {
            var parameter = parts[i].strip();
            if (parameter.startsWith("proto=")) {
                var message = parameter.substring("proto=".length());
                if (!message.equals(V1) && !message.equals(V2)) {
                    throw unsupported("Unknown remote-write message.");
                }
                return message.equals(V2);
            }
        }
        return false;
    }

    private static AwsError unsupported(String message) {
        return new AwsError("UnsupportedMediaTypeException", 415, message);
    }

    private static byte[] inflated(byte[] body) {
        try {
            var length = Snappy.uncompressedLength(body);
            if (length < 0 || length > AwsWire.MAX_INFLATED_BYTES) {
                throw new AwsError(
                        "RequestEntityTooLargeException",
                        413,
                        "The inflated request is too large.");
            }
            return Snappy.uncompress(body);
        } catch (IOException e) {
            throw AwsError.validation("The body is not compressed with snappy.");
        }
    }

    static RemoteWrite.Written read(boolean second, byte[] compressed, long receivedMs) {
        var body = inflated(compressed);
        try {
            return second
                    ? RemoteWrite.of(Request.parseFrom(body), receivedMs)
                    : RemoteWrite.of(WriteRequest.parseFrom(body), receivedMs);
        } catch (InvalidProtocolBufferException e) {
            throw AwsError.validation("The body is not a remote-write message.");
        }
    }
}
