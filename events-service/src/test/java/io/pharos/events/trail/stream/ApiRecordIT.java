package io.pharos.events.trail.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;

import io.pharos.events.bus.BusName;
import io.pharos.events.bus.Tags;
import io.pharos.events.delivery.pg.PgRuleSets;
import io.pharos.events.rule.Rule;
import io.pharos.events.rule.RuleName;
import io.pharos.events.rule.pg.PgRules;
import io.pharos.events.target.Input;
import io.pharos.events.target.Target;
import io.pharos.events.target.pg.PgTargets;
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
import io.pharos.stream.ApiRecords;
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
        rule(Rule.State.ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS);
        consume();
        send(
                record(id(0), "CreateLogGroup", false, 0),
                record(id(1), "DescribeLogGroups", true, 1));
        Eventually.within(SOON, () -> assertThat(find(null, 10)).hasSize(2));

        var groups = new ArrayList<String>();
        Eventually.within(
                SOON,
                () -> {
                    groups.clear();
                    for (var value : all(Topic.LOG_EVENTS.topicName())) {
                        var batch = LogBatch.parseFrom(value);
                        if (batch.getRegion().equals(tenant.region())) {
                            assertThat(batch.getLogStream())
                                    .isEqualTo("123456789012_CloudTrail_" + tenant.region());
                            var events = LogBatchCodec.open(batch);
                            for (var i = 0; i < events.count(); i++) {
                                groups.add(batch.getLogGroup() + " " + events.message(i));
                            }
                        }
                    }
                    assertThat(groups)
                            .containsExactlyInAnyOrder(
                                    "CloudTrail/Demo {\"eventName\":\"CreateLogGroup\",\"readOnly\":false}",
                                    "CloudTrail/Demo {\"eventName\":\"DescribeLogGroups\",\"readOnly\":true}",
                                    "CloudTrail/Writes {\"eventName\":\"CreateLogGroup\",\"readOnly\":false}");
                });
        var events = onBus();
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
    void whatNoRuleCanMatchIsNotSentToTheBus() throws Exception {
        consume();
        send(record(id(0), "CreateLogGroup", false, 0));
        Eventually.within(SOON, () -> assertThat(find(null, 10)).hasSize(1));
        rule(Rule.State.ENABLED);
        send(
                record(id(1), "PutRetentionPolicy", false, 1),
                record(id(2), "DescribeLogGroups", true, 2));
        Eventually.within(SOON, () -> assertThat(find(null, 10)).hasSize(3));
        assertThat(onBus())
                .extracting(BusEvent::getTimeMs)
                .containsExactly(NOON.plusSeconds(1).toEpochMilli());
    }

    private void consume() {
        new ApiRecordConsumer(consumers, database, new PgRuleSets(), InstantSource.system())
                .start();
    }

    private void rule(Rule.State state) {
        var bus = new BusName(tenant, BusName.DEFAULT);
        var pattern = "{\"detail-type\":[\"AWS API Call via CloudTrail\"]}";
        new PgRules(database)
                .put(
                        new Rule(bus, "calls", pattern, null, state, null, null, "me"),
                        Tags.NONE,
                        NOON);
        var group = tenant.arn("logs", "log-group:calls");
        new PgTargets(database)
                .put(
                        new RuleName(bus, "calls"),
                        List.of(
                                new Target(
                                        "t", group, null, new Input.Matched(), null, null, null)));
    }

    private List<BusEvent> onBus() throws Exception {
        var events = new ArrayList<BusEvent>();
        for (var value : all(Topic.BUS_EVENTS.topicName())) {
            BusEvents.parseFrom(value).getEventsList().stream()
                    .filter(event -> event.getRegion().equals(tenant.region()))
                    .forEach(events::add);
        }
        return events;
    }

    /// Ids carry the time of their records.
    private static String id(int second) {
        return "%s-7000-8000-000000000000"
                .formatted(
                        "%012x"
                                .formatted(NOON.plusSeconds(second).toEpochMilli())
                                .replaceFirst("(.{8})", "$1-"));
    }

    @Test
    void manyRecordsArePagedThroughBlocksThatOverlap() {
        for (var block = 0; block < 40; block++) {
            var some = new ArrayList<ApiRecord>();
            for (var i = 0; i < 5; i++) {
                var second = block + 3 * i;
                some.add(
                        record(
                                new UUID(
                                                NOON.plusSeconds(second).toEpochMilli() << 16
                                                        | 0x7000,
                                                block * 5L + i)
                                        .toString(),
                                block % 10 == 0 ? "Rare" : "Often",
                                false,
                                second));
            }
            database.run(tx -> PgApiRecords.insert(tx, some));
        }
        for (var attribute : new @Nullable Attribute[] {null, new Attribute("EventName", "Rare")}) {
            var found = new ArrayList<ApiRecord>();
            var lookup = new Lookup(attribute, NOON, NOON.plusSeconds(600), null, 7);
            for (var page = records.find(tenant, lookup);
                    !page.isEmpty();
                    page = records.find(tenant, lookup)) {
                found.addAll(page);
                lookup =
                        new Lookup(
                                attribute,
                                NOON,
                                NOON.plusSeconds(600),
                                Lookup.Position.of(page.getLast()),
                                7);
            }
            assertThat(found).hasSize(attribute == null ? 200 : 20).doesNotHaveDuplicates();
            assertThat(found).isSortedAccordingTo(Lookup.NEWEST_FIRST);
        }
    }

    @Test
    void looksUpByEveryAttributeNewestFirstPageByPage() {
        var all = new ArrayList<ApiRecord>();
        for (var i = 0; i < 7; i++) {
            all.add(record(id(i), i % 2 == 0 ? "CreateLogGroup" : "PutMetricAlarm", i == 3, i));
        }
        database.run(tx -> PgApiRecords.insert(tx, all));
        assertThat(ids(find(null, 50)))
                .containsExactly(id(6), id(5), id(4), id(3), id(2), id(1), id(0));
        assertThat(ids(find(new Attribute("EventId", id(2)), 50))).containsExactly(id(2));
        assertThat(ids(find(new Attribute("EventName", "PutMetricAlarm"), 50)))
                .containsExactly(id(5), id(3), id(1));
        assertThat(ids(find(new Attribute("ReadOnly", "true"), 50))).containsExactly(id(3));
        assertThat(find(new Attribute("ReadOnly", "false"), 50)).hasSize(6);
        assertThat(find(new Attribute("Username", "alice"), 50)).hasSize(7);
        assertThat(find(new Attribute("Username", "Alice"), 50)).isEmpty();
        assertThat(find(new Attribute("ResourceType", "AWS::Logs::LogGroup"), 50)).hasSize(7);
        assertThat(ids(find(new Attribute("ResourceName", "group-4"), 50))).containsExactly(id(4));
        assertThat(find(new Attribute("EventSource", "logs.amazonaws.com"), 50)).hasSize(7);
        assertThat(find(new Attribute("AccessKeyId", "AKIA1"), 50)).hasSize(7);

        var first = find(null, 4);
        var end =
                new Lookup.Position(
                        Instant.ofEpochMilli(first.getLast().getTimeMs()),
                        first.getLast().getEventId());
        var token = Lookup.Position.of(end.token(null), null).orElseThrow();
        var rest = records.find(tenant, new Lookup(null, NOON, NOON.plusSeconds(60), token, 10));
        assertThat(ids(rest)).containsExactly(id(2), id(1), id(0));
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
                .containsExactly(id(3), id(2));
        assertThat(find(new Attribute("EventId", UUID.randomUUID().toString()), 50)).isEmpty();
        assertThat(records.forget(NOON.plus(PgApiRecords.KEPT))).isZero();
        assertThat(records.forget(NOON.plus(PgApiRecords.KEPT).plusSeconds(7))).isEqualTo(1);
        assertThat(find(null, 50)).isEmpty();
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
                .setRecord(
                        ByteString.copyFromUtf8(
                                "{\"eventName\":\"%s\",\"readOnly\":%b}".formatted(name, readOnly)))
                .addResources(
                        ApiResource.newBuilder()
                                .setType("AWS::Logs::LogGroup")
                                .setName("group-" + second))
                .build();
    }

    private void send(ApiRecord... toSend) {
        var key = (tenant.account() + "/" + tenant.region()).getBytes(StandardCharsets.UTF_8);
        var value = ApiRecords.newBuilder().addAllRecords(List.of(toSend)).build().toByteArray();
        StreamProducer.await(List.of(producer.send(Topic.API_RECORDS.topicName(), key, value)));
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
