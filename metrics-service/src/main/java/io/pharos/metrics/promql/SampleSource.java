package io.pharos.metrics.promql;

import java.util.List;

/// Where samples come from: what is stored, or a list in a test.
public interface SampleSource {
    /// How the values of one period become one.
    ///
    /// @param counter the caller computes increases, so the highest counts
    /// @param part what of the series is wanted
    record Purpose(boolean counter, Expr.Part part) {}

    /// One series in ascending order of time, each time once.
    ///
    /// @param resolutionMs the longest period that a sample stands for
    /// @param deltas whether each sample is of its own time alone, and not of everything before it as well
    record Samples(
            LabelSet labels, long[] timesMs, double[] values, long resolutionMs, boolean deltas) {
        public Samples(LabelSet labels, long[] timesMs, double[] values, long resolutionMs) {
            this(labels, timesMs, values, resolutionMs, false);
        }
    }

    /// The series that meet all conditions, and what they did in (fromMs, toMs], or a little more.
    /// Labels are unique.
    ///
    /// @throws PromqlException when that is too much
    List<Samples> select(
            List<Matcher> matchers, long fromMs, long toMs, Purpose purpose, Budget budget);
}
