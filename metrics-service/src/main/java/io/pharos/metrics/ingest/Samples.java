package io.pharos.metrics.ingest;

import io.pharos.metric.Aggregate;
import io.pharos.metric.StatisticSet;
import io.pharos.metric.Unit;
import io.pharos.stream.MetricSample;

/// What the samples of the stream say.
public final class Samples {
    private Samples() {}

    /// Adds what the sample says about a series.
    ///
    /// @throws IllegalArgumentException for a sample that no front door would write
    public static void add(Flush flush, long series, MetricSample sample, long source) {
        var unit = unit(sample.getUnit());
        var high = sample.getHighResolution();
        var timestampMs = sample.getTimestampMs();
        flush.add(series, unit, high, timestampMs, aggregate(sample), source);
    }

    /// @throws IllegalArgumentException for a name that no front door would write
    public static Unit unit(String name) {
        var unit = Unit.named(name);
        if (unit == null) {
            throw new IllegalArgumentException("unknown unit");
        }
        return unit;
    }

    /// AWS: beside StatisticValues, Values do not count.
    private static Aggregate aggregate(MetricSample sample) {
        var aggregate = new Aggregate();
        if (sample.hasStatisticSet()) {
            var set = sample.getStatisticSet();
            aggregate.addSet(
                    new StatisticSet(
                            set.getSampleCount(),
                            set.getSum(),
                            set.getMinimum(),
                            set.getMaximum()));
        } else if (sample.hasValue()) {
            aggregate.addSample(sample.getValue(), 1);
        } else {
            addValues(aggregate, sample);
        }
        if (!Double.isFinite(aggregate.minimum()) || !Double.isFinite(aggregate.maximum())) {
            throw new IllegalArgumentException("a sample without a finite value");
        }
        return aggregate;
    }

    private static void addValues(Aggregate aggregate, MetricSample sample) {
        var weighted = sample.getCountsCount() > 0;
        if (weighted && sample.getCountsCount() != sample.getValuesCount()) {
            throw new IllegalArgumentException("values and counts differ in number");
        }
        for (var i = 0; i < sample.getValuesCount(); i++) {
            aggregate.addSample(sample.getValues(i), weighted ? sample.getCounts(i) : 1);
        }
    }
}
