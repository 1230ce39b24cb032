package io.pharos.logs.block;

/// Which three-byte sequences occur in the messages of a block, as a bitmap by hash: tells for sure
/// that a text occurs nowhere in it. AWS's terms match inside words, so words would not do.
public final class Trigrams {
    private static final int MIN_BYTES = 1 << 10;
    private static final int MAX_BYTES = 8 << 10;

    private Trigrams() {}

    /// Of events `order[from]` to `order[to - 1]`.
    static byte[] of(EventTable events, int[] order, int from, int to, long rawBytes) {
        var bitmap = new byte[size(rawBytes)];
        for (var i = from; i < to; i++) {
            var start = events.messageStart(order[i]);
            mark(bitmap, events.text(), start, start + events.messageLength(order[i]));
        }
        return bitmap;
    }

    /// Dense text of logs repeats itself: a bit for every two bytes is plenty.
    private static int size(long rawBytes) {
        var wanted = Math.clamp(rawBytes / 16, MIN_BYTES, MAX_BYTES);
        return Integer.highestOneBit(wanted);
    }

    private static void mark(byte[] bitmap, byte[] text, int start, int end) {
        var mask = bitmap.length * 8 - 1;
        for (var i = start; i + 2 < end; i++) {
            var bit = bit(text[i], text[i + 1], text[i + 2]) & mask;
            bitmap[bit >>> 3] |= (byte) (1 << (bit & 7));
        }
    }

    /// False: this text is in no message of the block.
    public static boolean mayContain(byte[] bitmap, byte[] text) {
        var mask = bitmap.length * 8 - 1;
        for (var i = 0; i + 2 < text.length; i++) {
            var bit = bit(text[i], text[i + 1], text[i + 2]) & mask;
            if ((bitmap[bit >>> 3] & 1 << (bit & 7)) == 0) {
                return false;
            }
        }
        return true;
    }

    private static int bit(byte first, byte second, byte third) {
        var key = (first & 0xFF) << 16 | (second & 0xFF) << 8 | third & 0xFF;
        // Fibonacci hashing; the upper bits are the mixed ones.
        return key * 0x9E3779B1 >>> 8;
    }
}
