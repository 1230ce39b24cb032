package io.pharos.events.stream.kafka;

import io.pharos.events.stream.Stream;
import io.pharos.kit.StreamProducer;
import io.pharos.wire.AwsError;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.eclipse.microprofile.config.Config;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Makes, changes and deletes the Kafka topics behind streams. Every call may be repeated.
@Singleton
public final class StreamTopics {
    /// A record of 1 MiB, its key, and what Kafka wraps around them.
    private static final int MAX_MESSAGE_BYTES = 2 << 20;

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final Admin admin;
    private final StreamProducer producer;
    private final short replication;

    @Inject
    StreamTopics(Admin admin, StreamProducer producer, Config config) {
        this(admin, producer, config.getValue("pharos.kafka.replication-factor", Short.class));
    }

    public StreamTopics(Admin admin, StreamProducer producer, short replication) {
        this.admin = admin;
        this.producer = producer;
        this.replication = replication;
    }

    /// Returns once Kafka has the topic.
    public void create(Stream stream) {
        var topic =
                new NewTopic(stream.topic(), stream.shards(), replication)
                        .configs(
                                Map.of(
                                        "message.timestamp.type",
                                        "LogAppendTime",
                                        "retention.ms",
                                        retentionMs(stream.retentionHours()),
                                        "max.message.bytes",
                                        Integer.toString(MAX_MESSAGE_BYTES),
                                        "min.insync.replicas",
                                        replication > 1 ? "2" : "1"));
        await(admin.createTopics(List.of(topic)).all(), TopicExistsException.class);
        producer.forgetPartitions(stream.topic());
    }

    public void delete(Stream stream) {
        await(
                admin.deleteTopics(List.of(stream.topic())).all(),
                UnknownTopicOrPartitionException.class);
        producer.forgetPartitions(stream.topic());
    }

    public void setRetention(Stream stream, int hours) {
        var change =
                new AlterConfigOp(
                        new ConfigEntry("retention.ms", retentionMs(hours)),
                        AlterConfigOp.OpType.SET);
        await(
                admin.incrementalAlterConfigs(
                                Map.of(
                                        new ConfigResource(
                                                ConfigResource.Type.TOPIC, stream.topic()),
                                        List.of(change)))
                        .all(),
                null);
    }

    private static String retentionMs(int hours) {
        return Long.toString(Duration.ofHours(hours).toMillis());
    }

    private static void await(
            KafkaFuture<Void> answer, @Nullable Class<? extends Exception> harmless) {
        try {
            answer.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failure) {
            if (harmless == null || !harmless.isInstance(failure.getCause())) {
                throw new IllegalStateException("Kafka refused", failure.getCause());
            }
        } catch (TimeoutException _) {
            throw new AwsError("ServiceUnavailable", 503, "Kafka does not answer");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new AwsError("ServiceUnavailable", 503, "stopping");
        }
    }
}
