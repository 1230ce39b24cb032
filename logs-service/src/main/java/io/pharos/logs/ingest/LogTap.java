package io.pharos.logs.ingest;

import io.pharos.kit.StreamBatch;
import io.pharos.kit.StreamRecord;

import java.sql.SQLException;

/// Sees every stored log event once, in the order of its partition, and sends on what follows from
/// it: datapoints, subscription records. Implementations are beans; the consumer of `log-events` calls
/// all of them for a record before it goes to the next record, so that derived origins grow.
public interface LogTap {
    /// Rows written on the batch's connection and records derived from `cause` commit together with
    /// the arrival itself. Called again with the same arguments after a crash or a rollback.
    ///
    /// @param cause the `log-events` record that brought the arrival
    ///
    /// @throws SQLException what PostgreSQL answered; the batch is rolled back and handled again
    void onArrival(StreamBatch batch, StreamRecord cause, LogArrival arrival) throws SQLException;

    /// Called after the last arrival of a batch: what was gathered of all of them can be written now.
    ///
    /// @throws SQLException what PostgreSQL answered; the batch is rolled back and handled again
    default void onEnd(StreamBatch batch) throws SQLException {}
}
