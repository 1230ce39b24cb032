package io.pharos.kit;

import io.pharos.stream.Origin;

import org.jspecify.annotations.Nullable;

/// One record as a [StreamHandler] gets it. Repeats (by origin) are already left out.
///
/// @param origin where it was derived from; null for a record that a client caused directly
public record StreamRecord(
        String topic,
        int partition,
        long offset,
        long timestampMs,
        byte[] key,
        byte[] value,
        @Nullable Origin origin) {}
