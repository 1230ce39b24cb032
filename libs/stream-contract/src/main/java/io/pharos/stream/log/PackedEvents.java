package io.pharos.stream.log;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/// Events laid out as the bytes of a `LogEvents` message, with an index over them: appended as a
/// request is decoded, compressed without another copy, read without making strings.
public final class PackedEvents {
    private static final int EVENT_TAG = 1 << 3 | 2;
    private static final int TIMESTAMP_TAG = 1 << 3;
    private static final int MESSAGE_TAG = 2 << 3 | 2;

    private final byte[] bytes;
    private final int count;
    private final long[] timestamps;
    // starts[i] .. starts[i + 1] are the bytes of event i, tag included.
    private final int[] starts;
    private final int[] messageStarts;
    private final int[] messageLengths;

    private PackedEvents(Builder from) {
        bytes = from.bytes;
        count = from.count;
        timestamps = from.timestamps;
        starts = from.starts;
        messageStarts = from.messageStarts;
        messageLengths = from.messageLengths;
    }

    /// Reads a `LogEvents` message; the bytes are kept, not copied.
    ///
    /// @throws IllegalArgumentException when they are not such a message
    public static PackedEvents parse(byte[] logEvents) {
        var events = new Builder(logEvents);
        var in = CodedInputStream.newInstance(logEvents);
        try {
            var start = 0;
            for (var tag = in.readTag(); tag != 0; tag = in.readTag()) {
                if (tag == EVENT_TAG) {
                    events.start(start);
                    readEvent(in, events);
                } else {
                    in.skipField(tag);
                }
                start = in.getTotalBytesRead();
            }
        } catch (IOException notProtobuf) {
            throw new IllegalArgumentException("not a LogEvents message", notProtobuf);
        }
        events.end(logEvents.length);
        return new PackedEvents(events);
    }

    private static void readEvent(CodedInputStream in, Builder events) throws IOException {
        var outer = in.pushLimit(in.readRawVarint32());
        var timestamp = 0L;
        var messageStart = in.getTotalBytesRead();
        var messageLength = 0;
        for (var tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (tag) {
                case TIMESTAMP_TAG -> timestamp = in.readInt64();
                case MESSAGE_TAG -> {
                    messageLength = in.readRawVarint32();
                    messageStart = in.getTotalBytesRead();
                    in.skipRawBytes(messageLength);
                }
                default -> in.skipField(tag);
            }
        }
        in.popLimit(outer);
        events.index(timestamp, messageStart, messageLength);
    }

    public int count() {
        return count;
    }

    public long timestampMs(int event) {
        return timestamps[checked(event)];
    }

    /// Length of the message in UTF-8 bytes.
    public int messageLength(int event) {
        return messageLengths[checked(event)];
    }

    /// Where the message starts in [#bytes()].
    public int messageStart(int event) {
        return messageStarts[checked(event)];
    }

    public String message(int event) {
        return new String(bytes, messageStart(event), messageLength(event), StandardCharsets.UTF_8);
    }

    /// What holds the messages; not to be changed, and possibly longer than they need.
    public byte[] bytes() {
        return bytes;
    }

    /// Where event `event` starts in [#bytes()]; that of `count()` is the end. The bytes between two
    /// starts are a `LogEvents` message of their own.
    int start(int event) {
        return starts[event];
    }

    private int checked(int event) {
        return Objects.checkIndex(event, count);
    }

    /// Collects events in the order they are added.
    public static final class Builder {
        private static final int MOST_OVERHEAD = 32;

        private byte[] bytes;
        private int size;
        private int count;
        private long[] timestamps = new long[16];
        private int[] starts = new int[17];
        private int[] messageStarts = new int[16];
        private int[] messageLengths = new int[16];

        public Builder() {
            this(1024);
        }

        /// @param room bytes that messages are expected to take, with about ten more each
        public Builder(int room) {
            bytes = new byte[Math.max(MOST_OVERHEAD, room)];
        }

        private Builder(byte[] complete) {
            bytes = complete;
        }

        public Builder add(long timestampMs, String message) {
            var utf8 = message.getBytes(StandardCharsets.UTF_8);
            return add(timestampMs, utf8, 0, utf8.length);
        }

        /// @param utf8 holds the message's bytes, which must be well-formed UTF-8; they are copied
        public Builder add(long timestampMs, byte[] utf8, int offset, int length) {
            reserve(length + MOST_OVERHEAD);
            var body =
                    2
                            + CodedOutputStream.computeInt64SizeNoTag(timestampMs)
                            + CodedOutputStream.computeUInt32SizeNoTag(length)
                            + length;
            start(size);
            bytes[size++] = EVENT_TAG;
            varint(body);
            bytes[size++] = TIMESTAMP_TAG;
            varint(timestampMs);
            bytes[size++] = MESSAGE_TAG;
            varint(length);
            System.arraycopy(utf8, offset, bytes, size, length);
            index(timestampMs, size, length);
            size += length;
            return this;
        }

        private void varint(long value) {
            var left = value;
            while ((left & ~0x7FL) != 0) {
                bytes[size++] = (byte) (left | 0x80);
                left >>>= 7;
            }
            bytes[size++] = (byte) left;
        }

        public int count() {
            return count;
        }

        public PackedEvents build() {
            end(size);
            return new PackedEvents(this);
        }

        private void reserve(int more) {
            if (bytes.length - size < more) {
                var wanted = Math.addExact(size, more);
                bytes = Arrays.copyOf(bytes, Math.max(wanted, bytes.length * 2));
            }
        }

        private void start(int at) {
            if (count == timestamps.length) {
                timestamps = Arrays.copyOf(timestamps, count * 2);
                starts = Arrays.copyOf(starts, count * 2 + 1);
                messageStarts = Arrays.copyOf(messageStarts, count * 2);
                messageLengths = Arrays.copyOf(messageLengths, count * 2);
            }
            starts[count] = at;
        }

        private void index(long timestampMs, int messageStart, int messageLength) {
            timestamps[count] = timestampMs;
            messageStarts[count] = messageStart;
            messageLengths[count] = messageLength;
            count++;
        }

        private void end(int at) {
            starts[count] = at;
        }
    }
}
