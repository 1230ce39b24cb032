package io.pharos.stream.log;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;

import io.pharos.stream.LogBatch;
import io.pharos.stream.LogBatchOrBuilder;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Puts events into a [LogBatch], compressed once, and takes them out again.
public final class LogBatchCodec {
    /// What the events of one batch may come to, AWS's way: UTF-8 bytes plus [#EVENT_OVERHEAD] each.
    public static final int MAX_BATCH_BYTES = 1_048_576;

    /// What AWS adds to the size of each message.
    public static final int EVENT_OVERHEAD = 26;

    /// Events in one batch.
    public static final int MAX_EVENTS = 10_000;

    /// From the first to the last event of a batch.
    public static final long MAX_SPAN_MS = 86_400_000L;

    private static final int LEVEL = 1;

    private LogBatchCodec() {}

    /// Sets what follows from events `from` (inclusive) to `to` (exclusive): the compressed events,
    /// their count, time range and size. They may stand in any order.
    ///
    /// @throws IllegalArgumentException when there are none, or more than a batch may hold
    public static LogBatch.Builder fill(
            LogBatch.Builder batch, PackedEvents events, int from, int to) {
        if (from >= to || to - from > MAX_EVENTS) {
            throw new IllegalArgumentException("a batch of " + (to - from) + " events");
        }
        var first = Long.MAX_VALUE;
        var last = Long.MIN_VALUE;
        var raw = 0L;
        for (var event = from; event < to; event++) {
            first = Math.min(first, events.timestampMs(event));
            last = Math.max(last, events.timestampMs(event));
            raw += events.messageLength(event) + EVENT_OVERHEAD;
        }
        if (raw > MAX_BATCH_BYTES) {
            throw new IllegalArgumentException("a batch of " + raw + " bytes");
        }
        if (first < 0 || last - first > MAX_SPAN_MS) {
            throw new IllegalArgumentException("a batch from " + first + " to " + last);
        }
        return batch.setFirstMs(first)
                .setLastMs(last)
                .setCount(to - from)
                .setRawBytes(raw)
                .setEvents(compress(events.bytes(), events.start(from), events.start(to)));
    }

    /// All events, see [#fill(LogBatch.Builder, PackedEvents, int, int)].
    public static LogBatch.Builder fill(LogBatch.Builder batch, PackedEvents events) {
        return fill(batch, events, 0, events.count());
    }

    /// The events of a batch.
    ///
    /// @throws IllegalArgumentException when its bytes are not what [#fill] writes
    public static PackedEvents open(LogBatchOrBuilder batch) {
        return open(batch.getEvents().toByteArray());
    }

    /// The events of the zstd frame that a batch carries.
    ///
    /// @throws IllegalArgumentException when the bytes are not what [#fill] writes
    public static PackedEvents open(byte[] frame) {
        var size = frame.length == 0 ? -1 : Zstd.getFrameContentSize(frame);
        // A packed event's own overhead is below EVENT_OVERHEAD.
        if (size < 0 || size > MAX_BATCH_BYTES) {
            throw new IllegalArgumentException("not the events of a batch: size " + size);
        }
        try {
            return PackedEvents.parse(ZstdFrames.open(frame, (int) size));
        } catch (ZstdException damaged) {
            throw new IllegalArgumentException("not the events of a batch", damaged);
        }
    }

    /// The record's key: all events of a log stream go to one partition, so they keep their order.
    public static byte[] key(LogBatchOrBuilder batch) {
        return String.join(
                        "/",
                        batch.getAccount(),
                        batch.getRegion(),
                        batch.getLogGroup(),
                        batch.getLogStream())
                .getBytes(StandardCharsets.UTF_8);
    }

    private static ByteString compress(byte[] bytes, int from, int to) {
        var target = new byte[(int) Zstd.compressBound(to - from)];
        var size = Zstd.compressByteArray(target, 0, target.length, bytes, from, to - from, LEVEL);
        if (Zstd.isError(size)) {
            throw new IllegalStateException("zstd: " + Zstd.getErrorName(size));
        }
        return UnsafeByteOperations.unsafeWrap(Arrays.copyOf(target, (int) size));
    }
}
