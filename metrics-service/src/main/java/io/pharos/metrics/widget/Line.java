package io.pharos.metrics.widget;

import java.util.List;

/// One series of a widget.
///
/// @param color `0xrrggbb`
public record Line(String label, int color, boolean onRight, List<At> points) {
    /// One datapoint.
    public record At(long startS, double value) {}

    /// The newest value, NaN without any.
    double latest() {
        return points.isEmpty() ? Double.NaN : points.getLast().value();
    }
}
