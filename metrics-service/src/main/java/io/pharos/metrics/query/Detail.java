package io.pharos.metrics.query;

import io.pharos.metric.Statistic;

import java.util.Collection;

/// How much of a period is read.
public enum Detail {
    /// Enough for SampleCount, Sum, Average, Minimum and Maximum; extended statistics come out as
    /// unavailable.
    STATISTIC_SETS,
    /// Everything.
    DISTRIBUTIONS;

    /// What these statistics need.
    public static Detail of(Collection<? extends Statistic> statistics) {
        return statistics.stream().allMatch(Statistic.Basic.class::isInstance)
                ? STATISTIC_SETS
                : DISTRIBUTIONS;
    }
}
