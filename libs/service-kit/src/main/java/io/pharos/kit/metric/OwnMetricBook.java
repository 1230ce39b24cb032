package io.pharos.kit.metric;

import io.pharos.metric.SeriesHash;
import io.pharos.stream.Dimension;
import io.pharos.stream.MetricBatch;
import io.pharos.stream.MetricSample;
import io.pharos.stream.StatisticSet;
import io.pharos.wire.Tenant;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/// Adds up values in memory until they are taken, each exactly once. Thread-safe.
final class OwnMetricBook {
    /// Metrics kept at a time; values of further ones are lost, and told in the log.
    static final int MAX_METRICS = 50_000;

    /// Samples in one record: AWS's limit for a PutMetricData.
    static final int MAX_SAMPLES = 1_000;

    private final int maxMetrics;
    private final ConcurrentMap<OwnMetric, Sums> open = new ConcurrentHashMap<>();

    OwnMetricBook() {
        this(MAX_METRICS);
    }

    OwnMetricBook(int maxMetrics) {
        this.maxMetrics = maxMetrics;
    }

    /// What was added up.
    record Sums(double count, double sum, double minimum, double maximum) {
        static Sums of(double value) {
            return new Sums(1, value, value, value);
        }

        Sums plus(Sums other) {
            return new Sums(
                    count + other.count,
                    sum + other.sum,
                    Math.min(minimum, other.minimum),
                    Math.max(maximum, other.maximum));
        }
    }

    /// A record for a partition of `metric-data`, and what to put back when it was not sent.
    record Page(int partition, MetricBatch batch, Map<OwnMetric, Sums> sums) {}

    /// @return whether there was room
    boolean add(OwnMetric metric, Sums more) {
        // Sizes are not exact while others add, and need not be.
        if (open.size() >= maxMetrics && !open.containsKey(metric)) {
            return false;
        }
        open.merge(metric, more, Sums::plus);
        return true;
    }

    /// Takes all there is.
    ///
    /// @param at the time of what was added since the last time
    List<Page> take(Instant at, int partitions) {
        record Place(Tenant tenant, String namespace, int partition) {}
        var places = new HashMap<Place, Map<OwnMetric, Sums>>();
        var pages = new ArrayList<Page>();
        for (var metric : open.keySet()) {
            var sums = open.remove(metric);
            if (sums == null) {
                continue;
            }
            var place =
                    new Place(
                            metric.tenant(),
                            metric.namespace(),
                            SeriesHash.partition(metric.seriesHash(), partitions));
            var together = places.computeIfAbsent(place, _ -> new HashMap<>());
            // Seen again when somebody added to it after it was taken.
            together.merge(metric, sums, Sums::plus);
            if (together.size() == MAX_SAMPLES) {
                pages.add(page(place.partition(), together, at));
                places.remove(place);
            }
        }
        places.forEach((place, together) -> pages.add(page(place.partition(), together, at)));
        return pages;
    }

    private static Page page(int partition, Map<OwnMetric, Sums> sums, Instant at) {
        var any = sums.keySet().iterator().next();
        var batch =
                MetricBatch.newBuilder()
                        .setAccount(any.tenant().account())
                        .setRegion(any.tenant().region())
                        .setNamespace(any.namespace())
                        .setReceivedMs(at.toEpochMilli());
        sums.forEach((metric, of) -> batch.addSamples(sample(metric, of, at)));
        return new Page(partition, batch.build(), sums);
    }

    private static MetricSample sample(OwnMetric metric, Sums sums, Instant at) {
        var sample =
                MetricSample.newBuilder()
                        .setSeriesHash(metric.seriesHash())
                        .setMetricName(metric.name())
                        .setTimestampMs(at.toEpochMilli());
        for (var dimension : metric.dimensions()) {
            sample.addDimensions(
                    Dimension.newBuilder().setName(dimension.name()).setValue(dimension.value()));
        }
        if (!metric.unit().equals("None")) {
            sample.setUnit(metric.unit());
        }
        if (sums.count() == 1) {
            return sample.setValue(sums.sum()).build();
        }
        return sample.setStatisticSet(
                        StatisticSet.newBuilder()
                                .setSampleCount(sums.count())
                                .setSum(sums.sum())
                                .setMinimum(sums.minimum())
                                .setMaximum(sums.maximum()))
                .build();
    }
}
