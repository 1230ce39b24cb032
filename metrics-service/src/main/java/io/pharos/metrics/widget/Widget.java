package io.pharos.metrics.widget;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;

/// A metric widget as it is to be drawn.
///
/// @param rows what is drawn, and what only feeds expressions
/// @param region null for the caller's
/// @param alarm the ARN of the alarm whose metric is drawn; null when rows say what is
public record Widget(
        List<Row> rows,
        View view,
        boolean stacked,
        boolean dark,
        boolean liveData,
        boolean sparkline,
        boolean fullPrecision,
        Legend legend,
        String title,
        int width,
        int height,
        Instant start,
        Instant end,
        ZoneOffset timezone,
        @Nullable String region,
        Axis left,
        Axis right,
        List<Annotation> annotations,
        @Nullable String alarm) {

    /// How it is drawn.
    public enum View {
        TIME_SERIES,
        BAR,
        PIE,
        SINGLE_VALUE
    }

    /// Where the names are.
    public enum Legend {
        BOTTOM,
        RIGHT,
        HIDDEN
    }

    /// One metric or expression.
    ///
    /// @param cells namespace, name, dimension names and values; empty for an expression
    /// @param region null for the widget's
    /// @param unit null for every unit
    /// @param color as `0xrrggbb`; null for the next of the palette
    public record Row(
            String id,
            @Nullable String region,
            List<String> cells,
            @Nullable String expression,
            @Nullable String label,
            String stat,
            @Nullable String unit,
            int periodS,
            boolean visible,
            boolean onRight,
            @Nullable Integer color) {}

    /// @param min null to follow the values
    public record Axis(@Nullable Double min, @Nullable Double max, @Nullable String label) {}

    /// A line, or a band up to `to`; across (`horizontal`, by value) or along (by epoch
    /// milliseconds).
    public record Annotation(
            boolean horizontal,
            double from,
            @Nullable Double to,
            @Nullable String label,
            @Nullable Integer color,
            String fill,
            boolean onRight) {}
}
