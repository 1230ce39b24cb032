package io.pharos.logs.block;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;

import io.pharos.logs.block.EventTable.EventKey;
import io.pharos.stream.log.LogBatchCodec;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;

/// A block's bytes. Its first byte tells which of two layouts follows:
///
/// * `1`, from a flush: arrived batches as they are, each with stream, ingestion time and batch
///   number. Nothing was decompressed to write it.
/// * `2`, from a merge: one zstd frame with the sorted events column by column, then their messages
///   side by side.
public final class BlockCodec {
    private static final byte BATCHES = 1;
    private static final byte COLUMNS = 2;
    private static final int BATCH_HEADER = 3 * Long.BYTES + Integer.BYTES;
    private static final int COLUMNS_HEADER = 1 + 3 * Integer.BYTES;
    private static final int LEVEL = 1;

    /// What one block may inflate to: a damaged length must not take the heap.
    private static final int MAX_INFLATED = 64 << 20;

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

    /// Events `order[from]` to `order[to - 1]`, in this order.
    static byte[] ofEvents(EventTable events, int[] order, int from, int to) {
        var streams = new HashMap<Long, Integer>();
        for (var i = from; i < to; i++) {
            streams.putIfAbsent(events.streamId(order[i]), streams.size());
        }
        var textBytes = 0;
        for (var i = from; i < to; i++) {
            textBytes = Math.addExact(textBytes, events.messageLength(order[i]));
        }
        var columns = new Varints((to - from) * 16);
        var ids = new long[streams.size()];
        streams.forEach((id, place) -> ids[place] = id);
        for (var id : ids) {
            columns.put(id);
        }
        var timestamp = 0L;
        for (var i = from; i < to; i++) {
            columns.putSigned(events.timestampMs(order[i]) - timestamp);
            timestamp = events.timestampMs(order[i]);
        }
        for (var i = from; i < to; i++) {
            columns.putSigned(events.ingestionMs(order[i]) - events.timestampMs(order[i]));
        }
        var batch = 0L;
        for (var i = from; i < to; i++) {
            columns.putSigned(events.batch(order[i]) - batch);
            batch = events.batch(order[i]);
        }
        for (var i = from; i < to; i++) {
            columns.put(events.index(order[i]));
        }
        for (var i = from; i < to; i++) {
            columns.put(streams.getOrDefault(events.streamId(order[i]), 0));
        }
        for (var i = from; i < to; i++) {
            columns.put(events.messageLength(order[i]));
        }
        var columnBytes = columns.size();
        var inflated = Arrays.copyOf(columns.bytes(), Math.addExact(columnBytes, textBytes));
        var end = columnBytes;
        for (var i = from; i < to; i++) {
            var length = events.messageLength(order[i]);
            System.arraycopy(events.text(), events.messageStart(order[i]), inflated, end, length);
            end += length;
        }
        var frame = Zstd.compress(inflated, LEVEL);
        return ByteBuffer.allocate(COLUMNS_HEADER + frame.length)
                .put(COLUMNS)
                .putInt(to - from)
                .putInt(ids.length)
                .putInt(inflated.length)
                .put(frame)
                .array();
    }

    /// @throws IllegalArgumentException when these are not the bytes of a block
    public static EventTable open(byte[] payload) {
        try {
            var in = ByteBuffer.wrap(payload);
            var layout = in.get();
            return switch (layout) {
                case BATCHES -> openBatches(in);
                case COLUMNS -> openColumns(in);
                default -> throw new IllegalArgumentException("block layout " + layout);
            };
        } catch (BufferUnderflowException | IndexOutOfBoundsException | ZstdException damaged) {
            throw new IllegalArgumentException("damaged block", damaged);
        }
    }

    private static EventTable openBatches(ByteBuffer in) {
        var batches = in.getInt();
        var table = new EventTable.Builder(256, 64 << 10);
        for (var i = 0; i < batches; i++) {
            var streamId = in.getLong();
            var ingestionMs = in.getLong();
            var batch = in.getLong();
            var frame = new byte[checked(in.getInt(), in.remaining())];
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

    private static EventTable openColumns(ByteBuffer in) {
        var count = checked(in.getInt(), MAX_INFLATED);
        var streamCount = checked(in.getInt(), count);
        var size = checked(in.getInt(), MAX_INFLATED);
        var inflated = new byte[size];
        var written =
                Zstd.decompressByteArray(
                        inflated, 0, size, in.array(), in.position(), in.remaining());
        if (written != size) {
            throw new IllegalArgumentException("damaged block");
        }
        var columns = new Varints(inflated);
        var streams = new long[streamCount];
        for (var i = 0; i < streamCount; i++) {
            streams[i] = columns.get();
        }
        return rows(columns, streams, checked(count, size), inflated);
    }

    private static EventTable rows(Varints columns, long[] streams, int count, byte[] inflated) {
        var timestamps = new long[count];
        var timestamp = 0L;
        for (var i = 0; i < count; i++) {
            timestamp += columns.getSigned();
            timestamps[i] = timestamp;
        }
        var ingestions = new long[count];
        for (var i = 0; i < count; i++) {
            ingestions[i] = timestamps[i] + columns.getSigned();
        }
        var batches = new long[count];
        var batch = 0L;
        for (var i = 0; i < count; i++) {
            batch += columns.getSigned();
            batches[i] = batch;
        }
        var indexes = new int[count];
        for (var i = 0; i < count; i++) {
            indexes[i] = (int) columns.get();
        }
        var owners = new long[count];
        for (var i = 0; i < count; i++) {
            owners[i] = streams[(int) columns.get()];
        }
        var lengths = new int[count];
        for (var i = 0; i < count; i++) {
            lengths[i] = (int) columns.get();
        }
        var table = new EventTable.Builder(count, inflated);
        var start = columns.position();
        for (var i = 0; i < count; i++) {
            table.addInPlace(
                    new EventKey(timestamps[i], ingestions[i], batches[i], indexes[i], owners[i]),
                    start,
                    checked(lengths[i], inflated.length - start));
            start += lengths[i];
        }
        return table.build();
    }

    private static int checked(int size, int most) {
        if (size < 0 || size > most) {
            throw new IllegalArgumentException("damaged block: size " + size);
        }
        return size;
    }
}
