package io.pharos.metrics.point;

/// How the points of one series and kind, a chunk, lie in a block: columns of what is not implied.
///
/// * how far the periods are apart, unless evenly; the form of each point, unless all are alike;
/// * sample counts of those that are not single samples;
/// * minima of all, then of those that are not one value: maxima and sums. Decimal numbers, which most
///   are, become whole ones: a maximum less its minimum, twice a sum less count × (minimum + maximum),
///   and what floating point made of the sum, mostly nothing. Others are XORed with the one before;
/// * histograms, mostly implied by the bounds and the count.
final class ChunkForm {
    /// Flags: periods are evenly spaced; forms differ (else the form is in bits 2 and 3); numbers are
    /// decimal, with this many places (bits 5 to 7).
    static final int REGULAR = 0x01;

    static final int MIXED = 0x02;
    static final int FORM_SHIFT = 2;
    static final int FORM_MASK = 3;
    static final int DECIMAL = 0x10;
    static final int EXPONENT_SHIFT = 5;

    /// Forms.
    static final byte SINGLE_SAMPLE = 0;

    static final byte ONE_VALUE = 1;
    static final byte DISTRIBUTED = 2;
    static final byte UNDISTRIBUTED = 3;

    /// Flags of columns.
    static final byte WHOLE = 0;

    static final byte ANY = 1;
    static final byte CORRECTED = 2;

    private static final double[] POWERS = {1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7};

    static double power(int exponent) {
        return POWERS[exponent];
    }

    static boolean hasStep(int size, byte flags) {
        return size > 1 && (flags & REGULAR) != 0;
    }

    private ChunkForm() {}
}
