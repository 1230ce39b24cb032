package io.pharos.alarms.live;

import io.pharos.metric.Aggregate;
import io.pharos.metric.Unit;
import io.pharos.stream.metric.MetricCursor;

/// A datum of a series that an alarm names, as it came.
///
/// @param offset its record's place in the partition of `metric-data`
record Arrival(
        int partition,
        long offset,
        long atS,
        boolean isHighResolution,
        Unit unit,
        Aggregate aggregate) {

    /// @param datum stands at it
    static Arrival of(int partition, long offset, MetricCursor datum) {
        var aggregate = new Aggregate();
        datum.addTo(aggregate);
        return new Arrival(
                partition,
                offset,
                Math.floorDiv(datum.timestampMs(), 1_000L),
                datum.isHighResolution(),
                datum.unit(),
                aggregate);
    }
}
