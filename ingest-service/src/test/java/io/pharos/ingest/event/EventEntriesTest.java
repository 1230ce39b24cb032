package io.pharos.ingest.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.wire.Tenant;

import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;

import java.time.Instant;
import java.util.Collections;

class EventEntriesTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final Tenant TENANT = new Tenant("000000000000", "us-east-1");
    private static final PutEventsRequestEntry GOOD =
            PutEventsRequestEntry.builder().source("my").detailType("T").detail("{}").build();

    @Test
    void takesAGoodEntry() {
        assertThat(EventEntries.refuse(GOOD)).isEmpty();
        var event = EventEntries.event(GOOD, TENANT, NOON);
        assertThat(event.getBus()).isEqualTo("default");
        assertThat(event.getTimeMs()).isEqualTo(NOON.toEpochMilli());
        assertThat(event.getId()).hasSize(36);
    }

    @Test
    void refusesEntriesOneByOneInAwsOrder() {
        expect(GOOD.toBuilder().source(null).detail(null).build(), "InvalidArgument", "Source");
        expect(GOOD.toBuilder().detailType("").build(), "InvalidArgument", "DetailType");
        expect(GOOD.toBuilder().detail(null).build(), "InvalidArgument", "Detail");
        for (var detail :
                new String[] {"x", "\"x\"", "[]", "1", "{", "{} {}", "{\"a\":}", deep(1_200)}) {
            expect(GOOD.toBuilder().detail(detail).build(), "MalformedDetail", "malformed");
        }
        expect(
                GOOD.toBuilder().source("aws.ec2").build(),
                "NotAuthorizedForSourceException",
                "source");
        expect(GOOD.toBuilder().eventBusName("a b").build(), "InvalidArgument", "EventBusName");
        assertThat(EventEntries.refuse(GOOD.toBuilder().detail(deep(900)).build())).isEmpty();
    }

    @Test
    void boundsTheRequest() {
        assertThatThrownBy(() -> EventEntries.check(Collections.nCopies(11, GOOD)))
                .hasMessageContaining("Member must have length less than or equal to 10");
        assertThatThrownBy(() -> EventEntries.check(Collections.emptyList()))
                .hasMessageContaining("Member must have length greater than or equal to 1");
        var big = GOOD.toBuilder().detail("{\"a\":\"" + "x".repeat(600_000) + "\"}").build();
        EventEntries.check(Collections.nCopies(1, big));
        assertThatThrownBy(() -> EventEntries.check(Collections.nCopies(2, big)))
                .hasMessage("Total size of the entries in the request is over the limit.");
    }

    @Test
    void aBusArnNamesItsTenant() {
        var entry =
                GOOD.toBuilder()
                        .eventBusName("arn:aws:events:eu-west-1:111122223333:event-bus/orders")
                        .build();
        assertThat(EventEntries.refuse(entry)).isEmpty();
        var event = EventEntries.event(entry, TENANT, NOON);
        assertThat(event.getAccount()).isEqualTo("111122223333");
        assertThat(event.getRegion()).isEqualTo("eu-west-1");
        assertThat(event.getBus()).isEqualTo("orders");
    }

    private static String deep(int levels) {
        return "{\"a\":".repeat(levels) + "1" + "}".repeat(levels);
    }

    private static void expect(PutEventsRequestEntry entry, String code, String message) {
        var refusal = EventEntries.refuse(entry).orElseThrow();
        assertThat(refusal.errorCode()).isEqualTo(code);
        assertThat(refusal.errorMessage()).contains(message);
    }
}
