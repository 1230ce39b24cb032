package io.pharos.metrics.query;

import io.pharos.metric.Aggregate;
import io.pharos.metric.Unit;
import io.pharos.metrics.point.Point;
import io.pharos.metrics.point.Resolution;

import org.jspecify.annotations.Nullable;

import java.util.Comparator;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// What one series did in each period of a grid, by unit. Units are never mixed and never converted.
public final class PeriodAggregates {
    private static final Comparator<Unit> BY_NAME = Comparator.comparing(Unit::awsName);

    private final PeriodGrid grid;
    private final @Nullable Unit unit;
    private final TreeMap<Long, TreeMap<Unit, Aggregate>> periods = new TreeMap<>();
    private final TreeSet<Unit> units = new TreeSet<>(BY_NAME);

    /// @param unit only samples of this unit; null for all
    public PeriodAggregates(PeriodGrid grid, @Nullable Unit unit) {
        this.grid = grid;
        this.unit = unit;
    }

    /// Takes a point, when it belongs here. AWS: periods below a minute are made of seconds, and of
    /// the minutes of samples of standard resolution; all others are made of minutes.
    public void add(Resolution resolution, Point point) {
        var belongs =
                grid.isSubMinute()
                        ? resolution == Resolution.SECOND || !point.highResolution()
                        : resolution == Resolution.MINUTE;
        if (!belongs
                || (unit != null && unit != point.unit())
                || point.startS() < grid.startS()
                || point.startS() >= grid.endS()) {
            return;
        }
        var slot = (point.startS() - grid.startS()) / grid.periodS();
        units.add(point.unit());
        periods.computeIfAbsent(slot, _ -> new TreeMap<>(BY_NAME))
                .computeIfAbsent(point.unit(), _ -> new Aggregate())
                .merge(point.aggregate());
    }

    /// Start of the period (seconds) → unit → aggregate; only periods with samples, units by name.
    public void forEach(Visitor visitor) {
        periods.forEach((slot, byUnit) -> visitor.period(grid.startOf(slot), byUnit));
    }

    /// Sees each period that has samples, in ascending order.
    @FunctionalInterface
    public interface Visitor {
        /// @param byUnit ascending by the unit's name, never empty
        void period(long startS, Map<Unit, Aggregate> byUnit);
    }

    /// The units of all periods, by name.
    public SortedSet<Unit> units() {
        return units;
    }
}
