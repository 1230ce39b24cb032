package io.pharos.metrics.ingest;

import io.pharos.metric.Aggregate;
import io.pharos.metric.StatisticSet;
import io.pharos.metric.Unit;
import io.pharos.metrics.point.Point;
import io.pharos.metrics.point.Resolution;
import io.pharos.metrics.point.Run;
import io.pharos.stream.MetricSample;

/// From a sample of the stream to points. AWS: samples of standard resolution belong to their minute,
/// those of high resolution to their second.
public final class Samples {
    private Samples() {}

    /// Adds what the sample says about a series.
    ///
    /// @throws IllegalArgumentException for a sample that no front door would write
    public static void add(Run.Builder runs, long series, MetricSample sample) {
        var unit = Unit.named(sample.getUnit());
        if (unit == null) {
            throw new IllegalArgumentException("unknown unit");
        }
        var high = sample.getHighResolution();
        var minute = Resolution.MINUTE.periodOf(sample.getTimestampMs());
        runs.add(Resolution.MINUTE, new Point(series, unit, high, minute, aggregate(sample)));
        if (high) {
            var second = Resolution.SECOND.periodOf(sample.getTimestampMs());
            runs.add(Resolution.SECOND, new Point(series, unit, true, second, aggregate(sample)));
        }
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
