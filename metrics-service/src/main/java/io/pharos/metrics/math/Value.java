package io.pharos.metrics.math;

import java.util.List;

/// What an expression comes to.
public sealed interface Value {
    /// A number; NaN when there is none, as the maximum of nothing.
    record Scalar(double number) implements Value {}

    /// One time series.
    record Single(TimeSeries series) implements Value {}

    /// Several time series, in order.
    record Several(List<TimeSeries> series) implements Value {}

    /// A string.
    record Text(String text) implements Value {}

    /// Several strings.
    record Texts(List<String> texts) implements Value {}

    /// As messages call it.
    default String kind() {
        return switch (this) {
            case Scalar _ -> "scalar";
            case Single _ -> "time series";
            case Several _ -> "array of time series";
            case Text _ -> "string";
            case Texts _ -> "array of strings";
        };
    }
}
