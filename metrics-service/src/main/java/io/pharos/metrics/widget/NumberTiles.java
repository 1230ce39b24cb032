package io.pharos.metrics.widget;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.List;

/// The newest value of each line as a number, in a grid.
final class NumberTiles {
    private static final int MARGIN = 12;
    private static final int TITLE_SIZE = 14;
    private static final int MIN_FONT = 8;
    private static final int MAX_FONT = 64;

    private final Widget widget;
    private final List<Line> lines;
    private final Palette palette;

    NumberTiles(Widget widget, List<Line> lines, Palette palette) {
        this.widget = widget;
        this.lines = lines;
        this.palette = palette;
    }

    void draw(Graphics2D canvas, Rectangle2D area) {
        canvas.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        canvas.setRenderingHint(
                RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        canvas.setPaint(palette.background());
        canvas.fill(area);
        var top = MARGIN;
        if (!widget.title().isEmpty()) {
            canvas.setFont(Palette.bold(TITLE_SIZE));
            canvas.setPaint(palette.text());
            canvas.drawString(widget.title(), MARGIN, MARGIN + TITLE_SIZE);
            top += TITLE_SIZE + MARGIN;
        }
        if (lines.isEmpty()) {
            canvas.setFont(Palette.font(13));
            canvas.setPaint(palette.text());
            canvas.drawString("No data available.", MARGIN, top + 13);
            return;
        }
        var wide = area.getWidth() - 2 * MARGIN;
        var high = area.getHeight() - top - MARGIN;
        var columns = (int) Math.ceil(Math.sqrt(lines.size() * Math.max(0.1, wide / high / 2)));
        columns = Math.clamp(columns, 1, lines.size());
        var rows = Math.ceilDiv(lines.size(), columns);
        for (var i = 0; i < lines.size(); i++) {
            var tile =
                    new Rectangle2D.Double(
                            MARGIN + i % columns * wide / columns,
                            top + i / columns * (high / rows),
                            wide / columns - MARGIN / 2.0,
                            high / rows - MARGIN / 2.0);
            tile(canvas, lines.get(i), tile);
        }
    }

    private void tile(Graphics2D canvas, Line line, Rectangle2D tile) {
        var labelSize = (int) Math.clamp(tile.getHeight() / 6, MIN_FONT, 14);
        var text =
                widget.fullPrecision() && Double.isFinite(line.latest())
                        ? Double.toString(line.latest())
                        : BriefNumbers.text(line.latest(), 3);
        var size = (int) Math.clamp(tile.getHeight() / 2.4, MIN_FONT, MAX_FONT);
        canvas.setFont(Palette.bold(size));
        while (size > MIN_FONT && canvas.getFontMetrics().stringWidth(text) > tile.getWidth()) {
            size--;
            canvas.setFont(Palette.bold(size));
        }
        var before = canvas.getClip();
        canvas.clip(tile);
        var left = (float) tile.getX();
        var baseline = (float) (tile.getY() + size);
        canvas.setPaint(palette.text());
        canvas.drawString(text, left, baseline);
        var below = baseline + labelSize + 6;
        canvas.setPaint(new Color(line.color()));
        canvas.fill(
                new Rectangle2D.Double(left, below - labelSize + 2, labelSize - 2, labelSize - 2));
        canvas.setFont(Palette.font(labelSize));
        canvas.setPaint(palette.text());
        canvas.drawString(line.label(), left + labelSize + 4, below);
        if (widget.sparkline() && line.points().size() > 1) {
            sparkline(canvas, line, tile, below + 6);
        }
        canvas.setClip(before);
    }

    private void sparkline(Graphics2D canvas, Line line, Rectangle2D tile, double top) {
        var high = tile.getMaxY() - top;
        if (high < 8) {
            return;
        }
        var low = line.points().stream().mapToDouble(Line.At::value).min().orElse(0);
        var span = line.points().stream().mapToDouble(Line.At::value).max().orElse(1) - low;
        var startS = widget.start().getEpochSecond();
        var lengthS = Math.max(1, widget.end().getEpochSecond() - startS);
        var path = new Path2D.Double();
        for (var point : line.points()) {
            var x = tile.getX() + tile.getWidth() * (point.startS() - startS) / lengthS;
            var y =
                    tile.getMaxY()
                            - 2
                            - (span == 0 ? 0 : (point.value() - low) / span) * (high - 4);
            if (path.getCurrentPoint() == null) {
                path.moveTo(x, y);
            } else {
                path.lineTo(x, y);
            }
        }
        canvas.setPaint(new Color(line.color()));
        canvas.setStroke(new BasicStroke(1.5f));
        canvas.draw(path);
    }
}
