package io.pharos.events.delivery;

import io.pharos.events.bus.BusName;
import io.pharos.events.rule.RuleName;
import io.pharos.stream.BusEvent;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;

/// What a scheduled rule sends to its own targets when it fires.
public final class ScheduledEvent {
    private ScheduledEvent() {}

    /// Its id follows from rule and time: one firing, however many replicas claim it.
    public static BusEvent of(RuleName rule, Instant at) {
        var tenant = rule.bus().tenant();
        var id = UUID.nameUUIDFromBytes((rule.arn() + "|" + at).getBytes(StandardCharsets.UTF_8));
        return BusEvent.newBuilder()
                .setAccount(tenant.account())
                .setRegion(tenant.region())
                .setBus(BusName.DEFAULT)
                .setId(id.toString())
                .setSource("aws.events")
                .setDetailType("Scheduled Event")
                .setTimeMs(at.toEpochMilli())
                .addResources(rule.arn())
                .setDetail("{}")
                .setIngestedMs(at.toEpochMilli())
                .build();
    }
}
