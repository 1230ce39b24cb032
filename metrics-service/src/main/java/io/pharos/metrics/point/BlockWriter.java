package io.pharos.metrics.point;

import java.util.Arrays;

/// Bytes of a block as they grow.
final class BlockWriter {
    private byte[] bytes;
    private int size;

    BlockWriter(int capacity) {
        bytes = new byte[Math.max(16, capacity)];
    }

    byte[] array() {
        return bytes;
    }

    int size() {
        return size;
    }

    private void room(int more) {
        if (size + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
        }
    }

    void put(byte value) {
        room(1);
        bytes[size++] = value;
    }

    void put(BlockWriter other) {
        put(other.bytes, other.size);
    }

    void put(byte[] values, int count) {
        room(count);
        System.arraycopy(values, 0, bytes, size, count);
        size += count;
    }

    void put(byte[] values, int from, int to) {
        room(to - from);
        System.arraycopy(values, from, bytes, size, to - from);
        size += to - from;
    }

    void clear() {
        size = 0;
    }

    void putVarint(long value) {
        room(10);
        var rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
    }

    void putSigned(long value) {
        putVarint((value << 1) ^ (value >> 63));
    }

    void putSigned(long[] values, int count) {
        for (var i = 0; i < count; i++) {
            putSigned(values[i]);
        }
    }

    /// Whole numbers, which weights mostly are, shifted left; anything else 1 and the double's bits.
    void putWeight(double weight) {
        var whole = (long) weight;
        if (whole == weight && whole >= 0 && whole < 1L << 50) {
            putVarint(whole << 1);
            return;
        }
        putVarint(1);
        room(8);
        var bits = Double.doubleToRawLongBits(weight);
        for (var i = 0; i < 8; i++) {
            bytes[size++] = (byte) (bits >>> (8 * i));
        }
    }

    /// Each XOR the one before; all first bytes, then all second bytes …
    void putDoubles(double[] values, int count) {
        room(count * 8);
        var before = 0L;
        for (var i = 0; i < count; i++) {
            var bits = Double.doubleToRawLongBits(values[i]);
            var changed = bits ^ before;
            before = bits;
            for (var plane = 0; plane < 8; plane++) {
                bytes[size + plane * count + i] = (byte) (changed >>> (8 * plane));
            }
        }
        size += count * 8;
    }
}
