package io.pharos.metrics.point;

import java.util.Arrays;

/// Reads what a [BlockWriter] wrote.
final class BlockReader {
    private final byte[] bytes;
    private int at;

    BlockReader(byte[] bytes) {
        this.bytes = bytes;
    }

    long varint() {
        var value = 0L;
        for (var shift = 0; shift < 64; shift += 7) {
            var b = next();
            value |= (b & 0x7FL) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw new IllegalStateException("number too long");
    }

    long signed() {
        var value = varint();
        return (value >>> 1) ^ -(value & 1);
    }

    /// A number of things, each of which takes a byte or more.
    int count(int most) {
        var count = varint();
        if (count < 0 || count > most || count > bytes.length) {
            throw new IllegalStateException("broken block: count=" + count);
        }
        return (int) count;
    }

    double weight() {
        var value = varint();
        if (value != 1) {
            return value >>> 1;
        }
        var bits = 0L;
        for (var i = 0; i < 8; i++) {
            bits |= (next() & 0xFFL) << (8 * i);
        }
        return Double.longBitsToDouble(bits);
    }

    byte[] bytes(int count) {
        need(count);
        at += count;
        return Arrays.copyOfRange(bytes, at - count, at);
    }

    double[] doubles(int count) {
        need(count * 8);
        var values = new double[count];
        var before = 0L;
        for (var i = 0; i < count; i++) {
            var changed = 0L;
            for (var plane = 0; plane < 8; plane++) {
                changed |= (bytes[at + plane * count + i] & 0xFFL) << (8 * plane);
            }
            before ^= changed;
            values[i] = Double.longBitsToDouble(before);
        }
        at += count * 8;
        return values;
    }

    private byte next() {
        need(1);
        return bytes[at++];
    }

    private void need(int more) {
        if (more > bytes.length - at) {
            throw new IllegalStateException("block ends early");
        }
    }
}
