package io.pharos.kit;

import io.micrometer.core.instrument.Counter;

import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/// Sends what a consumer derived, so that the origins in each destination partition only grow, also
/// when a send fails and the batch is derived again. For that it has producers of its own, which it
/// drops at the first failure.
final class DerivedSender implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(DerivedSender.class);
    private static final Duration MAX_BLOCK = Duration.ofSeconds(10);
    private static final Duration DELIVERY = Duration.ofSeconds(60);

    private final KafkaConnection kafka;
    private final String consumer;
    private final StreamProducer partitions;
    private final Counter undeliverable;
    private @Nullable Producers producers;

    DerivedSender(
            KafkaConnection kafka,
            String consumer,
            StreamProducer partitions,
            Counter undeliverable) {
        this.kafka = kafka;
        this.consumer = consumer;
        this.partitions = partitions;
        this.undeliverable = undeliverable;
    }

    /// Returns when Kafka has all of them. Records for a topic that does not exist (a stream that a
    /// user deleted) are dropped and counted: nobody could read them.
    ///
    /// @throws RuntimeException the first failure; then any beginning of `records` may be in Kafka
    void send(List<ProducerRecord<byte[], byte[]>> records) {
        var counts = new HashMap<String, Integer>();
        var current = producers == null ? open() : producers;
        producers = current;
        var firstFailure = new CompletableFuture<Void>();
        var acknowledged =
                records.stream()
                        .filter(record -> partitionsOf(record.topic(), counts) > 0)
                        .map(record -> send(current, record, counts, firstFailure))
                        .toArray(CompletableFuture<?>[]::new);
        try {
            CompletableFuture.anyOf(CompletableFuture.allOf(acknowledged), firstFailure).join();
        } catch (CompletionException failure) {
            current.abort();
            producers = null;
            for (var topic : counts.keySet()) {
                partitions.forgetPartitions(topic);
            }
            if (failure.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw failure;
        }
    }

    private Producers open() {
        return new Producers(kafka, consumer + "-derived", MAX_BLOCK, DELIVERY);
    }

    private CompletableFuture<Void> send(
            Producers current,
            ProducerRecord<byte[], byte[]> record,
            Map<String, Integer> counts,
            CompletableFuture<Void> firstFailure) {
        var result = new CompletableFuture<Void>();
        var partition =
                record.partition() != null
                        ? record.partition()
                        : BuiltInPartitioner.partitionForKey(
                                record.key(), partitionsOf(record.topic(), counts));
        var placed =
                new ProducerRecord<>(
                        record.topic(), partition, record.key(), record.value(), record.headers());
        try {
            current.sendWithoutGaps(
                    placed,
                    (_, failure) -> {
                        if (failure == null) {
                            result.complete(null);
                        } else {
                            firstFailure.completeExceptionally(failure);
                        }
                    });
        } catch (RuntimeException notSent) {
            firstFailure.completeExceptionally(notSent);
        }
        return result;
    }

    private int partitionsOf(String topic, Map<String, Integer> counts) {
        return counts.computeIfAbsent(
                topic,
                name -> {
                    try {
                        return partitions.partitions(name);
                    } catch (UnknownTopicOrPartitionException gone) {
                        LOG.warnf("derived records are dropped: no topic=%s", name);
                        undeliverable.increment();
                        return 0;
                    }
                });
    }

    @Override
    public void close() {
        if (producers != null) {
            producers.close();
            producers = null;
        }
    }
}
