package io.pharos.metrics.point;

import static io.pharos.metrics.point.ChunkForm.ANY;
import static io.pharos.metrics.point.ChunkForm.CORRECTED;
import static io.pharos.metrics.point.ChunkForm.DECIMAL;
import static io.pharos.metrics.point.ChunkForm.DISTRIBUTED;
import static io.pharos.metrics.point.ChunkForm.EXPONENT_SHIFT;
import static io.pharos.metrics.point.ChunkForm.FORM_SHIFT;
import static io.pharos.metrics.point.ChunkForm.MIXED;
import static io.pharos.metrics.point.ChunkForm.ONE_VALUE;
import static io.pharos.metrics.point.ChunkForm.REGULAR;
import static io.pharos.metrics.point.ChunkForm.SINGLE_SAMPLE;
import static io.pharos.metrics.point.ChunkForm.UNDISTRIBUTED;
import static io.pharos.metrics.point.ChunkForm.WHOLE;

/// Writes chunks as [ChunkForm] tells. Holds buffers: for one thread.
final class ChunkWriter {
    private static final int MAX_EXPONENT = 7;
    // Count × (minimum + maximum) stays a long.
    private static final long MAX_WHOLE = 1L << 42;
    private static final double MAX_COUNT = 1 << 18;
    private static final double MAX_SUM = 1L << 46;
    private static final long MAX_CORRECTION = 1L << 30;

    private byte[] forms = new byte[16];
    private double[] column = new double[16];
    private double[] sums = new double[16];
    private long[] minima = new long[16];
    private long[] ranges = new long[16];
    private long[] whole = new long[16];
    private long[] corrections = new long[16];

    private void room(int size) {
        if (forms.length < size) {
            var capacity = Math.max(size, forms.length * 2);
            forms = new byte[capacity];
            column = new double[capacity];
            sums = new double[capacity];
            minima = new long[capacity];
            ranges = new long[capacity];
            whole = new long[capacity];
            corrections = new long[capacity];
        }
    }

    private int flags;
    private int step;

    /// Of the chunk written last, and so below.
    int flags() {
        return flags;
    }

    /// 0 where a chunk has none.
    int step() {
        return step;
    }

    /// One point of one sample.
    void write(BlockWriter out, double value) {
        var exponent = decimals(value, 0);
        flags = REGULAR | SINGLE_SAMPLE << FORM_SHIFT;
        step = 0;
        if (exponent < 0) {
            column[0] = value;
            out.putDoubles(column, 1);
        } else {
            flags |= DECIMAL | exponent << EXPONENT_SHIFT;
            out.putSigned((long) Math.rint(value * ChunkForm.power(exponent)));
        }
    }

    /// @param points at least one
    void write(BlockWriter out, PointColumns points) {
        var size = points.size();
        room(size);
        var mixed = false;
        for (var i = 0; i < size; i++) {
            forms[i] = form(points, i);
            mixed |= forms[i] != forms[0];
        }
        step = size < 2 ? 0 : points.period(1) - points.period(0);
        var regular = true;
        for (var i = 2; i < size; i++) {
            regular &= points.period(i) - points.period(i - 1) == step;
        }
        var exponent = exponent(points);
        flags = regular ? REGULAR : 0;
        flags |= mixed ? MIXED : forms[0] << FORM_SHIFT;
        flags |= exponent < 0 ? 0 : DECIMAL | exponent << EXPONENT_SHIFT;
        if (!regular) {
            step = 0;
            writePeriods(out, points);
        }
        if (mixed) {
            out.put(forms, size);
        }
        writeCounts(out, points);
        if (exponent < 0) {
            writeDoubles(out, points);
        } else {
            writeDecimals(out, points, ChunkForm.power(exponent));
        }
        for (var i = 0; i < size; i++) {
            if (forms[i] == DISTRIBUTED) {
                Histograms.write(out, points, i);
            }
        }
    }

    private static byte form(PointColumns points, int i) {
        var minimum = points.minimum(i);
        var count = points.sampleCount(i);
        if (!points.isDistributed(i)) {
            // One sample below zero: its sign says that there is no distribution.
            return count == 1
                            && minimum < 0
                            && minimum == points.maximum(i)
                            && points.sum(i) == minimum
                    ? SINGLE_SAMPLE
                    : UNDISTRIBUTED;
        }
        if (points.keptHistogram(i) != null || points.sum(i) != minimum * count) {
            return DISTRIBUTED;
        }
        return count == 1 ? SINGLE_SAMPLE : ONE_VALUE;
    }

