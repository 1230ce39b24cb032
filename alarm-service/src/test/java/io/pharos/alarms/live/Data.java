package io.pharos.alarms.live;

import io.pharos.metric.Dimensions;
import io.pharos.metric.SeriesHash;
import io.pharos.stream.MetricBatch;
import io.pharos.stream.Rollup;
import io.pharos.stream.StatisticSet;
import io.pharos.wire.Tenant;

/// One datum of a metric of the namespace `n` without dimensions, as the stream brings it and as
/// metrics-service tells it.
public final class Data {
    private Data() {}

    public static byte[] record(
            Tenant tenant, String metric, long atS, boolean high, double value) {
        var batch =
                MetricBatch.newBuilder()
                        .setAccount(tenant.account())
                        .setRegion(tenant.region())
                        .setNamespace("n")
                        .setReceivedMs(atS * 1000);
        batch.getColumnsBuilder()
                .addTexts(metric)
                .addSeriesHashes(hash(tenant, metric))
                .addIdentities(0)
                .addIdentities(0)
                .addTimestampsMs(atS * 1000)
                .addUnits(0)
                .addHighResolutions(high)
                .addValues(value);
        return batch.build().toByteArray();
    }

    public static Rollup rollup(
            Tenant tenant, String metric, long atS, int resolutionS, double value) {
        return Rollup.newBuilder()
                .setSeriesHash(hash(tenant, metric))
                .setNamespace("n")
                .setMetricName(metric)
                .setPeriodStartS(Math.floorDiv(atS, resolutionS) * resolutionS)
                .setResolutionS(resolutionS)
                .setUnit("None")
                .setStatisticSet(
                        StatisticSet.newBuilder()
                                .setSampleCount(1)
                                .setSum(value)
                                .setMinimum(value)
                                .setMaximum(value))
                .build();
    }

    private static long hash(Tenant tenant, String metric) {
        return SeriesHash.of(tenant.account(), tenant.region(), "n", metric, Dimensions.NONE);
    }
}
