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
    private @Nullable PackedEvents events;

    /// @param record its events are unpacked only when somebody asks for them
    public LogArrival(LogGroup group, LogBatch record) {
        this.group = group;
        this.record = record;
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

    /// As the record has them: the place of an event is the index in its
    /// [io.pharos.logs.event.EventId].
    ///
    /// @throws IllegalArgumentException when the record's bytes are no events
    public PackedEvents events() {
        var opened = events == null ? LogBatchCodec.open(record) : events;
        events = opened;
        return opened;
    }
}
