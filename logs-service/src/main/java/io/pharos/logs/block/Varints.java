package io.pharos.logs.block;

import java.nio.charset.StandardCharsets;
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

    /// To read from a place on.
    Varints(byte[] bytes, int position) {
        this.bytes = bytes;
        this.position = position;
    }

    private void room(int wanted) {
        if (bytes.length - position < wanted) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, position + wanted));
        }
    }

    void put(byte[] from, int start, int length) {
        room(length);
        System.arraycopy(from, start, bytes, position, length);
        position += length;
    }

    /// The lowest eight bits.
    void putByte(int value) {
        room(1);
        bytes[position++] = (byte) value;
    }

    void put(long value) {
        room(10);
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

    /// A length and so many bytes of UTF-8.
    String text() {
        var length = (int) Math.clamp(get(), 0, bytes.length - position);
        position += length;
        return new String(bytes, position - length, length, StandardCharsets.UTF_8);
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
