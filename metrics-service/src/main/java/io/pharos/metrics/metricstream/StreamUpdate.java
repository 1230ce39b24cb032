package io.pharos.metrics.metricstream;

import io.pharos.metric.Aggregate;
import io.pharos.metric.Unit;
import io.pharos.metrics.series.Series;

/// What a series did in a whole minute, in one unit.
public record StreamUpdate(Series series, Unit unit, long minuteS, Aggregate aggregate) {}
