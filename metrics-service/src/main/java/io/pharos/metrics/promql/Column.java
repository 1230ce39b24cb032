package io.pharos.metrics.promql;

import java.util.Arrays;

/// One series over the steps of a query. Where it has no value stands [#ABSENT].
///
/// @param values not to be changed
public record Column(LabelSet labels, double[] values) {
    private static final long ABSENT_BITS = 0x7ff8_0000_0000_0f0fL;

    /// A NaN of its own: NaN itself is a value.
    static final double ABSENT = Double.longBitsToDouble(ABSENT_BITS);

    static boolean isAbsent(double value) {
        return Double.isNaN(value) && Double.doubleToRawLongBits(value) == ABSENT_BITS;
    }

    static double[] empty(int count) {
        var values = new double[count];
        Arrays.fill(values, ABSENT);
        return values;
    }

    /// Whether there is a value at a step.
    public boolean has(int step) {
        return !isAbsent(values[step]);
    }

    public boolean isEmpty() {
        for (var value : values) {
            if (!isAbsent(value)) {
                return false;
            }
        }
        return true;
    }
}
