package io.pharos.metrics.ingest;

import io.pharos.metric.Aggregate;
import io.pharos.metric.Dimensions;
import io.pharos.metrics.point.Point;
import io.pharos.metrics.point.Resolution;
import io.pharos.metrics.series.Series;
import io.pharos.stream.Dimension;
import io.pharos.stream.Histogram;
import io.pharos.stream.Rollup;
import io.pharos.stream.RollupBatch;
import io.pharos.stream.StatisticSet;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/// What a flush added, in the words of the stream `metric-rollups`.
public final class Rollups {
    /// A record stays well below what Kafka takes.
    static final int MAX_BATCH_BYTES = 1 << 20;

    private Rollups() {}

    /// In the order in which they were told first, a batch for each tenant and size: the same flush gives the same batches.
    ///
    /// @param sources where the flush's samples were told
    public static List<RollupBatch> of(List<Flush.Sourced> runs, Sources sources) {
        var batches = new ArrayList<RollupBatch>();
        var open = new LinkedHashMap<Sources.Tenancy, RollupColumnsWriter>();
        for (var sourced : runs) {
            var points = sourced.run().points();
            for (var i : bySource(sourced)) {
                var source = sourced.sources()[i];
                var writer =
                        open.computeIfAbsent(
                                sources.tenancy(source), _ -> new RollupColumnsWriter(sources));
                writer.add(points.get(i), sourced.run().resolution(), source);
                if (writer.bytes() >= MAX_BATCH_BYTES) {
                    batches.add(writer.finish(sources.tenancy(source)));
                }
            }
        }
        open.forEach((tenancy, writer) -> {
            if (writer.bytes() > 0) {
                batches.add(writer.finish(tenancy));
            }
        });
        return batches;
    }

    /// Record by record, because the identities of one are close to each other.
    private static int[] bySource(Flush.Sourced sourced) {
        var order = new int[sourced.sources().length];
        for (var i = 0; i < order.length; i++) {
            order[i] = i;
        }
        return RadixOrder.sort(order, sourced.sources());
    }

    /// One point as a roll-up.
    public static Rollup rollup(Series series, Point point, Resolution resolution) {
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
