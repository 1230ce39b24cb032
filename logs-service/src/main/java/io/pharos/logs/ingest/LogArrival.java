package io.pharos.logs.ingest;

import io.pharos.stream.LogEvent;
import io.pharos.wire.Tenant;

import java.util.List;

/// The events of one `log-events` record whose group and stream exist.
///
/// @param receivedMs ingestion time of every event, milliseconds since the epoch
/// @param events never empty, as the record has them: the place in this list is the index of
///     [io.pharos.logs.event.EventId]
public record LogArrival(
        Tenant tenant, String logGroup, String logStream, long receivedMs, List<LogEvent> events) {}
