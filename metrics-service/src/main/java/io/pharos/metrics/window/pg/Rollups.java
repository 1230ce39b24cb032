package io.pharos.metrics.window.pg;

import io.pharos.metric.Aggregate;
import io.pharos.metric.Dimensions;
import io.pharos.metrics.point.Point;
import io.pharos.metrics.point.Resolution;
import io.pharos.metrics.series.Series;
import io.pharos.stream.Dimension;
import io.pharos.stream.Histogram;
import io.pharos.stream.Rollup;
import io.pharos.stream.StatisticSet;

import java.util.ArrayList;
import java.util.List;

/// Points as windows tell them.
final class Rollups {
    private Rollups() {}

    /// One point as a roll-up.
    static Rollup rollup(Series series, Point point, Resolution resolution) {
        var aggregate = point.aggregate();
        var rollup =
                Rollup.newBuilder()
                        .setSeriesHash(series.hash())
                        .setNamespace(series.namespace())
                        .setMetricName(series.metricName())
                        .addAllDimensions(dimensions(series.dimensions()))
                        .setPeriodStartS(point.startS())
                        .setResolutionS(resolution.seconds())
                        .setUnit(point.unit().awsName())
                        .setStatisticSet(
                                StatisticSet.newBuilder()
                                        .setSampleCount(aggregate.sampleCount())
                                        .setSum(aggregate.sum())
                                        .setMinimum(aggregate.minimum())
                                        .setMaximum(aggregate.maximum()));
        addHistogram(rollup, aggregate);
        return rollup.build();
    }

    private static List<Dimension> dimensions(Dimensions dimensions) {
        var list = new ArrayList<Dimension>(dimensions.size());
        for (var dimension : dimensions) {
            list.add(
                    Dimension.newBuilder()
                            .setName(dimension.name())
                            .setValue(dimension.value())
                            .build());
        }
        return list;
    }

    private static void addHistogram(Rollup.Builder rollup, Aggregate aggregate) {
        var histogram = aggregate.histogram();
        if (histogram == null) {
            return;
        }
        var target = Histogram.newBuilder().setZeroWeight(histogram.zeroWeight());
        for (var i = 0; i < histogram.binCount(); i++) {
            target.addBins(histogram.bin(i)).addWeights(histogram.weight(i));
        }
        rollup.setHistogram(target);
    }
}
