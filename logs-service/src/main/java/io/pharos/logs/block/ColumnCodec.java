package io.pharos.logs.block;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;

import io.pharos.stream.log.ZstdFrames;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.zip.CRC32C;

/// The bytes of a merged block: a head that answers whatever does not ask for messages, then the
/// messages, side by side, as one zstd frame.
///
/// The head is how long it is, its CRC-32C, a directory of numbers and names, and frames: times, streams
/// and lengths; what else makes ids; a column for each field that has one.
final class ColumnCodec {
    /// The first byte.
    static final byte LAYOUT = 3;

    private static final int PREFIX = 1 + 2 * Integer.BYTES;
    private static final int NUMBERS = 7; // before the fields
    private static final int LEVEL = 1;

    /// What a part of a block may inflate to: a damaged length must not take the heap.
    private static final int MAX_INFLATED = 64 << 20;

    private ColumnCodec() {}

    /// Events `order[from]` to `order[to - 1]`, in this order.
    static byte[] write(
            EventTable events, int[] order, int from, int to, boolean withFieldColumns) {
        var times = times(events, order, from, to);
        var ids = ids(events, order, from, to);
        var text = text(events, order, from, to);
        var fields =
                withFieldColumns
                        ? ColumnBuilder.of(events, order, from, to, text.frame().length)
                        : ColumnBuilder.Columns.none(to - from);
        var out = new Varints(1 << 12);
        out.put(to - from);
        out.put(times.inflated());
        out.put(times.frame().length);
        out.put(ids.inflated());
        out.put(ids.frame().length);
        out.put(text.inflated());
        out.put(text.frame().length);
        fields(out, fields, to - from);
        out.put(times.frame(), 0, times.frame().length);
        out.put(ids.frame(), 0, ids.frame().length);
        for (var column : fields.columns()) {
            out.put(column.frame(), 0, column.frame().length);
        }
        return ByteBuffer.allocate(PREFIX + out.size() + text.frame().length)
                .put(LAYOUT)
                .putInt(PREFIX + out.size())
                .putInt(checksum(out.bytes(), 0, out.size()))
                .put(out.bytes(), 0, out.size())
                .put(text.frame())
                .array();
    }

    private static void fields(Varints out, ColumnBuilder.Columns fields, int events) {
        if (fields.irregular().cardinality() == events) {
            out.put(0);
            return;
        }
        out.put(1);
        out.put(fields.complete() ? 1 : 0);
        out.put(fields.irregular().cardinality());
        fields.irregular().stream().forEach(out::put);
        out.put(fields.columns().size());
        for (var column : fields.columns()) {
            name(out, column.name());
            out.put(column.inflatedSize());
            out.put(column.frame().length);
        }
        out.put(fields.dropped().size());
        for (var name : fields.dropped()) {
            name(out, name);
        }
    }

    private static void name(Varints out, String name) {
        var bytes = name.getBytes(StandardCharsets.UTF_8);
        out.put(bytes.length);
        out.put(bytes, 0, bytes.length);
    }

    private record Frame(byte[] frame, int inflated) {
        static Frame of(Varints bytes) {
            return of(bytes.bytes(), bytes.size());
        }

        static Frame of(byte[] bytes, int size) {
            var target = new byte[(int) Zstd.compressBound(size)];
            var written = Zstd.compressByteArray(target, 0, target.length, bytes, 0, size, LEVEL);
            if (Zstd.isError(written)) {
                throw new IllegalStateException("zstd: " + Zstd.getErrorName(written));
            }
            return new Frame(Arrays.copyOf(target, (int) written), size);
        }
    }

    private static Frame times(EventTable events, int[] order, int from, int to) {
        var streams = new LinkedHashMap<Long, Integer>();
        for (var i = from; i < to; i++) {
            streams.putIfAbsent(events.streamId(order[i]), streams.size());
        }
        var out = new Varints((to - from) * 8);
        out.put(streams.size());
        streams.keySet().forEach(out::put);
        var timestamp = 0L;
        for (var i = from; i < to; i++) {
            out.putSigned(events.timestampMs(order[i]) - timestamp);
            timestamp = events.timestampMs(order[i]);
        }
        if (streams.size() > 1) {
            for (var i = from; i < to; i++) {
                out.put(streams.getOrDefault(events.streamId(order[i]), 0));
            }
        }
        for (var i = from; i < to; i++) {
            out.put(events.messageLength(order[i]));
        }
        return Frame.of(out);
    }

