package io.pharos.logs.emf.stream;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.pharos.kit.StreamBatch;
import io.pharos.kit.StreamProducer;
import io.pharos.kit.StreamRecord;
import io.pharos.logs.emf.EmbeddedMetrics;
import io.pharos.logs.emf.ExtractionCriteria;
import io.pharos.logs.filter.pg.GroupFilters;
import io.pharos.logs.ingest.LogArrival;
import io.pharos.logs.ingest.LogTap;
import io.pharos.logs.policy.PolicyKind;
import io.pharos.logs.policy.PolicyVersion;
import io.pharos.logs.policy.pg.PgPolicies;
import io.pharos.stream.Topic;

import jakarta.inject.Singleton;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;

/// Turns log events of the embedded metric format into datapoints. What one record of `log-events`
/// derives depends on that record alone, and on the policies of its time, so that a replay counts nothing twice.
@Singleton
public final class EmbeddedMetricTap implements LogTap {
    private static final String METRIC_DATA = Topic.METRIC_DATA.topicName();

    private final StreamProducer producer;
    private final Counter dropped;

    /// Those that ever ended it for a group.
    private final GroupFilters<PolicyVersion> ended =
            new GroupFilters<>((connection, group) ->
                    PgPolicies.everOfAccount(
                                    connection, group.tenant(), PolicyKind.METRIC_EXTRACTION)
                            .stream()
                            .filter(policy ->
                                    ExtractionCriteria.parse(policy.criteria())
                                            .covers(group.name()))
                            .toList());

    public EmbeddedMetricTap(StreamProducer producer, MeterRegistry meters) {
        this.producer = producer;
        this.dropped = meters.counter("pharos.logs.emf.dropped.datapoints");
    }

    @Override
    public void onArrival(StreamBatch batch, StreamRecord cause, LogArrival arrival)
            throws SQLException {
        var group = arrival.group();
        if (!arrival.mayEmbedMetrics() || !group.isStandard() || isEnded(batch, arrival)) {
            return;
        }
        var metrics =
                EmbeddedMetrics.of(
                        arrival.events(),
                        arrival.isEmbeddedFormat(),
                        group.name(),
                        arrival.receivedMs());
        dropped.increment(metrics.dropped());
        if (metrics.isEmpty()) {
            return;
        }
        var partitions = producer.partitions(METRIC_DATA);
        for (var addressed : metrics.batches(group.tenant(), arrival.receivedMs(), partitions)) {
            batch.derive(
                    cause,
                    METRIC_DATA,
                    addressed.partition(),
                    addressed.batch().getNamespace().getBytes(StandardCharsets.UTF_8),
                    addressed.batch().toByteArray());
        }
    }

    /// Also when it comes again after a change: by when it was received.
    private boolean isEnded(StreamBatch batch, LogArrival arrival) throws SQLException {
        return ended.of(batch, arrival.group()).stream()
                .anyMatch(policy -> policy.holdsAt(arrival.receivedMs()));
    }
}
