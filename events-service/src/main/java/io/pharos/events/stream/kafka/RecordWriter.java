package io.pharos.events.stream.kafka;

import io.pharos.events.stream.SequenceNumber;
import io.pharos.events.stream.Stream;
import io.pharos.events.stream.pg.PgStreams;
import io.pharos.kit.StreamProducer;
import io.pharos.stream.StreamTopic;
import io.pharos.wire.Tenant;

import jakarta.inject.Singleton;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/// Appends records to streams: the partition by the hash key's range, key and value as given, so that
/// plain Kafka consumers read the same.
@Singleton
public final class RecordWriter {
    private final PgStreams streams;
    private final StreamProducer producer;

    public RecordWriter(PgStreams streams, StreamProducer producer) {
        this.streams = streams;
        this.producer = producer;
    }

    /// For rules and topics: returns once Kafka has the record.
    ///
    /// @param partitionKey 1 to 256 characters
    /// @throws software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException no such stream
    /// @throws io.pharos.wire.AwsError throttling or 503: try again later
    public SequenceNumber put(Tenant tenant, String stream, String partitionKey, byte[] data) {
        var target = streams.active(tenant, stream);
        var sent = send(target, StreamTopic.hashKey(partitionKey), partitionKey, data);
        return join(sent);
    }

    /// Waits; what failed is thrown as itself, without a wrapper.
    static <T> T join(CompletableFuture<T> sent) {
        try {
            return sent.join();
        } catch (CompletionException failure) {
            if (failure.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw failure;
        }
    }

    /// @param hashKey in 0 … 2^128 − 1
    public CompletableFuture<SequenceNumber> send(
            Stream stream, BigInteger hashKey, String partitionKey, byte[] data) {
        var partition = StreamTopic.partition(hashKey, stream.shards());
        return producer.send(
                        stream.topic(),
                        partition,
                        partitionKey.getBytes(StandardCharsets.UTF_8),
                        data)
                .thenApply(appended ->
                        new SequenceNumber(stream.generation(), partition, appended.offset()));
    }
}
