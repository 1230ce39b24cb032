package io.pharos.alarms.live.stream;

import com.google.protobuf.InvalidProtocolBufferException;

import io.pharos.alarms.live.AlarmBook;
import io.pharos.kit.KafkaConnection;
import io.pharos.stream.Origin;
import io.pharos.stream.Topic;

import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/// Brings `metric-data` to the [AlarmBook]: all partitions, from a little before now, without a position
/// of its own, because windows are rebuilt from metrics-service and not from the stream. Alarms are
/// shared by name, not by partition, so every process follows all; what no alarm names is left out
/// after one look-up.
public final class MetricFollower implements Runnable, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(MetricFollower.class);
    private static final String TOPIC = Topic.METRIC_DATA.topicName();

    /// How far back it starts: longer than a datum is on its way into metrics-service's store.
    private static final Duration LOOK_BACK = Duration.ofMinutes(1);

    /// And at least so many records: who derives records repeats the last of them after a crash, and a repeat
    /// is known by what it repeats.
    private static final int LOOK_BACK_RECORDS = 200;

    private static final Duration POLL = Duration.ofSeconds(1);

    /// After something came, more is let gather: under load each question costs the broker and this side more
    /// than a record does. Alarms wait longer for datums that are on their way.
    private static final Duration GATHERING = Duration.ofMillis(50);

    private static final Duration PARTITIONS_AGE = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(10);

    private final KafkaConnection kafka;
    private final AlarmBook book;
    private final InstantSource clock;
    private final Map<TopicPartition, Long> next = new HashMap<>();
    private final Thread thread;
    private volatile boolean stopping;
    private volatile @Nullable KafkaConsumer<byte[], byte[]> current;
    private long assignedNanos;

    public MetricFollower(KafkaConnection kafka, AlarmBook book, InstantSource clock) {
        this.kafka = kafka;
        this.book = book;
        this.clock = clock;
        this.thread = Thread.ofPlatform().name("alarms-metrics").daemon().unstarted(this);
    }

    public void start() {
        thread.start();
    }

    @Override
    public void close() {
        stopping = true;
        var consumer = current;
        if (consumer != null) {
            consumer.wakeup();
        }
        try {
            thread.join(STOP_LIMIT);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void run() {
        while (!stopping) {
            try (var consumer = new KafkaConsumer<byte[], byte[]>(settings())) {
                current = consumer;
                assignedNanos = 0;
                while (!stopping) {
                    turn(consumer);
                }
            } catch (WakeupException stopped) {
                // Only close() wakes it up.
            } catch (RuntimeException failure) {
                LOG.warnf("metrics are followed again soon: cause=%s", failure.toString());
                pause();
            } finally {
                current = null;
            }
        }
    }

    private Map<String, Object> settings() {
        var settings = new HashMap<>(kafka.settings());
        settings.put(ConsumerConfig.CLIENT_ID_CONFIG, "alarms-metrics");
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        settings.put(ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 500);
        settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, (int) POLL.toMillis());
        settings.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        settings.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        return settings;
    }

    private void turn(KafkaConsumer<byte[], byte[]> consumer) {
        if (assignedNanos == 0
                || System.nanoTime() - assignedNanos > PARTITIONS_AGE.toNanos()
                || consumer.assignment().isEmpty()) {
            assign(consumer);
            assignedNanos = System.nanoTime();
        }
        if (consumer.assignment().isEmpty()) {
            pause(); // the topic is not made yet
            return;
        }
        try {
            var records = consumer.poll(POLL);
            for (var record : records) {
                take(record);
                next.put(
                        new TopicPartition(record.topic(), record.partition()),
                        record.offset() + 1);
            }
            if (!records.isEmpty()) {
                LockSupport.parkNanos(GATHERING.toNanos());
            }
        } catch (OffsetOutOfRangeException gone) {
            // Older than what Kafka keeps: something was missed.
            consumer.seekToBeginning(gone.partitions());
            follow(consumer, gone.partitions());
        }
    }

    private void assign(KafkaConsumer<byte[], byte[]> consumer) {
        var partitions = new HashSet<TopicPartition>();
        for (var partition : consumer.partitionsFor(TOPIC)) {
            partitions.add(new TopicPartition(TOPIC, partition.partition()));
        }
        if (partitions.equals(consumer.assignment())) {
            return;
        }
        consumer.assign(partitions);
        var unknown = new HashSet<TopicPartition>();
        for (var partition : partitions) {
            if (next.containsKey(partition)) {
                consumer.seek(partition, next.get(partition));
            } else {
                unknown.add(partition);
            }
        }
        lookBack(consumer, unknown);
        follow(consumer, unknown);
    }

    private void lookBack(KafkaConsumer<byte[], byte[]> consumer, Set<TopicPartition> partitions) {
        var from = clock.instant().minus(LOOK_BACK).toEpochMilli();
        var wanted = new HashMap<TopicPartition, Long>();
        partitions.forEach(partition -> wanted.put(partition, from));
        // Ends first: what comes between the two questions is read, not missed.
        var ends = consumer.endOffsets(partitions);
        var beginnings = consumer.beginningOffsets(partitions);
        consumer.offsetsForTimes(wanted)
                .forEach((partition, found) -> {
                    long end = ends.getOrDefault(partition, 0L);
                    var offset = found == null ? end : found.offset();
                    var least = beginnings.getOrDefault(partition, 0L);
                    consumer.seek(
                            partition, Math.max(least, Math.min(offset, end - LOOK_BACK_RECORDS)));
                });
    }

    /// Where these partitions are read from now.
    private void follow(KafkaConsumer<byte[], byte[]> consumer, Set<TopicPartition> partitions) {
        var positions = new HashMap<Integer, Long>();
        for (var partition : partitions) {
            var offset = consumer.position(partition);
            next.put(partition, offset);
            positions.put(partition.partition(), offset);
        }
        book.follow(positions, clock.instant());
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        var header = record.headers().lastHeader(Origin.HEADER);
        try {
            var origin = header == null ? null : Origin.fromHeader(header.value());
            book.accept(record.partition(), record.offset(), origin, record.value());
        } catch (InvalidProtocolBufferException | IllegalArgumentException unreadable) {
            LOG.warnf(
                    "metrics are left out: partition=%d offset=%d cause=%s",
                    record.partition(), record.offset(), unreadable.toString());
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