    /// How many decimal places the bounds have; -1 when they, or what is made of them, can not be kept
    /// as whole numbers.
    private int exponent(PointColumns points) {
        var exponent = 0;
        for (var i = 0; i < points.size() && exponent >= 0; i++) {
            exponent = decimals(points.minimum(i), exponent);
            if (exponent >= 0 && forms[i] > ONE_VALUE) {
                var count = points.sampleCount(i);
                exponent =
                        count == Math.rint(count) && count <= MAX_COUNT
                                ? decimals(points.maximum(i), exponent)
                                : -1;
            }
        }
        if (exponent < 0) {
            return -1;
        }
        var power = ChunkForm.power(exponent);
        for (var i = 0; i < points.size(); i++) {
            if (Math.abs(points.minimum(i) * power) >= MAX_WHOLE) {
                return -1;
            }
            if (forms[i] > ONE_VALUE) {
                var scaled = Math.rint(points.sum(i) * power);
                if (Math.abs(points.maximum(i) * power) >= MAX_WHOLE
                        || !(Math.abs(scaled) < MAX_SUM)
                        || Math.abs(correction(points.sum(i), (long) scaled, power))
                                > MAX_CORRECTION) {
                    return -1;
                }
            }
        }
        return exponent;
    }

    /// The least exponent, from the one given on, at which a number is whole and comes back; -1 when
    /// there is none.
    private static int decimals(double value, int from) {
        for (var exponent = from; exponent <= MAX_EXPONENT; exponent++) {
            var power = ChunkForm.power(exponent);
            var scaled = (long) Math.rint(value * power);
            if (Math.abs(scaled) >= MAX_WHOLE) {
                return -1;
            }
            if (correction(value, scaled, power) == 0) {
                return exponent;
            }
        }
        return -1;
    }

    private static long correction(double value, long scaled, double power) {
        return Double.doubleToRawLongBits(value) - Double.doubleToRawLongBits(scaled / power);
    }

    private static void writePeriods(BlockWriter out, PointColumns points) {
        for (var i = 1; i < points.size(); i++) {
            out.putVarint(points.period(i) - points.period(i - 1));
        }
    }

    private void writeCounts(BlockWriter out, PointColumns points) {
        var size = 0;
        var areWhole = true;
        for (var i = 0; i < points.size(); i++) {
            if (forms[i] != SINGLE_SAMPLE) {
                var count = points.sampleCount(i);
                areWhole &= count == Math.rint(count) && count < WholeNumbers.LIMIT;
                column[size] = count;
                whole[size++] = (long) count;
            }
        }
        if (size == 0) {
            return;
        }
        out.put(areWhole ? WHOLE : ANY);
        if (areWhole) {
            WholeNumbers.write(out, whole, size);
        } else {
            out.putDoubles(column, size);
        }
    }

    private void writeDoubles(BlockWriter out, PointColumns points) {
        for (var i = 0; i < points.size(); i++) {
            column[i] = points.minimum(i);
        }
        out.putDoubles(column, points.size());
        var size = 0;
        for (var i = 0; i < points.size(); i++) {
            if (forms[i] > ONE_VALUE) {
                sums[size] = points.sum(i);
                column[size++] = points.maximum(i);
            }
        }
        out.putDoubles(column, size);
        out.putDoubles(sums, size);
    }

    private void writeDecimals(BlockWriter out, PointColumns points, double power) {
        for (var i = 0; i < points.size(); i++) {
            minima[i] = (long) Math.rint(points.minimum(i) * power);
        }
        WholeNumbers.write(out, minima, points.size());
        var size = 0;
        var flags = WHOLE;
        for (var i = 0; i < points.size(); i++) {
            if (forms[i] > ONE_VALUE) {
                var minimum = minima[i];
                var maximum = (long) Math.rint(points.maximum(i) * power);
                var scaled = (long) Math.rint(points.sum(i) * power);
                ranges[size] = maximum - minimum;
                whole[size] = 2 * scaled - (long) points.sampleCount(i) * (minimum + maximum);
                corrections[size] = correction(points.sum(i), scaled, power);
                flags |= Math.abs(whole[size]) < WholeNumbers.LIMIT ? 0 : ANY;
                flags |= corrections[size] == 0 ? 0 : CORRECTED;
                size++;
            }
        }
        if (size == 0) {
            return;
        }
        WholeNumbers.write(out, ranges, size);
        out.put(flags);
        if ((flags & ANY) == 0) {
            WholeNumbers.write(out, whole, size);
        } else {
            out.putSigned(whole, size);
        }
        if ((flags & CORRECTED) != 0) {
            out.putSigned(corrections, size);
        }
    }
}
