package io.pharos.events.trail.stream;

import com.google.protobuf.InvalidProtocolBufferException;

import io.pharos.events.bus.BusName;
import io.pharos.events.config.Events;
import io.pharos.events.delivery.pg.PgRuleSets;
import io.pharos.events.trail.ApiCallEvent;
import io.pharos.events.trail.Trail;
import io.pharos.events.trail.pg.PgApiRecords;
import io.pharos.events.trail.pg.PgTrails;
import io.pharos.kit.Database;
import io.pharos.kit.PoisonRecordException;
import io.pharos.kit.StreamBatch;
import io.pharos.kit.StreamConsumers;
import io.pharos.kit.StreamRecord;
import io.pharos.stream.ApiRecord;
import io.pharos.stream.ApiRecords;
import io.pharos.stream.BusEvent;
import io.pharos.stream.BusEvents;
import io.pharos.stream.LogBatch;
import io.pharos.stream.Topic;
import io.pharos.stream.log.LogBatchCodec;
import io.pharos.stream.log.PackedEvents;
import io.pharos.wire.Tenant;
import io.quarkus.runtime.StartupEvent;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

/// Every API record is kept for LookupEvents, becomes an event on the default bus when a rule there may
/// match it, and goes to the log groups of the trails that log it: each exactly once. None of the three
/// is an API call, so nothing here causes another record.
@Singleton
public final class ApiRecordConsumer {
    public static final String NAME = "api-records";

    /// What arrives within it shares a transaction, a block and derived records. Lookups and rules see
    /// a call that much later.
    private static final Duration LINGER = Duration.ofMillis(200);

    private static final int MAX_BYTES = 4 << 20;
    private static final int MAX_BUS_RECORD_BYTES = 512 << 10;
    private static final int MAX_LOG_BYTES = LogBatchCodec.MAX_BATCH_BYTES / 2;
    private static final int MAX_TOGETHER = 1_000;

    private final StreamConsumers consumers;
    private final Database database;
    private final PgRuleSets ruleSets;
    private final InstantSource clock;

    public ApiRecordConsumer(
            StreamConsumers consumers,
            @Events Database database,
            PgRuleSets ruleSets,
            InstantSource clock) {
        this.consumers = consumers;
        this.database = database;
        this.ruleSets = ruleSets;
        this.clock = clock;
    }

    void start(@Observes StartupEvent started) {
        start();
    }

    public void start() {
        consumers.start(
                new StreamConsumers.Subscription(
                        NAME,
                        Set.of(Topic.API_RECORDS.topicName()),
                        database,
                        "events",
                        LINGER,
                        MAX_BYTES,
                        this::take));
    }

    private void take(StreamBatch batch) throws SQLException {
        var records = new ArrayList<ApiRecord>();
        for (var record : batch.records()) {
            records.addAll(parse(record));
        }
        PgApiRecords.insert(batch.connection(), records);
        records.removeIf(record -> record.getRecord().size() > Trail.MAX_RECORD_BYTES);
        toTrails(batch, records);
        toBuses(batch, records);
    }

    private static List<ApiRecord> parse(StreamRecord record) {
        try {
            var parsed = ApiRecords.parseFrom(record.value()).getRecordsList();
            for (var one : parsed) {
                var tenant = new Tenant(one.getAccount(), one.getRegion());
                if (one.getEventId().isEmpty()) {
                    throw new IllegalArgumentException("no event id in " + tenant);
                }
            }
            return parsed;
        } catch (InvalidProtocolBufferException | IllegalArgumentException unreadable) {
            throw new PoisonRecordException(record, "not api records", unreadable);
        }
    }

