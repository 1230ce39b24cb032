package io.pharos.alarms.evaluate;

/// The periods an evaluation looks at, newest first: index 0 is the period that ends at `endS`. A
/// period without a datapoint has the value NaN.
///
/// @param endS seconds since the epoch
/// @param values the alarm's statistic
/// @param sampleCounts how many samples are behind each value
public record Window(long endS, int periodS, double[] values, double[] sampleCounts) {
    public Window {
        if (values.length != sampleCounts.length) {
            throw new IllegalArgumentException("a sample count for every value");
        }
    }

    public int size() {
        return values.length;
    }

    public boolean isMissing(int index) {
        return Double.isNaN(values[index]);
    }

    /// Start of a period, seconds since the epoch.
    public long startS(int index) {
        return endS - (index + 1L) * periodS;
    }
}
