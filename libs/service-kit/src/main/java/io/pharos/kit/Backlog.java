package io.pharos.kit;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.pharos.stream.Topic;
import io.pharos.wire.AwsError;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Stops what comes in while it can not be kept, with AWS's throttling error, and lets it in again by
/// itself. What was acknowledged before stays in Kafka until its service has stored it.
///
/// Nothing is taken while
/// * the service says that its store is full ([StreamHandler#isFull], or PostgreSQL's disk is): it writes
///   [#FULL] beside its offset in the broker, so this needs nothing but Kafka;
/// * a record has waited longer than `pharos.backlog.longest` to be stored, whatever the reason;
/// * less than `pharos.backlog.min-free-bytes` are free where Pharos's own Kafka and PostgreSQL keep
///   their data (`pharos.backlog.directory`).
@Singleton
public final class Backlog implements AutoCloseable {
    /// What a consumer whose store takes nothing more commits as its offset's metadata.
    static final String FULL = "full";

    private static final Logger LOG = Logger.getLogger(Backlog.class);
    private static final Duration PAUSE = Duration.ofSeconds(2);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(5);

    private final Admin admin;
    private final StreamProducer stream;
    private final InstantSource clock;
    private final Bounds bounds;
    private final Map<String, Watch> byAction;
    private final AtomicBoolean started = new AtomicBoolean();
    private final Loop loop;

    /// @param longest that a record may wait to be stored; zero: for ever
    /// @param directory whose disk is looked at; null: none
    /// @param minFreeBytes of that disk
    public record Bounds(Duration longest, @Nullable Path directory, long minFreeBytes) {
        static Bounds from(Config config) {
            return new Bounds(
                    config.getValue("pharos.backlog.longest", Duration.class),
                    config.getOptionalValue("pharos.backlog.directory", Path.class).orElse(null),
                    config.getValue("pharos.backlog.min-free-bytes", Long.class));
        }
    }

    /// What an operation appends to, who stores it, and why it does not take anything now.
    private static final class Watch {
        private final Topic topic;
        private final String consumer;
        private volatile boolean asked;
        private volatile @Nullable String reason;

        Watch(Topic topic, String consumer) {
            this.topic = topic;
            this.consumer = consumer;
        }
    }

    @Inject
    Backlog(
            Admin admin,
            StreamProducer stream,
            Config config,
            InstantSource clock,
            MeterRegistry meters) {
        this(admin, stream, clock, Bounds.from(config), PAUSE);
        byAction.forEach((action, watch) ->
                Gauge.builder("pharos.backlog.full", watch, w -> w.reason == null ? 0 : 1)
                        .tag("operation", action.substring(action.indexOf(':') + 1))
                        .description("1 while it is throttled because nothing can be stored")
                        .register(meters));
    }

    /// For tests and tools; `admin` and `stream` stay the caller's.
    public Backlog(
            Admin admin,
            StreamProducer stream,
            InstantSource clock,
            Bounds bounds,
            Duration pause) {
        this.admin = admin;
        this.stream = stream;
        this.clock = clock;
        this.bounds = bounds;
        // The consumers' names are those that the services start them with.
        this.byAction =
                Map.of(
                        "logs:PutLogEvents", new Watch(Topic.LOG_EVENTS, "logs"),
                        "cloudwatch:PutMetricData", new Watch(Topic.METRIC_DATA, "metrics"),
                        "events:PutEvents", new Watch(Topic.BUS_EVENTS, "bus-events"));
        this.loop = new Loop("backlog", pause, this::look);
    }

    /// Costs nothing for what appends to no topic, and a look into a map for what does.
    ///
    /// @param action e.g. `logs:PutLogEvents`
    /// @throws AwsError throttling, while what it appends can not be stored
    public void admit(String action) {
        var watch = byAction.get(action);
        if (watch == null) {
            return;
        }
        watch.asked = true;
        if (!started.get() && started.compareAndSet(false, true)) {
            loop.start();
        }
        if (watch.reason != null) {
            throw AwsError.throttling("Rate exceeded");
        }
    }

