package io.pharos.logs.read;

import io.pharos.logs.event.EventId;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// Part of the answer to a query.
///
/// @param events ascending, whatever the direction; possibly none although there are more
/// @param next the boundary of the next page in the query's direction; null when there is none
public record EventPage(List<FoundEvent> events, @Nullable EventId next) {}
