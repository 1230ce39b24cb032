package io.pharos.kit;

import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/// One consumer: polls, paces, and keeps its place in the group while a batch is retried. Reads from
/// the positions in PostgreSQL; what it commits to the broker is for looking at the lag only.
///
/// ```
///   assigned, paused ──position read──▶ ready ──linger or bytes──▶ batch ──▶ committed ──▶ ready
///          ▲                              │                          │
///          └────── moved by another ──────┴──────────────────────────┘
/// ```
final class ConsumerLoop implements Runnable, ConsumerRebalanceListener {
    private static final Logger LOG = Logger.getLogger(ConsumerLoop.class);
    private static final Duration IDLE = Duration.ofSeconds(1);

    /// How long the broker may keep a question to which it has no answer yet, and how often a member's
    /// heart is looked after. What comes is told at once all the same: this is what nothing costs.
    private static final int FETCH_WAIT_MS = 1_000;

    private static final int RETRY_BACKOFF_MS = 250;
    private static final Duration FIRST_IDLE = Duration.ofMillis(250);
    private static final Duration FIRST_BACKOFF = Duration.ofMillis(100);
    private static final Duration MAX_BACKOFF = Duration.ofSeconds(5);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);
    private static final int MIN_FETCH_BYTES = 1 << 20;
    private static final int MAX_POLL_RECORDS = 5_000;

    /// Consumers that linger this long poll about [#GATHERINGS] times meanwhile, unless a poll brings
    /// more than [#GATHERED_BYTES].
    private static final Duration GATHERING = Duration.ofMillis(100);

    private static final int GATHERINGS = 4;
    private static final int GATHERED_BYTES = 4 << 20;
    private static final long REPORT_NANOS = Duration.ofSeconds(1).toNanos();

    /// What did not change is told again now and then: nobody knows whether the broker took it, and
    /// [Backlog] believes it.
    private static final long REPEAT_NANOS = Duration.ofSeconds(30).toNanos();

    private final StreamConsumers.Subscription subscription;
    private final KafkaConnection kafka;
    private final Duration session;
    private final Optional<String> instance;
    private final StreamPositions positions;
    private final BatchCommitter committer;
    private final ConsumerMeters meters;
    private final Map<TopicPartition, PartitionReader> assigned = new LinkedHashMap<>();

    private volatile @Nullable KafkaConsumer<byte[], byte[]> current;
    private volatile boolean stopping;
    private volatile boolean joined;
    private volatile long lastPollNanos = System.nanoTime();
    private long bufferedSinceNanos;
    private long bufferedBytes;
    private long polledBytes;
    private long reportedNanos = System.nanoTime();
    private Map<TopicPartition, OffsetAndMetadata> reported = Map.of();
    private long committedNanos = System.nanoTime();
    private boolean isDiskFull;

    ConsumerLoop(
            StreamConsumers.Subscription subscription,
            KafkaConnection kafka,
            Duration session,
            Optional<String> instance,
            StreamPositions positions,
            BatchCommitter committer,
            ConsumerMeters meters) {
        this.subscription = subscription;
        this.kafka = kafka;
        this.session = session;
        this.instance = instance;
        this.positions = positions;
        this.committer = committer;
        this.meters = meters;
    }

    /// Whether it polled without failure lately.
    boolean isRunning() {
        return joined && !stopping;
    }

    Duration sinceLastPoll() {
        return Duration.ofNanos(System.nanoTime() - lastPollNanos);
    }

    /// The batch at work is finished, nothing more is taken.
    void stop() {
        stopping = true;
        var consumer = current;
        if (consumer != null) {
            consumer.wakeup();
        }
    }

    @Override
    public void run() {
        while (!stopping) {
            var consumer = new KafkaConsumer<byte[], byte[]>(settings());
            try {
                current = consumer;
                consumer.subscribe(subscription.topics(), this);
                while (!stopping) {
                    turn(consumer);
                }
            } catch (WakeupException stopped) {
                // Only stop() wakes the consumer up.
            } catch (RuntimeException failure) {
                LOG.errorf(failure, "consumer starts again: consumer=%s", subscription.name());
                joined = false;
                pause();
            } finally {
                current = null;
                assigned.clear();
                consumer.close(CloseOptions.timeout(CLOSE_LIMIT));
            }
        }
        committer.close();
    }

    private static void pause() {
        try {
            Thread.sleep(MAX_BACKOFF);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private Map<String, Object> settings() {
        var fetch = Math.max(MIN_FETCH_BYTES, subscription.maxBytes());
        var settings =
                new HashMap<String, Object>(
                        Map.ofEntries(
                                Map.entry(ConsumerConfig.GROUP_ID_CONFIG, subscription.name()),
                                Map.entry(ConsumerConfig.CLIENT_ID_CONFIG, subscription.name()),
                                Map.entry(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false),
                                Map.entry(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none"),
                                Map.entry(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false),
                                Map.entry(
                                        ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                                        CooperativeStickyAssignor.class.getName()),
                                Map.entry(
                                        ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
                                        (int) session.toMillis()),
                                Map.entry(
                                        ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
                                        (int) session.toMillis() / 4),
                                Map.entry(ConsumerConfig.METADATA_MAX_AGE_CONFIG, 10_000),
                                Map.entry(ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 500),
                                Map.entry(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, MAX_POLL_RECORDS),
                                Map.entry(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, fetch),
                                Map.entry(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, 1),
                                Map.entry(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, FETCH_WAIT_MS),
                                Map.entry(ConsumerConfig.RETRY_BACKOFF_MS_CONFIG, RETRY_BACKOFF_MS),
                                Map.entry(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, fetch),
                                Map.entry(
                                        ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG,
                                        ByteArrayDeserializer.class),
                                Map.entry(
                                        ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG,
                                        ByteArrayDeserializer.class)));
        instance.ifPresent(name ->
                settings.put(
                        ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, name + "-" + subscription.name()));
        return kafka.with(settings);
    }

    private void turn(KafkaConsumer<byte[], byte[]> consumer) {
        readPositions(consumer);
        await(System.nanoTime());
        try {
            keep(poll(consumer, pollLimit(System.nanoTime())));
        } catch (OffsetOutOfRangeException gone) {
            startOver(consumer, gone.offsetOutOfRangePartitions());
        }
        if (isDue(System.nanoTime())) {
            for (var reader : List.copyOf(assigned.values())) {
                takeAll(consumer, reader);
            }
            bufferedBytes = 0;
            bufferedSinceNanos = System.nanoTime();
        }
        report(consumer);
    }

    private ConsumerRecords<byte[], byte[]> poll(
            KafkaConsumer<byte[], byte[]> consumer, Duration limit) {
        var polled = consumer.poll(limit);
        lastPollNanos = System.nanoTime();
        joined = true;
        return polled;
    }

    /// While little comes in and there is time, lets it gather: each poll costs the broker a fetch, and
    /// both sides more than the few records it brings.
    private void await(long now) {
        var linger = subscription.linger();
        if (linger.compareTo(GATHERING) < 0
                || polledBytes >= GATHERED_BYTES
                || !isBuffered()
                || stopping) {
            return;
        }
        var left = bufferedSinceNanos + linger.toNanos() - now;
        LockSupport.parkNanos(Math.min(left, linger.toNanos() / GATHERINGS));
    }

    private boolean isBuffered() {
        return assigned.values().stream().anyMatch(reader -> !reader.isEmpty());
    }

    private boolean isDue(long now) {
        return isBuffered()
                && (bufferedBytes >= subscription.maxBytes()
                        || now - bufferedSinceNanos >= subscription.linger().toNanos());
    }

    private Duration pollLimit(long now) {
        var longest = joined && !assigned.isEmpty() ? IDLE : FIRST_IDLE;
        if (!assigned.values().stream().allMatch(PartitionReader::isReady)) {
            longest = FIRST_BACKOFF;
        }
        if (!isBuffered()) {
            return longest;
        }
        var left = bufferedSinceNanos + subscription.linger().toNanos() - now;
        return Duration.ofNanos(Math.clamp(left, 0, longest.toNanos()));
    }

    private void keep(ConsumerRecords<byte[], byte[]> polled) {
        polledBytes = 0;
        if (polled.isEmpty()) {
            return;
        }
        if (!isBuffered()) {
            bufferedSinceNanos = System.nanoTime();
            bufferedBytes = 0;
        }
        for (var partition : polled.partitions()) {
            var reader = assigned.get(partition);
            if (reader != null) {
                var records = polled.records(partition);
                reader.add(records);
                for (var record : records) {
                    polledBytes +=
                            Math.max(record.serializedValueSize(), 0)
                                    + Math.max(record.serializedKeySize(), 0);
                }
            }
        }
        bufferedBytes += polledBytes;
    }

    // ---- assignment: called by poll, on this thread ----

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        var consumer = current;
        if (consumer == null) {
            return;
        }
        for (var partition : partitions) {
            assigned.put(partition, new PartitionReader(partition));
            // A place holder, so that the client asks the broker for none; nothing is fetched while
            // the partition is paused.
            consumer.seek(partition, 0);
        }
        consumer.pause(partitions);
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        partitions.forEach(assigned::remove);
    }

    private void readPositions(KafkaConsumer<byte[], byte[]> consumer) {
        for (var reader : assigned.values()) {
            if (!reader.isDueForLoading(System.nanoTime())) {
                continue;
            }
            try {
                var known = positions.load(reader.partition);
                var partitions = List.of(reader.partition);
                if (known.next().isPresent()) {
                    consumer.seek(reader.partition, known.next().getAsLong());
                } else {
                    consumer.seek(
                            reader.partition,
                            consumer.beginningOffsets(partitions)
                                    .getOrDefault(reader.partition, 0L));
                }
                reader.startAt(known);
                consumer.resume(partitions);
            } catch (WakeupException stopped) {
                throw stopped;
            } catch (RuntimeException failure) {
                LOG.warnf(
                        "position is not read yet: consumer=%s partition=%s cause=%s",
                        subscription.name(), reader.partition, failure.toString());
                reader.retryAt(System.nanoTime() + FIRST_BACKOFF.multipliedBy(5).toNanos());
                return;
            }
        }
    }

    /// The broker no longer has what comes next: retention was shorter than our absence, or the
    /// topic was made anew. Its first record is the best there is.
    private void startOver(
            KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> missing) {
        var first = consumer.beginningOffsets(missing.keySet());
        missing.forEach((partition, wanted) -> {
            LOG.errorf(
                    "records are gone: consumer=%s partition=%s wanted=%d first=%d",
                    subscription.name(), partition, wanted, first.get(partition));
            var reader = assigned.get(partition);
            if (reader != null) {
                reader.dropPlan();
                consumer.seek(partition, first.getOrDefault(partition, 0L));
            }
        });
    }

    // ---- batches ----

    private void takeAll(KafkaConsumer<byte[], byte[]> consumer, PartitionReader reader) {
        while (!stopping && isOwned(reader)) {
            var batch = reader.take(consumer.position(reader.partition));
            if (batch.isEmpty()) {
                return;
            }
            handle(consumer, reader, batch);
        }
    }

    private boolean isOwned(PartitionReader reader) {
        return assigned.get(reader.partition) == reader && reader.isReady();
    }

    /// Returns when the batch is committed, or the partition is somebody else's. Transient failures
    /// are waited out for as long as it takes.
    private void handle(
            KafkaConsumer<byte[], byte[]> consumer,
            PartitionReader reader,
            List<ConsumerRecord<byte[], byte[]>> batch) {
        var backoff = FIRST_BACKOFF;
        var work = new BatchCommitter.Work(reader, batch);
        while (!stopping && isOwned(reader) && !work.isDone()) {
            try {
                committer.commitNext(work);
                backoff = FIRST_BACKOFF;
                isDiskFull = false;
            } catch (BatchCommitter.MovedException moved) {
                LOG.infof(
                        "position was moved by another: consumer=%s partition=%s",
                        subscription.name(), reader.partition);
                reader.forget();
                consumer.pause(List.of(reader.partition));
            } catch (WakeupException stopped) {
                throw stopped;
            } catch (RuntimeException failure) {
                meters.retried().increment();
                LOG.warnf(
                        "batch is tried again: consumer=%s partition=%s offset=%d cause=%s",
                        subscription.name(),
                        reader.partition,
                        batch.getFirst().offset(),
                        failure.toString());
                isDiskFull = Failures.isDiskFull(failure);
                report(consumer);
                keepMembership(consumer, backoff);
                backoff = backoff.multipliedBy(2);
                backoff = backoff.compareTo(MAX_BACKOFF) < 0 ? backoff : MAX_BACKOFF;
            }
        }
    }

    /// Polls without taking anything, so that the group does not think this member dead.
    private void keepMembership(KafkaConsumer<byte[], byte[]> consumer, Duration length) {
        var until = System.nanoTime() + length.toNanos();
        consumer.pause(consumer.assignment());
        for (var left = length.toNanos(); left > 0; left = until - System.nanoTime()) {
            keep(poll(consumer, Duration.ofNanos(left)));
        }
        consumer.resume(
                assigned.values().stream()
                        .filter(PartitionReader::isReady)
                        .map(reader -> reader.partition)
                        .filter(consumer.assignment()::contains)
                        .toList());
    }

    private void report(KafkaConsumer<byte[], byte[]> consumer) {
        var now = System.nanoTime();
        if (now - reportedNanos < REPORT_NANOS) {
            return;
        }
        reportedNanos = now;
        var lag = 0L;
        var offsets = new HashMap<TopicPartition, OffsetAndMetadata>();
        var isFull = isDiskFull || subscription.handler().isFull();
        for (var reader : assigned.values()) {
            lag += consumer.currentLag(reader.partition).orElse(0);
            var stored = reader.stored();
            if (stored.isPresent() || isFull) {
                offsets.put(
                        reader.partition,
                        new OffsetAndMetadata(stored.orElse(0), isFull ? Backlog.FULL : ""));
            }
        }
        meters.lag().set(lag);
        var isNews = !offsets.equals(reported) || now - committedNanos >= REPEAT_NANOS;
        if (!offsets.isEmpty() && isNews) {
            reported = offsets;
            committedNanos = now;
            consumer.commitAsync(offsets, (_, _) -> {});
        }
    }
}
