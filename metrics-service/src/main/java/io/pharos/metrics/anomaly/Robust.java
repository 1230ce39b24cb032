package io.pharos.metrics.anomaly;

import java.util.Arrays;

/// Statistics that a share of wild values does not move.
final class Robust {
    /// Makes the median absolute deviation of normal values their standard deviation.
    private static final double MAD_TO_DEVIATION = 1.4826;

    /// Standard normal quantile of 0.9.
    private static final double NORMAL_90 = 1.2816;

    private Robust() {}

    /// Sorts what it is given; NaN of nothing.
    static double median(double[] values, int count) {
        return quantile(values, count, 0.5);
    }

    /// Sorts what it is given, then interpolates between ranks; NaN of nothing.
    static double quantile(double[] values, int count, double share) {
        Arrays.sort(values, 0, count);
        return ofSorted(values, count, share);
    }

    static double ofSorted(double[] sorted, int count, double share) {
        if (count == 0) {
            return Double.NaN;
        }
        var rank = share * (count - 1);
        var below = (int) rank;
        var above = Math.min(below + 1, count - 1);
        return sorted[below] + (rank - below) * (sorted[above] - sorted[below]);
    }

    /// How far residuals spread above 0, and below. As wide as the median absolute deviation tells
    /// (Rousseeuw and Croux 1993), wider on a side where a tenth of the values lies further out than a
    /// normal distribution has it: what has two modes keeps both.
    ///
    /// @param spikes from which share of values on high ones are anomalies; 1 for none
    static double[] spread(double[] residuals, int count, double spikes) {
        var absolute = new double[count];
        for (var i = 0; i < count; i++) {
            absolute[i] = Math.abs(residuals[i]);
        }
        var deviation = MAD_TO_DEVIATION * median(absolute, count);
        Arrays.sort(residuals, 0, count);
        var up = Math.max(deviation, ofSorted(residuals, count, 0.9) / NORMAL_90);
        var down = Math.max(deviation, -ofSorted(residuals, count, 0.1) / NORMAL_90);
        if (spikes < 1) { // a band of two deviations reaches them
            up = Math.max(up, ofSorted(residuals, count, spikes) / 2);
        }
        return new double[] {down, up};
    }

    /// The mean distance from 0.
    static double meanSize(double[] values, int count) {
        var sum = 0.0;
        for (var i = 0; i < count; i++) {
            sum += Math.abs(values[i]);
        }
        return count == 0 ? 0 : sum / count;
    }
}
