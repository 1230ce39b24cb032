package io.pharos.logs.vended.stream;

import io.pharos.kit.StreamBatch;
import io.pharos.kit.StreamRecord;
import io.pharos.logs.event.EventId;
import io.pharos.logs.filter.pg.GroupFilters;
import io.pharos.logs.ingest.LogArrival;
import io.pharos.logs.ingest.LogTap;
import io.pharos.logs.vended.CompiledDelivery;
import io.pharos.logs.vended.pg.PgVendedChunks;

import jakarta.inject.Singleton;

import java.sql.SQLException;
import java.time.InstantSource;

/// Keeps the events of groups that are delivered, as lines, until they are in the bucket. Sensitive data
/// is masked.
@Singleton
public final class VendedTap implements LogTap {
    private final GroupFilters<CompiledDelivery> deliveries =
            new GroupFilters<>(PgVendedChunks::of);
    private final InstantSource clock;

    public VendedTap(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public void onArrival(StreamBatch batch, StreamRecord cause, LogArrival arrival)
            throws SQLException {
        for (var delivery : deliveries.of(batch, arrival.group())) {
            var receivedMs = arrival.receivedMs();
            if (!delivery.seesEventsOf(receivedMs)) {
                continue;
            }
            var events = arrival.shown();
            var lines =
                    delivery.lines(
                            events,
                            arrival.logStream(),
                            receivedMs,
                            i ->
                                    EventId.of(
                                            events.timestampMs(i),
                                            receivedMs,
                                            cause.partition(),
                                            cause.offset(),
                                            i));
            PgVendedChunks.add(
                    batch.connection(),
                    delivery.delivery().id(),
                    lines,
                    events.count(),
                    clock.millis());
        }
    }
}
