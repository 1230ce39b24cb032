package io.pharos.ingest.otlp.http;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;

import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse;
import io.pharos.ingest.otlp.JsonNumbers;
import io.pharos.ingest.otlp.OtlpJson;
import io.pharos.ingest.otlp.OtlpMetrics;
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

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// OTLP/HTTP metrics, Protobuf or JSON, gzip or plain, answered once Kafka has every datapoint that
/// could be taken; the others are told as partial success. They stand in the namespace
/// `OpenTelemetry`.
@Singleton
final class OtlpMetricsHandler implements PathHandler {
    static final String NAMESPACE = "OpenTelemetry";
    private static final String PROTOBUF = "application/x-protobuf";
    private static final String JSON = "application/json";

    private final AwsWire wire = new AwsWire();
    private final SampleAppender appender;

    OtlpMetricsHandler(SampleAppender appender) {
        this.appender = appender;
    }

    @Override
    public PathApi api() {
        return PathApi.OTLP_METRICS;
    }

    @Override
    public WireResponse answer(WireRequest request) {
        if (!request.method().equals("POST")) {
            throw new AwsError("MethodNotAllowedException", 405, "Metrics are sent by POST.");
        }
        var contentType = contentType(request);
        var caller = Caller.current();
        var answer =
                appender.within(() -> {
                    var body = wire.body(request);
                    var sent = contentType.equals(JSON) ? fromJson(body) : fromProtobuf(body);
                    return take(caller, sent);
                });
        var headers =
                Headers.builder()
                        .add("Content-Type", contentType)
                        .add("x-amzn-RequestId", caller.requestId());
        var encoded = contentType.equals(JSON) ? OtlpJson.write(answer) : answer.toByteArray();
        return new WireResponse(200, headers.build(), encoded);
    }

    private static String contentType(WireRequest request) {
        var sent = request.headers().first("content-type").orElse("").toLowerCase(Locale.ROOT);
        var type = sent.contains(";") ? sent.substring(0, sent.indexOf(';')).strip() : sent.strip();
        if (!type.equals(PROTOBUF) && !type.equals(JSON)) {
            throw new AwsError(
                    "UnsupportedMediaTypeException",
                    415,
                    "The content type must be " + PROTOBUF + " or " + JSON + ".");
        }
        return type;
    }

    private ExportMetricsServiceResponse take(Caller caller, ExportMetricsServiceRequest sent) {
        var taken = OtlpMetrics.of(sent, caller.receivedAt().toEpochMilli());
        appender.append(caller, NAMESPACE, taken.samples());
        var answer = ExportMetricsServiceResponse.newBuilder();
        if (taken.rejected() > 0 || !taken.message().isEmpty()) {
            answer.getPartialSuccessBuilder()
                    .setRejectedDataPoints(taken.rejected())
                    .setErrorMessage(taken.message());
        }
        return answer.build();
    }

    static ExportMetricsServiceRequest fromProtobuf(byte[] body) {
        try {
            return ExportMetricsServiceRequest.parseFrom(body);
        } catch (InvalidProtocolBufferException e) {
            throw AwsError.validation("The body is no ExportMetricsServiceRequest.");
        }
    }

    /// OTLP's JSON is Protobuf's but for trace ids in hexadecimal, which only exemplars have.
    static ExportMetricsServiceRequest fromJson(byte[] body) {
        JsonNumbers.check(body);
        try {
            var request = ExportMetricsServiceRequest.newBuilder();
            JsonFormat.parser()
                    .ignoringUnknownFields()
                    .merge(new String(body, StandardCharsets.UTF_8), request);
            return request.build();
        } catch (InvalidProtocolBufferException e) {
            throw AwsError.validation("The body is no ExportMetricsServiceRequest in JSON.");
        }
    }
}
