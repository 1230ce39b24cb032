package io.pharos.metrics.point;

import java.util.Arrays;

/// A column of whole numbers as a block keeps it: what is left when the best of four simple
/// predictions is taken away, in as few bytes as that takes, for zstd to finish.
final class WholeNumbers {
    private static final byte CONSTANT = 0;

    /// Less the mean: noise around a level.
    private static final byte LEVEL = 1;

    /// Less the one before, and less the mean step: what changes slowly or counts.
    private static final byte STEP = 2;

    /// Less the straight line from the first to the last: a steady counter with noise.
    private static final byte LINE = 3;

    /// Below it no product or difference here leaves a long.
    static final long LIMIT = 1L << 46;

    private WholeNumbers() {}

    /// @param values each between -[#LIMIT] and [#LIMIT], at most [PointBlock#MAX_POINTS]
    static void write(BlockWriter out, long[] values, int size) {
        if (size == 0) {
            return;
        }
        var first = values[0];
        if (size == 1) {
            out.putSigned(first);
            return;
        }
        var last = values[size - 1];
        var isConstant = true;
        var total = 0L;
        for (var i = 0; i < size; i++) {
            isConstant &= values[i] == first;
            total += values[i] / size;
        }
        if (isConstant) {
            out.put(CONSTANT);
            out.putSigned(first);
            return;
        }
        var mean = total;
        var step = Math.round((double) (last - first) / (size - 1));
        var level = bits(first - mean);
        var steps = 0L;
        var line = 0L;
        for (var i = 1; i < size; i++) {
            level += bits(values[i] - mean);
            steps += bits(values[i] - values[i - 1] - step);
            line += bits(values[i] - onLine(first, last, i, size));
        }
        if (level <= steps && level <= line) {
            out.put(LEVEL);
            out.putSigned(mean);
            for (var i = 0; i < size; i++) {
                out.putSigned(values[i] - mean);
            }
        } else if (steps <= line) {
            out.put(STEP);
            out.putSigned(first);
            out.putSigned(step);
            for (var i = 1; i < size; i++) {
                out.putSigned(values[i] - values[i - 1] - step);
            }
        } else {
            out.put(LINE);
            out.putSigned(first);
            out.putSigned(last - first);
            for (var i = 1; i < size - 1; i++) {
                out.putSigned(values[i] - onLine(first, last, i, size));
            }
        }
    }

    private static long onLine(long first, long last, int i, int size) {
        return first + (last - first) * i / (size - 1);
    }

    private static int bits(long residual) {
        return 64 - Long.numberOfLeadingZeros((residual << 1) ^ (residual >> 63));
    }

    static void read(BlockReader in, long[] values, int size) {
        if (size == 0) {
            return;
        }
        if (size == 1) {
            values[0] = in.signed();
            return;
        }
        switch (in.next()) {
            case CONSTANT -> Arrays.fill(values, 0, size, in.signed());
            case LEVEL -> {
                var mean = in.signed();
                for (var i = 0; i < size; i++) {
                    values[i] = mean + in.signed();
                }
            }
            case STEP -> {
                values[0] = in.signed();
                var step = in.signed();
                for (var i = 1; i < size; i++) {
                    values[i] = values[i - 1] + step + in.signed();
                }
            }
            case LINE -> {
                var first = in.signed();
                var last = first + in.signed();
                values[0] = first;
                for (var i = 1; i < size - 1; i++) {
                    values[i] = onLine(first, last, i, size) + in.signed();
                }
                values[size - 1] = last;
            }
            default -> throw new IllegalStateException("broken block: column of no known kind");
        }
    }
}
