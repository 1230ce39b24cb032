package io.pharos.metrics.point;

/// Reads what a [BlockWriter] wrote, from a part of an array.
final class BlockReader {
    private final byte[] bytes;
    private int at;
    private int end;

    BlockReader(byte[] bytes) {
        this.bytes = bytes;
        this.end = bytes.length;
    }

    int position() {
        return at;
    }

    /// Reads from here to there next.
    void slice(int from, int to) {
        if (from < 0 || from > to || to > bytes.length) {
            throw new IllegalStateException("broken block: lengths");
        }
        at = from;
        end = to;
    }

    byte[] array() {
        return bytes;
    }

    long varint() {
        if (at < end && bytes[at] >= 0) {
            return bytes[at++];
        }
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

    void signed(long[] target, int count) {
        for (var i = 0; i < count; i++) {
            target[i] = signed();
        }
    }

    /// A number of things.
    int count(int most) {
        var count = varint();
        if (count < 0 || count > most) {
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

    void bytes(byte[] target, int count) {
        need(count);
        System.arraycopy(bytes, at, target, 0, count);
        at += count;
    }

    void doubles(double[] target, int count) {
        need(count * 8);
        var before = 0L;
        for (var i = 0; i < count; i++) {
            var changed = 0L;
            for (var plane = 0; plane < 8; plane++) {
                changed |= (bytes[at + plane * count + i] & 0xFFL) << (8 * plane);
            }
            before ^= changed;
            target[i] = Double.longBitsToDouble(before);
        }
        at += count * 8;
    }

    double oneDouble() {
        need(8);
        var bits = 0L;
        for (var i = 0; i < 8; i++) {
            bits |= (bytes[at + i] & 0xFFL) << (8 * i);
        }
        at += 8;
        return Double.longBitsToDouble(bits);
    }

    byte next() {
        need(1);
        return bytes[at++];
    }

    private void need(int more) {
        if (more > end - at) {
            throw new IllegalStateException("block ends early");
        }
    }
}
