package io.pharos.logs.block;

import com.github.luben.zstd.ZstdException;

import io.pharos.logs.block.EventTable.EventKey;
import io.pharos.stream.log.LogBatchCodec;

import org.jspecify.annotations.Nullable;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;

/// A block's bytes. Its first byte tells which of two layouts follows:
///
/// * `1`, from a flush: arrived batches as they are, each with stream, ingestion time and batch
///   number. Nothing was decompressed to write it.
/// * `3`, from a merge: the sorted events column by column, see [ColumnCodec].
public final class BlockCodec {
    private static final byte BATCHES = 1;
    private static final int BATCH_HEADER = 3 * Long.BYTES + Integer.BYTES;

    private BlockCodec() {}

    static byte[] ofBatches(List<PackedBatch> batches) {
        var size = 1 + Integer.BYTES;
        for (var batch : batches) {
            size += BATCH_HEADER + batch.frame().length;
        }
        var out = ByteBuffer.allocate(size).put(BATCHES).putInt(batches.size());
        for (var batch : batches) {
            out.putLong(batch.streamId()).putLong(batch.ingestionMs()).putLong(batch.batch());
            out.putInt(batch.frame().length).put(batch.frame());
        }
        return out.array();
    }

    /// How many of a block's first bytes answer what asks for no messages; null when all are needed.
    static @Nullable Integer headBytes(byte[] payload) {
        return payload[0] == ColumnCodec.LAYOUT ? ColumnCodec.headBytes(payload) : null;
    }

    /// @throws IllegalArgumentException when these are not the bytes of a block
    public static EventTable open(byte[] payload) {
        return open(payload, null);
    }

    /// @param payload of a block, or its head
    /// @param scratch what messages may be inflated into
    ///
    /// @throws IllegalArgumentException when these are not the bytes of a block
    public static EventTable open(byte[] payload, @Nullable Scratch scratch) {
        try {
            var in = ByteBuffer.wrap(payload);
            var layout = in.get();
            return switch (layout) {
                case BATCHES -> openBatches(in);
                case ColumnCodec.LAYOUT -> ColumnCodec.open(payload, scratch);
                default -> throw new IllegalArgumentException("block layout " + layout);
            };
        } catch (BufferUnderflowException | IndexOutOfBoundsException | ZstdException damaged) {
            throw new IllegalArgumentException("damaged block", damaged);
        }
    }

    /// Whether these bytes of a block tell the fields of every message, without the messages.
    ///
    /// @param head what `head_bytes` of a block are, or all of it
    /// @param jsonFields flattened names
    public static boolean isEnough(byte[] head, Collection<String> jsonFields) {
        return head[0] != ColumnCodec.LAYOUT || ColumnCodec.isEnough(head, jsonFields);
    }

    private static EventTable openBatches(ByteBuffer in) {
        var batches = in.getInt();
        var table = new EventTable.Builder(256, 64 << 10);
        for (var i = 0; i < batches; i++) {
            var streamId = in.getLong();
            var ingestionMs = in.getLong();
            var batch = in.getLong();
            var length = in.getInt();
            if (length < 0 || length > in.remaining()) {
                throw new IllegalArgumentException("damaged block: size " + length);
            }
            var frame = new byte[length];
            in.get(frame);
            var events = LogBatchCodec.open(frame);
            for (var event = 0; event < events.count(); event++) {
                table.add(
                        new EventKey(
                                events.timestampMs(event), ingestionMs, batch, event, streamId),
                        events.bytes(),
                        events.messageStart(event),
                        events.messageLength(event));
            }
        }
        return table.build();
    }
}
