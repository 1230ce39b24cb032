package io.pharos.logs.block;

/// One arrived batch, its events still compressed as the front door left them.
///
/// @param batch names the record it came in: [io.pharos.logs.event.EventId#batch(int, long)]
/// @param rawBytes messages plus 26 bytes each
/// @param frame what [io.pharos.stream.log.LogBatchCodec#open(byte[])] opens
public record PackedBatch(
        long streamId,
        long ingestionMs,
        long batch,
        long firstMs,
        long lastMs,
        int count,
        long rawBytes,
        byte[] frame) {}
