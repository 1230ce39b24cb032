package io.pharos.logs.vended.stream;

import io.pharos.kit.StreamBatch;
import io.pharos.kit.StreamRecord;
import io.pharos.logs.event.EventId;
import io.pharos.logs.filter.pg.GroupFilters;
import io.pharos.logs.ingest.LogArrival;
import io.pharos.logs.ingest.LogTap;
import io.pharos.logs.ingest.stream.LogMetrics;
import io.pharos.logs.vended.CompiledDelivery;
import io.pharos.logs.vended.DeliveryDestination;
import io.pharos.logs.vended.pg.PgVendedChunks;
import io.pharos.stream.LogBatch;
import io.pharos.stream.Topic;
import io.pharos.stream.log.LogBatchCodec;
import io.pharos.stream.log.PackedEvents;

import jakarta.inject.Singleton;

import software.amazon.awssdk.services.cloudwatchlogs.model.DeliveryDestinationType;

import java.sql.SQLException;
import java.time.InstantSource;
import java.util.function.IntFunction;

/// Delivers the events of groups. Into buckets and delivery streams: keeps them as lines until they are
/// there. Into other groups: sends them on, exactly once. Sensitive data is masked.
@Singleton
public final class VendedTap implements LogTap {
    /// What the streams start with that deliveries write. What comes there is not delivered to groups
    /// again, or two groups might deliver to each other without end.
    static final String STREAM_PREFIX = "delivered/";

    private static final int MAX_STREAM = 512;

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
                    new Forward(batch, cause, arrival, delivery).send(events, ids);
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

    /// The events of one arrival on their way into another group.
    private final class Forward {
        private final StreamBatch batch;
        private final StreamRecord cause;
        private final LogArrival arrival;
        private final CompiledDelivery delivery;
        private PackedEvents.Builder packed = new PackedEvents.Builder();
        private int bytes;

        Forward(
                StreamBatch batch,
                StreamRecord cause,
                LogArrival arrival,
                CompiledDelivery delivery) {
            this.batch = batch;
            this.cause = cause;
            this.arrival = arrival;
            this.delivery = delivery;
        }

        void send(PackedEvents events, IntFunction<EventId> ids) {
            var sent = 0;
            var tooLong = 0;
            for (var i = 0; i < events.count(); i++) {
                var line =
                        delivery.line(
                                ids.apply(i),
                                events.message(i),
                                arrival.logStream(),
                                arrival.receivedMs());
                var size = line.length + LogBatchCodec.EVENT_OVERHEAD;
                if (size > LogBatchCodec.MAX_BATCH_BYTES) {
                    tooLong++;
                    continue;
                }
                if (bytes + size > LogBatchCodec.MAX_BATCH_BYTES) {
                    flush();
                }
                packed.add(events.timestampMs(i), line, 0, line.length);
                bytes += size;
                sent++;
            }
            flush();
            count(sent, tooLong);
        }

        private void flush() {
            if (packed.count() == 0) {
                return;
            }
            var to = delivery.delivery().destinationTenant();
            var record =
                    LogBatchCodec.fill(
                                    LogBatch.newBuilder()
                                            .setAccount(to.account())
                                            .setRegion(to.region())
                                            .setLogGroup(
                                                    DeliveryDestination.logGroup(
                                                            delivery.destination().resourceArn()))
                                            .setLogStream(stream())
                                            .setReceivedMs(arrival.receivedMs())
                                            .setCreateMissing(true),
                                    packed.build())
                            .build();
            batch.derive(
                    cause,
                    Topic.LOG_EVENTS.topicName(),
                    LogBatchCodec.key(record),
                    record.toByteArray());
            packed = new PackedEvents.Builder();
            bytes = 0;
        }

        private String stream() {
            var name = STREAM_PREFIX + delivery.source().name() + "/" + arrival.logStream();
            return name.substring(0, Math.min(name.length(), MAX_STREAM));
        }

        private void count(int sent, int tooLong) {
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
}