    /// Only at what somebody wants to append, or could not.
    private void look() {
        for (var watch : byAction.values()) {
            if (watch.asked || watch.reason != null) {
                watch.asked = false;
                var reason = reason(watch);
                if ((reason == null) != (watch.reason == null)) {
                    LOG.warnf(
                            "%s: topic=%s cause=%s",
                            reason == null ? "taken in again" : "throttled",
                            watch.topic.topicName(),
                            reason == null ? watch.reason : reason);
                }
                watch.reason = reason;
            }
        }
    }

    private @Nullable String reason(Watch watch) {
        try {
            return diskIsFull() ? "disk" : standing(watch);
        } catch (IOException | ExecutionException | TimeoutException unknown) {
            // Whoever appends finds out by himself what is wrong with Kafka.
            LOG.debugf("backlog is not known: cause=%s", unknown.toString());
            return null;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return null;
        } catch (AwsError | UnknownTopicOrPartitionException unknown) {
            return null;
        }
    }

    private boolean diskIsFull() throws IOException {
        var directory = bounds.directory();
        return directory != null
                && Files.getFileStore(directory).getUsableSpace() < bounds.minFreeBytes();
    }

    private @Nullable String standing(Watch watch)
            throws ExecutionException, TimeoutException, InterruptedException {
        var committed =
                answer(
                        admin.listConsumerGroupOffsets(watch.consumer)
                                .partitionsToOffsetAndMetadata());
        if (committed.values().stream().anyMatch(Backlog::isFull)) {
            return FULL;
        }
        return !bounds.longest().isZero() && isBehind(watch.topic.topicName(), committed)
                ? "behind"
                : null;
    }

    private static boolean isFull(@Nullable OffsetAndMetadata committed) {
        return committed != null && FULL.equals(committed.metadata());
    }

    /// Whether a record that is older than the bound lies behind an offset.
    private boolean isBehind(String topic, Map<TopicPartition, OffsetAndMetadata> committed)
            throws ExecutionException, TimeoutException, InterruptedException {
        var partitions =
                IntStream.range(0, stream.partitions(topic))
                        .mapToObj(partition -> new TopicPartition(topic, partition))
                        .toList();
        var oldest = clock.instant().minus(bounds.longest()).toEpochMilli();
        var due = offsets(partitions, OffsetSpec.forTimestamp(oldest));
        var without = partitions.stream().filter(p -> due.getOrDefault(p, -1L) < 0).toList();
        // Without a younger record every one is due.
        due.putAll(offsets(without, OffsetSpec.latest()));
        return partitions.stream()
                .anyMatch(partition -> {
                    var stored = committed.get(partition);
                    return (stored == null ? 0 : stored.offset()) < due.getOrDefault(partition, 0L);
                });
    }

    private Map<TopicPartition, Long> offsets(List<TopicPartition> partitions, OffsetSpec spec)
            throws ExecutionException, TimeoutException, InterruptedException {
        if (partitions.isEmpty()) {
            return new HashMap<>();
        }
        Map<TopicPartition, ListOffsetsResultInfo> found =
                answer(
                        admin.listOffsets(
                                        partitions.stream()
                                                .collect(
                                                        Collectors.toMap(
                                                                Function.identity(), _ -> spec)))
                                .all());
        var offsets = new HashMap<TopicPartition, Long>();
        found.forEach((partition, info) -> offsets.put(partition, info.offset()));
        return offsets;
    }

    private static <T> T answer(KafkaFuture<T> asked)
            throws ExecutionException, TimeoutException, InterruptedException {
        return asked.get(ANSWER_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    @PreDestroy
    public void close() throws InterruptedException {
        if (started.getAndSet(true)) {
            loop.close();
        }
    }
}
