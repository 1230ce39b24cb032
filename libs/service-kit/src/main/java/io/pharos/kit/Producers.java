package io.pharos.kit;

import io.pharos.stream.Topic;

import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/// Idempotent producers with acks=all: one that compresses, one for records that are dense already, and
/// one for records whose sender has gathered what goes together by itself.
final class Producers implements AutoCloseable {
    /// Above the largest PutLogEvents or PutMetricData a front door packs; the broker's limit is
    /// the same.
    static final int MAX_RECORD_BYTES = 8 << 20;

    private static final long BUFFER_BYTES = 48 << 20;
    private static final int BATCH_BYTES = 128 << 10;
    private static final int LINGER_MS = 4;
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

    private final Map<String, Object> settings;
    private final KafkaProducer<byte[], byte[]> compressing;
    private @Nullable KafkaProducer<byte[], byte[]> opaque;
    private @Nullable KafkaProducer<byte[], byte[]> prompt;

    /// @param maxBlock how long a send may wait for metadata or for room in the buffer
    /// @param delivery how long Kafka's acknowledgement is awaited, with retries
    Producers(KafkaConnection kafka, String name, Duration maxBlock, Duration delivery) {
        settings =
                kafka.with(
                        Map.ofEntries(
                                Map.entry("client.id", name),
                                Map.entry("acks", "all"),
                                Map.entry("enable.idempotence", true),
                                Map.entry("batch.size", BATCH_BYTES),
                                Map.entry("buffer.memory", BUFFER_BYTES),
                                Map.entry("max.request.size", MAX_RECORD_BYTES),
                                Map.entry("max.block.ms", maxBlock.toMillis()),
                                Map.entry("request.timeout.ms", 5_000),
                                Map.entry("delivery.timeout.ms", (int) delivery.toMillis()),
                                Map.entry("reconnect.backoff.max.ms", 500),
                                Map.entry("metadata.max.age.ms", 30_000),
                                Map.entry("key.serializer", ByteArraySerializer.class),
                                Map.entry("value.serializer", ByteArraySerializer.class)));
        compressing = producer("lz4", LINGER_MS);
    }

    private KafkaProducer<byte[], byte[]> producer(String compression, int lingerMs) {
        var mine = new HashMap<>(settings);
        mine.put("compression.type", compression);
        mine.put("linger.ms", lingerMs);
        mine.put("client.id", settings.get("client.id") + "-" + compression + "-" + lingerMs);
        return new KafkaProducer<>(mine);
    }

    /// @param acknowledged called once, on a thread of Kafka's that must not be blocked
    void send(ProducerRecord<byte[], byte[]> record, Callback acknowledged) {
        producerOf(record).send(record, acknowledged);
    }

    /// As [#send], and after the first failure nothing more is sent: of what was sent to a
    /// partition, Kafka then has a beginning without gaps. (An idempotent producer numbers records,
    /// and the broker takes them in that order only; left alone, the producer would number anew what
    /// follows a record that it gave up.)
    void sendWithoutGaps(ProducerRecord<byte[], byte[]> record, Callback acknowledged) {
        var producer = producerOf(record);
        producer.send(
                record,
                (stored, failure) -> {
                    if (failure != null) {
                        producer.close(Duration.ZERO);
                    }
                    acknowledged.onCompletion(stored, failure);
                });
    }

    private KafkaProducer<byte[], byte[]> producerOf(ProducerRecord<byte[], byte[]> record) {
        if (record.topic().equals(GATHERED)) {
            return prompt();
        }
        return DENSE.contains(record.topic()) ? opaque() : compressing;
    }

    /// A record of it holds many calls: waiting for more would only make them later.
    private static final String GATHERED = Topic.API_RECORDS.topicName();

    /// Log blocks are zstd frames already (design: compressed once, at the front door). Columns of
    /// metrics hold each text once and mostly numbers: the client, the broker and the reader would spend
    /// more on lz4 than it saves.
    private static final Set<String> DENSE =
            Set.of(
                    Topic.LOG_EVENTS.topicName(),
                    Topic.LOG_EVENTS.deadLetters(),
                    Topic.METRIC_DATA.topicName());

    private synchronized KafkaProducer<byte[], byte[]> opaque() {
        if (opaque == null) {
            opaque = producer("none", LINGER_MS);
        }
        return opaque;
    }

    private synchronized KafkaProducer<byte[], byte[]> prompt() {
        if (prompt == null) {
            prompt = producer("lz4", 0);
        }
        return prompt;
    }

    /// Drops what is not acknowledged yet and sends nothing any more.
    void abort() {
        close(Duration.ZERO);
    }

    @Override
    public void close() {
        close(CLOSE_LIMIT);
    }

    private synchronized void close(Duration limit) {
        compressing.close(limit);
        if (opaque != null) {
            opaque.close(limit);
        }
        if (prompt != null) {
            prompt.close(limit);
        }
    }
}
