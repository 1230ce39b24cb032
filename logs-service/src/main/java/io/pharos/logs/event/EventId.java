package io.pharos.logs.event;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.regex.Pattern;

/// Names one log event for ever and orders events as AWS does: by timestamp, then ingestion time,
/// then batch, then place in the batch. A pure function of where the event stands in the stream, so a
/// replayed batch gets the ids it had. Its text is AWS's: 56 decimal digits of
/// `timestamp << 144 | ingestion << 80 | batch << 16 | index`, hence text order is event order.
///
/// @param timestampMs at most [#MAX_TIMESTAMP_MS]
/// @param batch 64 bits that name the batch: partition and offset of its record
/// @param index the event's place in its batch, below [#MAX_EVENTS]
public record EventId(long timestampMs, long ingestionMs, long batch, int index)
        implements Comparable<EventId> {
    /// The year 2111: the last timestamp whose ids have 56 digits.
    public static final long MAX_TIMESTAMP_MS = 4_480_000_000_000L;

    /// Events one batch can number.
    public static final int MAX_EVENTS = 65_535;

    /// Below the id of every event.
    public static final EventId FIRST = new EventId(0, 0, 0, 0);

    private static final int DIGITS = 56;
    private static final int BYTES = 26;
    private static final int OFFSET_BITS = 48;
    private static final Pattern TEXT = Pattern.compile("[0-9]{" + DIGITS + "}");
    private static final Comparator<EventId> ORDER =
            Comparator.comparingLong(EventId::timestampMs)
                    .thenComparing(EventId::ingestionMs, Long::compareUnsigned)
                    .thenComparing(EventId::batch, Long::compareUnsigned)
                    .thenComparingInt(EventId::index);

    public EventId {
        if (timestampMs < 0 || index < 0 || index > MAX_EVENTS) {
            throw new IllegalArgumentException(
                    "no event id: timestamp " + timestampMs + ", index " + index);
        }
    }

    /// The id of the `index`-th event of the log-events record at (partition, offset).
    public static EventId of(
            long timestampMs, long ingestionMs, int partition, long offset, int index) {
        if (timestampMs > MAX_TIMESTAMP_MS || index >= MAX_EVENTS) {
            throw new IllegalArgumentException(
                    "no event id: timestamp " + timestampMs + ", index " + index);
        }
        return new EventId(timestampMs, ingestionMs, batch(partition, offset), index);
    }

    /// The batch number of the record at (partition, offset).
    public static long batch(int partition, long offset) {
        if (partition < 0 || partition > 0xFFFF || offset < 0 || offset >>> OFFSET_BITS != 0) {
            throw new IllegalArgumentException("no batch: " + partition + "@" + offset);
        }
        return (long) partition << OFFSET_BITS | offset;
    }

    /// Below every event at or after this time, above every event before it.
    public static EventId atTime(long timestampMs) {
        return new EventId(timestampMs, 0, 0, 0);
    }

    /// Directly above this event: no event's id lies between.
    public EventId next() {
        return new EventId(timestampMs, ingestionMs, batch, index + 1);
    }

    /// @throws IllegalArgumentException when the text is not 56 digits of an id
    public static EventId parse(String text) {
        if (!TEXT.matcher(text).matches()) {
            throw new IllegalArgumentException("not an event id");
        }
        var number = new BigInteger(text);
        var index = number.intValue() & 0xFFFF;
        var batch = number.shiftRight(16).longValue();
        var ingestion = number.shiftRight(80).longValue();
        return new EventId(number.shiftRight(144).longValueExact(), ingestion, batch, index);
    }

    @Override
    public int compareTo(EventId other) {
        return ORDER.compare(this, other);
    }

    /// 56 digits, as clients see it.
    @Override
    public String toString() {
        var bytes =
                ByteBuffer.allocate(BYTES)
                        .putLong(timestampMs)
                        .putLong(ingestionMs)
                        .putLong(batch)
                        .putShort((short) index)
                        .array();
        var digits = new BigInteger(1, bytes).toString();
        return "0".repeat(DIGITS - digits.length()) + digits;
    }
}