    /// As rules see them: what no rule of the tenant's bus can match now is not sent.
    private void toBuses(StreamBatch batch, List<ApiRecord> records) throws SQLException {
        var byBus = new LinkedHashMap<BusName, List<ApiRecord>>();
        for (var record : records) {
            var tenant = new Tenant(record.getAccount(), record.getRegion());
            byBus.computeIfAbsent(new BusName(tenant, BusName.DEFAULT), _ -> new ArrayList<>())
                    .add(record);
        }
        var rules = ruleSets.current(batch.connection(), byBus.keySet());
        byBus.forEach((bus, calls) -> {
            var wanted = rules.get(bus);
            if (wanted == null) {
                return;
            }
            var events = new ArrayList<BusEvent>();
            for (var record : calls) {
                if (wanted.seesCalls(record.getReadOnly())) {
                    events.add(ApiCallEvent.of(record, clock.millis()));
                }
            }
            for (var some : chunks(events, BusEvent::getSerializedSize, MAX_BUS_RECORD_BYTES)) {
                batch.derive(
                        batch.records().getLast(),
                        Topic.BUS_EVENTS.topicName(),
                        bus.streamKey().getBytes(StandardCharsets.UTF_8),
                        BusEvents.newBuilder().addAllEvents(some).build().toByteArray());
            }
        });
    }

    private void toTrails(StreamBatch batch, List<ApiRecord> records) throws SQLException {
        var accounts = records.stream().map(ApiRecord::getAccount).collect(Collectors.toSet());
        for (var trail : PgTrails.logging(batch.connection(), accounts)) {
            var logs = trail.logs();
            var byStream = new LinkedHashMap<String, List<ApiRecord>>();
            for (var record : records) {
                if (logs != null && trail.takes(record)) {
                    var stream = record.getAccount() + "_CloudTrail_" + record.getRegion();
                    byStream.computeIfAbsent(stream, _ -> new ArrayList<>()).add(record);
                }
            }
            if (logs == null || byStream.isEmpty()) {
                continue;
            }
            byStream.forEach((stream, taken) ->
                    toLogGroup(batch, taken, trail.tenant(), logs.groupName(), stream));
            PgTrails.delivered(batch.connection(), trail, clock.instant());
        }
    }

    /// One log event a record, in the order of their times.
    private void toLogGroup(
            StreamBatch batch, List<ApiRecord> records, Tenant home, String group, String stream) {
        var inOrder =
                records.stream().sorted(Comparator.comparingLong(ApiRecord::getTimeMs)).toList();
        for (var some : chunks(inOrder, ApiRecordConsumer::logBytes, MAX_LOG_BYTES)) {
            var events = new PackedEvents.Builder();
            some.forEach(
                    record -> events.add(record.getTimeMs(), record.getRecord().toStringUtf8()));
            var log =
                    LogBatch.newBuilder()
                            .setAccount(home.account())
                            .setRegion(home.region())
                            .setLogGroup(group)
                            .setLogStream(stream)
                            .setReceivedMs(clock.millis())
                            .setCreateMissing(true);
            LogBatchCodec.fill(log, events.build());
            batch.derive(
                    batch.records().getLast(),
                    Topic.LOG_EVENTS.topicName(),
                    LogBatchCodec.key(log),
                    log.build().toByteArray());
        }
    }

    private static int logBytes(ApiRecord record) {
        return record.getRecord().size() + LogBatchCodec.EVENT_OVERHEAD;
    }

    /// In their order, cut so that no piece but of a single one is above a number of bytes, and none
    /// has more than [#MAX_TOGETHER].
    private static <T> List<List<T>> chunks(List<T> all, ToIntFunction<T> bytesOf, int maxBytes) {
        var chunks = new ArrayList<List<T>>();
        var from = 0;
        var bytes = 0;
        for (var i = 0; i < all.size(); i++) {
            var more = bytesOf.applyAsInt(all.get(i));
            if (i > from && (bytes + more > maxBytes || i - from == MAX_TOGETHER)) {
                chunks.add(all.subList(from, i));
                from = i;
                bytes = 0;
            }
            bytes += more;
        }
        if (from < all.size()) {
            chunks.add(all.subList(from, all.size()));
        }
        return chunks;
    }
}
