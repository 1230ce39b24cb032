package io.pharos.logs.ingest.stream;

import com.google.protobuf.InvalidProtocolBufferException;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.pharos.kit.PoisonRecordException;
import io.pharos.kit.StreamBatch;
import io.pharos.kit.StreamHandler;
import io.pharos.kit.StreamRecord;
import io.pharos.logs.block.PackedBatch;
import io.pharos.logs.entity.Entity;
import io.pharos.logs.entity.EntityChanges;
import io.pharos.logs.entity.pg.PgStreamEntities;
import io.pharos.logs.event.EmbeddedMark;
import io.pharos.logs.event.EventId;
import io.pharos.logs.group.LogGroup;
import io.pharos.logs.ingest.Destinations;
import io.pharos.logs.ingest.LogArrival;
import io.pharos.logs.ingest.LogDestination;
import io.pharos.logs.ingest.LogTap;
import io.pharos.logs.ingest.StreamSpan;
import io.pharos.logs.ingest.pg.PgArrivals;
import io.pharos.stream.LogBatch;
import io.pharos.stream.log.LogBatchCodec;
import io.pharos.stream.log.PackedEvents;
import io.pharos.wire.Tenant;
import io.quarkus.arc.All;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// `log-events` into blocks, past the taps. The compressed events go into the block as they came; they
/// are opened once to make sure that readers can, and for the taps that ask.
///
/// A batch whose group or stream was deleted meanwhile is dropped and counted.
@Singleton
public final class LogConsumer implements StreamHandler {
    private final PgArrivals arrivals;
    private final List<LogTap> taps;
    private final ArrivalViews views;
    private final Counter dropped;
    private final Counter stored;

    /// Taps see events as they came.
    public LogConsumer(PgArrivals arrivals, List<LogTap> taps, MeterRegistry meters) {
        this(arrivals, taps, ArrivalViews.PLAIN, meters);
    }

    @Inject
    public LogConsumer(
            PgArrivals arrivals, @All List<LogTap> taps, ArrivalViews views, MeterRegistry meters) {
        this.arrivals = arrivals;
        this.views = views;
        this.taps = List.copyOf(taps);
        this.dropped = meters.counter("pharos.logs.batches.dropped");
        this.stored = meters.counter("pharos.logs.batches.stored");
    }

    /// A record and what it says.
    private record Arrived(
            StreamRecord record,
            LogBatch batch,
            LogDestination destination,
            byte[] frame,
            boolean marked) {}

    @Override
    public void handle(StreamBatch batch) throws SQLException {
        var arrived = new ArrayList<Arrived>();
        var spans = new LinkedHashMap<LogDestination, StreamSpan>();
        for (var record : batch.records()) {
            var one = read(record);
            arrived.add(one);
            spans.merge(one.destination(), span(one.batch()), StreamSpan::with);
        }
        var destinations = arrivals.arrive(batch.connection(), spans);
        store(batch, arrived, destinations);
        PgStreamEntities.write(batch.connection(), entities(arrived, destinations));
        var gone = 0;
        for (var one : arrived) {
            var destination = destinations.find(one.destination());
            if (destination == null) {
                gone++;
            } else {
                tap(batch, one, destination.group());
            }
        }
        for (var tap : taps) {
            tap.onEnd(batch);
        }
        count(batch, arrived.size() - gone, gone);
    }

    private static EntityChanges entities(List<Arrived> arrived, Destinations destinations) {
        var changes = new EntityChanges();
        for (var one : arrived) {
            var destination = destinations.find(one.destination());
            if (destination != null) {
                changes.arrive(
                        destination.group().id(),
                        destination.streamId(),
                        destination.entity(),
                        EventId.batch(one.record().partition(), one.record().offset()),
                        one.batch().getReceivedMs(),
                        one.batch().hasEntity() ? one.batch().getEntity() : null);
            }
        }
        return changes;
    }

    private void count(StreamBatch batch, int kept, int gone) {
        batch.afterCommit(() -> {
            stored.increment(kept);
            dropped.increment(gone);
        });
    }

    private void store(StreamBatch batch, List<Arrived> arrived, Destinations destinations)
            throws SQLException {
        Map<Long, List<PackedBatch>> byGroup = new HashMap<>();
        for (var one : arrived) {
            var destination = destinations.find(one.destination());
            if (destination != null) {
                byGroup.computeIfAbsent(destination.group().id(), _ -> new ArrayList<>())
                        .add(packed(one, destination.streamId()));
            }
        }
        for (var group : byGroup.entrySet()) {
            arrivals.store(batch.connection(), group.getKey(), batch.partition(), group.getValue());
        }
    }

    private void tap(StreamBatch batch, Arrived one, LogGroup group) throws SQLException {
        var view = views.of(batch, group);
        var arrival = new LogArrival(group, one.batch(), one.marked(), view);
        for (var tap : taps) {
            tap.onArrival(batch, one.record(), arrival);
        }
    }

    private static PackedBatch packed(Arrived one, long streamId) {
        var batch = one.batch();
        return new PackedBatch(
                streamId,
                batch.getReceivedMs(),
                EventId.batch(one.record().partition(), one.record().offset()),
                batch.getFirstMs(),
                batch.getLastMs(),
                batch.getCount(),
                batch.getRawBytes(),
                one.frame());
    }

    private static StreamSpan span(LogBatch batch) {
        return new StreamSpan(
                batch.getFirstMs(),
                batch.getLastMs(),
                batch.getReceivedMs(),
                batch.getCreateMissing());
    }

    /// @throws PoisonRecordException when readers could not read it
    private static Arrived read(StreamRecord record) {
        try {
            var batch = LogBatch.parseFrom(record.value());
            var frame = batch.getEvents().toByteArray();
            var events = LogBatchCodec.open(frame);
            check(batch, events);
            var tenant = new Tenant(batch.getAccount(), batch.getRegion());
            var destination = new LogDestination(tenant, batch.getLogGroup(), batch.getLogStream());
            var marked = EmbeddedMark.isIn(events);
            return new Arrived(record, batch, destination, frame, marked);
        } catch (InvalidProtocolBufferException | IllegalArgumentException unreadable) {
            throw new PoisonRecordException(
                    record, "not a readable batch of log events", unreadable);
        }
    }

    private static void check(LogBatch batch, PackedEvents events) {
        var raw = 0L;
        for (var event = 0; event < events.count(); event++) {
            var timestamp = events.timestampMs(event);
            if (timestamp < batch.getFirstMs() || timestamp > batch.getLastMs()) {
                throw new IllegalArgumentException("an event outside of the batch's times");
            }
            raw += events.messageLength(event) + LogBatchCodec.EVENT_OVERHEAD;
        }
        if (events.count() == 0
                || events.count() != batch.getCount()
                || raw != batch.getRawBytes()
                || events.count() > LogBatchCodec.MAX_EVENTS
                || batch.getFirstMs() < 0
                || batch.getLastMs() > EventId.MAX_TIMESTAMP_MS
                || batch.getLastMs() - batch.getFirstMs() > LogBatchCodec.MAX_SPAN_MS
                || batch.getLogGroup().isEmpty()
                || batch.getLogStream().isEmpty()
                || batch.getLogGroup().indexOf('\0') >= 0
                || batch.getLogStream().indexOf('\0') >= 0
                || batch.hasEntity() && batch.getEntity().getSerializedSize() > Entity.MAX_BYTES) {
            throw new IllegalArgumentException("what the batch says of its events is not so");
        }
    }
}
