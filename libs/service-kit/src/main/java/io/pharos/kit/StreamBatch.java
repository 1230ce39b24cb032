package io.pharos.kit;

import java.sql.Connection;
import java.util.List;

/// Records of one partition, the open transaction in which their effects and their position commit,
/// and the way to send derived records.
public interface StreamBatch {
    String topic();

    int partition();

    /// Never empty, offsets ascending.
    List<StreamRecord> records();

    /// The transaction. The handler neither commits nor closes it.
    Connection connection();

    /// Sends a record derived from `cause`, with its origin attached. Everything sent is acknowledged
    /// by Kafka before the transaction commits; a failure rolls it back. Derive in the order of the
    /// records: the origins sent to one partition must grow.
    void derive(StreamRecord cause, String topic, byte[] key, byte[] value);

    /// The same, to a given partition: for topics where a series or shard always stands in the same
    /// one, like `metric-data`.
    void derive(StreamRecord cause, String topic, int partition, byte[] key, byte[] value);

    /// Runs once the transaction has committed, on the consumer's thread. Lost in a crash: only for
    /// what can be rebuilt, e.g. waking a waiter or updating a cache.
    void afterCommit(Runnable action);
}
