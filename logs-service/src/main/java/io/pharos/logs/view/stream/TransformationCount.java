package io.pharos.logs.view.stream;

import io.pharos.kit.StreamBatch;
import io.pharos.kit.StreamRecord;
import io.pharos.logs.ingest.LogArrival;
import io.pharos.logs.ingest.LogTap;
import io.pharos.logs.ingest.stream.LogMetrics;
import io.pharos.logs.view.EventView;

import jakarta.inject.Singleton;

/// Counts what transformers make of arriving events, and what they fail on.
@Singleton
public final class TransformationCount implements LogTap {
    private final LogMetrics metrics;

    public TransformationCount(LogMetrics metrics) {
        this.metrics = metrics;
    }

    @Override
    public void onArrival(StreamBatch batch, StreamRecord cause, LogArrival arrival) {
        if (arrival.view() instanceof EventView view && view.transformsAt(arrival.receivedMs())) {
            var made = arrival.transformed();
            batch.afterCommit(() ->
                    metrics.transformed(
                            arrival.group(), made.transformed(), made.bytes(), made.errors()));
        }
    }
}
