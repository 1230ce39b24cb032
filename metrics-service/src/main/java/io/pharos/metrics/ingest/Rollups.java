package io.pharos.metrics.ingest;

import io.pharos.metric.Aggregate;
import io.pharos.metric.Dimensions;
import io.pharos.metrics.point.Point;
import io.pharos.metrics.point.Resolution;
import io.pharos.metrics.point.Run;
import io.pharos.metrics.series.Series;
import io.pharos.stream.Dimension;
import io.pharos.stream.Histogram;
import io.pharos.stream.Rollup;
import io.pharos.stream.RollupBatch;
import io.pharos.stream.StatisticSet;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;

/// What a flush added, in the words of the stream `metric-rollups`.
public final class Rollups {
    /// A record stays well below what Kafka takes.
    static final int MAX_BATCH_BYTES = 1 << 20;

    private record Tenancy(String account, String region) {}

    private Rollups() {}

    /// In the order of tenants and points: the same flush gives the same batches.
    ///
    /// @param identity the series of a number; known for every point of the runs
    public static List<RollupBatch> of(List<Run> runs, LongFunction<Series> identity) {
        Map<Tenancy, List<Rollup>> byTenant = new LinkedHashMap<>();
        for (var run : runs) {
            for (var point : run.points()) {
                var series = identity.apply(point.series());
                byTenant.computeIfAbsent(
                                new Tenancy(series.account(), series.region()),
                                _ -> new ArrayList<>())
                        .add(rollup(series, point, run.resolution()));
            }
        }
        var batches = new ArrayList<RollupBatch>();
        byTenant.forEach((tenant, rollups) -> split(tenant, rollups, batches));
        return batches;
    }

    private static void split(Tenancy tenant, List<Rollup> rollups, List<RollupBatch> target) {
        var batch = RollupBatch.newBuilder();
        var bytes = 0;
        for (var rollup : rollups) {
            if (bytes > 0 && bytes + rollup.getSerializedSize() > MAX_BATCH_BYTES) {
                target.add(finish(batch, tenant));
                batch = RollupBatch.newBuilder();
                bytes = 0;
            }
            batch.addRollups(rollup);
            bytes += rollup.getSerializedSize();
        }
        target.add(finish(batch, tenant));
    }

    private static RollupBatch finish(RollupBatch.Builder batch, Tenancy tenant) {
        return batch.setAccount(tenant.account()).setRegion(tenant.region()).build();
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
