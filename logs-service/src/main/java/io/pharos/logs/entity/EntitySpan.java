package io.pharos.logs.entity;

import org.jspecify.annotations.Nullable;

import java.util.UUID;

/// Records of a stream that came with the same entity, one after the other.
///
/// @param firstBatch see [io.pharos.logs.event.EventId#batch()]
/// @param endBatch exclusive; null: it goes on
/// @param sinceMs when the first one was received
/// @param untilMs when the first one behind it was; null: it goes on
public record EntitySpan(
        long groupId,
        long streamId,
        UUID entity,
        long firstBatch,
        @Nullable Long endBatch,
        long sinceMs,
        @Nullable Long untilMs) {
    private static final int PARTITION_SHIFT = 48;

    /// This one, ended by a record. Offsets of another partition do not compare with its own.
    EntitySpan endedBy(long batch, long receivedMs) {
        var end =
                isOfPartition(batch)
                        ? batch
                        : (firstBatch >>> PARTITION_SHIFT) + 1 << PARTITION_SHIFT;
        return new EntitySpan(groupId, streamId, entity, firstBatch, end, sinceMs, receivedMs);
    }

    /// Whether a record is one of them that is not before the first.
    boolean has(long batch) {
        return endBatch == null ? isOfPartition(batch) : batch < endBatch;
    }

    boolean isOfPartition(long batch) {
        return firstBatch >>> PARTITION_SHIFT == batch >>> PARTITION_SHIFT;
    }
}
