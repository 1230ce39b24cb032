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
        var i = from;
        // The first and the last byte at once: few places have both.
        for (; i + 7 <= last; i += 8) {
            var one = (long) LONG.get(text, i) ^ firsts;
            var other = (long) LONG.get(text, i + length - 1) ^ tails;
            var both = one | other;
            var zeros = (both - ONES) & ~both & HIGHS;
            while (zeros != 0) {
                var at = i + (Long.numberOfTrailingZeros(zeros) >>> 3);
                if (matches(text, at, part)) {
                    return at;
                }
                zeros &= zeros - 1;
            }
        }
        for (; i <= last; i++) {
            if (text[i] == part[0] && matches(text, i, part)) {
                return i;
            }
        }
        return -1;
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
