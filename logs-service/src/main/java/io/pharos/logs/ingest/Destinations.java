package io.pharos.logs.ingest;

import io.pharos.logs.entity.EntityMark;
import io.pharos.logs.group.LogGroup;

import org.jspecify.annotations.Nullable;

import java.util.Map;

/// The groups and streams that a flush found, kept from being deleted until its transaction ends.
public record Destinations(Map<LogDestination, Destination> byName) {
    /// A group and the id of one of its streams.
    ///
    /// @param entity what the stream's latest events came with; null: nothing
    public record Destination(LogGroup group, long streamId, @Nullable EntityMark entity) {}

    /// Null when the group or the stream does not exist.
    public @Nullable Destination find(LogDestination name) {
        return byName.get(name);
    }
}
