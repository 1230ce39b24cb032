package io.pharos.metrics.point;

import static io.pharos.metrics.point.ChunkForm.ANY;
import static io.pharos.metrics.point.ChunkForm.CORRECTED;
import static io.pharos.metrics.point.ChunkForm.DECIMAL;
import static io.pharos.metrics.point.ChunkForm.DISTRIBUTED;
import static io.pharos.metrics.point.ChunkForm.EXPONENT_SHIFT;
import static io.pharos.metrics.point.ChunkForm.FORM_MASK;
import static io.pharos.metrics.point.ChunkForm.FORM_SHIFT;
import static io.pharos.metrics.point.ChunkForm.MIXED;
import static io.pharos.metrics.point.ChunkForm.ONE_VALUE;
import static io.pharos.metrics.point.ChunkForm.REGULAR;
import static io.pharos.metrics.point.ChunkForm.SINGLE_SAMPLE;
import static io.pharos.metrics.point.ChunkForm.UNDISTRIBUTED;

import java.util.Arrays;

/// Reads chunks as [ChunkForm] tells. Holds buffers: for one thread.
final class ChunkReader {
    private byte[] forms = new byte[16];
    private int[] periods = new int[16];
    private double[] minima = new double[16];
    private double[] maxima = new double[16];
    private double[] sums = new double[16];
    private double[] counts = new double[16];
    private long[] wholeMinima = new long[16];
    private long[] whole = new long[16];

    private void room(int size) {
        if (forms.length < size) {
            var capacity = Math.max(size, forms.length * 2);
            forms = new byte[capacity];
            periods = new int[capacity];
            minima = new double[capacity];
            maxima = new double[capacity];
            sums = new double[capacity];
            counts = new double[capacity];
            wholeMinima = new long[capacity];
            whole = new long[capacity];
        }
    }

    /// Of one point of one sample.
    static double readValue(BlockReader in, int flags) {
        return (flags & DECIMAL) != 0 ? in.signed() / power(flags) : in.oneDouble();
    }

    static boolean isOneSample(int size, int flags) {
        return size == 1
                && (flags & (MIXED | FORM_MASK << FORM_SHIFT)) == SINGLE_SAMPLE << FORM_SHIFT;
    }

    private static double power(int flags) {
        return ChunkForm.power((flags & 0xFF) >>> EXPONENT_SHIFT);
    }

    /// @param first period
    /// @param step between even periods
    /// @param withDistributions false: all points are given without, which is faster
    /// @throws IllegalStateException when the bytes are no chunk
    void read(
            BlockReader in,
            int size,
            int flags,
            int first,
            int step,
            boolean withDistributions,
            BlockDecoder.Sink sink) {
        room(size);
        periods[0] = first;
        var regular = (flags & REGULAR) != 0;
        for (var i = 1; i < size; i++) {
            periods[i] = periods[i - 1] + (regular ? step : (int) in.varint());
        }
        if ((flags & MIXED) != 0) {
            in.bytes(forms, size);
        } else {
            Arrays.fill(forms, 0, size, (byte) (flags >>> FORM_SHIFT & FORM_MASK));
        }
        var several = 0; // that have more than one value
        for (var i = 0; i < size; i++) {
            several += forms[i] > ONE_VALUE ? 1 : 0;
        }
        readCounts(in, size);
        if ((flags & DECIMAL) != 0) {
            readDecimals(in, size, several, power(flags));
        } else {
            in.doubles(minima, size);
            in.doubles(maxima, several);
            in.doubles(sums, several);
        }
        var next = 0;
        for (var i = 0; i < size; i++) {
            var count = counts[i];
            var minimum = minima[i];
            if (forms[i] <= ONE_VALUE) {
                var distributed = withDistributions && minimum >= 0;
                sink.point(periods[i], count, minimum * count, minimum, minimum, distributed, null);
                continue;
            }
            var maximum = maxima[next];
            var sum = sums[next++];
            if (forms[i] == UNDISTRIBUTED || !withDistributions) {
                sink.point(periods[i], count, sum, minimum, maximum, false, null);
            } else if (forms[i] == DISTRIBUTED) {
                var histogram = Histograms.read(in, count, minimum, maximum);
                sink.point(periods[i], count, sum, minimum, maximum, true, histogram);
            } else {
                throw new IllegalStateException("broken block: point of no known form");
            }
        }
    }

    private void readCounts(BlockReader in, int size) {
        var others = 0;
        for (var i = 0; i < size; i++) {
            others += forms[i] == SINGLE_SAMPLE ? 0 : 1;
        }
        if (others == 0) {
            Arrays.fill(counts, 0, size, 1);
            return;
        }
        if (in.next() == ANY) {
            in.doubles(sums, others);
        } else {
            WholeNumbers.read(in, whole, others);
            for (var i = 0; i < others; i++) {
                sums[i] = whole[i];
            }
        }
        var next = 0;
        for (var i = 0; i < size; i++) {
            counts[i] = forms[i] == SINGLE_SAMPLE ? 1 : sums[next++];
        }
    }

    private void readDecimals(BlockReader in, int size, int several, double power) {
        WholeNumbers.read(in, wholeMinima, size);
        for (var i = 0; i < size; i++) {
            minima[i] = wholeMinima[i] / power;
        }
        if (several == 0) {
            return;
        }
        WholeNumbers.read(in, whole, several);
        var next = 0;
        for (var i = 0; i < size; i++) { // from here on, minima and maxima together in wholeMinima
            if (forms[i] > ONE_VALUE) {
                var maximum = wholeMinima[i] + whole[next];
                maxima[next] = maximum / power;
                whole[next] = (long) counts[i] * (wholeMinima[i] + maximum);
                wholeMinima[next] = whole[next];
                next++;
            }
        }
        var flags = in.next();
        if ((flags & ANY) == 0) {
            WholeNumbers.read(in, whole, several);
        } else {
            in.signed(whole, several);
        }
        for (var i = 0; i < several; i++) {
            sums[i] = (whole[i] + wholeMinima[i]) / 2 / power;
        }
        for (var i = 0; (flags & CORRECTED) != 0 && i < several; i++) {
            sums[i] = Double.longBitsToDouble(Double.doubleToRawLongBits(sums[i]) + in.signed());
        }
    }
}
