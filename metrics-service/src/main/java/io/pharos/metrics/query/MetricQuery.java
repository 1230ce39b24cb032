package io.pharos.metrics.query;

import io.pharos.metric.Statistic;
import io.pharos.metric.Unit;
import io.pharos.metrics.series.Series;

import org.jspecify.annotations.Nullable;

/// One MetricStat of GetMetricData, checked.
///
/// @param stat as it was written
/// @param unit null for every unit
/// @param label as it was written; null for an automatic one
public record MetricQuery(
        String id,
        Series series,
        String stat,
        Statistic statistic,
        int periodS,
        @Nullable Unit unit,
        @Nullable String label,
        boolean returnData,
        boolean isForbidden)
        implements DataQuery {}
