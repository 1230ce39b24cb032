package io.pharos.logs.vended;

import io.pharos.logs.event.EventId;
import io.pharos.stream.log.PackedEvents;

import software.amazon.awssdk.services.cloudwatchlogs.model.OutputFormat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.IntFunction;

/// A delivery ready for events.
public record CompiledDelivery(Delivery delivery, DeliverySource source, OutputFormat format) {
    /// The front door's clock may be this much behind the one that dated the delivery.
    private static final long CLOCK_SKEW_MS = Duration.ofSeconds(5).toMillis();

    /// No events from before it was created.
    public boolean seesEventsOf(long receivedMs) {
        return receivedMs >= delivery.createdMs() - CLOCK_SKEW_MS;
    }

    /// The lines of events, UTF-8.
    ///
    /// @param ids of the events, by their index
    public byte[] lines(
            PackedEvents events, String logStream, long receivedMs, IntFunction<EventId> ids) {
        var origin = new RecordFields.Origin(source, logStream, receivedMs);
        var lines = new StringBuilder();
        for (var i = 0; i < events.count(); i++) {
            RecordFields.append(
                    lines, format, delivery.layout(), origin, ids.apply(i), events.message(i));
        }
        return lines.toString().getBytes(StandardCharsets.UTF_8);
    }
}
