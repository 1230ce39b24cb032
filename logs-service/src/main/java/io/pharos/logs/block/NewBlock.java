package io.pharos.logs.block;

import org.jspecify.annotations.Nullable;

/// A block about to be stored.
///
/// @param day UTC day since 1970 of the first event that could be in it
/// @param tier 0 from a flush, one more for each merge, [BlockMerge#FULL_TIER] when there is nothing
///     left to merge
/// @param streamIds null: too many to list
/// @param trigrams as kept, see [Trigrams#opened]; null: not known
/// @param indexed see [IndexedValues]; null: not known
/// @param headBytes see [BlockCodec#headBytes]
public record NewBlock(
        int day,
        long firstMs,
        long lastMs,
        int events,
        long rawBytes,
        int tier,
        long @Nullable [] streamIds,
        byte @Nullable [] trigrams,
        byte @Nullable [] indexed,
        byte[] payload,
        @Nullable Integer headBytes) {}
