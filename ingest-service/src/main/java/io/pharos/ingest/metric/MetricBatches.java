package io.pharos.ingest.metric;

import io.pharos.metric.Datum;
import io.pharos.metric.Dimension;
import io.pharos.metric.SeriesHash;
import io.pharos.stream.MetricBatch;
import io.pharos.stream.MetricSample;
import io.pharos.stream.StatisticSet;
import io.pharos.wire.Tenant;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/// Packs checked datums into one record a partition, each series always into the same one.
public final class MetricBatches {
    private MetricBatches() {}

    /// @param datums as [io.pharos.metric.PutMetricDataRules] let them pass
    /// @return by partition
    public static Map<Integer, MetricBatch> pack(
            Tenant tenant, String namespace, List<Datum> datums, long receivedMs, int partitions) {
        Map<Integer, MetricBatch.Builder> batches = new TreeMap<>();
        for (var datum : datums) {
            var sample = sample(tenant, namespace, datum, receivedMs);
            batches.computeIfAbsent(
                            SeriesHash.partition(sample.getSeriesHash(), partitions),
                            _ -> empty(tenant, namespace, receivedMs))
                    .addSamples(sample);
        }
        Map<Integer, MetricBatch> packed = new TreeMap<>();
        batches.forEach((partition, batch) -> packed.put(partition, batch.build()));
        return packed;
    }

    private static MetricBatch.Builder empty(Tenant tenant, String namespace, long receivedMs) {
        return MetricBatch.newBuilder()
                .setAccount(tenant.account())
                .setRegion(tenant.region())
                .setNamespace(namespace)
                .setReceivedMs(receivedMs);
    }

    private static MetricSample sample(
            Tenant tenant, String namespace, Datum datum, long receivedMs) {
        var name = Objects.requireNonNull(datum.metricName());
        var dimensions = datum.dimensions().stream().sorted().toList();
        var sample =
                MetricSample.newBuilder()
                        .setSeriesHash(
                                SeriesHash.of(
                                        tenant.account(),
                                        tenant.region(),
                                        namespace,
                                        name,
                                        io.pharos.metric.Dimensions.of(dimensions)))
                        .setMetricName(name)
                        .setTimestampMs(
                                datum.timestampMs() == null ? receivedMs : datum.timestampMs())
                        .setHighResolution(Objects.equals(datum.storageResolution(), 1));
        for (Dimension dimension : dimensions) {
            sample.addDimensionsBuilder().setName(dimension.name()).setValue(dimension.value());
        }
        if (datum.unit() != null && !datum.unit().equals("None")) {
            sample.setUnit(datum.unit());
        }
        form(datum, sample);
        return sample.build();
    }

    /// AWS: StatisticValues wins over Values beside it.
    private static void form(Datum datum, MetricSample.Builder sample) {
        var set = datum.statisticValues();
        if (datum.value() != null) {
            sample.setValue(datum.value());
        } else if (set != null) {
            sample.setStatisticSet(
                    StatisticSet.newBuilder()
                            .setSampleCount(Objects.requireNonNull(set.sampleCount()))
                            .setSum(Objects.requireNonNull(set.sum()))
                            .setMinimum(Objects.requireNonNull(set.minimum()))
                            .setMaximum(Objects.requireNonNull(set.maximum())));
        } else {
            for (var value : Objects.requireNonNull(datum.values())) {
                sample.addValues(value);
            }
            if (datum.counts() != null) {
                for (var count : datum.counts()) {
                    sample.addCounts(count);
                }
            }
        }
    }
}
