package io.pharos.events.trail.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.events.bus.Tags;
import io.pharos.events.trail.Lookup;
import io.pharos.events.trail.Lookup.Attribute;
import io.pharos.events.trail.Trail;
import io.pharos.events.trail.TrailName;
import io.pharos.events.trail.pg.PgApiRecords;
import io.pharos.events.trail.pg.PgTrails;
import io.pharos.kit.Database;
import io.pharos.kit.StreamConsumers;
import io.pharos.kit.StreamProducer;
import io.pharos.kit.Topics;
import io.pharos.stream.ApiRecord;
import io.pharos.stream.ApiResource;
import io.pharos.stream.BusEvent;
import io.pharos.stream.BusEvents;
import io.pharos.stream.LogBatch;
import io.pharos.stream.Topic;
import io.pharos.stream.log.LogBatchCodec;
import io.pharos.testkit.Eventually;
import io.pharos.testkit.KafkaServer;
import io.pharos.testkit.TestDatabase;
import io.pharos.wire.Tenant;

import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// Records of API calls, from the stream to everywhere they are promised.
class ApiRecordIT {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Instant NOON = Instant.parse("2026-01-30T12:00:00Z");

    private final Tenant tenant =
            new Tenant("123456789012", "t-" + UUID.randomUUID().toString().substring(0, 8));
    private final String bootstrap = KafkaServer.shared().bootstrapServers();
    private final Database database = new Database(TestDatabase.fresh("events"));
    private final PgApiRecords records = new PgApiRecords(database);
    private final PgTrails trails = new PgTrails(database);
    private StreamProducer producer;
    private StreamConsumers consumers;

    @BeforeEach
    void start() {
        Topics.create(bootstrap, 4);
        producer = new StreamProducer(bootstrap);
        consumers = new StreamConsumers(bootstrap, producer);
    }

    @AfterEach
    void stop() {
        consumers.close();
        producer.close();
    }

    @Test
    void aRecordCanBeLookedUpBecomesAnEventAndReachesItsTrailsOnce() throws Exception {
        trails.create(
                trail("logs-all", "CloudTrail/Demo", Trail.Selector.DEFAULT, true), Tags.NONE);
        trails.create(
                trail("stopped", "CloudTrail/Stopped", Trail.Selector.DEFAULT, false), Tags.NONE);
        var writes = new Trail.Selector("WriteOnly", true, List.of(), true);
        trails.create(trail("writes", "CloudTrail/Writes", writes, true), Tags.NONE);
        new ApiRecordConsumer(consumers, database, InstantSource.system()).start();
        send(
                record("e-1", "CreateLogGroup", false, 0),
                record("e-2", "DescribeLogGroups", true, 1));
        Eventually.within(SOON, () -> assertThat(find(null, 10)).hasSize(2));

        var groups = new ArrayList<String>();
        var events = new ArrayList<BusEvent>();
        Eventually.within(
                SOON,
                () -> {
                    groups.clear();
                    for (var value : all(Topic.LOG_EVENTS.topicName())) {
                        var batch = LogBatch.parseFrom(value);
                        if (batch.getRegion().equals(tenant.region())) {
                            assertThat(batch.getLogStream())
                                    .isEqualTo("123456789012_CloudTrail_" + tenant.region());
                            groups.add(
                                    batch.getLogGroup()
                                            + " "
                                            + LogBatchCodec.open(batch).message(0));
                        }
                    }
                    assertThat(groups)
                            .containsExactlyInAnyOrder(
                                    "CloudTrail/Demo {\"eventName\":\"CreateLogGroup\",\"readOnly\":false}",
                                    "CloudTrail/Demo {\"eventName\":\"DescribeLogGroups\",\"readOnly\":true}",
                                    "CloudTrail/Writes {\"eventName\":\"CreateLogGroup\",\"readOnly\":false}");
                });
        for (var value : all(Topic.BUS_EVENTS.topicName())) {
            BusEvents.parseFrom(value).getEventsList().stream()
                    .filter(event -> event.getRegion().equals(tenant.region()))
                    .forEach(events::add);
        }
        assertThat(events).hasSize(2);
        assertThat(events.getFirst().getSource()).isEqualTo("aws.logs");
        assertThat(events.getFirst().getDetailType()).isEqualTo("AWS API Call via CloudTrail");
        assertThat(events.getFirst().getBus()).isEqualTo("default");
        assertThat(
                        trails.find(new TrailName(tenant, "logs-all"))
                                .orElseThrow()
                                .logging()
                                .deliveredAt())
                .isNotNull();
        assertThat(
                        trails.find(new TrailName(tenant, "stopped"))
                                .orElseThrow()
                                .logging()
                                .deliveredAt())
                .isNull();
    }

