package io.pharos.logs.metricfilter;

import io.pharos.metric.Dimensions;
import io.pharos.metric.SeriesHash;
import io.pharos.stream.MetricBatch;
import io.pharos.stream.MetricSample;
import io.pharos.stream.log.PackedEvents;
import io.pharos.wire.Tenant;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatchlogs.model.StandardUnit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/// The datapoints that a group's metric filters make of the events of one record, merged by series
/// and minute. Pure: the same events and filters give the same in the same order.
public final class ArrivalMetrics {
    /// Different dimension values that one filter may produce from one record; the datapoints of
    /// others are dropped. AWS disables a filter at about as many in an hour.
    static final int MAX_SERIES = 1000;

    /// AWS: different values in one sample; more take another sample.
    static final int MAX_VALUES = 150;

    private static final long MINUTE_MS = Duration.ofMinutes(1).toMillis();

    /// A metric that datapoints go to.
    public record Series(String namespace, String metricName, Dimensions dimensions) {
        long hash(Tenant tenant) {
            return SeriesHash.of(
                    tenant.account(), tenant.region(), namespace, metricName, dimensions);
        }
    }

    private record Cell(long minuteMs, String unit) {}

    private final Map<Series, Map<Cell, Map<Double, Integer>>> datapoints = new LinkedHashMap<>();
    private final Map<String, Map<Long, Boolean>> minutes = new LinkedHashMap<>();
    private int dropped;

    private ArrivalMetrics() {}

    public static ArrivalMetrics of(List<MetricExtraction> filters, PackedEvents events) {
        return of(filters, events, events);
    }

    /// @param transformed what filters with `applyOnTransformedLogs` see, event by event
    public static ArrivalMetrics of(
            List<MetricExtraction> filters, PackedEvents events, PackedEvents transformed) {
        var metrics = new ArrivalMetrics();
        var series = new int[filters.size()];
        for (var event = 0; event < events.count(); event++) {
            var message = events.message(event);
            var other = transformed == events ? message : transformed.message(event);
            var minuteMs = Math.floorDiv(events.timestampMs(event), MINUTE_MS) * MINUTE_MS;
            for (var i = 0; i < filters.size(); i++) {
                var filter = filters.get(i);
                var seen = filter.filter().onTransformed() ? other : message;
                series[i] += metrics.take(filter, seen, minuteMs, series[i]);
            }
        }
        return metrics;
    }

    /// For filters with a default value: the minutes in which events stand, and whether one matched.
    public Map<String, Map<Long, Boolean>> minutes() {
        return minutes;
    }

    /// Datapoints left out because of [#MAX_SERIES].
    public int dropped() {
        return dropped;
    }

    public boolean isEmpty() {
        return datapoints.isEmpty();
    }

    /// A record of `metric-data` and where it goes.
    public record Addressed(int partition, MetricBatch batch) {}

    /// One record a namespace and partition, in order of first appearance.
    ///
    /// @param partitions of `metric-data`
    public List<Addressed> batches(Tenant tenant, long receivedMs, int partitions) {
        record Address(String namespace, int partition) {}
        var builders = new LinkedHashMap<Address, MetricBatch.Builder>();
        datapoints.forEach((series, cells) -> {
            var hash = series.hash(tenant);
            var address = new Address(series.namespace(), SeriesHash.partition(hash, partitions));
            var batch =
                    builders.computeIfAbsent(
                            address,
                            _ ->
                                    MetricBatch.newBuilder()
                                            .setAccount(tenant.account())
                                            .setRegion(tenant.region())
                                            .setNamespace(series.namespace())
                                            .setReceivedMs(receivedMs));
            var template = template(series, hash);
            cells.forEach((cell, values) -> addSamples(batch, template, cell, values));
        });
        var batches = new ArrayList<Addressed>(builders.size());
        builders.forEach(
                (address, batch) -> batches.add(new Addressed(address.partition(), batch.build())));
        return batches;
    }

    private static MetricSample template(Series series, long hash) {
        var template =
                MetricSample.newBuilder().setSeriesHash(hash).setMetricName(series.metricName());
        for (var dimension : series.dimensions()) {
            template.addDimensionsBuilder().setName(dimension.name()).setValue(dimension.value());
        }
        return template.build();
    }

    /// The default value of a minute as a record of its own.
    public static Addressed defaultValue(
            Tenant tenant, MetricFilter filter, long minuteMs, long nowMs, int partitions) {
        var metrics = new ArrivalMetrics();
        var to = filter.transformation();
        var value = Objects.requireNonNull(filter.defaultValue());
        metrics.datapoints.put(
                new Series(to.metricNamespace(), to.metricName(), Dimensions.NONE),
                Map.of(new Cell(minuteMs, unit(to.unitAsString())), Map.of(value, 1)));
        return metrics.batches(tenant, nowMs, partitions).getFirst();
    }

    /// Returns 1 when the filter produced a series that was not there.
    private int take(MetricExtraction extraction, String message, long minuteMs, int series) {
        var filter = extraction.filter();
        var outcome = extraction.read(message);
        if (filter.defaultValue() != null) {
            minutes.computeIfAbsent(filter.name(), _ -> new TreeMap<>())
                    .merge(
                            minuteMs,
                            !(outcome instanceof MetricExtraction.NoMatch),
                            Boolean::logicalOr);
        }
        if (!(outcome instanceof MetricExtraction.Datapoint(var value, var dimensions))) {
            return 0;
        }
        var to = filter.transformation();
        var target = new Series(to.metricNamespace(), to.metricName(), dimensions);
        var cells = datapoints.get(target);
        var isNew = cells == null;
        if (cells == null) {
            if (series >= MAX_SERIES) {
                dropped++;
                return 0;
            }
            cells = new LinkedHashMap<>();
            datapoints.put(target, cells);
        }
        cells.computeIfAbsent(
                        new Cell(minuteMs, unit(to.unitAsString())), _ -> new LinkedHashMap<>())
                .merge(value, 1, Integer::sum);
        return isNew ? 1 : 0;
    }

    private static void addSamples(
            MetricBatch.Builder batch,
            MetricSample template,
            Cell cell,
            Map<Double, Integer> values) {
        var sample = sample(template, cell);
        for (var entry : values.entrySet()) {
            if (sample.getValuesCount() == MAX_VALUES) {
                batch.addSamples(sample);
                sample = sample(template, cell);
            }
            sample.addValues(entry.getKey()).addCounts(entry.getValue());
        }
        batch.addSamples(sample);
    }

    private static MetricSample.Builder sample(MetricSample template, Cell cell) {
        return template.toBuilder().setTimestampMs(cell.minuteMs()).setUnit(cell.unit());
    }

    /// The contract writes None as nothing.
    static String unit(@Nullable String unit) {
        return unit == null || unit.equals(StandardUnit.NONE.toString()) ? "" : unit;
    }
}
