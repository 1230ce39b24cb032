package io.pharos.events.trail;

import io.pharos.stream.ApiRecordOrBuilder;
import io.pharos.stream.BusEvent;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

/// An API record as the event that rules match: `AWS API Call via CloudTrail` on the default bus.
public final class ApiCallEvent {
    private static final String DOMAIN = ".amazonaws.com";

    private ApiCallEvent() {}

    /// Its id follows from the record's, so that a repeated derivation is the same event.
    public static BusEvent of(ApiRecordOrBuilder record, long nowMs) {
        var source = record.getEventSource();
        var service =
                source.endsWith(DOMAIN)
                        ? source.substring(0, source.length() - DOMAIN.length())
                        : source;
        var name = "api-call|" + record.getEventId();
        return BusEvent.newBuilder()
                .setAccount(record.getAccount())
                .setRegion(record.getRegion())
                .setBus("default")
                .setId(UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString())
                .setSource("aws." + service)
                .setDetailType("AWS API Call via CloudTrail")
                .setTimeMs(record.getTimeMs())
                .setDetail(record.getRecord().toStringUtf8())
                .setIngestedMs(nowMs)
                .build();
    }
}