    private static Frame ids(EventTable events, int[] order, int from, int to) {
        var out = new Varints((to - from) * 8);
        for (var i = from; i < to; i++) {
            out.putSigned(events.ingestionMs(order[i]) - events.timestampMs(order[i]));
        }
        var batch = 0L;
        for (var i = from; i < to; i++) {
            out.putSigned(events.batch(order[i]) - batch);
            batch = events.batch(order[i]);
        }
        var index = 0;
        for (var i = from; i < to; i++) {
            out.putSigned((long) events.index(order[i]) - index);
            index = events.index(order[i]);
        }
        return Frame.of(out);
    }

    private static Frame text(EventTable events, int[] order, int from, int to) {
        var size = 0;
        for (var i = from; i < to; i++) {
            size = Math.addExact(size, events.messageLength(order[i]));
        }
        var text = new byte[size];
        var end = 0;
        for (var i = from; i < to; i++) {
            var length = events.messageLength(order[i]);
            System.arraycopy(events.text(), events.messageStart(order[i]), text, end, length);
            end += length;
        }
        return Frame.of(text, size);
    }

    /// How long the head of a block is.
    static int headBytes(byte[] payload) {
        return ByteBuffer.wrap(payload).getInt(1);
    }

    /// See [BlockCodec#isEnough].
    static boolean isEnough(byte[] payload, Collection<String> jsonFields) {
        var head = headBytes(payload);
        if (payload.length > head || jsonFields.isEmpty()) {
            return true;
        }
        var in = new Varints(payload, PREFIX);
        for (var i = 0; i < NUMBERS; i++) {
            in.get();
        }
        var fields = Directory.read(in).columns(payload, 0, 1);
        return fields != null && fields.tellAll(jsonFields);
    }

    /// @param payload a block, or the head of one
    static EventTable open(byte[] payload, @Nullable Scratch scratch) {
        var prefix = ByteBuffer.wrap(payload);
        var head = checked(prefix.getInt(1), payload.length);
        if (head < PREFIX
                || checksum(payload, PREFIX, head - PREFIX) != prefix.getInt(1 + Integer.BYTES)) {
            throw new IllegalArgumentException("damaged block");
        }
        var in = new Varints(payload, PREFIX);
        var count = checked(in.get(), MAX_INFLATED);
        var timesInflated = checked(in.get(), MAX_INFLATED);
        var timesSize = checked(in.get(), head);
        var idsInflated = checked(in.get(), MAX_INFLATED);
        var idsSize = checked(in.get(), head);
        var textInflated = checked(in.get(), MAX_INFLATED);
        var textSize = checked(in.get(), MAX_INFLATED);
        var directory = Directory.read(in);
        var times = in.position();
        var parts =
                new Parts(
                        payload,
                        new Place(times + timesSize, idsSize, idsInflated),
                        new Place(head, textSize, textInflated),
                        directory.columns(payload, times + timesSize + idsSize, count),
                        count,
                        scratch);
        var frame = new byte[timesInflated];
        inflate(payload, new Place(times, timesSize, timesInflated), frame);
        return table(new Varints(frame), checked(count, timesInflated), parts);
    }

    private static EventTable table(Varints in, int count, Parts parts) {
        var streams = new long[checked(in.get(), count)];
        for (var i = 0; i < streams.length; i++) {
            streams[i] = in.get();
        }
        var timestamps = new long[count];
        var timestamp = 0L;
        for (var i = 0; i < count; i++) {
            timestamp += in.getSigned();
            timestamps[i] = timestamp;
        }
        var owners = new long[count];
        if (streams.length == 1) {
            Arrays.fill(owners, streams[0]);
        } else {
            for (var i = 0; i < count; i++) {
                owners[i] = streams[(int) in.get()];
            }
        }
        var starts = new int[count];
        var lengths = new int[count];
        var start = 0;
        for (var i = 0; i < count; i++) {
            starts[i] = start;
            lengths[i] = checked(in.get(), parts.text().inflated() - start);
            start += lengths[i];
        }
        return new EventTable(timestamps, owners, starts, lengths, parts);
    }

