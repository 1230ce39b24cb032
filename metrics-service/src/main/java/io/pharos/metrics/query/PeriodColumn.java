package io.pharos.metrics.query;

import io.pharos.metric.Aggregate;
import io.pharos.metric.Distribution;
import io.pharos.metric.Statistic;
import io.pharos.metric.Unit;
import io.pharos.metrics.point.PointColumns;

/// One series in one unit over a grid: the periods that have samples, ascending, as columns. Made for
/// many series at once: no object a period. Complete once [PeriodAggregates] gives it out.
public final class PeriodColumn {
    private final PeriodGrid grid;
    private final Unit unit;
    private final PointColumns points = new PointColumns();

    PeriodColumn(PeriodGrid grid, Unit unit) {
        this.grid = grid;
        this.unit = unit;
    }

    PointColumns points() {
        return points;
    }

    public Unit unit() {
        return unit;
    }

    /// How many periods have samples.
    public int size() {
        return points.size();
    }

    /// Which period of the grid the i-th is.
    public int slot(int i) {
        return points.period(i);
    }

    /// Start of the i-th period, seconds since the epoch.
    public long startS(int i) {
        return grid.startOf(points.period(i));
    }

    public double sampleCount(int i) {
        return points.sampleCount(i);
    }

    public double sum(int i) {
        return points.sum(i);
    }

    public double minimum(int i) {
        return points.minimum(i);
    }

    public double maximum(int i) {
        return points.maximum(i);
    }

    /// NaN when the statistic is unavailable (AWS leaves the datapoint out).
    public double value(int i, Statistic statistic) {
        return switch (statistic) {
            case Statistic.Basic basic ->
                    switch (basic) {
                        case SAMPLE_COUNT -> sampleCount(i);
                        case AVERAGE -> sum(i) / sampleCount(i);
                        case SUM -> sum(i);
                        case MINIMUM -> minimum(i);
                        case MAXIMUM -> maximum(i);
                    };
            case Statistic.Percentile percentile when percentile.percent() == 0 -> minimum(i);
            case Statistic.Percentile percentile when percentile.percent() == 100 -> maximum(i);
            case Statistic.Extended extended -> {
                var histogram = points.histogram(i);
                yield histogram == null
                        ? Double.NaN
                        : new Distribution(histogram, minimum(i), maximum(i)).value(extended);
            }
        };
    }

    /// The i-th period for further merging.
    public Aggregate aggregate(int i) {
        return points.aggregate(i);
    }
}
