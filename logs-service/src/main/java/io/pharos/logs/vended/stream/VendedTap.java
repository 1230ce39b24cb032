package io.pharos.logs.vended.stream;

import io.pharos.kit.StreamBatch;
import io.pharos.kit.StreamRecord;
import io.pharos.logs.event.EventId;
import io.pharos.logs.filter.pg.GroupFilters;
import io.pharos.logs.ingest.LogArrival;
import io.pharos.logs.ingest.LogTap;
import io.pharos.logs.ingest.stream.DerivedEvents;
import io.pharos.logs.ingest.stream.LogMetrics;
import io.pharos.logs.vended.CompiledDelivery;
import io.pharos.logs.vended.DeliveryDestination;
import io.pharos.logs.vended.pg.PgVendedChunks;
import io.pharos.stream.log.LogBatchCodec;

import jakarta.inject.Singleton;

import software.amazon.awssdk.services.cloudwatchlogs.model.DeliveryDestinationType;

import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.function.IntFunction;

/// Delivers the events of groups. Into buckets and delivery streams: keeps them as lines until they are
/// there. Into other groups: sends them on, exactly once. Sensitive data is masked.
@Singleton
public final class VendedTap implements LogTap {
    /// What the streams start with that deliveries write. What comes there is not delivered to groups
    /// again, or two groups might deliver to each other without end.
    static final String STREAM_PREFIX = "delivered/";

    private final GroupFilters<CompiledDelivery> deliveries =
            new GroupFilters<>(PgVendedChunks::of);
    private final LogMetrics metrics;
    private final InstantSource clock;

    public VendedTap(LogMetrics metrics, InstantSource clock) {
        this.metrics = metrics;
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
            IntFunction<EventId> ids =
                    i ->
                            EventId.of(
                                    events.timestampMs(i),
                                    receivedMs,
                                    cause.partition(),
                                    cause.offset(),
                                    i);
            if (delivery.delivery().type() == DeliveryDestinationType.CWL) {
                if (!arrival.logStream().startsWith(STREAM_PREFIX)) {
                    forward(batch, cause, arrival, delivery, ids);
                }
                continue;
            }
            var lines = delivery.lines(events, arrival.logStream(), receivedMs, ids);
            PgVendedChunks.add(
                    batch.connection(),
                    delivery.delivery().id(),
                    lines,
                    events.count(),
                    clock.millis());
        }
    }

    /// The events of one arrival into another group.
    private void forward(
            StreamBatch batch,
            StreamRecord cause,
            LogArrival arrival,
            CompiledDelivery delivery,
            IntFunction<EventId> ids) {
        var to =
                new DerivedEvents.Group(
                        delivery.delivery().destinationTenant(),
                        DeliveryDestination.logGroup(delivery.destination().resourceArn()));
        var copies =
                new DerivedEvents(
                        batch,
                        cause,
                        arrival.receivedMs(),
                        STREAM_PREFIX + delivery.source().name() + "/" + arrival.logStream(),
                        List.of(to),
                        LogBatchCodec.MAX_BATCH_BYTES);
        var events = arrival.shown();
        var tooLong = 0;
        for (var i = 0; i < events.count(); i++) {
            var line =
                    delivery.line(
                            ids.apply(i),
                            events.message(i),
                            arrival.logStream(),
                            arrival.receivedMs());
            if (line.length + LogBatchCodec.EVENT_OVERHEAD > LogBatchCodec.MAX_BATCH_BYTES) {
                tooLong++;
            } else {
                copies.add(events.timestampMs(i), line);
            }
        }
        copies.send();
        count(batch, arrival, delivery, events.count() - tooLong, tooLong);
    }

    private void count(
            StreamBatch batch,
            LogArrival arrival,
            CompiledDelivery delivery,
            int sent,
            int tooLong) {
        var route =
                new LogMetrics.Route(
                        arrival.group().tenant(),
                        arrival.group().name(),
                        delivery.delivery().id(),
                        "CWL");
        batch.afterCommit(() -> {
            metrics.forwarded(route, sent, 0);
            for (var i = 0; i < tooLong; i++) {
                metrics.deliveryError(route);
            }
        });
    }
}
