package io.pharos.metrics;

import io.pharos.kit.StreamProducer;
import io.pharos.metric.Dimensions;
import io.pharos.metric.SeriesHash;
import io.pharos.stream.Dimension;
import io.pharos.stream.MetricBatch;
import io.pharos.stream.MetricSample;
import io.pharos.stream.StatisticSet;
import io.pharos.stream.Topic;
import io.pharos.wire.Tenant;

import java.time.Instant;

/// Puts samples on the stream as the front door does, and returns when Kafka has them.
public final class Feed {
    private final StreamProducer producer;
    private final Tenant tenant;
    private final Instant now;

    public Feed(StreamProducer producer, Tenant tenant, Instant now) {
        this.producer = producer;
        this.tenant = tenant;
        this.now = now;
    }

    public void value(
            String namespace, String name, Dimensions dimensions, Instant at, double value) {
        send(namespace, name, dimensions, sample(at).setValue(value));
    }

    public void highResolution(
            String namespace, String name, Dimensions dimensions, Instant at, double value) {
        send(namespace, name, dimensions, sample(at).setValue(value).setHighResolution(true));
    }

    public void unit(
            String namespace,
            String name,
            Dimensions dimensions,
            Instant at,
            String unit,
            double value) {
        send(namespace, name, dimensions, sample(at).setValue(value).setUnit(unit));
    }

    public void set(
            String namespace,
            String name,
            Dimensions dimensions,
            Instant at,
            double count,
            double sum,
            double minimum,
            double maximum) {
        var set =
                StatisticSet.newBuilder()
                        .setSampleCount(count)
                        .setSum(sum)
                        .setMinimum(minimum)
                        .setMaximum(maximum);
        send(namespace, name, dimensions, sample(at).setStatisticSet(set));
    }

    public static MetricSample.Builder sample(Instant at) {
        return MetricSample.newBuilder().setTimestampMs(at.toEpochMilli());
    }

    public void send(
            String namespace, String name, Dimensions dimensions, MetricSample.Builder sample) {
        var hash = SeriesHash.of(tenant.account(), tenant.region(), namespace, name, dimensions);
        sample.setSeriesHash(hash).setMetricName(name);
        for (var dimension : dimensions) {
            sample.addDimensions(
                    Dimension.newBuilder().setName(dimension.name()).setValue(dimension.value()));
        }
        var batch =
                MetricBatch.newBuilder()
                        .setAccount(tenant.account())
                        .setRegion(tenant.region())
                        .setNamespace(namespace)
                        .setReceivedMs(now.toEpochMilli())
                        .addSamples(sample)
                        .build();
        var topic = Topic.METRIC_DATA.topicName();
        var partition = SeriesHash.partition(hash, producer.partitions(topic));
        producer.send(topic, partition, null, batch.toByteArray()).join();
    }
}
