package io.pharos.metrics.ingest;

import java.util.Arrays;

/// Stable order of indexes by keys: as many passes as the keys differ in bytes, none when they are all
/// the same.
final class RadixOrder {
    private static final int DIGIT_BITS = 11;
    private static final int DIGITS = 1 << DIGIT_BITS;

    private RadixOrder() {}

    /// @param order indexes of `keys`; not kept as it is
    /// @param keys not negative
    /// @return the same indexes, ascending by key; equal keys as they were
    static int[] sort(int[] order, long[] keys) {
        var least = Long.MAX_VALUE;
        var most = Long.MIN_VALUE;
        for (var index : order) {
            least = Math.min(least, keys[index]);
            most = Math.max(most, keys[index]);
        }
        var from = order;
        var to = new int[order.length];
        var counts = new int[DIGITS];
        for (var shift = 0; shift < Long.SIZE && (most - least) >>> shift != 0; ) {
            Arrays.fill(counts, 0);
            for (var index : from) {
                counts[digit(keys[index] - least, shift)]++;
            }
            var before = 0;
            for (var digit = 0; digit < DIGITS; digit++) {
                var count = counts[digit];
                counts[digit] = before;
                before += count;
            }
            for (var index : from) {
                to[counts[digit(keys[index] - least, shift)]++] = index;
            }
            var swapped = from;
            from = to;
            to = swapped;
            shift += DIGIT_BITS;
        }
        return from;
    }

    private static int digit(long key, int shift) {
        return (int) (key >>> shift) & DIGITS - 1;
    }
}
