package io.pharos.metric;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// One MetricDatum as a client sent it, before [PutMetricDataRules] looked at it: anything may be
/// missing or wrong. Neutral, so that the SDK's shapes and a streaming decoder can both make it.
///
/// @param timestampMs null: when the request was received
/// @param values null when the member was absent; an empty list counts as absent
/// @param unit null when absent, which means None
public record Datum(
        @Nullable String metricName,
        List<Dimension> dimensions,
        @Nullable Long timestampMs,
        @Nullable Double value,
        double @Nullable [] values,
        double @Nullable [] counts,
        @Nullable Set statisticValues,
        @Nullable String unit,
        @Nullable Integer storageResolution) {

    /// A StatisticSet as it was sent.
    public record Set(
            @Nullable Double sampleCount,
            @Nullable Double sum,
            @Nullable Double minimum,
            @Nullable Double maximum) {}

    boolean hasValues() {
        return values != null && values.length > 0;
    }

    boolean hasCounts() {
        return counts != null && counts.length > 0;
    }
}
