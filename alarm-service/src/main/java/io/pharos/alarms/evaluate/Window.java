package io.pharos.alarms.evaluate;

import io.pharos.alarms.alarm.AlarmRule;

import org.jspecify.annotations.Nullable;

/// The periods an evaluation looks at, newest first: index 0 is the period that ends at `endS`. A
/// period without a datapoint has the value NaN.
///
/// @param endS seconds since the epoch
/// @param values the alarm's statistic or expression
/// @param sampleCounts how many samples are behind each value; null when nobody knows
/// @param band what values are held against; null when that is a threshold
public record Window(
        long endS,
        int periodS,
        double[] values,
        double @Nullable [] sampleCounts,
        @Nullable Band band) {

    /// The expected range in each period.
    public record Band(double[] lower, double[] upper) {}

    public Window {
        if (sampleCounts != null && values.length != sampleCounts.length) {
            throw new IllegalArgumentException("a sample count for every value");
        }
        if (band != null
                && (band.lower.length != values.length || band.upper.length != values.length)) {
            throw new IllegalArgumentException("a band for every value");
        }
    }

    public Window(long endS, int periodS, double[] values, double[] sampleCounts) {
        this(endS, periodS, values, sampleCounts, null);
    }

    /// Of an expression: nobody knows how many samples are behind a value.
    public static Window ofExpression(
            long endS, int periodS, double[] values, @Nullable Band band) {
        return new Window(endS, periodS, values, null, band);
    }

    public int size() {
        return values.length;
    }

    /// AWS: while there is no band, datapoints count as missing.
    public boolean isMissing(int index) {
        return Double.isNaN(values[index])
                || (band != null
                        && (Double.isNaN(band.lower[index]) || Double.isNaN(band.upper[index])));
    }

    boolean breaches(AlarmRule rule, int index) {
        return band == null
                ? rule.comparison().breaches(values[index], rule.threshold())
                : rule.comparison().breaches(values[index], band.lower[index], band.upper[index]);
    }

    /// Start of a period, seconds since the epoch.
    public long startS(int index) {
        return endS - (index + 1L) * periodS;
    }
}
