package io.pharos.kit;

import java.sql.SQLException;

/// Takes what a consumer polled from one partition, in order. Rows written on the batch's connection
/// commit together with the partition's position: both or neither. May be called again with the same
/// records after a crash or a rollback.
@FunctionalInterface
public interface StreamHandler {
    /// @throws PoisonRecordException when one record can never be taken; it goes to the dead-letter
    ///     topic and the rest is handled again without it
    /// @throws DatabaseException or SQLException: transient ones are retried with back-off
    void handle(StreamBatch batch) throws SQLException;

    /// Whether what it writes to can hardly take more: the front doors then take nothing in, see [Backlog].
    /// Batches come all the same. Asked often.
    default boolean isFull() {
        return false;
    }
}
