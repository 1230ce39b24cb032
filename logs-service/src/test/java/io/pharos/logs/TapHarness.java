package io.pharos.logs;

import io.pharos.kit.Database;
import io.pharos.kit.StreamBatch;
import io.pharos.kit.StreamConsumers;
import io.pharos.kit.StreamProducer;
import io.pharos.logs.event.EmbeddedMark;
import io.pharos.logs.group.pg.PgLogGroups;
import io.pharos.logs.ingest.LogArrival;
import io.pharos.logs.ingest.LogTap;
import io.pharos.logs.policy.pg.PgPolicies;
import io.pharos.logs.view.pg.EventViews;
import io.pharos.stream.LogBatch;
import io.pharos.stream.log.LogBatchCodec;
import io.pharos.stream.log.PackedEvents;
import io.pharos.testkit.Eventually;
import io.pharos.testkit.KafkaServer;
import io.pharos.testkit.TestDatabase;
import io.pharos.wire.Tenant;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;

/// A broker, a database and a consumer that calls taps: what an integration test of a tap needs. Each
/// has a broker of its own: a consumer that a test left behind asks for deleted topics without a pause.
public final class TapHarness implements AutoCloseable {
    public static final Tenant TENANT = Calls.TENANT;
    public static final Instant NOW = Instant.parse("2026-01-15T12:00:30Z");
    public static final int PARTITIONS = 4;

    private static final Duration SOON = Duration.ofSeconds(30);

    private final KafkaServer kafka = KafkaServer.temporary();
    private final StreamProducer producer = new StreamProducer(kafka.bootstrapServers());
    private final StreamConsumers consumers =
            new StreamConsumers(kafka.bootstrapServers(), producer);
    private final Database database = new Database(TestDatabase.fresh("logs"));
    private final PgLogGroups groups = new PgLogGroups(database);
    private final PgPolicies policies = new PgPolicies(database, groups);
    private final EventViews views = new EventViews(policies, groups);
    private int sent;

    public TapHarness() {
        createTopic("log-events", 2);
        createTopic("log-events.dead", 1);
        createTopic("metric-data", PARTITIONS);
    }

    public Database database() {
        return database;
    }

    public String bootstrapServers() {
        return kafka.bootstrapServers();
    }

    public PgLogGroups groups() {
        return groups;
    }

    public PgPolicies policies() {
        return policies;
    }

    public EventViews views() {
        return views;
    }

    public StreamProducer producer() {
        return producer;
    }

    public void createGroup(String name) {
        groups.create(TENANT, name, Map.of(), false, NOW.toEpochMilli());
    }

    public void createTopic(String name, int partitions) {
        try (var admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic(name, partitions, (short) 1))).all().get();
        } catch (InterruptedException | ExecutionException failure) {
            throw new AssertionError(failure);
        }
    }

    public void start(LogTap... taps) {
        consumers.start(
                new StreamConsumers.Subscription(
                        "logs",
                        Set.of("log-events"),
                        database,
                        "logs",
                        Duration.ofMillis(20),
                        1 << 20,
                        batch -> handle(batch, taps)));
    }

    private void handle(StreamBatch batch, LogTap... taps) throws SQLException {
        for (var record : batch.records()) {
            try {
                var events = LogBatch.parseFrom(record.value());
                var group = groups.require(TENANT, events.getLogGroup());
                var marked = EmbeddedMark.isIn(LogBatchCodec.open(events));
                var arrival = new LogArrival(group, events, marked, views.of(batch, group));
                for (var tap : taps) {
                    tap.onArrival(batch, record, arrival);
                }
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
        for (var tap : taps) {
            tap.onEnd(batch);
        }
    }

    public void putEvents(String group, String stream, String... messages) {
        putEventsAt(NOW.toEpochMilli(), group, stream, messages);
    }

    public void putEventsAt(long timestampMs, String group, String stream, String... messages) {
        var events = new PackedEvents.Builder();
        for (var message : messages) {
            events.add(timestampMs, message);
        }
        var batch =
                LogBatch.newBuilder()
                        .setAccount(TENANT.account())
                        .setRegion(TENANT.region())
                        .setLogGroup(group)
                        .setLogStream(stream)
                        .setReceivedMs(NOW.toEpochMilli());
        var record = LogBatchCodec.fill(batch, events.build()).build();
        producer.send("log-events", LogBatchCodec.key(record), record.toByteArray()).join();
        sent++;
    }

    /// Returns when everything sent so far is handled, and what was derived of it.
    public void await() {
        Eventually.within(
                SOON,
                () -> {
                    long handled = database.read(TapHarness::position);
                    if (handled < sent || handled != records("log-events").size()) {
                        throw new AssertionError(handled + " of " + sent);
                    }
                });
    }

    private static Long position(Connection connection) throws SQLException {
        var sql = "SELECT coalesce(sum(next_offset), 0) FROM logs.stream_position";
        try (var select = connection.prepareStatement(sql);
                var row = select.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    /// What was sent to a group, by events and by taps.
    public List<LogBatch> logRecords(String group) throws IOException {
        var found = new ArrayList<LogBatch>();
        for (var record : records("log-events")) {
            var batch = LogBatch.parseFrom(record.value());
            if (batch.getLogGroup().equals(group)) {
                found.add(batch);
            }
        }
        return found;
    }

    public List<ConsumerRecord<byte[], byte[]>> metricRecords() {
        return records("metric-data");
    }

    /// Everything that stands in a topic now.
    public List<ConsumerRecord<byte[], byte[]>> records(String topic) {
        var config = Map.<String, Object>of("bootstrap.servers", kafka.bootstrapServers());
        try (var consumer =
                new KafkaConsumer<>(
                        config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            var partitions =
                    consumer.partitionsFor(topic).stream()
                            .map(p -> new TopicPartition(topic, p.partition()))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions);
            var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
            while (partitions.stream()
                    .anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
            return records;
        }
    }

    @Override
    public void close() {
        consumers.close();
        producer.close();
        kafka.close();
    }
}
