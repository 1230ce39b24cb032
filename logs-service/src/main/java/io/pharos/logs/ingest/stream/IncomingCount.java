package io.pharos.logs.ingest.stream;

import io.pharos.kit.StreamBatch;
import io.pharos.kit.StreamRecord;
import io.pharos.logs.ingest.LogArrival;
import io.pharos.logs.ingest.LogTap;

import jakarta.inject.Singleton;

/// Counts what was kept, once it is.
@Singleton
public final class IncomingCount implements LogTap {
    private final LogMetrics metrics;

    public IncomingCount(LogMetrics metrics) {
        this.metrics = metrics;
    }

    @Override
    public void onArrival(StreamBatch batch, StreamRecord cause, LogArrival arrival) {
        batch.afterCommit(
                () -> metrics.incoming(arrival.group(), arrival.count(), arrival.rawBytes()));
    }
}
