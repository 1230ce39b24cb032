package io.pharos.events.trail.stream;

import com.google.protobuf.InvalidProtocolBufferException;

import io.pharos.events.bus.BusName;
import io.pharos.events.config.Events;
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
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;

/// Every API record is kept for LookupEvents, becomes an event on the default bus, and goes to the log
/// groups of the trails that log it: each exactly once. None of the three is an API call, so nothing
/// here causes another record.
@Singleton
public final class ApiRecordConsumer {
    public static final String NAME = "api-records";

    private static final Duration LINGER = Duration.ofMillis(5);
    private static final int MAX_BYTES = 4 << 20;

    private final StreamConsumers consumers;
    private final Database database;
    private final InstantSource clock;

    public ApiRecordConsumer(
            StreamConsumers consumers, @Events Database database, InstantSource clock) {
        this.consumers = consumers;
        this.database = database;
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
            records.add(parse(record));
        }
        PgApiRecords.insert(batch.connection(), records);
        var accounts = records.stream().map(ApiRecord::getAccount).collect(Collectors.toSet());
        var trails = PgTrails.logging(batch.connection(), accounts);
        var delivered = new HashSet<Trail>();
        for (var i = 0; i < records.size(); i++) {
            var record = records.get(i);
            if (record.getRecordBytes().size() > Trail.MAX_RECORD_BYTES) {
                continue;
            }
            var cause = batch.records().get(i);
            toBus(batch, cause, record);
            for (var trail : trails) {
                var logs = trail.logs();
                if (logs != null && trail.takes(record)) {
                    toLogGroup(batch, cause, record, trail.tenant(), logs.groupName());
                    delivered.add(trail);
                }
            }
        }
        for (var trail : delivered) {
            PgTrails.delivered(batch.connection(), trail, clock.instant());
        }
    }

    private static ApiRecord parse(StreamRecord record) {
        try {
            var parsed = ApiRecord.parseFrom(record.value());
            var tenant = new Tenant(parsed.getAccount(), parsed.getRegion());
            if (parsed.getEventId().isEmpty()) {
                throw new IllegalArgumentException("no event id in " + tenant);
            }
            return parsed;
        } catch (InvalidProtocolBufferException | IllegalArgumentException unreadable) {
            throw new PoisonRecordException(record, "not an api record", unreadable);
        }
    }

    private void toBus(StreamBatch batch, StreamRecord cause, ApiRecord record) {
        var event = ApiCallEvent.of(record, clock.millis());
        var bus = new BusName(new Tenant(event.getAccount(), event.getRegion()), event.getBus());
        batch.derive(
                cause,
                Topic.BUS_EVENTS.topicName(),
                bus.streamKey().getBytes(StandardCharsets.UTF_8),
                BusEvents.newBuilder().addEvents(event).build().toByteArray());
    }

    /// One log event a record, into `<account>_CloudTrail_<region>`.
    private void toLogGroup(
            StreamBatch batch, StreamRecord cause, ApiRecord record, Tenant home, String group) {
        var log =
                LogBatch.newBuilder()
                        .setAccount(home.account())
                        .setRegion(home.region())
                        .setLogGroup(group)
                        .setLogStream(record.getAccount() + "_CloudTrail_" + record.getRegion())
                        .setReceivedMs(clock.millis())
                        .setCreateMissing(true);
        LogBatchCodec.fill(
                log,
                new PackedEvents.Builder().add(record.getTimeMs(), record.getRecord()).build());
        batch.derive(
                cause,
                Topic.LOG_EVENTS.topicName(),
                LogBatchCodec.key(log),
                log.build().toByteArray());
    }
}
