package io.pharos.events.stream;

import io.pharos.stream.StreamTopic;
import io.pharos.wire.Tenant;

import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

import java.time.Instant;
import java.util.Map;

/// A stream: `shards` partitions of a Kafka topic, shard i is partition i.
///
/// @param generation 1–9999; another one for a later stream of the same name
public record Stream(
        Tenant tenant,
        String name,
        int generation,
        int shards,
        boolean onDemand,
        int retentionHours,
        StreamStatus status,
        Map<String, String> tags,
        Instant createdAt) {

    public String arn() {
        return tenant.arn("kinesis", "stream/" + name);
    }

    /// The Kafka topic.
    public String topic() {
        return StreamTopic.of(tenant.account(), tenant.region(), name);
    }

    /// Kinesis's error for a name that nothing is behind.
    public static ResourceNotFoundException notFound(Tenant tenant, String name) {
        return ResourceNotFoundException.builder()
                .message("Stream " + name + " under account " + tenant.account() + " not found.")
                .build();
    }

    /// The partition of a shard's id.
    ///
    /// @throws ResourceNotFoundException no such shard
    public int partition(String shardId) {
        var partition = Shards.partition(shardId);
        if (partition < 0 || partition >= shards) {
            throw ResourceNotFoundException.builder()
                    .message(
                            "Shard %s in stream %s under account %s does not exist"
                                    .formatted(shardId, name, tenant.account()))
                    .build();
        }
        return partition;
    }
}
