package io.pharos.ingest.log.http;

import io.pharos.ingest.log.door.DoorEvents;
import io.pharos.ingest.log.door.JsonDoors;
import io.pharos.kit.http.PathApi;
import io.pharos.kit.http.PathHandler;
import io.pharos.wire.AwsWire;
import io.pharos.wire.Caller;
import io.pharos.wire.Headers;
import io.pharos.wire.WireRequest;
import io.pharos.wire.WireResponse;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

import java.nio.charset.StandardCharsets;
import java.util.Set;

/// The doors that take JSON: 200 and `{}` once Kafka has the events.
final class JsonDoorHandler implements PathHandler {
    private static final String JSON = "application/json";

    private final AwsWire wire = new AwsWire();
    private final PathApi api;
    private final Set<String> types;
    private final Format format;
    private final DoorAppender appender;

    @FunctionalInterface
    private interface Format {
        DoorEvents read(byte[] body, long nowMs);
    }

    private JsonDoorHandler(PathApi api, Set<String> types, Format format, DoorAppender appender) {
        this.api = api;
        this.types = types;
        this.format = format;
        this.appender = appender;
    }

    /// One for each path.
    static final class Beans {
        @Produces
        @Singleton
        PathHandler collector(DoorAppender appender) {
            return new JsonDoorHandler(
                    PathApi.LOG_COLLECTOR, Set.of(JSON), JsonDoors::collector, appender);
        }

        @Produces
        @Singleton
        PathHandler bulk(DoorAppender appender) {
            return new JsonDoorHandler(
                    PathApi.LOG_BULK,
                    Set.of(JSON, "application/x-ndjson"),
                    JsonDoors::bulk,
                    appender);
        }

        @Produces
        @Singleton
        PathHandler structured(DoorAppender appender) {
            return new JsonDoorHandler(
                    PathApi.LOG_JSON, Set.of(JSON), JsonDoors::structured, appender);
        }
    }

    @Override
    public PathApi api() {
        return api;
    }

    @Override
    public WireResponse answer(WireRequest request) {
        DoorRequest.require(request, types);
        var place = DoorRequest.place(request, true);
        var caller = Caller.current();
        var nowMs = caller.receivedAt().toEpochMilli();
        appender.take(caller, place, () -> format.read(wire.body(request), nowMs));
        var headers =
                Headers.builder()
                        .add("Content-Type", JSON)
                        .add("x-amzn-RequestId", caller.requestId());
        return new WireResponse(200, headers.build(), "{}".getBytes(StandardCharsets.UTF_8));
    }
}
