package io.pharos.kit;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Metrics;
import io.quarkus.runtime.ShutdownEvent;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Starts and stops this process's ordered consumers. A service declares what it reads at start-up.
///
/// A transient failure (see [StreamHandler]) holds a consumer until it passes; any other is narrowed
/// down to its record, which goes to `<topic>.dead`.
@Singleton
public class StreamConsumers implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(StreamConsumers.class);
    private static final Duration DEFAULT_SESSION = Duration.ofSeconds(6);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(15);
    private static final Duration INTERRUPT_LIMIT = Duration.ofSeconds(5);

    private final KafkaConnection kafka;
    private final StreamProducer producer;
    private final MeterRegistry meters;
    private final Duration session;
    private final Optional<String> instance;
    private final Map<String, Running> running = new ConcurrentHashMap<>();

    private record Running(ConsumerLoop loop, Thread thread) {}

    /// What a consumer reads and how it is paced. `name` is the Kafka group and the deriver in the
    /// origins of what it sends; `schema` is where its positions live (`<schema>.stream_position`,
    /// `<schema>.stream_origin`, created by the kit). It polls until `linger` has passed since the
    /// first record or `maxBytes` are there, then calls the handler once a partition.
    public record Subscription(
            String name,
            Set<String> topics,
            Database database,
            String schema,
            Duration linger,
            int maxBytes,
            StreamHandler handler) {
        public Subscription {
            topics = Set.copyOf(topics);
        }
    }

    @Inject
    StreamConsumers(
            KafkaConnection kafka, StreamProducer producer, MeterRegistry meters, Config config) {
        this(
                kafka,
                producer,
                meters,
                Duration.ofMillis(config.getValue("pharos.kafka.session-timeout-ms", Long.class)),
                config.getOptionalValue("pharos.kafka.instance-id", String.class));
    }

    /// For tests and tools. The producer takes dead letters; it stays the caller's to close.
    public StreamConsumers(String bootstrapServers, StreamProducer producer) {
        this(
                KafkaConnection.to(bootstrapServers),
                producer,
                Metrics.globalRegistry,
                DEFAULT_SESSION,
                Optional.empty());
    }

    private StreamConsumers(
            KafkaConnection kafka,
            StreamProducer producer,
            MeterRegistry meters,
            Duration session,
            Optional<String> instance) {
        this.kafka = kafka;
        this.producer = producer;
        this.meters = meters;
        this.session = session;
        this.instance = instance;
    }

    /// Starts a consumer on a thread of its own; it stops with the application.
    ///
    /// @throws IllegalArgumentException when one of this name runs already
    /// @throws DatabaseException when its tables can not be made
    public void start(Subscription subscription) {
        var positions =
                new StreamPositions(
                        subscription.database(), subscription.schema(), subscription.name());
        positions.createTables();
        var own = ConsumerMeters.of(meters, subscription.name());
        var sender = new DerivedSender(kafka, subscription.name(), producer, own.undeliverable());
        var committer = new BatchCommitter(subscription, positions, producer, sender, own);
        var loop =
                new ConsumerLoop(subscription, kafka, session, instance, positions, committer, own);
        var thread =
                Thread.ofPlatform().name("stream-" + subscription.name()).daemon().unstarted(loop);
        if (running.putIfAbsent(subscription.name(), new Running(loop, thread)) != null) {
            throw new IllegalArgumentException("consumer runs already: " + subscription.name());
        }
        thread.start();
    }

    /// Whether every consumer is a member of its group and goes on. Having no partition is fine.
    public boolean isReady() {
        return running.values().stream()
                .allMatch(one -> one.thread().isAlive() && one.loop().isRunning());
    }

    /// Whether a consumer's thread is dead, or did not come back from a handler for `limit`.
    boolean isStuck(Duration limit) {
        return running.values().stream()
                .anyMatch(one ->
                        !one.thread().isAlive() || one.loop().sinceLastPoll().compareTo(limit) > 0);
    }

    void stop(@Observes ShutdownEvent stopping) {
        close();
    }

    /// Every consumer finishes the batch it is at, and leaves its group.
    @Override
    public void close() {
        running.values().forEach(one -> one.loop().stop());
        var deadline = System.nanoTime() + STOP_LIMIT.toNanos();
        for (var one : running.values()) {
            join(one.thread(), Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
        }
        running.clear();
    }

    private static void join(Thread thread, Duration limit) {
        try {
            if (!thread.join(limit)) {
                LOG.warnf("consumer does not stop, it is interrupted: thread=%s", thread.getName());
                thread.interrupt();
                thread.join(INTERRUPT_LIMIT);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
