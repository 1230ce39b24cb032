package io.pharos.logs.block;

import io.pharos.logs.event.EventId;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.IntFunction;

/// Events of one group in memory, column by column, their messages in one array of UTF-8 bytes. What a
/// stored block has is inflated when it is first asked for. For one thread.
public final class EventTable {
    private final long[] timestamps;
    private final long[] streams;
    private final int[] starts;
    private final int[] lengths;
    private final @Nullable Parts parts;
    private @Nullable Ids ids;
    private byte @Nullable [] text;

    /// What makes ids, beside the times.
    record Ids(long[] ingestions, long[] batches, int[] indexes) {}

    /// What comes later.
    interface Parts {
        boolean hasMessages();

        /// @throws IllegalStateException when they were not read
        byte[] messages();

        Ids ids(long[] timestamps);

        /// Null: nothing is known of them.
        @Nullable FieldColumns fields();
    }

    EventTable(long[] timestamps, long[] streams, int[] starts, int[] lengths, Parts parts) {
        this.timestamps = timestamps;
        this.streams = streams;
        this.starts = starts;
        this.lengths = lengths;
        this.parts = parts;
    }

    private EventTable(Builder from) {
        timestamps = Arrays.copyOf(from.timestamps, from.count);
        streams = from.streams;
        starts = from.starts;
        lengths = from.lengths;
        ids = new Ids(from.ingestions, from.batches, from.indexes);
        text = from.text;
        parts = null;
    }

    public int count() {
        return timestamps.length;
    }

    Ids ids() {
        var known = ids;
        if (known == null) {
            known = Objects.requireNonNull(parts).ids(timestamps);
            ids = known;
        }
        return known;
    }

    /// Of all events; not to be changed.
    long[] timestamps() {
        return timestamps;
    }

    /// What all messages come to, in UTF-8 bytes.
    public long messageBytes() {
        var bytes = 0L;
        for (var event = 0; event < count(); event++) {
            bytes += lengths[event];
        }
        return bytes;
    }

    public EventId id(int event) {
        return new EventId(timestampMs(event), ingestionMs(event), batch(event), index(event));
    }

    public long timestampMs(int event) {
        return timestamps[event];
    }

    public long ingestionMs(int event) {
        return ids().ingestions()[checked(event)];
    }

    /// See [EventId#batch()].
    public long batch(int event) {
        return ids().batches()[checked(event)];
    }

    int index(int event) {
        return ids().indexes()[checked(event)];
    }

    public long streamId(int event) {
        return streams[checked(event)];
    }

    public int messageStart(int event) {
        return starts[checked(event)];
    }

    /// In UTF-8 bytes.
    public int messageLength(int event) {
        return lengths[checked(event)];
    }

    public String message(int event) {
        return new String(
                text(), messageStart(event), messageLength(event), StandardCharsets.UTF_8);
    }

    private int checked(int event) {
        return Objects.checkIndex(event, timestamps.length);
    }

    /// Whether messages were read: not from the head of a block alone.
    public boolean hasText() {
        return text != null || Objects.requireNonNull(parts).hasMessages();
    }

    /// What holds the messages; not to be changed, and possibly longer than they need.
    ///
    /// @throws IllegalStateException when only the head of the block was read
    public byte[] text() {
        var known = text;
        if (known == null) {
            known = Objects.requireNonNull(parts).messages();
            text = known;
        }
        return known;
    }

    /// The fields of JSON messages, as far as they have columns; null: there are none.
    public @Nullable FieldColumns fields() {
        return parts == null ? null : parts.fields();
    }

    /// The same events with other messages: null for those that stay. This table when all do.
    public EventTable withMessages(IntFunction<byte @Nullable []> messages) {
        Builder changed = null;
        for (var event = 0; event < count(); event++) {
            var message = messages.apply(event);
            if (message != null && changed == null) {
                changed = new Builder(count(), text().length);
                for (var before = 0; before < event; before++) {
                    changed.add(key(before), text(), messageStart(before), messageLength(before));
                }
            }
            if (changed != null) {
                if (message == null) {
                    changed.add(key(event), text(), messageStart(event), messageLength(event));
                } else {
                    changed.add(key(event), message, 0, message.length);
                }
            }
        }
        return changed == null ? this : changed.build();
    }

    private EventKey key(int event) {
        return new EventKey(
                timestampMs(event),
                ingestionMs(event),
                batch(event),
                index(event),
                streamId(event));
    }

    /// Collects events in any order.
    static final class Builder {
        private int count;
        private long[] timestamps;
        private long[] ingestions;
        private long[] batches;
        private int[] indexes;
        private long[] streams;
        private int[] starts;
        private int[] lengths;
        private byte[] text;
        private int textLength;

        Builder(int events, int textBytes) {
            timestamps = new long[events];
            ingestions = new long[events];
            batches = new long[events];
            indexes = new int[events];
            streams = new long[events];
            starts = new int[events];
            lengths = new int[events];
            text = new byte[textBytes];
        }

        /// Copies the message.
        void add(EventKey key, byte[] from, int start, int length) {
            if (text.length - textLength < length) {
                text = Arrays.copyOf(text, Math.max(textLength + length, text.length * 2));
            }
            if (count == timestamps.length) {
                grow(Math.max(16, count * 2));
            }
            System.arraycopy(from, start, text, textLength, length);
            timestamps[count] = key.timestampMs();
            ingestions[count] = key.ingestionMs();
            batches[count] = key.batch();
            indexes[count] = key.index();
            streams[count] = key.streamId();
            starts[count] = textLength;
            lengths[count] = length;
            textLength += length;
            count++;
        }

        /// Another table's event.
        void add(EventTable from, int event) {
            add(from.key(event), from.text(), from.starts[event], from.lengths[event]);
        }

        private void grow(int events) {
            timestamps = Arrays.copyOf(timestamps, events);
            ingestions = Arrays.copyOf(ingestions, events);
            batches = Arrays.copyOf(batches, events);
            indexes = Arrays.copyOf(indexes, events);
            streams = Arrays.copyOf(streams, events);
            starts = Arrays.copyOf(starts, events);
            lengths = Arrays.copyOf(lengths, events);
        }

        EventTable build() {
            return new EventTable(this);
        }
    }

    /// What names an event and its stream.
    record EventKey(long timestampMs, long ingestionMs, long batch, int index, long streamId) {}
}