    @Test
    void looksUpByEveryAttributeNewestFirstPageByPage() {
        var all = new ArrayList<ApiRecord>();
        for (var i = 0; i < 7; i++) {
            all.add(record("id-" + i, i % 2 == 0 ? "CreateLogGroup" : "PutMetricAlarm", i == 3, i));
        }
        database.run(tx -> PgApiRecords.insert(tx, all));
        // Read again after a crash.
        database.run(tx -> PgApiRecords.insert(tx, all));
        assertThat(ids(find(null, 50)))
                .containsExactly("id-6", "id-5", "id-4", "id-3", "id-2", "id-1", "id-0");
        assertThat(ids(find(new Attribute("EventId", "id-2"), 50))).containsExactly("id-2");
        assertThat(ids(find(new Attribute("EventName", "PutMetricAlarm"), 50)))
                .containsExactly("id-5", "id-3", "id-1");
        assertThat(ids(find(new Attribute("ReadOnly", "true"), 50))).containsExactly("id-3");
        assertThat(find(new Attribute("ReadOnly", "false"), 50)).hasSize(6);
        assertThat(find(new Attribute("Username", "alice"), 50)).hasSize(7);
        assertThat(find(new Attribute("Username", "Alice"), 50)).isEmpty();
        assertThat(find(new Attribute("ResourceType", "AWS::Logs::LogGroup"), 50)).hasSize(7);
        assertThat(ids(find(new Attribute("ResourceName", "group-4"), 50))).containsExactly("id-4");
        assertThat(find(new Attribute("EventSource", "logs.amazonaws.com"), 50)).hasSize(7);
        assertThat(find(new Attribute("AccessKeyId", "AKIA1"), 50)).hasSize(7);

        var first = find(null, 4);
        var end =
                new Lookup.Position(
                        Instant.ofEpochMilli(first.getLast().getTimeMs()),
                        first.getLast().getEventId());
        var token = Lookup.Position.of(end.token(null), null).orElseThrow();
        var rest = records.find(tenant, new Lookup(null, NOON, NOON.plusSeconds(60), token, 10));
        assertThat(ids(rest)).containsExactly("id-2", "id-1", "id-0");
        assertThat(Lookup.Position.of(end.token(null), new Attribute("EventName", "x"))).isEmpty();
        assertThat(Lookup.Position.of("garbage", null)).isEmpty();
        assertThat(
                        ids(
                                records.find(
                                        tenant,
                                        new Lookup(
                                                null,
                                                NOON.plusSeconds(2),
                                                NOON.plusSeconds(4),
                                                null,
                                                10))))
                .containsExactly("id-3", "id-2");
        assertThat(records.forget(NOON.plus(PgApiRecords.KEPT))).isZero();
        assertThat(records.forget(NOON.plus(PgApiRecords.KEPT).plusSeconds(3))).isEqualTo(3);
    }

    private static List<String> ids(List<ApiRecord> found) {
        return found.stream().map(ApiRecord::getEventId).toList();
    }

    private List<ApiRecord> find(@Nullable Attribute attribute, int limit) {
        return records.find(tenant, new Lookup(attribute, NOON, NOON.plusSeconds(60), null, limit));
    }

    private Trail trail(String name, String group, Trail.Selector selector, boolean logging) {
        return new Trail(
                tenant,
                name,
                new Trail.Bucket("bucket", null),
                true,
                false,
                new Trail.Logs(
                        tenant.arn("logs", "log-group:" + group + ":*"),
                        "arn:aws:iam::123456789012:role/r"),
                selector,
                new Trail.Logging(logging, null, null, null));
    }

    private ApiRecord record(String id, String name, boolean readOnly, int second) {
        return ApiRecord.newBuilder()
                .setAccount(tenant.account())
                .setRegion(tenant.region())
                .setEventId(id)
                .setTimeMs(NOON.plusSeconds(second).toEpochMilli())
                .setEventSource("logs.amazonaws.com")
                .setEventName(name)
                .setReadOnly(readOnly)
                .setAccessKeyId("AKIA1")
                .setUserName("alice")
                .setRecord("{\"eventName\":\"" + name + "\",\"readOnly\":" + readOnly + "}")
                .addResources(
                        ApiResource.newBuilder()
                                .setType("AWS::Logs::LogGroup")
                                .setName("group-" + second))
                .build();
    }

    private void send(ApiRecord... toSend) {
        var key = (tenant.account() + "/" + tenant.region()).getBytes(StandardCharsets.UTF_8);
        for (var record : toSend) {
            StreamProducer.await(
                    List.of(
                            producer.send(
                                    Topic.API_RECORDS.topicName(), key, record.toByteArray())));
        }
    }

    private List<byte[]> all(String topic) {
        Map<String, Object> settings =
                Map.of(
                        "bootstrap.servers",
                        bootstrap,
                        "auto.offset.reset",
                        "earliest",
                        "isolation.level",
                        "read_committed",
                        "group.id",
                        UUID.randomUUID().toString());
        var values = new ArrayList<byte[]>();
        try (var consumer =
                new KafkaConsumer<>(
                        settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(
                    consumer.partitionsFor(topic).stream()
                            .map(p -> new TopicPartition(p.topic(), p.partition()))
                            .toList());
            var ends = consumer.endOffsets(consumer.assignment());
            while (ends.entrySet().stream()
                    .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> values.add(record.value()));
            }
        }
        return values;
    }
}
