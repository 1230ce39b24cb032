package io.pharos.logs.insights.eval;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Finds bytes in bytes, eight at a time.
public final class ByteSearch {
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;

    private ByteSearch() {}

    /// Where `part` starts between `from` and `end`; -1 when nowhere.
    public static int find(byte[] text, int from, int end, byte[] part) {
        var length = part.length;
        if (length == 0) {
            return from;
        }
        var last = end - length; // the last place it can start
        var first = part[0] * 1L & 0xFF;
        var tail = part[length - 1] * 1L & 0xFF;
        var firsts = first * ONES;
        var tails = tail * ONES;
        var stop = last - 6; // from here on not all of a word's places are possible
        var i = candidates(text, from, stop, length - 1, firsts, tails);
        while (i < stop) {
            var zeros = zeros(text, i, length - 1, firsts, tails);
            while (zeros != 0) {
                var at = i + (Long.numberOfTrailingZeros(zeros) >>> 3);
                if (matches(text, at, part)) {
                    return at;
                }
                zeros &= zeros - 1;
            }
            i = candidates(text, i + 8, stop, length - 1, firsts, tails);
        }
        for (; i <= last; i++) {
            if (text[i] == part[0] && matches(text, i, part)) {
                return i;
            }
        }
        return -1;
    }

    /// The next word with a place that has both the first and the last byte: few have. Nothing else is in
    /// this loop, so that it is compiled to a few instructions a word.
    private static int candidates(
            byte[] text, int from, int stop, int distance, long firsts, long tails) {
        var i = from;
        while (i < stop && zeros(text, i, distance, firsts, tails) == 0) {
            i += 8;
        }
        return i;
    }

    private static long zeros(byte[] text, int at, int distance, long firsts, long tails) {
        var one = (long) LONG.get(text, at) ^ firsts;
        var other = (long) LONG.get(text, at + distance) ^ tails;
        var both = one | other;
        return (both - ONES) & ~both & HIGHS;
    }

    private static boolean matches(byte[] text, int at, byte[] part) {
        for (var i = 0; i < part.length; i++) {
            if (text[at + i] != part[i]) {
                return false;
            }
        }
        return true;
    }
}
