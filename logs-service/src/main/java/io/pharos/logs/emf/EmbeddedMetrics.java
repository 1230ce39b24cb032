package io.pharos.logs.emf;

import io.pharos.logs.event.EmbeddedMark;
import io.pharos.metric.Datum;
import io.pharos.metric.Dimensions;
import io.pharos.metric.SeriesHash;
import io.pharos.stream.MetricBatch;
import io.pharos.stream.MetricSample;
import io.pharos.stream.StatisticSet;
import io.pharos.stream.log.PackedEvents;
import io.pharos.wire.Tenant;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// The datapoints embedded in the events of one record of `log-events`, merged by series and period,
/// with the counts of what could not be read. Pure: the same events give the same in the same order.
public final class EmbeddedMetrics {
    /// Different series and periods that one record of events may write to; what others would get is
    /// dropped and counted.
    static final int MAX_CELLS = 100_000;

    /// AWS: different values in one sample; more take another sample.
    static final int MAX_VALUES = 150;

    /// Samples of one record of `metric-data`, so that it stays far below Kafka's largest.
    static final int MAX_SAMPLES = 1_000;

    private static final String OWN_NAMESPACE = "AWS/Logs";
    private static final long SECOND_MS = Duration.ofSeconds(1).toMillis();
    private static final long MINUTE_MS = Duration.ofMinutes(1).toMillis();

    private record Series(String namespace, String metricName, Dimensions dimensions) {}

    /// @param periodMs when it starts
    private record Cell(Series series, long periodMs, boolean high, String unit) {}

    private static final class Contents {
        private final Map<Double, Double> weights = new LinkedHashMap<>();
        private final List<Datum.Set> sets = new ArrayList<>();
    }

    private final Map<Cell, Contents> cells = new LinkedHashMap<>();
    private int dropped;

    private EmbeddedMetrics() {}

    /// @param declared the sender said that all its events are of the format
    public static EmbeddedMetrics of(
            PackedEvents events, boolean declared, String logGroup, long receivedMs) {
        var metrics = new EmbeddedMetrics();
        var notJson = 0;
        var invalid = 0;
        for (var i = 0; i < events.count(); i++) {
            if (!declared && !EmbeddedMark.isIn(events, i)) {
                continue;
            }
            var reading = EmbeddedDocument.read(events.message(i), declared, receivedMs);
            reading.metrics().forEach(metrics::add);
            switch (reading.kind()) {
                case NOT_JSON -> notJson++;
                case INVALID -> invalid++;
                case PLAIN, METRICS -> {}
            }
        }
        metrics.faults("EMFParsingErrors", notJson, logGroup, receivedMs);
        metrics.faults("EMFValidationErrors", invalid, logGroup, receivedMs);
        return metrics;
    }

    private void faults(String name, int count, String logGroup, long receivedMs) {
        if (count > 0) {
            var series = new Series(OWN_NAMESPACE, name, Dimensions.of("LogGroupName", logGroup));
            var cell = new Cell(series, period(receivedMs, false), false, "");
            cells.computeIfAbsent(cell, _ -> new Contents()).weights.put(1.0, (double) count);
        }
    }

    private void add(EmbeddedDocument.Embedded embedded) {
        var datum = embedded.datum();
        var high = Objects.equals(datum.storageResolution(), 1);
        var name = Objects.requireNonNull(datum.metricName());
        var unit = datum.unit() == null || datum.unit().equals("None") ? "" : datum.unit();
        var cell =
                new Cell(
                        new Series(embedded.namespace(), name, Dimensions.of(datum.dimensions())),
                        period(Objects.requireNonNull(datum.timestampMs()), high),
                        high,
                        unit);
        var contents = cells.get(cell);
        if (contents == null) {
            if (cells.size() >= MAX_CELLS) {
                dropped++;
                return;
            }
            contents = new Contents();
            cells.put(cell, contents);
        }
        if (datum.statisticValues() != null) {
            contents.sets.add(datum.statisticValues());
            return;
        }
        var values = Objects.requireNonNull(datum.values());
        var counts = datum.counts();
        for (var i = 0; i < values.length; i++) {
            contents.weights.merge(values[i], counts == null ? 1 : counts[i], Double::sum);
        }
    }

    private static long period(long timestampMs, boolean high) {
        var length = high ? SECOND_MS : MINUTE_MS;
        return Math.floorDiv(timestampMs, length) * length;
    }

    public boolean isEmpty() {
        return cells.isEmpty();
    }

    /// Datums left out because of [#MAX_CELLS].
    public int dropped() {
        return dropped;
    }

    /// A record of `metric-data` and where it goes.
    public record Addressed(int partition, MetricBatch batch) {}

    /// @param partitions of `metric-data`
    public List<Addressed> batches(Tenant tenant, long receivedMs, int partitions) {
        record Address(String namespace, int partition) {}
        var open = new LinkedHashMap<Address, MetricBatch.Builder>();
        var batches = new ArrayList<Addressed>();
        cells.forEach((cell, contents) -> {
            var hash = hash(tenant, cell.series());
            var namespace = cell.series().namespace();
            var address = new Address(namespace, SeriesHash.partition(hash, partitions));
            for (var sample : samples(cell, contents, hash)) {
                var batch =
                        open.computeIfAbsent(address, _ -> empty(tenant, namespace, receivedMs));
                batch.addSamples(sample);
                if (batch.getSamplesCount() == MAX_SAMPLES) {
                    batches.add(new Addressed(address.partition(), batch.build()));
                    open.remove(address);
                }
            }
        });
        open.forEach(
                (address, batch) -> batches.add(new Addressed(address.partition(), batch.build())));
        return batches;
    }

    private static long hash(Tenant tenant, Series series) {
        return SeriesHash.of(
                tenant.account(),
                tenant.region(),
                series.namespace(),
                series.metricName(),
                series.dimensions());
    }

    private static MetricBatch.Builder empty(Tenant tenant, String namespace, long receivedMs) {
        return MetricBatch.newBuilder()
                .setAccount(tenant.account())
                .setRegion(tenant.region())
                .setNamespace(namespace)
                .setReceivedMs(receivedMs);
    }

    private static List<MetricSample> samples(Cell cell, Contents contents, long hash) {
        var template =
                MetricSample.newBuilder()
                        .setSeriesHash(hash)
                        .setMetricName(cell.series().metricName())
                        .setTimestampMs(cell.periodMs())
                        .setHighResolution(cell.high())
                        .setUnit(cell.unit());
        for (var dimension : cell.series().dimensions()) {
            template.addDimensionsBuilder().setName(dimension.name()).setValue(dimension.value());
        }
        var common = template.build();
        var samples = new ArrayList<MetricSample>();
        var sample = common.toBuilder();
        for (var entry : contents.weights.entrySet()) {
            if (sample.getValuesCount() == MAX_VALUES) {
                samples.add(sample.build());
                sample = common.toBuilder();
            }
            sample.addValues(entry.getKey()).addCounts(entry.getValue());
        }
        if (sample.getValuesCount() > 0) {
            samples.add(sample.build());
        }
        for (var set : contents.sets) {
            samples.add(common.toBuilder().setStatisticSet(set(set)).build());
        }
        return samples;
    }

    private static StatisticSet set(Datum.Set set) {
        return StatisticSet.newBuilder()
                .setSampleCount(Objects.requireNonNull(set.sampleCount()))
                .setSum(Objects.requireNonNull(set.sum()))
                .setMinimum(Objects.requireNonNull(set.minimum()))
                .setMaximum(Objects.requireNonNull(set.maximum()))
                .build();
    }
}
