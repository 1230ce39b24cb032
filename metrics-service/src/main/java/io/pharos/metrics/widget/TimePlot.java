package io.pharos.metrics.widget;

import io.pharos.metrics.widget.Widget.Annotation;

import org.jfree.chart.axis.AxisLocation;
import org.jfree.chart.axis.DateAxis;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.ValueAxis;
import org.jfree.chart.plot.IntervalMarker;
import org.jfree.chart.plot.Marker;
import org.jfree.chart.plot.ValueMarker;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.StackedXYAreaRenderer2;
import org.jfree.chart.renderer.xy.XYDifferenceRenderer;
import org.jfree.chart.renderer.xy.XYItemRenderer;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.chart.ui.Layer;
import org.jfree.chart.ui.RectangleAnchor;
import org.jfree.chart.ui.RectangleInsets;
import org.jfree.chart.ui.TextAnchor;
import org.jfree.data.xy.DefaultTableXYDataset;
import org.jfree.data.xy.XYDataset;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Stroke;
import java.awt.geom.Ellipse2D;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.TimeZone;

/// Lines or stacked areas over time, on one or two axes, with annotations.
final class TimePlot {
    static final Stroke THIN = new BasicStroke(1f);
    private static final Stroke LINE =
            new BasicStroke(1.8f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);
    private static final Stroke DASHED =
            new BasicStroke(
                    1.4f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER, 10, new float[] {5, 3}, 0);
    private static final int FILL_ALPHA = 38;
    private static final int AREA_ALPHA = 178;
    private static final int BAND_ALPHA = 60;
    private static final int ANNOTATION_COLOR = 0xd13212;

    private final Widget widget;
    private final List<Line> lines;
    private final Palette palette;

    TimePlot(Widget widget, List<Line> lines, Palette palette) {
        this.widget = widget;
        this.lines = lines;
        this.palette = palette;
    }

    XYPlot plot() {
        var plot = new XYPlot();
        plot.setDomainAxis(times());
        plot.setDomainGridlinesVisible(false);
        plot.setRangeGridlinePaint(palette.grid());
        plot.setRangeGridlineStroke(THIN);
        plot.setAxisOffset(RectangleInsets.ZERO_INSETS);
        var right = lines.stream().filter(line -> line.onRight() && !line.isBand()).toList();
        var left = lines.stream().filter(line -> !line.onRight() && !line.isBand()).toList();
        bands(plot, !right.isEmpty());
        side(plot, 0, left, widget.left());
        if (!right.isEmpty()) {
            side(plot, 1, right, widget.right());
            plot.setRangeAxisLocation(1, AxisLocation.BOTTOM_OR_RIGHT);
        }
        for (var annotation : widget.annotations()) {
            annotate(plot, annotation, !right.isEmpty());
        }
        return plot;
    }

    private DateAxis times() {
        var zone = TimeZone.getTimeZone(widget.timezone());
        var axis = new DateAxis(null, zone, Locale.UK);
        axis.setRange(Date.from(widget.start()), Date.from(widget.end()));
        axis.setTickLabelFont(Palette.font(11));
        axis.setTickLabelPaint(palette.text());
        axis.setAxisLinePaint(palette.axis());
        axis.setTickMarkPaint(palette.axis());
        return axis;
    }

    private void side(XYPlot plot, int at, List<Line> some, Widget.Axis definition) {
        var axis = new NumberAxis(definition.label());
        style(axis, palette);
        plot.setRangeAxis(at, axis);
        plot.setDataset(at, widget.stacked() ? stack(some) : separate(some));
        plot.setRenderer(at, widget.stacked() ? areas(some) : strokes(some));
        plot.mapDatasetToRangeAxis(at, at);
        axis.setAutoRangeIncludesZero(widget.stacked());
        include(axis, at == 1);
        bound(axis, definition);
    }

    /// Behind all lines, on the axis of their metrics; first of all, so that the axis makes room for them.
    private void bands(XYPlot plot, boolean hasRight) {
        var at = 2; // after the two sides
        for (var line : lines) {
            var upper = line.upper();
            if (upper == null) {
                continue;
            }
            var data = new XYSeriesCollection();
            data.addSeries(series(0, line.points()));
            data.addSeries(series(1, upper));
            var fill = translucent(line.color(), BAND_ALPHA);
            var renderer = new XYDifferenceRenderer(fill, fill, false);
            renderer.setSeriesPaint(0, fill);
            renderer.setSeriesPaint(1, fill);
            plot.setDataset(at, data);
            plot.setRenderer(at, renderer);
            plot.mapDatasetToRangeAxis(at++, line.onRight() && hasRight ? 1 : 0);
        }
    }

    /// Annotations are seen even where no value is near them.
    private void include(NumberAxis axis, boolean isRight) {
        var low = Double.POSITIVE_INFINITY;
        var high = Double.NEGATIVE_INFINITY;
        for (var one : widget.annotations()) {
            if (one.horizontal() && one.onRight() == isRight) {
                var to = one.to() == null ? one.from() : one.to();
                low = Math.min(low, Math.min(one.from(), to));
                high = Math.max(high, Math.max(one.from(), to));
            }
        }
        if (low > high) {
            return;
        }
        var range = axis.getRange();
        var margin = Math.max(high - low, range.getLength()) * 0.08;
        if (lines.isEmpty() || low < range.getLowerBound()) {
            axis.setLowerBound(low - margin);
        }
        if (lines.isEmpty() || high > range.getUpperBound()) {
            axis.setUpperBound(Math.max(high + margin, axis.getLowerBound() + margin));
        }
    }

