package io.pharos.stream.metric;

import io.pharos.stream.Dimension;
import io.pharos.stream.Histogram;
import io.pharos.stream.Rollup;
import io.pharos.stream.RollupBatch;
import io.pharos.stream.RollupColumns;
import io.pharos.stream.StatisticSet;

import java.util.ArrayList;
import java.util.List;

/// Walks over the roll-ups of a batch, whichever form they have. A reader that wants few of them looks
/// at the hash and makes only those.
///
/// ```
/// for (var cursor = RollupCursor.of(batch); cursor.next(); ) {
///     if (wanted(cursor.seriesHash())) take(cursor.rollup());
/// }
/// ```
public final class RollupCursor {
    private final RollupBatch batch;
    private final RollupColumns columns;
    private final int rows;
    private int row = -1;
    private int column = -1;
    private int identity;
    private long startS;
    private int set = -1;
    private int bin;

    private RollupCursor(RollupBatch batch) {
        this.batch = batch;
        this.columns = batch.getColumns();
        this.rows = batch.getRollupsCount();
    }

    public static RollupCursor of(RollupBatch batch) {
        return new RollupCursor(batch);
    }

    /// Of one roll-up, where it already stands.
    public static RollupCursor at(Rollup rollup) {
        var cursor = of(RollupBatch.newBuilder().addRollups(rollup).build());
        cursor.next();
        return cursor;
    }

    /// All of a batch.
    public static List<Rollup> all(RollupBatch batch) {
        var all = new ArrayList<Rollup>();
        for (var cursor = of(batch); cursor.next(); ) {
            all.add(cursor.rollup());
        }
        return all;
    }

    /// Moves to the next, to the first at first.
    ///
    /// @return false when there is none
    /// @throws IllegalArgumentException when the columns do not fit each other
    public boolean next() {
        if (row + 1 < rows) {
            row++;
            return true;
        }
        try {
            return nextColumn();
        } catch (IndexOutOfBoundsException uneven) {
            throw new IllegalArgumentException("uneven columns", uneven);
        }
    }

    private boolean nextColumn() {
        row = rows;
        if (column >= 0) {
            if (columns.getAreSets(column)) {
                bin += Math.max(0, columns.getHistogramSizes(set) - 1);
            }
            identity += 3 + 2 * columns.getIdentities(identity + 2);
        }
        if (column + 1 >= columns.getSeriesHashesCount()) {
            return false;
        }
        column++;
        startS += columns.getPeriodStartsS(column);
        if (columns.getAreSets(column)) {
            set++;
        }
        return true;
    }

    public long seriesHash() {
        return row < rows ? batch.getRollups(row).getSeriesHash() : columns.getSeriesHashes(column);
    }

    /// See [Rollup]; nothing is made to tell it, and so below.
    public String namespace() {
        return row < rows ? batch.getRollups(row).getNamespace() : text(identity);
    }

    public String metricName() {
        return row < rows ? batch.getRollups(row).getMetricName() : text(identity + 1);
    }

    public int dimensions() {
        return row < rows
                ? batch.getRollups(row).getDimensionsCount()
                : columns.getIdentities(identity + 2);
    }

    /// @param index below [#dimensions()]
    public String dimensionName(int index) {
        return row < rows
                ? batch.getRollups(row).getDimensions(index).getName()
                : text(identity + 3 + 2 * index);
    }

    public String dimensionValue(int index) {
        return row < rows
                ? batch.getRollups(row).getDimensions(index).getValue()
                : text(identity + 4 + 2 * index);
    }

    private String text(int place) {
        return columns.getTexts(columns.getIdentities(place));
    }

    public long periodStartS() {
        return row < rows ? batch.getRollups(row).getPeriodStartS() : startS;
    }

    public int resolutionS() {
        return row < rows
                ? batch.getRollups(row).getResolutionS()
                : columns.getResolutionsS(column);
    }

    public String unit() {
        if (row < rows) {
            return batch.getRollups(row).getUnit();
        }
        var unit = columns.getUnits(column);
        return unit == 0 ? "None" : columns.getTexts(unit - 1);
    }

    public double sampleCount() {
        if (row < rows) {
            return batch.getRollups(row).getStatisticSet().getSampleCount();
        }
        return columns.getAreSets(column) ? columns.getSampleCounts(set) : 1;
    }

    public double sum() {
        if (row < rows) {
            return batch.getRollups(row).getStatisticSet().getSum();
        }
        return columns.getAreSets(column) ? columns.getSums(set) : columns.getValues(column);
    }

    public double minimum() {
        return row < rows
                ? batch.getRollups(row).getStatisticSet().getMinimum()
                : columns.getValues(column);
    }

    public double maximum() {
        if (row < rows) {
            return batch.getRollups(row).getStatisticSet().getMaximum();
        }
        return columns.getAreSets(column) ? columns.getMaxima(set) : columns.getValues(column);
    }

    /// The roll-up it stands at.
    ///
    /// @throws IllegalArgumentException when the columns do not fit each other
    public Rollup rollup() {
        if (row < rows) {
            return batch.getRollups(row);
        }
        try {
            return made();
        } catch (IndexOutOfBoundsException uneven) {
            throw new IllegalArgumentException("uneven columns", uneven);
        }
    }

    private Rollup made() {
        var rollup =
                Rollup.newBuilder()
                        .setSeriesHash(columns.getSeriesHashes(column))
                        .setNamespace(namespace())
                        .setMetricName(metricName())
                        .setPeriodStartS(startS)
                        .setResolutionS(columns.getResolutionsS(column));
        for (var i = 0; i < dimensions(); i++) {
            rollup.addDimensions(
                    Dimension.newBuilder().setName(dimensionName(i)).setValue(dimensionValue(i)));
        }
        rollup.setUnit(unit());
        var value = columns.getValues(column);
        if (columns.getAreSets(column)) {
            addSet(rollup, value);
        } else {
            addSample(rollup, value);
        }
        return rollup.build();
    }

    private void addSet(Rollup.Builder rollup, double minimum) {
        rollup.setStatisticSet(
                StatisticSet.newBuilder()
                        .setSampleCount(columns.getSampleCounts(set))
                        .setSum(columns.getSums(set))
                        .setMinimum(minimum)
                        .setMaximum(columns.getMaxima(set)));
        var size = columns.getHistogramSizes(set);
        if (size == 0) {
            return;
        }
        var histogram = Histogram.newBuilder().setZeroWeight(columns.getZeroWeights(set));
        var last = 0;
        for (var i = bin; i < bin + size - 1; i++) {
            last += columns.getBins(i);
            histogram.addBins(last).addWeights(columns.getWeights(i));
        }
        rollup.setHistogram(histogram);
    }

    /// AWS: a negative sample has no distribution.
    private static void addSample(Rollup.Builder rollup, double value) {
        rollup.setStatisticSet(
                StatisticSet.newBuilder()
                        .setSampleCount(1)
                        .setSum(value)
                        .setMinimum(value)
                        .setMaximum(value));
        if (value == 0) {
            rollup.setHistogram(Histogram.newBuilder().setZeroWeight(1));
        } else if (value > 0) {
            rollup.setHistogram(Histogram.newBuilder().addBins(binOf(value)).addWeights(1));
        }
    }

    /// As metric-model's Histogram, which this module does not know.
    private static int binOf(double value) {
        return Math.max(LOWEST_BIN, (int) Math.floor(Math.log(value) / LN_BASE));
    }

    private static final int LOWEST_BIN = -7000;
    private static final double LN_BASE = Math.log(1.1);
}
