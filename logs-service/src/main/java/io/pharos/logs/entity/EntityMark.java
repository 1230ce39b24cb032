package io.pharos.logs.entity;

import java.util.UUID;

/// The entity that a stream's latest events have.
///
/// @param firstBatch the first record of those that came with it, see
///     [io.pharos.logs.event.EventId#batch()]
public record EntityMark(UUID entity, long firstBatch) {}
