package io.pharos.metrics.math;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/// What a clock or calendar says of each slot, in UTC, whether the series has a point there or not.
enum TimeField {
    MINUTE,
    HOUR,
    DAY,
    DATE,
    MONTH,
    YEAR,
    EPOCH;

    TimeSeries of(TimeSeries series) {
        var times = series.slots().times();
        var values = new double[times.length];
        for (var i = 0; i < times.length; i++) {
            values[i] = of(times[i]);
        }
        return new TimeSeries(series.source(), series.slots(), times, values);
    }

    private double of(long epochSecond) {
        var time = OffsetDateTime.ofInstant(Instant.ofEpochSecond(epochSecond), ZoneOffset.UTC);
        return switch (this) {
            case MINUTE -> time.getMinute();
            case HOUR -> time.getHour();
            case DAY -> time.getDayOfWeek().getValue(); // Monday is 1
            case DATE -> time.getDayOfMonth();
            case MONTH -> time.getMonthValue();
            case YEAR -> time.getYear();
            case EPOCH -> epochSecond;
        };
    }
}
