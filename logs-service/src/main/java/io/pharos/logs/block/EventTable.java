package io.pharos.logs.block;

import io.pharos.logs.event.EventId;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/// Events of one group in memory, column by column, their messages in one array of UTF-8 bytes.
public final class EventTable {
    private final int count;
    private final long[] timestamps;
    private final long[] ingestions;
    private final long[] batches;
    private final int[] indexes;
    private final long[] streams;
    private final int[] starts;
    private final int[] lengths;
    private final byte[] text;

    private EventTable(Builder from) {
        count = from.count;
        timestamps = from.timestamps;
        ingestions = from.ingestions;
        batches = from.batches;
        indexes = from.indexes;
        streams = from.streams;
        starts = from.starts;
        lengths = from.lengths;
        text = from.text;
    }

    public int count() {
        return count;
    }

    public EventId id(int event) {
        Objects.checkIndex(event, count);
        return new EventId(timestamps[event], ingestions[event], batches[event], indexes[event]);
    }

    public long timestampMs(int event) {
        return timestamps[Objects.checkIndex(event, count)];
    }

    public long ingestionMs(int event) {
        return ingestions[Objects.checkIndex(event, count)];
    }

    long batch(int event) {
        return batches[Objects.checkIndex(event, count)];
    }

    int index(int event) {
        return indexes[Objects.checkIndex(event, count)];
    }

    public long streamId(int event) {
        return streams[Objects.checkIndex(event, count)];
    }

    public int messageStart(int event) {
        return starts[Objects.checkIndex(event, count)];
    }

    /// In UTF-8 bytes.
    public int messageLength(int event) {
        return lengths[Objects.checkIndex(event, count)];
    }

    public String message(int event) {
        return new String(text, messageStart(event), messageLength(event), StandardCharsets.UTF_8);
    }

    /// What holds the messages; not to be changed, and possibly longer than they need.
    public byte[] text() {
        return text;
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

        /// For events whose messages stand in `text` already.
        Builder(int events, byte[] text) {
            this(events, 0);
            this.text = text;
            this.textLength = text.length;
        }

        /// Copies the message.
        void add(EventKey key, byte[] from, int start, int length) {
            if (text.length - textLength < length) {
                text = Arrays.copyOf(text, Math.max(textLength + length, text.length * 2));
            }
            System.arraycopy(from, start, text, textLength, length);
            addInPlace(key, textLength, length);
            textLength += length;
        }

        /// The message stands at `start` of the text given at the beginning.
        void addInPlace(EventKey key, int start, int length) {
            if (count == timestamps.length) {
                grow(Math.max(16, count * 2));
            }
            timestamps[count] = key.timestampMs();
            ingestions[count] = key.ingestionMs();
            batches[count] = key.batch();
            indexes[count] = key.index();
            streams[count] = key.streamId();
            starts[count] = start;
            lengths[count] = length;
            count++;
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

        int count() {
            return count;
        }

        EventTable build() {
            return new EventTable(this);
        }
    }

    /// What names an event and its stream.
    record EventKey(long timestampMs, long ingestionMs, long batch, int index, long streamId) {}
}
