package io.pharos.kit;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.CompletableFuture;

/// The process's one way into Kafka: idempotent, acks=all. A full buffer is refused at once with
/// AWS's throttling error instead of blocking or growing.
public class StreamProducer {
    /// Sends by key. The result completes when Kafka has the record, with its (partition, offset).
    ///
    /// @param key null for any partition
    public CompletableFuture<Appended> send(String topic, byte @Nullable [] key, byte[] value) {
        throw new UnsupportedOperationException();
    }

    /// Sends to a given partition, for callers that pack one record a partition.
    public CompletableFuture<Appended> send(
            String topic, int partition, byte @Nullable [] key, byte[] value) {
        throw new UnsupportedOperationException();
    }

    /// How many partitions a topic has.
    public int partitions(String topic) {
        throw new UnsupportedOperationException();
    }

    /// Where a record stands.
    public record Appended(int partition, long offset) {}
}
