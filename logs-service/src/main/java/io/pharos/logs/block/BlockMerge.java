package io.pharos.logs.block;

import io.pharos.stream.log.LogBatchCodec;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/// Small blocks into large ones: sorted by [EventId] and cut at [#TARGET_BYTES]. Pure.
public final class BlockMerge {
    /// What a block's messages come to before compression: about 256 KB or less once compressed.
    public static final long TARGET_BYTES = 1 << 20;

    /// What hardly any block's messages need more than.
    static final int BUFFER_BYTES = 5 << 18;

    /// The tier of blocks that are large enough.
    public static final int FULL_TIER = 100;

    /// Above this many streams a block does not list them.
    public static final int MAX_LISTED_STREAMS = 256;

    private static final long FULL_BYTES = TARGET_BYTES / 2;
    private static final long DAY_MS = 86_400_000L;

    private BlockMerge() {}

    /// Which events are worth keeping.
    @FunctionalInterface
    public interface Keep {
        boolean keep(long timestampMs, long streamId);
    }

    /// The UTC day of a time.
    public static int dayOf(long timeMs) {
        return (int) Math.floorDiv(timeMs, DAY_MS);
    }

    /// Arrived batches of one group as blocks of tier 0, by day, without opening them.
    public static List<NewBlock> flush(List<PackedBatch> batches) {
        var byDay = new ArrayList<>(batches);
        byDay.sort(Comparator.comparingInt(batch -> dayOf(batch.firstMs()))); // stable
        var blocks = new ArrayList<NewBlock>();
        var open = new ArrayList<PackedBatch>();
        var bytes = 0L;
        for (var batch : byDay) {
            if (!open.isEmpty()
                    && (dayOf(batch.firstMs()) != dayOf(open.getFirst().firstMs())
                            || bytes + batch.rawBytes() > TARGET_BYTES)) {
                blocks.add(flushed(open));
                open.clear();
                bytes = 0;
            }
            open.add(batch);
            bytes += batch.rawBytes();
        }
        if (!open.isEmpty()) {
            blocks.add(flushed(open));
        }
        return blocks;
    }

    private static NewBlock flushed(List<PackedBatch> batches) {
        var first = Long.MAX_VALUE;
        var last = Long.MIN_VALUE;
        var events = 0;
        var bytes = 0L;
        for (var batch : batches) {
            first = Math.min(first, batch.firstMs());
            last = Math.max(last, batch.lastMs());
            events += batch.count();
            bytes += batch.rawBytes();
        }
        var streams =
                batches.stream().mapToLong(PackedBatch::streamId).distinct().sorted().toArray();
        return new NewBlock(
                dayOf(first),
                first,
                last,
                events,
                bytes,
                0,
                streams.length > MAX_LISTED_STREAMS ? null : streams,
                null,
                null,
                BlockCodec.ofBatches(batches),
                null);
    }

    /// Blocks of one group and day merged into as few as possible; none when nothing is kept.
    ///
    /// @param tier of the blocks that are not full yet
    public static List<NewBlock> merge(List<byte[]> payloads, int day, int tier, Keep keep) {
        return merge(payloads, day, tier, keep, new Extras(FULL_BYTES, null));
    }

    /// As above.
    ///
    /// @param indexed fields whose values are told beside full blocks; null: none
    public static List<NewBlock> merge(
            List<byte[]> payloads,
            int day,
            int tier,
            Keep keep,
            IndexedValues.@Nullable Fields indexed) {
        return merge(payloads, day, tier, keep, new Extras(FULL_BYTES, indexed));
    }

    /// As above.
    ///
    /// @param columnsFrom blocks of so many bytes get columns for the fields of JSON messages; smaller
    ///     ones are merged again soon
    public static List<NewBlock> merge(
            List<byte[]> payloads, int day, int tier, Keep keep, long columnsFrom) {
        return merge(payloads, day, tier, keep, new Extras(columnsFrom, null));
    }

    /// What blocks of so many bytes get beside their events; smaller ones are merged again soon.
    private record Extras(long fromBytes, IndexedValues.@Nullable Fields indexed) {}

    private static List<NewBlock> merge(
            List<byte[]> payloads, int day, int tier, Keep keep, Extras extras) {
        var events = concatenated(payloads, keep);
        var order = EventOrder.of(events);
        var blocks = new ArrayList<NewBlock>();
        var from = 0;
        var bytes = 0L;
        for (var i = 0; i < order.length; i++) {
            var size = events.messageLength(order[i]) + LogBatchCodec.EVENT_OVERHEAD;
            if (i > from && bytes + size > TARGET_BYTES) {
                blocks.add(merged(events, order, from, i, day, tier, extras));
                from = i;
                bytes = 0;
            }
            bytes += size;
        }
        if (from < order.length) {
            blocks.add(merged(events, order, from, order.length, day, tier, extras));
        }
        return blocks;
    }

    private static EventTable concatenated(List<byte[]> payloads, Keep keep) {
        var opened = payloads.stream().map(BlockCodec::open).toList();
        var count = 0;
        var bytes = 0L;
        for (var events : opened) {
            count += events.count();
            bytes += events.messageBytes();
        }
        var all = new EventTable.Builder(count, Math.toIntExact(bytes));
        for (var events : opened) {
            for (var event = 0; event < events.count(); event++) {
                if (keep.keep(events.timestampMs(event), events.streamId(event))) {
                    all.add(events, event);
                }
            }
        }
        return all.build();
    }

    private static NewBlock merged(
            EventTable events, int[] order, int from, int to, int day, int tier, Extras extras) {
        var bytes = 0L;
        for (var i = from; i < to; i++) {
            bytes += events.messageLength(order[i]) + LogBatchCodec.EVENT_OVERHEAD;
        }
        var streams = streams(events, order, from, to);
        var payload = ColumnCodec.write(events, order, from, to, bytes >= extras.fromBytes());
        var indexed = extras.indexed();
        return new NewBlock(
                day,
                events.timestampMs(order[from]),
                events.timestampMs(order[to - 1]),
                to - from,
                bytes,
                bytes >= FULL_BYTES ? FULL_TIER : tier,
                streams.length > MAX_LISTED_STREAMS ? null : streams,
                Trigrams.stored(Trigrams.of(events, order, from, to, bytes)),
                indexed == null || bytes < extras.fromBytes()
                        ? null
                        : IndexedValues.of(indexed, events, order, from, to),
                payload,
                BlockCodec.headBytes(payload));
    }

    private static long[] streams(EventTable events, int[] order, int from, int to) {
        var streams = new TreeSet<Long>();
        var last = -1L;
        for (var i = from; i < to; i++) {
            var stream = events.streamId(order[i]);
            if (stream != last) {
                streams.add(stream);
                last = stream;
            }
        }
        return streams.stream().mapToLong(Long::longValue).toArray();
    }
}
