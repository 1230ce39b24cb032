package io.pharos.logs.emf.stream;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.pharos.kit.StreamBatch;
import io.pharos.kit.StreamProducer;
import io.pharos.kit.StreamRecord;
import io.pharos.logs.emf.EmbeddedMetrics;
import io.pharos.logs.ingest.LogArrival;
import io.pharos.logs.ingest.LogTap;
import io.pharos.stream.Topic;

import jakarta.inject.Singleton;

import java.nio.charset.StandardCharsets;

/// Turns log events of the embedded metric format into datapoints. What one record of `log-events`
/// derives depends on that record alone, so that a replay counts nothing twice.
@Singleton
public final class EmbeddedMetricTap implements LogTap {
    private static final String METRIC_DATA = Topic.METRIC_DATA.topicName();

    private final StreamProducer producer;
    private final Counter dropped;

    public EmbeddedMetricTap(StreamProducer producer, MeterRegistry meters) {
        this.producer = producer;
        this.dropped = meters.counter("pharos.logs.emf.dropped.datapoints");
    }

    @Override
    public void onArrival(StreamBatch batch, StreamRecord cause, LogArrival arrival) {
        if (!arrival.mayEmbedMetrics() || !arrival.group().isStandard()) {
            return;
        }
        var group = arrival.group();
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
}
