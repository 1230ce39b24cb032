package io.pharos.logs.read;

import io.pharos.logs.event.EventId;

/// An event as readers get it.
public record FoundEvent(EventId id, String logStream, String message) {}
