package io.pharos.logs.ingest;

import io.pharos.logs.group.LogGroup;
import io.pharos.stream.LogBatch;
import io.pharos.stream.log.LogBatchCodec;
import io.pharos.stream.log.PackedEvents;

import org.jspecify.annotations.Nullable;

/// The events of one `log-events` record whose group and stream exist. Used by one thread.
public final class LogArrival {
    private final LogGroup group;
    private final LogBatch record;
    private final boolean marked;
    private final ArrivalView view;
    private @Nullable PackedEvents events;
    private @Nullable PackedEvents shown;
    private ArrivalView.@Nullable TransformedEvents transformed;

    /// Shown as they came.
    public LogArrival(LogGroup group, LogBatch record, boolean marked) {
        this(group, record, marked, ArrivalView.PLAIN);
    }

    /// @param record its events are unpacked only when somebody asks for them
    /// @param marked whether some event has the mark of embedded metrics, see
    ///     [io.pharos.logs.event.EmbeddedMark]
    /// @param view how those see the events who send on what they see
    public LogArrival(LogGroup group, LogBatch record, boolean marked, ArrivalView view) {
        this.group = group;
        this.record = record;
        this.marked = marked;
        this.view = view;
    }

    public LogGroup group() {
        return group;
    }

    public String logStream() {
        return record.getLogStream();
    }

    /// Ingestion time of every event, milliseconds since the epoch.
    public long receivedMs() {
        return record.getReceivedMs();
    }

    /// How many events.
    public int count() {
        return record.getCount();
    }

    /// Their size as AWS counts it, uncompressed.
    public long rawBytes() {
        return record.getRawBytes();
    }

    /// The sender declared all events to be of the embedded metric format.
    public boolean isEmbeddedFormat() {
        return record.getEmf();
    }

    /// False when no event can hold metrics, so that nobody unpacks them to see.
    public boolean mayEmbedMetrics() {
        return marked || isEmbeddedFormat();
    }

    /// As the record has them: the place of an event is the index in its
    /// [io.pharos.logs.event.EventId].
    ///
    /// @throws IllegalArgumentException when the record's bytes are no events
    public PackedEvents events() {
        var opened = events == null ? LogBatchCodec.open(record) : events;
        events = opened;
        return opened;
    }

    /// How its events are shown.
    public ArrivalView view() {
        return view;
    }

    /// With sensitive data masked: what whoever sends events on must take.
    public PackedEvents shown() {
        var masked = shown == null ? view.shown(events(), receivedMs()) : shown;
        shown = masked;
        return masked;
    }

    /// What the group's transformer makes of them, masked as well; those it leaves as they are shown.
    public ArrivalView.TransformedEvents transformed() {
        var made =
                transformed == null
                        ? view.transformed(events(), receivedMs(), logStream())
                        : transformed;
        transformed = made;
        return made;
    }
}
