package io.pharos.logs.metricfilter.stream;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.pharos.kit.StreamBatch;
import io.pharos.kit.StreamProducer;
import io.pharos.kit.StreamRecord;
import io.pharos.logs.filter.FieldSelection;
import io.pharos.logs.filter.pg.GroupFilters;
import io.pharos.logs.group.LogGroup;
import io.pharos.logs.ingest.LogArrival;
import io.pharos.logs.ingest.LogTap;
import io.pharos.logs.metricfilter.ArrivalMetrics;
import io.pharos.logs.metricfilter.MetricExtraction;
import io.pharos.logs.metricfilter.pg.FilterMinutes;
import io.pharos.logs.metricfilter.pg.PgMetricFilters;
import io.pharos.stream.Topic;

import jakarta.inject.Singleton;

import org.jboss.logging.Logger;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// Turns arriving log events into datapoints. What one record of `log-events` derives depends on that
/// record and the filters alone, so that a replay counts nothing twice.
@Singleton
public final class MetricFilterTap implements LogTap {
    private static final Logger LOG = Logger.getLogger(MetricFilterTap.class);
    private static final String METRIC_DATA = Topic.METRIC_DATA.topicName();

    private final GroupFilters<MetricExtraction> filters =
            new GroupFilters<>(MetricFilterTap::compiled);
    private final StreamProducer producer;
    private final Counter dropped;

    public MetricFilterTap(StreamProducer producer, MeterRegistry meters) {
        this.producer = producer;
        this.dropped = meters.counter("pharos.logs.metric.filter.dropped.datapoints");
    }

    @Override
    public void onArrival(StreamBatch batch, StreamRecord cause, LogArrival arrival)
            throws SQLException {
        var group = arrival.group();
        var active =
                filters.of(batch, group).stream()
                        .filter(f -> f.filter().seesEventsOf(arrival.receivedMs()))
                        .toList();
        if (active.isEmpty()) {
            return;
        }
        var shown = arrival.shown();
        var onTransformed = active.stream().anyMatch(f -> f.filter().onTransformed());
        var metrics =
                ArrivalMetrics.of(
                        active, shown, onTransformed ? arrival.transformed().events() : shown);
        dropped.increment(metrics.dropped());
        FilterMinutes.add(
                batch.connection(),
                group.id(),
                cause.partition(),
                metrics.minutes(),
                arrival.receivedMs());
        if (metrics.isEmpty()) {
            return;
        }
        var partitions = producer.partitions(METRIC_DATA);
        for (var addressed : metrics.batches(group.tenant(), arrival.receivedMs(), partitions)) {
            batch.derive(
                    cause,
                    METRIC_DATA,
                    addressed.partition(),
                    key(addressed.batch().getNamespace()),
                    addressed.batch().toByteArray());
        }
    }

    /// The partition is chosen by series; the key only tells a reader of the topic what this is.
    private static byte[] key(String namespace) {
        return namespace.getBytes(StandardCharsets.UTF_8);
    }

    private static List<MetricExtraction> compiled(Connection connection, LogGroup group)
            throws SQLException {
        var compiled = new ArrayList<MetricExtraction>();
        for (var filter : PgMetricFilters.of(connection, group.id())) {
            try {
                if (FieldSelection.covers(filter.fieldSelection(), group.tenant())) {
                    compiled.add(MetricExtraction.of(filter, group.tenant()));
                }
            } catch (RuntimeException unreadable) { // events must pass whatever the filter
                LOG.errorf(
                        unreadable,
                        "metric filter is skipped group=%s filter=%s",
                        group.name(),
                        filter.name());
            }
        }
        return List.copyOf(compiled);
    }
}