    static void style(NumberAxis axis, Palette palette) {
        axis.setTickLabelFont(Palette.font(11));
        axis.setTickLabelPaint(palette.text());
        axis.setLabelFont(Palette.font(11));
        axis.setLabelPaint(palette.text());
        axis.setAxisLineVisible(false);
        axis.setTickMarksVisible(false);
        axis.setNumberFormatOverride(new BriefNumbers());
    }

    static void bound(ValueAxis axis, Widget.Axis definition) {
        var min = definition.min();
        var max = definition.max();
        if (min != null && (max == null || min < max)) {
            axis.setLowerBound(min);
        }
        if (max != null && max > axis.getLowerBound()) {
            axis.setUpperBound(max);
        }
    }

    private static XYDataset separate(List<Line> some) {
        var data = new XYSeriesCollection();
        for (var i = 0; i < some.size(); i++) {
            data.addSeries(series(i, some.get(i), true));
        }
        return data;
    }

    private static XYDataset stack(List<Line> some) {
        var data = new DefaultTableXYDataset();
        for (var i = 0; i < some.size(); i++) {
            data.addSeries(series(i, some.get(i), false));
        }
        return data;
    }

    /// Series are told apart by number: labels may be equal.
    private static XYSeries series(int key, Line line, boolean mayRepeat) {
        var series = new XYSeries((Integer) key, false, mayRepeat);
        line.points().forEach(point -> series.add(point.startS() * 1_000.0, point.value()));
        return series;
    }

    private static XYSeries series(int key, List<Line.At> points) {
        var series = new XYSeries((Integer) key);
        points.forEach(point -> series.add(point.startS() * 1_000.0, point.value()));
        return series;
    }

    private static XYItemRenderer strokes(List<Line> some) {
        var renderer = new XYLineAndShapeRenderer(true, false);
        renderer.setDrawSeriesLineAsPath(true);
        for (var i = 0; i < some.size(); i++) {
            renderer.setSeriesPaint(i, new Color(some.get(i).color()));
            renderer.setSeriesStroke(i, LINE);
            renderer.setSeriesShape(i, new Ellipse2D.Double(-3, -3, 6, 6));
            // A single point has no line.
            renderer.setSeriesShapesVisible(i, some.get(i).points().size() == 1);
        }
        return renderer;
    }

    private static XYItemRenderer areas(List<Line> some) {
        var renderer = new StackedXYAreaRenderer2();
        renderer.setRoundXCoordinates(true);
        for (var i = 0; i < some.size(); i++) {
            renderer.setSeriesPaint(i, translucent(some.get(i).color(), AREA_ALPHA));
        }
        return renderer;
    }

    private static Color translucent(int rgb, int alpha) {
        return new Color((alpha << 24) | rgb, true);
    }

    private void annotate(XYPlot plot, Annotation annotation, boolean hasRight) {
        for (var marker : markers(annotation, palette)) {
            var layer = marker instanceof IntervalMarker ? Layer.BACKGROUND : Layer.FOREGROUND;
            if (!annotation.horizontal()) {
                plot.addDomainMarker(marker, layer);
            } else if (annotation.onRight() == hasRight || !annotation.onRight()) {
                plot.addRangeMarker(annotation.onRight() ? 1 : 0, marker, layer);
            }
        }
    }

    /// The line and what it fills; a band is filled between its two lines.
    static List<Marker> markers(Annotation annotation, Palette palette) {
        var rgb = annotation.color() == null ? ANNOTATION_COLOR : annotation.color();
        var markers = new ArrayList<Marker>();
        var from = annotation.from();
        var to = annotation.to();
        if (to != null) {
            markers.add(area(Math.min(from, to), Math.max(from, to), rgb));
            markers.add(new ValueMarker(to, new Color(rgb), DASHED));
        } else {
            switch (annotation.fill()) {
                case "above", "after" -> markers.add(area(from, Double.MAX_VALUE, rgb));
                case "below", "before" -> markers.add(area(-Double.MAX_VALUE, from, rgb));
                default -> {
                    // Only the line.
                }
            }
        }
        var line = new ValueMarker(from, new Color(rgb), DASHED);
        if (annotation.label() != null) {
            line.setLabel(WidgetImage.shortened(annotation.label()));
            line.setLabelFont(Palette.font(11));
            line.setLabelPaint(palette.text());
            line.setLabelBackgroundColor(new Color(0, true));
            line.setLabelAnchor(
                    annotation.horizontal() ? RectangleAnchor.TOP_LEFT : RectangleAnchor.TOP_RIGHT);
            line.setLabelTextAnchor(
                    annotation.horizontal() ? TextAnchor.BOTTOM_LEFT : TextAnchor.TOP_LEFT);
            line.setLabelOffset(new RectangleInsets(3, 5, 3, 5));
        }
        markers.add(line);
        return markers;
    }

    private static Marker area(double from, double to, int rgb) {
        var area = new IntervalMarker(from, to, translucent(rgb, FILL_ALPHA));
        area.setAlpha(1);
        return area;
    }
}