    /// Where a frame is, and what it inflates to.
    private record Place(int start, int size, int inflated) {}

    private record Named(String name, int size, int inflated) {}

    /// What a block tells of its fields.
    ///
    /// @param present whether it tells anything
    private record Directory(
            boolean present,
            boolean complete,
            BitSet irregular,
            List<Named> columns,
            Collection<String> dropped) {
        static Directory read(Varints in) {
            var irregular = new BitSet();
            if (in.get() == 0) {
                return new Directory(false, false, irregular, List.of(), List.of());
            }
            var complete = in.get() == 1;
            var irregulars = checked(in.get(), MAX_INFLATED);
            for (var i = 0; i < irregulars; i++) {
                irregular.set(checked(in.get(), MAX_INFLATED));
            }
            var columns = new Named[checked(in.get(), 1_000)];
            for (var i = 0; i < columns.length; i++) {
                var name = in.text();
                var inflated = checked(in.get(), MAX_INFLATED);
                columns[i] = new Named(name, checked(in.get(), MAX_INFLATED), inflated);
            }
            var dropped = new String[checked(in.get(), 1_000)];
            Arrays.setAll(dropped, _ -> in.text());
            return new Directory(true, complete, irregular, List.of(columns), List.of(dropped));
        }

        @Nullable FieldColumns columns(byte[] payload, int from, int events) {
            if (!present) {
                return null;
            }
            var byName = new HashMap<String, @Nullable FieldColumn>();
            var start = from;
            for (var column : columns) {
                byName.put(
                        column.name(),
                        new FieldColumn(payload, start, column.size(), column.inflated(), events));
                start += column.size();
            }
            dropped.forEach(name -> byName.put(name, null));
            return new FieldColumns(byName, complete, irregular);
        }
    }

    /// What of a block is inflated when asked for.
    private record Parts(
            byte[] payload,
            Place ids,
            Place text,
            @Nullable FieldColumns fields,
            int count,
            @Nullable Scratch scratch)
            implements EventTable.Parts {
        @Override
        public boolean hasMessages() {
            return payload.length > text.start() || text.inflated() == 0;
        }

        @Override
        public byte[] messages() {
            if (!hasMessages()) {
                throw new IllegalStateException("only the head of the block was read");
            }
            var into =
                    scratch == null ? new byte[text.inflated()] : scratch.atLeast(text.inflated());
            inflate(payload, text, into);
            return into;
        }

        @Override
        public EventTable.Ids ids(long[] timestamps) {
            var frame = new byte[ids.inflated()];
            inflate(payload, ids, frame);
            var in = new Varints(frame);
            var ingestions = new long[count];
            for (var i = 0; i < count; i++) {
                ingestions[i] = timestamps[i] + in.getSigned();
            }
            var batches = new long[count];
            var batch = 0L;
            for (var i = 0; i < count; i++) {
                batch += in.getSigned();
                batches[i] = batch;
            }
            var indexes = new int[count];
            var index = 0;
            for (var i = 0; i < count; i++) {
                index += (int) in.getSigned();
                indexes[i] = index;
            }
            return new EventTable.Ids(ingestions, batches, indexes);
        }
    }

    private static void inflate(byte[] payload, Place place, byte[] into) {
        try {
            var written =
                    ZstdFrames.open(payload, place.start(), place.size(), into, place.inflated());
            if (written != place.inflated()) {
                throw new IllegalArgumentException("damaged block");
            }
        } catch (ZstdException damaged) {
            throw new IllegalArgumentException("damaged block", damaged);
        }
    }

    private static int checksum(byte[] bytes, int start, int length) {
        var sum = new CRC32C();
        sum.update(bytes, start, length);
        return (int) sum.getValue();
    }

    private static int checked(long size, int most) {
        if (size < 0 || size > most) {
            throw new IllegalArgumentException("damaged block: size " + size);
        }
        return (int) size;
    }
}
