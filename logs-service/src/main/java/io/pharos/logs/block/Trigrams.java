package io.pharos.logs.block;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;

import io.pharos.stream.log.ZstdFrames;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Which three-byte sequences occur in the messages of a block, as a bitmap by hash: tells for sure
/// that a text occurs nowhere in it. AWS's terms match inside words, so words would not do.
public final class Trigrams {
    /// Bytes of a text of which it can tell that the text is nowhere.
    public static final int LENGTH = 3;

    private static final VarHandle INTS =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final int MIN_BYTES = 1 << 10;
    private static final int MAX_BYTES = 8 << 10;
    private static final int LEVEL = 1;

    private Trigrams() {}

    /// Of events `order[from]` to `order[to - 1]`.
    static byte[] of(EventTable events, int[] order, int from, int to, long rawBytes) {
        // A byte each first: written without being read, which halves the time.
        var seen = new byte[size(rawBytes) * Byte.SIZE];
        for (var i = from; i < to; i++) {
            var start = events.messageStart(order[i]);
            mark(seen, events.text(), start, start + events.messageLength(order[i]));
        }
        return packed(seen);
    }

    private static byte[] packed(byte[] seen) {
        var bitmap = new byte[seen.length / Byte.SIZE];
        for (var i = 0; i < seen.length; i++) {
            bitmap[i >>> 3] |= (byte) (seen[i] << (i & 7));
        }
        return bitmap;
    }

    /// A bitmap as it is kept: most have few bits set, and take two thirds of their size.
    static byte[] stored(byte[] bitmap) {
        var frame = Zstd.compress(bitmap, LEVEL);
        return frame.length < bitmap.length && Integer.bitCount(frame.length) > 1 ? frame : bitmap;
    }

    /// The bitmap of what is kept. Bitmaps that are kept as they are have a power of two for their length.
    ///
    /// @throws IllegalArgumentException when it is damaged
    public static byte[] opened(byte[] stored) {
        if (Integer.bitCount(stored.length) == 1) {
            return stored;
        }
        var size = Zstd.getFrameContentSize(stored);
        if (size < MIN_BYTES || size > MAX_BYTES || Long.bitCount(size) > 1) {
            throw new IllegalArgumentException("damaged trigrams: size " + size);
        }
        try {
            return ZstdFrames.open(stored, (int) size);
        } catch (ZstdException damaged) {
            throw new IllegalArgumentException("damaged trigrams", damaged);
        }
    }

    /// Dense text of logs repeats itself: a bit for every two bytes is plenty.
    private static int size(long rawBytes) {
        var wanted = Math.clamp(rawBytes / 16, MIN_BYTES, MAX_BYTES);
        return Integer.highestOneBit(wanted);
    }

    private static void mark(byte[] seen, byte[] text, int start, int end) {
        var mask = seen.length - 1;
        var last = end - 3;
        for (var i = start; i < last; i++) {
            seen[bit((int) INTS.get(text, i) >>> 8) & mask] = 1;
        }
        if (last >= start) {
            seen[bit(text[last], text[last + 1], text[last + 2]) & mask] = 1;
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
        return bit((first & 0xFF) << 16 | (second & 0xFF) << 8 | third & 0xFF);
    }

    private static int bit(int key) {
        // Fibonacci hashing; the upper bits are the mixed ones.
        return key * 0x9E3779B1 >>> 8;
    }
}
