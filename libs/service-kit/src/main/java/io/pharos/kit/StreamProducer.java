package io.pharos.kit;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Metrics;
import io.pharos.wire.AwsError;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.BufferExhaustedException;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/// The process's one way into Kafka: idempotent, acks=all. A full buffer is refused at once with
/// AWS's throttling error instead of blocking or growing.
///
/// A failed send completes exceptionally with an [AwsError] where the client is to see one: 503
/// `ServiceUnavailable` when Kafka did not acknowledge in time (it may still have the record).
@Singleton
public class StreamProducer implements AutoCloseable {
    /// What may be on its way to Kafka at a time, in bytes of keys and values.
    static final long MAX_PENDING_BYTES = 32 << 20;

    private static final int MAX_CACHED_TOPICS = 10_000;
    private static final Duration PARTITIONS_AGE = Duration.ofSeconds(30);
    private static final Duration ADMIN_LIMIT = Duration.ofSeconds(5);
    private static final Duration MAX_BLOCK = Duration.ofSeconds(1);
    private static final Duration DELIVERY = Duration.ofSeconds(12);

    private final Producers producers;
    private final Admin admin;
    private final boolean ownsAdmin;
    private final AtomicLong pendingBytes = new AtomicLong();
    private final LoadingCache<String, Integer> partitions =
            Caffeine.newBuilder()
                    .maximumSize(MAX_CACHED_TOPICS)
                    .expireAfterWrite(PARTITIONS_AGE)
                    .build(this::countPartitions);

    @Inject
    StreamProducer(KafkaConnection kafka, Admin admin, MeterRegistry meters) {
        this(kafka, admin, false, meters);
    }

    /// For tests and tools.
    public StreamProducer(String bootstrapServers) {
        this(
                KafkaConnection.to(bootstrapServers),
                Admin.create(KafkaConnection.to(bootstrapServers).settings()),
                true,
                Metrics.globalRegistry);
    }

    private StreamProducer(
            KafkaConnection kafka, Admin admin, boolean ownsAdmin, MeterRegistry meters) {
        this.producers = new Producers(kafka, "pharos", MAX_BLOCK, DELIVERY);
        this.admin = admin;
        this.ownsAdmin = ownsAdmin;
        Gauge.builder("pharos.stream.pending", pendingBytes, AtomicLong::get)
                .baseUnit("bytes")
                .description("Sent to Kafka and not yet acknowledged")
                .register(meters);
    }

    /// Sends by key. The result completes when Kafka has the record, with its (partition, offset).
    ///
    /// @param key null for any partition
    /// @throws AwsError throttling, when too much is on its way
    public CompletableFuture<Appended> send(String topic, byte @Nullable [] key, byte[] value) {
        return send(new ProducerRecord<>(topic, key, value));
    }

    /// Sends to a given partition, for callers that pack one record a partition.
    ///
    /// @throws AwsError throttling, when too much is on its way
    public CompletableFuture<Appended> send(
            String topic, int partition, byte @Nullable [] key, byte[] value) {
        return send(new ProducerRecord<>(topic, partition, key, value));
    }

    /// The same with headers.
    CompletableFuture<Appended> send(ProducerRecord<byte[], byte[]> record) {
        var size = sizeOf(record);
        if (pendingBytes.addAndGet(size) > MAX_PENDING_BYTES) {
            pendingBytes.addAndGet(-size);
            throw AwsError.throttling("Rate exceeded");
        }
        var result = new CompletableFuture<Appended>();
        try {
            producers.send(
                    record,
                    (stored, failure) -> {
                        pendingBytes.addAndGet(-size);
                        if (failure == null) {
                            result.complete(new Appended(stored.partition(), stored.offset()));
                        } else {
                            result.completeExceptionally(asClientSees(failure));
                        }
                    });
        } catch (RuntimeException notSent) {
            pendingBytes.addAndGet(-size);
            throw notSent;
        }
        return result;
    }

    private static long sizeOf(ProducerRecord<byte[], byte[]> record) {
        var key = record.key();
        var value = record.value();
        return (key == null ? 0 : key.length) + (value == null ? 0 : value.length);
    }

    private static Exception asClientSees(Exception failure) {
        return switch (failure) {
            case BufferExhaustedException _ -> AwsError.throttling("Rate exceeded");
            case RecordTooLargeException _ ->
                    new AwsError("RequestEntityTooLargeException", 413, "Record is too large");
            case RetriableException _ ->
                    new AwsError("ServiceUnavailable", 503, "The stream did not take the record");
            default -> failure;
        };
    }

    /// Waits for sends; what failed is thrown as itself, without a wrapper.
    public static List<Appended> await(Collection<CompletableFuture<Appended>> sends) {
        try {
            CompletableFuture.allOf(sends.toArray(CompletableFuture[]::new)).join();
            return sends.stream().map(CompletableFuture::join).toList();
        } catch (CompletionException failure) {
            if (failure.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw failure;
        }
    }

    /// How many partitions a topic has, as of at most half a minute ago.
    ///
    /// @throws UnknownTopicOrPartitionException when there is no such topic
    /// @throws AwsError 503 when Kafka does not answer
    public int partitions(String topic) {
        return partitions.get(topic);
    }

    /// Asks Kafka again next time, after a topic was created, resharded or deleted.
    public void forgetPartitions(String topic) {
        partitions.invalidate(topic);
    }

    private int countPartitions(String topic) {
        try {
            return admin.describeTopics(List.of(topic))
                    .allTopicNames()
                    .get(ADMIN_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                    .values()
                    .iterator()
                    .next()
                    .partitions()
                    .size();
        } catch (ExecutionException failure) {
            if (failure.getCause() instanceof UnknownTopicOrPartitionException unknown) {
                throw unknown;
            }
            throw new AwsError("ServiceUnavailable", 503, "The stream does not answer");
        } catch (TimeoutException failure) {
            throw new AwsError("ServiceUnavailable", 503, "The stream does not answer");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AwsError("ServiceUnavailable", 503, "The stream does not answer");
        }
    }

    @Override
    @PreDestroy
    public void close() {
        producers.close();
        if (ownsAdmin) {
            admin.close(ADMIN_LIMIT);
        }
    }

    /// Where a record stands.
    public record Appended(int partition, long offset) {}
}
