package io.pharos.metrics.widget;

import io.pharos.metrics.widget.Widget.Legend;
import io.pharos.metrics.widget.Widget.View;

import org.jfree.chart.JFreeChart;
import org.jfree.chart.LegendItem;
import org.jfree.chart.LegendItemCollection;
import org.jfree.chart.LegendItemSource;
import org.jfree.chart.axis.CategoryAxis;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.labels.StandardPieSectionLabelGenerator;
import org.jfree.chart.plot.CategoryPlot;
import org.jfree.chart.plot.PiePlot;
import org.jfree.chart.plot.Plot;
import org.jfree.chart.plot.PlotOrientation;
import org.jfree.chart.renderer.category.BarRenderer;
import org.jfree.chart.renderer.category.StandardBarPainter;
import org.jfree.chart.title.LegendTitle;
import org.jfree.chart.title.TextTitle;
import org.jfree.chart.ui.HorizontalAlignment;
import org.jfree.chart.ui.RectangleEdge;
import org.jfree.chart.ui.RectangleInsets;
import org.jfree.data.category.DefaultCategoryDataset;
import org.jfree.data.general.DefaultPieDataset;

import java.awt.Color;
import java.awt.Paint;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

import javax.imageio.ImageIO;

/// Draws a widget. Pure: the same widget and lines give the same picture.
public final class WidgetImage {
    private static final RectangleInsets MARGIN = new RectangleInsets(8, 10, 8, 14);
    private static final int MAX_LABEL = 80;

    private final Widget widget;
    private final List<Line> lines;
    private final Palette palette;

    private WidgetImage(Widget widget, List<Line> lines) {
        this.widget = widget;
        this.lines = lines;
        this.palette = Palette.of(widget);
    }

    /// The colour of the nth line that names none.
    public static int color(int n) {
        return Palette.line(n);
    }

