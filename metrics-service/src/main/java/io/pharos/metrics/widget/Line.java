package io.pharos.metrics.widget;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// One series of a widget, or the band between two.
///
/// @param color `0xrrggbb`
/// @param points of a band its lower edge
/// @param upper the other edge of a band; null for a series
public record Line(
        String label, int color, boolean onRight, List<At> points, @Nullable List<At> upper) {
    /// A series.
    public Line(String label, int color, boolean onRight, List<At> points) {
        this(label, color, onRight, points, null);
    }

    /// One datapoint.
    public record At(long startS, double value) {}

    boolean isBand() {
        return upper != null;
    }

    /// The newest value, NaN without any.
    double latest() {
        return points.isEmpty() ? Double.NaN : points.getLast().value();
    }
}
