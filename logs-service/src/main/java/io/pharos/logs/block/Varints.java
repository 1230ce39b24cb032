package io.pharos.logs.block;

import java.util.Arrays;

/// Numbers of 1 to 10 bytes, small ones short.
final class Varints {
    private byte[] bytes;
    private int position;

    /// To write.
    Varints(int capacity) {
        bytes = new byte[Math.max(16, capacity)];
    }

    /// To read.
    Varints(byte[] bytes) {
        this.bytes = bytes;
    }

    void put(long value) {
        if (bytes.length - position < 10) {
            bytes = Arrays.copyOf(bytes, bytes.length * 2);
        }
        var rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[position++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[position++] = (byte) rest;
    }

    /// Small absolute values become small.
    void putSigned(long value) {
        put(value << 1 ^ value >> 63);
    }

    /// @throws IndexOutOfBoundsException at the end of the bytes
    long get() {
        var value = 0L;
        for (var shift = 0; shift < 64; shift += 7) {
            var next = bytes[position++];
            value |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new IllegalArgumentException("number of more than 10 bytes");
    }

    long getSigned() {
        var value = get();
        return value >>> 1 ^ -(value & 1);
    }

    int position() {
        return position;
    }

    int size() {
        return position;
    }

    byte[] bytes() {
        return bytes;
    }
}
