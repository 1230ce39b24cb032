package io.pharos.metrics.query;

import io.pharos.metric.Unit;
import io.pharos.metrics.series.Series;

import org.jspecify.annotations.Nullable;

/// One series over some periods.
///
/// @param unit null for every unit
public record SeriesRequest(Series series, PeriodGrid grid, @Nullable Unit unit, Detail detail) {
    /// With everything that statistics may need.
    public SeriesRequest(Series series, PeriodGrid grid, @Nullable Unit unit) {
        this(series, grid, unit, Detail.DISTRIBUTIONS);
    }
}
