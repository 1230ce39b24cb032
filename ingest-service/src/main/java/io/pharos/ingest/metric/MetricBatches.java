package io.pharos.ingest.metric;

import io.pharos.metric.Datum;
import io.pharos.metric.Dimension;
import io.pharos.metric.Dimensions;
import io.pharos.metric.SeriesHash;
import io.pharos.stream.MetricBatch;
import io.pharos.stream.MetricColumns;
import io.pharos.stream.MetricSample;
import io.pharos.stream.StatisticSet;
import io.pharos.wire.Tenant;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/// Packs checked datums into one record a partition, each series always into the same one. Datums of one
/// value stand in columns, others as samples.
public final class MetricBatches {
    private MetricBatches() {}

    /// @param datums as [io.pharos.metric.PutMetricDataRules] let them pass
    /// @return by partition
    public static Map<Integer, MetricBatch> pack(
            Tenant tenant, String namespace, List<Datum> datums, long receivedMs, int partitions) {
        Map<Integer, Packing> batches = new TreeMap<>();
        for (var datum : datums) {
            var name = Objects.requireNonNull(datum.metricName());
            var dimensions = Dimensions.of(datum.dimensions());
            var hash =
                    SeriesHash.of(tenant.account(), tenant.region(), namespace, name, dimensions);
            batches.computeIfAbsent(
                            SeriesHash.partition(hash, partitions),
                            _ -> new Packing(empty(tenant, namespace, receivedMs)))
                    .add(datum, name, dimensions, hash, receivedMs);
        }
        Map<Integer, MetricBatch> packed = new TreeMap<>();
        batches.forEach((partition, batch) -> packed.put(partition, batch.build()));
        return packed;
    }

    /// One partition's record.
    private static final class Packing {
        private final MetricBatch.Builder batch;
        private final MetricColumns.Builder columns = MetricColumns.newBuilder();
        private final Map<String, Integer> texts = new HashMap<>();
        private long lastMs;

        Packing(MetricBatch.Builder batch) {
            this.batch = batch;
        }

        void add(Datum datum, String name, Dimensions dimensions, long hash, long receivedMs) {
            var ms = datum.timestampMs() == null ? receivedMs : datum.timestampMs();
            if (datum.value() == null) {
                batch.addSamples(sample(datum, name, dimensions, hash, ms));
                return;
            }
            columns.addSeriesHashes(hash)
                    .addIdentities(text(name))
                    .addIdentities(dimensions.size());
            for (var dimension : dimensions) {
                columns.addIdentities(text(dimension.name()))
                        .addIdentities(text(dimension.value()));
            }
            columns.addTimestampsMs(ms - lastMs)
                    .addUnits(isUnitless(datum) ? 0 : text(datum.unit()) + 1)
                    .addHighResolutions(isHighResolution(datum))
                    .addValues(datum.value());
            lastMs = ms;
        }

        private int text(@Nullable String text) {
            var value = Objects.requireNonNull(text);
            var known = texts.putIfAbsent(value, texts.size());
            if (known == null) {
                columns.addTexts(value);
                return texts.size() - 1;
            }
            return known;
        }

        MetricBatch build() {
            return columns.getValuesCount() == 0
                    ? batch.build()
                    : batch.setColumns(columns).build();
        }
    }

    private static MetricBatch.Builder empty(Tenant tenant, String namespace, long receivedMs) {
        return MetricBatch.newBuilder()
                .setAccount(tenant.account())
                .setRegion(tenant.region())
                .setNamespace(namespace)
                .setReceivedMs(receivedMs);
    }

    private static MetricSample sample(
            Datum datum, String name, Dimensions dimensions, long hash, long ms) {
        var sample =
                MetricSample.newBuilder()
                        .setSeriesHash(hash)
                        .setMetricName(name)
                        .setTimestampMs(ms)
                        .setHighResolution(isHighResolution(datum));
        for (Dimension dimension : dimensions) {
            sample.addDimensionsBuilder().setName(dimension.name()).setValue(dimension.value());
        }
        if (!isUnitless(datum)) {
            sample.setUnit(Objects.requireNonNull(datum.unit()));
        }
        form(datum, sample);
        return sample.build();
    }

    private static boolean isHighResolution(Datum datum) {
        return Objects.equals(datum.storageResolution(), 1);
    }

    private static boolean isUnitless(Datum datum) {
        return datum.unit() == null || datum.unit().isEmpty() || datum.unit().equals("None");
    }

    /// AWS: StatisticValues wins over Values beside it.
    private static void form(Datum datum, MetricSample.Builder sample) {
        var set = datum.statisticValues();
        if (set != null) {
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
