package io.pharos.alarms.deliver;

import io.pharos.alarms.ledger.pg.EventOutbox;
import io.pharos.kit.StreamProducer;
import io.pharos.stream.BusEvent;
import io.pharos.stream.BusEvents;
import io.pharos.stream.Topic;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// Sends events of alarms to the default bus of their tenant, in order and at least once: after a
/// crash an event may be sent again, under the same id.
public final class EventRelay {
    static final int BATCH = 500;

    private final EventOutbox outbox;
    private final StreamProducer producer;

    public EventRelay(EventOutbox outbox, StreamProducer producer) {
        this.outbox = outbox;
        this.producer = producer;
    }

    /// Sends all there are.
    public void relayAll() {
        while (relay() == BATCH) {
            // There may be more.
        }
    }

    /// @return how many were sent; as many as [#BATCH] means there may be more
    public int relay() {
        return outbox.relay(BATCH, this::send);
    }

    private void send(List<BusEvent> events) {
        var byBus = new LinkedHashMap<String, BusEvents.Builder>();
        for (var event : events) {
            var bus = event.getAccount() + "/" + event.getRegion() + "/" + event.getBus();
            byBus.computeIfAbsent(bus, _ -> BusEvents.newBuilder()).addEvents(event);
        }
        var sends = new ArrayList<CompletableFuture<StreamProducer.Appended>>();
        byBus.forEach((bus, batch) ->
                sends.add(
                        producer.send(
                                Topic.BUS_EVENTS.topicName(),
                                bus.getBytes(StandardCharsets.UTF_8),
                                batch.build().toByteArray())));
        CompletableFuture.allOf(sends.toArray(CompletableFuture[]::new)).join();
    }
}
