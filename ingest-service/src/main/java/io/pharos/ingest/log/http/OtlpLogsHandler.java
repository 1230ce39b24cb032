package io.pharos.ingest.log.http;

import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse;
import io.pharos.ingest.log.door.OtlpLogs;
import io.pharos.ingest.otlp.OtlpJson;
import io.pharos.kit.http.PathApi;
import io.pharos.kit.http.PathHandler;
import io.pharos.wire.AwsWire;
import io.pharos.wire.Caller;
import io.pharos.wire.Headers;
import io.pharos.wire.WireRequest;
import io.pharos.wire.WireResponse;

import jakarta.inject.Singleton;

import java.util.Set;

/// OTLP/HTTP logs, Protobuf or JSON, gzip or plain, into the stream that the headers name. What is too old
/// or too new is told as partial success.
@Singleton
final class OtlpLogsHandler implements PathHandler {
    private static final String PROTOBUF = "application/x-protobuf";
    private static final String JSON = "application/json";

    private final AwsWire wire = new AwsWire();
    private final DoorAppender appender;

    OtlpLogsHandler(DoorAppender appender) {
        this.appender = appender;
    }

    @Override
    public PathApi api() {
        return PathApi.OTLP_LOGS;
    }

    @Override
    public WireResponse answer(WireRequest request) {
        var type = DoorRequest.require(request, Set.of(PROTOBUF, JSON));
        var place = DoorRequest.place(request, false);
        var caller = Caller.current();
        var nowMs = caller.receivedAt().toEpochMilli();
        var isJson = type.equals(JSON);
        var rejected =
                appender.take(
                        caller,
                        place,
                        () -> {
                            var body = wire.body(request);
                            var sent =
                                    isJson ? OtlpLogs.fromJson(body) : OtlpLogs.fromProtobuf(body);
                            return OtlpLogs.of(sent, isJson, nowMs);
                        });
        var answer = ExportLogsServiceResponse.newBuilder();
        if (rejected > 0) {
            answer.getPartialSuccessBuilder()
                    .setRejectedLogRecords(rejected)
                    .setErrorMessage("Records are too old, too new or expired.");
        }
        var headers =
                Headers.builder()
                        .add("Content-Type", type)
                        .add("x-amzn-RequestId", caller.requestId());
        var built = answer.build();
        return new WireResponse(
                200, headers.build(), isJson ? OtlpJson.write(built) : built.toByteArray());
    }
}
