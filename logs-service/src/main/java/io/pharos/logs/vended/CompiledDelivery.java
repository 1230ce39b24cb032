package io.pharos.logs.vended;

import io.pharos.logs.event.EventId;
import io.pharos.stream.log.PackedEvents;

import software.amazon.awssdk.services.cloudwatchlogs.model.OutputFormat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.function.IntFunction;

/// A delivery ready for events.
///
/// @param destination with its output format
public record CompiledDelivery(
        Delivery delivery, DeliverySource source, DeliveryDestination destination) {
    /// The front door's clock may be this much behind the one that dated the delivery.
    private static final long CLOCK_SKEW_MS = Duration.ofSeconds(5).toMillis();

    /// No events from before it was created.
    public boolean seesEventsOf(long receivedMs) {
        return receivedMs >= delivery.createdMs() - CLOCK_SKEW_MS;
    }

    /// The lines of events, UTF-8, each with a line feed.
    ///
    /// @param ids of the events, by their index
    public byte[] lines(
            PackedEvents events, String logStream, long receivedMs, IntFunction<EventId> ids) {
        var origin = new RecordFields.Origin(source, logStream, receivedMs);
        var lines = new StringBuilder();
        for (var i = 0; i < events.count(); i++) {
            append(lines, origin, ids.apply(i), events.message(i));
            lines.append('\n');
        }
        return lines.toString().getBytes(StandardCharsets.UTF_8);
    }

    /// The line of one event, UTF-8.
    public byte[] line(EventId id, String message, String logStream, long receivedMs) {
        var line = new StringBuilder();
        append(line, new RecordFields.Origin(source, logStream, receivedMs), id, message);
        return line.toString().getBytes(StandardCharsets.UTF_8);
    }

    private void append(
            StringBuilder lines, RecordFields.Origin origin, EventId id, String message) {
        var format = Objects.requireNonNullElse(destination.outputFormat(), OutputFormat.JSON);
        RecordFields.append(lines, format, delivery.layout(), origin, id, message);
    }
}
