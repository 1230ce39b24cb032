package io.pharos.metrics.query;

import io.pharos.metric.Aggregate;
import io.pharos.metric.Unit;
import io.pharos.metrics.point.BlockDecoder;
import io.pharos.metrics.point.Resolution;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/// What one series did in each period of a grid, by unit. Units are never mixed and never converted.
public final class PeriodAggregates {
    private static final Comparator<Unit> BY_NAME = Comparator.comparing(Unit::awsName);

    private final PeriodGrid grid;
    private final @Nullable Unit unit;
    // Mostly one.
    private final ArrayList<PeriodColumn> columns = new ArrayList<>(1);

    /// @param unit only samples of this unit; null for all
    public PeriodAggregates(PeriodGrid grid, @Nullable Unit unit) {
        this.grid = grid;
        this.unit = unit;
    }

    public PeriodGrid grid() {
        return grid;
    }

    /// Whether such points belong here, if their time does. AWS: periods below a minute are made of
    /// seconds, and of the minutes of samples of standard resolution; all others are made of minutes,
    /// or of what minutes became.
    public boolean takes(Resolution resolution, Unit ofUnit, boolean highResolution) {
        var belongs =
                grid.isSubMinute()
                        ? resolution == Resolution.SECOND || !highResolution
                        : resolution != Resolution.SECOND;
        return belongs && (unit == null || unit == ofUnit);
    }

    /// Takes the points of a chunk that belong here.
    public void add(Resolution resolution, long bucketS, BlockDecoder chunk, Detail detail) {
        if (!takes(resolution, chunk.unit(), chunk.isHighResolution())) {
            return;
        }
        var points = column(chunk.unit()).points();
        var offset = bucketS - grid.startS();
        var span = grid.count() * grid.periodS();
        chunk.read(
                detail == Detail.DISTRIBUTIONS,
                (period, count, sum, minimum, maximum, distributed, histogram) -> {
                    var at = offset + (long) period * resolution.seconds();
                    if (at >= 0 && at < span) {
                        points.add(
                                (int) (at / grid.periodS()),
                                count,
                                sum,
                                minimum,
                                maximum,
                                distributed,
                                histogram);
                    }
                });
    }

    private PeriodColumn column(Unit ofUnit) {
        for (var column : columns) {
            if (column.unit() == ofUnit) {
                return column;
            }
        }
        var column = new PeriodColumn(grid, ofUnit);
        columns.add(column);
        columns.sort(Comparator.comparing(PeriodColumn::unit, BY_NAME));
        return column;
    }

    /// One column a unit that has samples, by the unit's name; empty when there are no samples.
    public List<PeriodColumn> columns() {
        columns.removeIf(column -> column.size() == 0);
        return columns;
    }

    /// Start of the period (seconds) → unit → aggregate; only periods with samples, units by name.
    public void forEach(Visitor visitor) {
        var columns = columns();
        var next = new int[columns.size()];
        while (true) {
            var slot = Integer.MAX_VALUE;
            for (var i = 0; i < next.length; i++) {
                var column = columns.get(i);
                if (next[i] < column.size()) {
                    slot = Math.min(slot, column.slot(next[i]));
                }
            }
            if (slot == Integer.MAX_VALUE) {
                return;
            }
            var byUnit = new LinkedHashMap<Unit, Aggregate>();
            for (var i = 0; i < next.length; i++) {
                var column = columns.get(i);
                if (next[i] < column.size() && column.slot(next[i]) == slot) {
                    byUnit.put(column.unit(), column.aggregate(next[i]++));
                }
            }
            visitor.period(grid.startOf(slot), byUnit);
        }
    }

    /// Sees each period that has samples, in ascending order.
    @FunctionalInterface
    public interface Visitor {
        /// @param byUnit ascending by the unit's name, never empty
        void period(long startS, Map<Unit, Aggregate> byUnit);
    }

    /// The units of all periods, by name.
    public SortedSet<Unit> units() {
        var units = new TreeSet<>(BY_NAME);
        columns().forEach(column -> units.add(column.unit()));
        return units;
    }
}
