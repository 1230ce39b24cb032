package io.pharos.kit;

import io.pharos.stream.Topic;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;

import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.TopicExistsException;
import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.ToIntFunction;

/// Sees to it that every [Topic] and its dead-letter topic exist, before any consumer starts. An
/// existing topic is left as it is: another partition count would move keys.
@Singleton
public class Topics {
    /// Before the services' own start-up observers.
    static final int STARTUP_PRIORITY = 500;

    private static final Logger LOG = Logger.getLogger(Topics.class);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Admin admin;
    private final ToIntFunction<Topic> partitions;
    private final short replication;
    private final Duration retention;
    private volatile boolean ready;
    private volatile boolean stopped;

    @Inject
    Topics(Admin admin, Config config) {
        this(
                admin,
                topic -> config.getValue("pharos.partitions." + topic.topicName(), Integer.class),
                config.getValue("pharos.kafka.replication-factor", Short.class),
                Duration.ofHours(config.getValue("pharos.kafka.retention-hours", Long.class)));
    }

    private Topics(
            Admin admin, ToIntFunction<Topic> partitions, short replication, Duration retention) {
        this.admin = admin;
        this.partitions = partitions;
        this.replication = replication;
        this.retention = retention;
    }

    /// Creates the topics on a single broker, for tests and tools.
    public static void create(String bootstrapServers, int partitions) {
        try (var admin = Admin.create(KafkaConnection.to(bootstrapServers).settings())) {
            new Topics(admin, _ -> partitions, (short) 1, Duration.ofHours(1)).create();
        } catch (ExecutionException | TimeoutException failure) {
            throw new IllegalStateException("topics are not created", failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    /// Whether every topic is there.
    public boolean isReady() {
        return ready;
    }

    void start(@Observes @Priority(STARTUP_PRIORITY) StartupEvent started) {
        if (!tryToCreate()) {
            Thread.ofVirtual().name("pharos-topics").start(this::createEventually);
        }
    }

    private void createEventually() {
        try {
            do {
                Thread.sleep(PAUSE);
            } while (!stopped && !tryToCreate());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean tryToCreate() {
        try {
            create();
            ready = true;
        } catch (ExecutionException | TimeoutException failure) {
            LOG.warnf("topics are not created yet: cause=%s", failure.toString());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        return ready;
    }

    private void create() throws ExecutionException, InterruptedException, TimeoutException {
        var wanted = new ArrayList<NewTopic>();
        for (var topic : Topic.values()) {
            wanted.add(topic(topic.topicName(), partitions.applyAsInt(topic)));
            wanted.add(topic(topic.deadLetters(), 1));
        }
        for (var creation : admin.createTopics(wanted).values().values()) {
            try {
                creation.get(ANSWER_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            } catch (ExecutionException failure) {
                if (!(failure.getCause() instanceof TopicExistsException)) {
                    throw failure;
                }
            }
        }
    }

    private NewTopic topic(String name, int partitionCount) {
        return new NewTopic(name, partitionCount, replication)
                .configs(
                        Map.of(
                                "retention.ms",
                                Long.toString(retention.toMillis()),
                                "max.message.bytes",
                                Integer.toString(Producers.MAX_RECORD_BYTES),
                                "min.insync.replicas",
                                replication > 1 ? "2" : "1"));
    }

    void stop(@Observes ShutdownEvent stopping) {
        stopped = true;
    }
}
