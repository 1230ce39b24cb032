package io.pharos.events.stream.kafka;

import io.pharos.events.stream.Shards;
import io.pharos.events.stream.Stream;
import io.pharos.kit.KafkaConnection;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.kinesis.model.ProvisionedThroughputExceededException;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/// Reads shards with a few consumers that belong to no group: each read takes one, assigns it the
/// partition and seeks. No consumer free in time is Kinesis's throttling error.
@Singleton
public final class ShardReader implements AutoCloseable {
    /// Kinesis's limit of one answer.
    public static final int MAX_BYTES = 10 << 20;

    private static final int MAX_CONSUMERS = 8;
    private static final int FETCH_BYTES = 2 << 20;
    private static final Duration WAIT_LIMIT = Duration.ofSeconds(5);
    private static final Duration READ_LIMIT = Duration.ofSeconds(5);
    private static final Duration POLL = Duration.ofMillis(500);

    private final Map<String, Object> settings;
    private final Semaphore permits = new Semaphore(MAX_CONSUMERS);
    private final ConcurrentLinkedQueue<KafkaConsumer<byte[], byte[]>> idle =
            new ConcurrentLinkedQueue<>();
    private volatile boolean closed;

    /// What a read found.
    ///
    /// @param next where the next read starts
    /// @param unreadSince when the record at `next` was appended; null at the tip
    public record Page(
            List<ConsumerRecord<byte[], byte[]>> records,
            long next,
            @Nullable Instant unreadSince) {
        public Page {
            records = List.copyOf(records);
        }
    }

    public ShardReader(KafkaConnection kafka) {
        settings = new HashMap<>(kafka.settings());
        settings.put("client.id", "pharos-shards");
        settings.put("enable.auto.commit", false);
        settings.put("auto.offset.reset", "earliest");
        settings.put("allow.auto.create.topics", false);
        settings.put("max.partition.fetch.bytes", FETCH_BYTES);
        settings.put("max.poll.records", 10_000);
        settings.put("default.api.timeout.ms", (int) READ_LIMIT.toMillis());
        settings.put("request.timeout.ms", (int) READ_LIMIT.toMillis());
        settings.put("key.deserializer", ByteArrayDeserializer.class);
        settings.put("value.deserializer", ByteArrayDeserializer.class);
    }

    /// The oldest offset that is still there.
    public long begin(Stream stream, int partition) {
        var at = new TopicPartition(stream.topic(), partition);
        return with(stream, partition, c -> c.beginningOffsets(List.of(at)).getOrDefault(at, 0L));
    }

    /// The offset the next record will get.
    public long end(Stream stream, int partition) {
        var at = new TopicPartition(stream.topic(), partition);
        return with(stream, partition, c -> c.endOffsets(List.of(at)).getOrDefault(at, 0L));
    }

    /// The first offset appended at or after a time; the end when there is none.
    public long at(Stream stream, int partition, Instant time) {
        var at = new TopicPartition(stream.topic(), partition);
        return with(
                stream,
                partition,
                consumer -> {
                    var found = consumer.offsetsForTimes(Map.of(at, time.toEpochMilli())).get(at);
                    return found == null
                            ? consumer.endOffsets(List.of(at)).getOrDefault(at, 0L)
                            : (Long) found.offset();
                });
    }

    /// Up to `limit` records and about 10 MiB from `offset`, or from the oldest that is still there.
    public Page read(Stream stream, int partition, long offset, int limit) {
        var at = new TopicPartition(stream.topic(), partition);
        return with(
                stream,
                partition,
                consumer -> {
                    var partitions = List.of(at);
                    long begin = consumer.beginningOffsets(partitions).getOrDefault(at, 0L);
                    long end = consumer.endOffsets(partitions).getOrDefault(at, 0L);
                    var from = Math.max(offset, begin);
                    if (from >= end) {
                        return new Page(List.of(), from, null);
                    }
                    consumer.assign(partitions);
                    try {
                        consumer.seek(at, from);
                        return collect(consumer, from, end, limit);
                    } finally {
                        consumer.unsubscribe();
                    }
                });
    }

    private static Page collect(
            KafkaConsumer<byte[], byte[]> consumer, long from, long end, int limit) {
        var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        var next = from;
        var bytes = 0L;
        var deadline = System.nanoTime() + READ_LIMIT.toNanos();
        while (next < end && System.nanoTime() < deadline) {
            for (var record : consumer.poll(POLL)) {
                bytes += size(record);
                if (records.size() == limit || (bytes > MAX_BYTES && !records.isEmpty())) {
                    return new Page(
                            records, record.offset(), Instant.ofEpochMilli(record.timestamp()));
                }
                records.add(record);
                next = record.offset() + 1;
            }
        }
        var unread =
                next >= end || records.isEmpty()
                        ? null
                        : Instant.ofEpochMilli(records.getLast().timestamp());
        return new Page(records, next, unread);
    }

    private static long size(ConsumerRecord<byte[], byte[]> record) {
        return Math.max(0, record.serializedKeySize()) + Math.max(0, record.serializedValueSize());
    }

    private <T> T with(
            Stream stream, int partition, Function<KafkaConsumer<byte[], byte[]>, T> read) {
        acquire(stream, partition);
        var consumer = idle.poll();
        try {
            if (consumer == null) {
                consumer = new KafkaConsumer<>(settings);
            }
            var result = read.apply(consumer);
            idle.add(consumer);
            consumer = null;
            return result;
        } finally {
            // A consumer that failed is not used again.
            if (consumer != null) {
                consumer.close();
            }
            permits.release();
            if (closed) {
                closeIdle();
            }
        }
    }

    private void acquire(Stream stream, int partition) {
        try {
            if (permits.tryAcquire(WAIT_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        throw ProvisionedThroughputExceededException.builder()
                .message(
                        "Rate exceeded for shard %s in stream %s under account %s."
                                .formatted(
                                        Shards.id(partition),
                                        stream.name(),
                                        stream.tenant().account()))
                .build();
    }

    private void closeIdle() {
        for (var consumer = idle.poll(); consumer != null; consumer = idle.poll()) {
            consumer.close();
        }
    }

    @Override
    @PreDestroy
    public void close() {
        closed = true;
        closeIdle();
    }
}
