package io.pharos.metrics.insights;

import io.pharos.metric.Statistic;
import io.pharos.metrics.point.PointColumns;
import io.pharos.metrics.query.PeriodAggregates;

/// What all series of a group did, period by period, ascending; whatever the units.
public final class GroupSums {
    public static final GroupSums EMPTY = new GroupSums(new PointColumns());

    private final PointColumns points;

    private GroupSums(PointColumns points) {
        this.points = points;
    }

    /// @param periods of all series together
    public static GroupSums of(PeriodAggregates periods) {
        var points = new PointColumns();
        for (var column : periods.columns()) {
            for (var i = 0; i < column.size(); i++) {
                points.add(
                        column.slot(i),
                        column.sampleCount(i),
                        column.sum(i),
                        column.minimum(i),
                        column.maximum(i),
                        false,
                        null);
            }
        }
        return new GroupSums(points);
    }

    /// How many periods have samples.
    public int size() {
        return points.size();
    }

    public boolean isEmpty() {
        return points.size() == 0;
    }

    /// Which period of the grid the i-th is.
    public int slot(int i) {
        return points.period(i);
    }

    /// Of all periods together; NaN without samples.
    public double whole(Statistic.Basic statistic) {
        var count = 0.0;
        var sum = 0.0;
        var minimum = Double.POSITIVE_INFINITY;
        var maximum = Double.NEGATIVE_INFINITY;
        for (var i = 0; i < points.size(); i++) {
            count += points.sampleCount(i);
            sum += points.sum(i);
            minimum = Math.min(minimum, points.minimum(i));
            maximum = Math.max(maximum, points.maximum(i));
        }
        return isEmpty()
                ? Double.NaN
                : switch (statistic) {
                    case SAMPLE_COUNT -> count;
                    case SUM -> sum;
                    case AVERAGE -> sum / count;
                    case MINIMUM -> minimum;
                    case MAXIMUM -> maximum;
                };
    }

    /// AWS: averages are weighted by the number of samples.
    public double value(int i, Statistic.Basic statistic) {
        return switch (statistic) {
            case SAMPLE_COUNT -> points.sampleCount(i);
            case SUM -> points.sum(i);
            case AVERAGE -> points.sum(i) / points.sampleCount(i);
            case MINIMUM -> points.minimum(i);
            case MAXIMUM -> points.maximum(i);
        };
    }
}