    /// A PNG of the widget's size.
    public static byte[] png(Widget widget, List<Line> lines) {
        var image = new WidgetImage(widget, lines).draw();
        var bytes = new ByteArrayOutputStream();
        try {
            if (!ImageIO.write(image, "png", bytes)) {
                throw new IllegalStateException("no writer of PNG");
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    private BufferedImage draw() {
        var image = new BufferedImage(widget.width(), widget.height(), BufferedImage.TYPE_INT_RGB);
        var canvas = image.createGraphics();
        try {
            var area = new Rectangle2D.Double(0, 0, widget.width(), widget.height());
            if (widget.view() == View.SINGLE_VALUE) {
                new NumberTiles(widget, lines, palette).draw(canvas, area);
            } else {
                chart().draw(canvas, area);
            }
        } finally {
            canvas.dispose();
        }
        return image;
    }

    private JFreeChart chart() {
        var plot =
                switch (widget.view()) {
                    case BAR -> bars();
                    case PIE -> pie();
                    case TIME_SERIES, SINGLE_VALUE -> new TimePlot(widget, lines, palette).plot();
                };
        plot.setBackgroundPaint(palette.background());
        plot.setOutlineVisible(false);
        plot.setNoDataMessage("No data available.");
        plot.setNoDataMessageFont(Palette.font(13));
        plot.setNoDataMessagePaint(palette.text());
        var chart = new JFreeChart(null, Palette.font(12), plot, false);
        chart.setBackgroundPaint(palette.background());
        chart.setPadding(MARGIN);
        chart.setAntiAlias(true);
        chart.setTextAntiAlias(true);
        if (!widget.title().isEmpty()) {
            chart.setTitle(title());
        }
        if (widget.legend() != Legend.HIDDEN && !lines.isEmpty()) {
            chart.addLegend(legend());
        }
        return chart;
    }

    private TextTitle title() {
        var title = new TextTitle(widget.title(), Palette.bold(14));
        title.setPaint(palette.text());
        title.setHorizontalAlignment(HorizontalAlignment.LEFT);
        title.setPadding(0, 4, 6, 4);
        return title;
    }

    /// As many names as leave room for the plot; then how many more there are.
    private LegendTitle legend() {
        var isRight = widget.legend() == Legend.RIGHT;
        var room = isRight ? widget.height() / 22 : Math.max(3, widget.height() / 60 * 4);
        var items = new LegendItemCollection();
        for (var line : lines.subList(0, Math.min(room, lines.size()))) {
            items.add(item(line.label(), new Color(line.color())));
        }
        if (lines.size() > room) {
            items.add(item("+ " + (lines.size() - room) + " more", palette.background()));
        }
        LegendItemSource source = () -> items;
        var legend = new LegendTitle(source);
        legend.setPosition(isRight ? RectangleEdge.RIGHT : RectangleEdge.BOTTOM);
        legend.setItemFont(Palette.font(11));
        legend.setItemPaint(palette.text());
        legend.setBackgroundPaint(palette.background());
        legend.setItemLabelPadding(new RectangleInsets(2, 2, 2, 10));
        legend.setPadding(new RectangleInsets(isRight ? 0 : 8, isRight ? 8 : 0, 0, 0));
        legend.setHorizontalAlignment(HorizontalAlignment.LEFT);
        return legend;
    }

    private static LegendItem item(String label, Paint color) {
        var square = new Rectangle2D.Double(-5, -5, 10, 10);
        return new LegendItem(shortened(label), null, null, null, square, color);
    }

    static String shortened(String label) {
        return label.codePointCount(0, label.length()) <= MAX_LABEL
                ? label
                : label.substring(0, label.offsetByCodePoints(0, MAX_LABEL - 1)) + "…";
    }

    /// One bar a line, its newest value.
    private Plot bars() {
        var data = new DefaultCategoryDataset();
        var renderer = new BarRenderer();
        for (var i = 0; i < lines.size(); i++) {
            var line = lines.get(i);
            // Rows are told apart by number: labels may be equal.
            data.addValue(Double.isNaN(line.latest()) ? null : line.latest(), (Integer) i, "");
            renderer.setSeriesPaint(i, new Color(line.color()));
        }
        renderer.setBarPainter(new StandardBarPainter());
        renderer.setShadowVisible(false);
        renderer.setItemMargin(0.15);
        var values = new NumberAxis(widget.left().label());
        TimePlot.style(values, palette);
        TimePlot.bound(values, widget.left());
        var names = new CategoryAxis();
        names.setTickLabelsVisible(false);
        names.setAxisLinePaint(palette.axis());
        names.setTickMarksVisible(false);
        var plot = new CategoryPlot(data, names, values, renderer);
        plot.setOrientation(PlotOrientation.HORIZONTAL);
        plot.setRangeGridlinePaint(palette.grid());
        plot.setRangeGridlineStroke(TimePlot.THIN);
        widget.annotations().stream()
                .filter(one -> one.horizontal())
                .forEach(one -> TimePlot.markers(one, palette).forEach(plot::addRangeMarker));
        return plot;
    }

    /// A piece a line, its newest value; what is not above zero has none.
    private Plot pie() {
        var data = new DefaultPieDataset<Integer>();
        var plot = new PiePlot<Integer>(data);
        for (var i = 0; i < lines.size(); i++) {
            var line = lines.get(i);
            if (line.latest() > 0) {
                data.setValue((Integer) i, line.latest());
                plot.setSectionPaint((Integer) i, new Color(line.color()));
            }
        }
        plot.setShadowPaint(null);
        plot.setDefaultSectionOutlinePaint(palette.background());
        plot.setSectionOutlinesVisible(true);
        plot.setLabelGenerator(new StandardPieSectionLabelGenerator("{2}"));
        plot.setSimpleLabels(true);
        plot.setLabelFont(Palette.bold(11));
        plot.setLabelPaint(Color.WHITE);
        plot.setLabelBackgroundPaint(null);
        plot.setLabelOutlinePaint(null);
        plot.setLabelShadowPaint(null);
        plot.setInteriorGap(0.02);
        return plot;
    }
}
