package io.pharos.ingest.event.api;

import io.pharos.ingest.event.EventEntries;
import io.pharos.kit.StreamProducer;
import io.pharos.stream.BusEvent;
import io.pharos.stream.BusEvents;
import io.pharos.stream.Topic;
import io.pharos.wire.AwsError;
import io.pharos.wire.Caller;

import jakarta.inject.Singleton;

import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequest;
import software.amazon.awssdk.services.eventbridge.model.PutEventsResponse;
import software.amazon.awssdk.services.eventbridge.model.PutEventsResultEntry;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/// PutEvents: answered once Kafka has every taken entry. An event for a bus that does not exist is
/// taken and dropped where it would be matched, as AWS does.
@Singleton
final class PutEventsApi implements EventBridgeClient {
    private final StreamProducer stream;

    PutEventsApi(StreamProducer stream) {
        this.stream = stream;
    }

    @Override
    public PutEventsResponse putEvents(PutEventsRequest request) {
        if (request.endpointId() != null) {
            throw AwsError.unsupported("Global endpoints are not supported.");
        }
        EventEntries.check(request.entries());
        var caller = Caller.current();
        var results = new ArrayList<PutEventsResultEntry>();
        var taken = new ArrayList<BusEvent>();
        for (var entry : request.entries()) {
            var refusal = EventEntries.refuse(entry);
            if (refusal.isPresent()) {
                results.add(refusal.get());
            } else {
                var event = EventEntries.event(entry, caller.tenant(), caller.receivedAt());
                taken.add(event);
                results.add(PutEventsResultEntry.builder().eventId(event.getId()).build());
            }
        }
        append(taken);
        return PutEventsResponse.builder()
                .failedEntryCount(results.size() - taken.size())
                .entries(results)
                .build();
    }

    /// One record a bus.
    private void append(List<BusEvent> events) {
        Map<String, BusEvents.Builder> byBus = new LinkedHashMap<>();
        for (var event : events) {
            var key = event.getAccount() + "/" + event.getRegion() + "/" + event.getBus();
            byBus.computeIfAbsent(key, _ -> BusEvents.newBuilder()).addEvents(event);
        }
        var sent = new ArrayList<CompletableFuture<?>>();
        byBus.forEach((bus, batch) ->
                sent.add(
                        stream.send(
                                Topic.BUS_EVENTS.topicName(),
                                bus.getBytes(StandardCharsets.UTF_8),
                                batch.build().toByteArray())));
        sent.forEach(CompletableFuture::join);
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}
}
