package io.pharos.events.delivery;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import com.github.tomakehurst.wiremock.stubbing.Scenario;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pharos.events.bus.BusName;
import io.pharos.events.bus.Tags;
import io.pharos.events.delivery.http.HttpSender;
import io.pharos.events.delivery.pg.PgDeliveries;
import io.pharos.events.delivery.pg.PgRuleSets;
import io.pharos.events.delivery.pg.PgSchedules;
import io.pharos.events.delivery.schedule.DeliveryWorkers;
import io.pharos.events.delivery.schedule.RuleTicker;
import io.pharos.events.delivery.schedule.Senders;
import io.pharos.events.delivery.stream.BusConsumer;
import io.pharos.events.delivery.stream.EventMetrics;
import io.pharos.events.delivery.stream.StreamSender;
import io.pharos.events.destination.ApiDestination;
import io.pharos.events.destination.Connection;
import io.pharos.events.destination.pg.PgDestinations;
import io.pharos.events.rule.Rule;
import io.pharos.events.rule.RuleName;
import io.pharos.events.rule.pg.PgRules;
import io.pharos.events.stream.Stream;
import io.pharos.events.stream.kafka.RecordWriter;
import io.pharos.events.stream.kafka.StreamTopics;
import io.pharos.events.stream.pg.PgStreams;
import io.pharos.events.target.Input;
import io.pharos.events.target.InputTransformer;
import io.pharos.events.target.JsonPath;
import io.pharos.events.target.Target;
import io.pharos.events.target.pg.PgTargets;
import io.pharos.kit.Database;
import io.pharos.kit.SecretSeal;
import io.pharos.kit.StreamConsumers;
import io.pharos.kit.StreamProducer;
import io.pharos.kit.Topics;
import io.pharos.kit.metric.OwnMetrics;
import io.pharos.stream.BusEvent;
import io.pharos.stream.BusEvents;
import io.pharos.stream.LogBatch;
import io.pharos.stream.Topic;
import io.pharos.stream.log.LogBatchCodec;
import io.pharos.testkit.Eventually;
import io.pharos.testkit.KafkaServer;
import io.pharos.testkit.SteppingClock;
import io.pharos.testkit.TestDatabase;
import io.pharos.wire.Tenant;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.kinesis.model.StreamStatus;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/// From the bus to the targets, over a real broker, a real PostgreSQL and real HTTP.
class DeliveryIT {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String ACCOUNT = "123456789012";
    private static final Instant NOW = Instant.parse("2026-01-30T10:00:00Z");

    // Kafka is shared by the tests; a region of its own keeps their events apart.
    private final Tenant tenant =
            new Tenant(ACCOUNT, "t-" + UUID.randomUUID().toString().substring(0, 8));
    private final BusName bus = new BusName(tenant, BusName.DEFAULT);
    private final String bootstrap = KafkaServer.shared().bootstrapServers();
    private final Database database = new Database(TestDatabase.fresh("events"));
    private final PgRules rules = new PgRules(database);
    private final PgTargets targets = new PgTargets(database);
    private final PgDestinations destinations =
            new PgDestinations(database, new SecretSeal("installation", "connections"));
    private final PgStreams streams = new PgStreams(database);
    private final PgDeliveries outbox = new PgDeliveries(database);
    private final WireMockServer http =
            new WireMockServer(WireMockConfiguration.options().dynamicPort());
    private final List<AutoCloseable> running = new ArrayList<>();
    private StreamProducer producer;

    @BeforeEach
    void start() {
        Topics.create(bootstrap, 4);
        producer = new StreamProducer(bootstrap);
        http.start();
    }

    @AfterEach
    void stop() throws Exception {
        for (var one : running.reversed()) {
            one.close();
        }
        producer.close();
        http.stop();
    }

    private DeliveryWorkers workers(InstantSource clock) {
        var senders =
                new Senders(
                        new StreamSender(producer, new RecordWriter(streams, producer), clock),
                        new HttpSender(destinations),
                        null);
        var workers =
                new DeliveryWorkers(outbox, senders, metrics(), clock, new SimpleMeterRegistry());
        running.add(workers);
        return workers;
    }

    private EventMetrics metrics() {
        return new EventMetrics(new OwnMetrics(producer, InstantSource.system()));
    }

    private void service() {
        var workers = workers(InstantSource.system());
        workers.start();
        var consumers = new StreamConsumers(bootstrap, producer);
        running.add(consumers);
        new BusConsumer(
                        consumers,
                        database,
                        new PgRuleSets(),
                        workers,
                        metrics(),
                        InstantSource.system())
                .start();
    }

    @Test
    void anEventReachesAnHttpTargetInItsShapeAndIsTriedAgainAfterAFailure() {
        http.stubFor(
                post(anyUrl())
                        .inScenario("flaky")
                        .whenScenarioStateIs(Scenario.STARTED)
                        .willReturn(aResponse().withStatus(500))
                        .willSetStateTo("well"));
        http.stubFor(
                post(anyUrl())
                        .inScenario("flaky")
                        .whenScenarioStateIs("well")
                        .willReturn(aResponse().withStatus(200)));
        var parameters =
                new Target.HttpParameters(
                        List.of("$.detail.order"),
                        Map.of("X-Kind", "$.detail-type"),
                        Map.of("source", "$.source"));
        var shape =
                new InputTransformer(
                        Map.of("total", JsonPath.parse("$.detail.total")), "{\"sum\": <total>}");
        put(
                "orders",
                "{\"source\":[\"shop\"]}",
                target(destination("/orders/*"), shape, parameters));
        service();
        send(event("shop", "{\"order\":\"a b\",\"total\":12.50}"));
        send(event("other", "{}"));
        Eventually.within(
                SOON,
                () ->
                        http.verify(
                                2,
                                postRequestedFor(urlPathEqualTo("/orders/a%20b"))
                                        .withQueryParam("source", equalTo("shop"))
                                        .withHeader("X-Kind", equalTo("order"))
                                        .withHeader("x-api-key", equalTo("secret"))
                                        .withHeader(
                                                "User-Agent",
                                                equalTo("Amazon/EventBridge/ApiDestinations"))
                                        .withRequestBody(equalTo("{\"sum\":12.50}"))));
        Eventually.within(SOON, () -> assertThat(pending()).isZero());
        assertThat(http.getAllServeEvents()).hasSize(2);
    }

    @Test
    void aRefusalIsNotTriedAgain() {
        http.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(400)));
        put("r", "{\"source\":[\"shop\"]}", target(destination("/x"), new Input.Matched(), null));
        service();
        send(event("shop", "{}"));
        Eventually.within(SOON, () -> assertThat(http.getAllServeEvents()).hasSize(1));
        Eventually.within(SOON, () -> assertThat(pending()).isZero());
    }

    @Test
    void aSlowTargetDoesNotDelayOthers() {
        http.stubFor(
                post(urlEqualTo("/slow"))
                        .willReturn(aResponse().withStatus(200).withFixedDelay(4_000)));
        http.stubFor(post(urlEqualTo("/quick")).willReturn(aResponse().withStatus(200)));
        put(
                "slow",
                "{\"source\":[\"s\"]}",
                target(destination("/slow"), new Input.Matched(), null));
        put(
                "quick",
                "{\"source\":[\"q\"]}",
                target(destination("/quick"), new Input.Matched(), null));
        service();
        for (var i = 0; i < 60; i++) {
            send(event("s", "{}"));
        }
        send(event("q", "{}"));
        Eventually.within(SOON, () -> http.verify(1, postRequestedFor(urlEqualTo("/quick"))));
        assertThat(pending()).isGreaterThan(20);
    }

    @Test
    void logGroupsStreamsAndBusesAreReachedOverKafka() throws Exception {
        var stream = stream("orders");
        var other = new BusName(tenant, "other");
        var rule =
                put(
                        "r",
                        "{\"source\":[\"shop\"]}",
                        target(
                                tenant.arn("logs", "log-group:/aws/events/orders:*"),
                                new Input.Matched(),
                                null));
        targets.put(
                rule,
                List.of(
                        new Target(
                                "s",
                                tenant.arn("kinesis", "stream/orders"),
                                null,
                                new Input.Part(JsonPath.parse("$.detail")),
                                "$.detail.order",
                                null,
                                null),
                        new Target("b", other.arn(), null, new Input.Matched(), null, null, null)));
        service();
        var event = event("shop", "{\"order\":\"k-1\"}");
        send(event);
        var log =
                first(
                        Topic.LOG_EVENTS.topicName(),
                        record -> ours(LogBatch.parseFrom(record.value()).getRegion()));
        var batch = LogBatch.parseFrom(log.value());
        assertThat(batch.getLogGroup()).isEqualTo("/aws/events/orders");
        assertThat(batch.getCreateMissing()).isTrue();
        var events = LogBatchCodec.open(batch);
        assertThat(events.count()).isEqualTo(1);
        assertThat(events.timestampMs(0)).isEqualTo(event.getTimeMs());
        assertThat(events.message(0)).contains("\"id\":\"" + event.getId() + "\"");
        var record = first(stream, _ -> true);
        assertThat(new String(record.key(), StandardCharsets.UTF_8)).isEqualTo("k-1");
        assertThat(new String(record.value(), StandardCharsets.UTF_8))
                .isEqualTo("{\"order\":\"k-1\"}");
        var forwarded =
                first(
                        Topic.BUS_EVENTS.topicName(),
                        r ->
                                BusEvents.parseFrom(r.value()).getEvents(0).getBus().equals("other")
                                        && ours(
                                                BusEvents.parseFrom(r.value())
                                                        .getEvents(0)
                                                        .getRegion()));
        assertThat(BusEvents.parseFrom(forwarded.value()).getEvents(0))
                .isEqualTo(event.toBuilder().setBus("other").setHops(1).build());
    }

    /// @return its Kafka topic
    private String stream(String name) {
        var wanted =
                new Stream(tenant, name, 0, 2, false, 24, StreamStatus.CREATING, Map.of(), NOW);
        var made = streams.insert(wanted).orElseThrow();
        try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            streams.settle(made, new StreamTopics(admin, producer, (short) 1)::create);
        }
        return made.topic();
    }

    private boolean ours(String region) {
        return region.equals(tenant.region());
    }

    @Test
    void aRuleWorksFromTheNextEventOn() {
        http.stubFor(post(anyUrl()).willReturn(aResponse().withStatus(200)));
        service();
        var arn = destination("/hook");
        for (var i = 0; i < 5; i++) {
            var name =
                    put(
                            "r" + i,
                            "{\"source\":[\"shop\"]}",
                            target(arn, new Input.Constant("\"" + i + "\""), null));
            send(event("shop", "{}"));
            var body = equalTo("\"" + i + "\"");
            Eventually.within(
                    SOON,
                    () ->
                            http.verify(
                                    1,
                                    postRequestedFor(urlEqualTo("/hook")).withRequestBody(body)));
            rules.change(name, Rule.State.DISABLED, NOW);
        }
        assertThat(http.getAllServeEvents()).hasSize(5);
    }

    /// A process that took deliveries and died: another one delivers them, with the same ids.
    @Test
    void whatACrashedProcessHeldIsDeliveredByAnother() {
        http.stubFor(post(anyUrl()).willReturn(aResponse().withStatus(200)));
        var rule =
                put(
                        "r",
                        "{\"source\":[\"shop\"]}",
                        target(destination("/hook"), new Input.Part(JsonPath.parse("$.id")), null));
        var event = event("shop", "{}");
        var clock = new SteppingClock(NOW);
        List<Leased> held =
                database.inTransaction(tx ->
                        PgDeliveries.insert(
                                tx,
                                Objects.requireNonNull(
                                                new PgRuleSets().current(tx, List.of(bus)).get(bus))
                                        .deliveries(event),
                                clock.instant()));
        assertThat(held).hasSize(1);
        // The same records are read again after the crash: still one delivery.
        database.run(tx ->
                PgDeliveries.insert(tx, List.of(held.getFirst().delivery()), clock.instant()));
        assertThat(pending()).isEqualTo(1);
        var other = workers(clock);
        other.start();
        assertThat(other.claimDue(clock.instant())).isZero();
        clock.advance(PgDeliveries.LEASE);
        other.claimDue(clock.instant());
        Eventually.within(
                SOON,
                () ->
                        http.verify(
                                1,
                                postRequestedFor(urlEqualTo("/hook"))
                                        .withRequestBody(equalTo("\"" + event.getId() + "\""))));
        Eventually.within(SOON, () -> assertThat(pending()).isZero());
        assertThat(held.getFirst().delivery().rule()).isEqualTo(rule);
    }

    @Test
    void aScheduledRuleFiresOnceAMinuteAndDoesNotCatchUp() {
        http.stubFor(post(anyUrl()).willReturn(aResponse().withStatus(200)));
        var clock = new SteppingClock(NOW);
        var rule =
                new Rule(
                        bus,
                        "clock",
                        null,
                        "rate(1 minute)",
                        Rule.State.ENABLED,
                        null,
                        null,
                        ACCOUNT);
        rules.put(rule, Tags.NONE, NOW);
        targets.put(
                new RuleName(bus, "clock"),
                List.of(target(destination("/tick"), new Input.Matched(), null)));
        var workers = workers(clock);
        workers.start();
        var one = new RuleTicker(new PgSchedules(database), workers, clock);
        var two = new RuleTicker(new PgSchedules(database), workers, clock);
        assertThat(one.tick(clock.instant())).isZero();
        clock.advance(Duration.ofMinutes(1));
        assertThat(one.tick(clock.instant()) + two.tick(clock.instant())).isEqualTo(1);
        Eventually.within(SOON, () -> assertThat(http.getAllServeEvents()).hasSize(1));
        assertThat(http.getAllServeEvents().getFirst().getRequest().getBodyAsString())
                .contains("\"detail-type\":\"Scheduled Event\",\"source\":\"aws.events\"")
                .contains("\"time\":\"2026-01-30T10:01:00Z\"")
                .contains("\"resources\":[\"" + rule.arn() + "\"],\"detail\":{}");
        // Down for half an hour and ten seconds: nothing of it is made up for.
        clock.advance(Duration.ofMinutes(30).plusSeconds(10));
        assertThat(one.tick(clock.instant())).isEqualTo(1);
        clock.advance(Duration.ofSeconds(50));
        assertThat(two.tick(clock.instant())).isEqualTo(1);
        Eventually.within(SOON, () -> assertThat(http.getAllServeEvents()).hasSize(2));
        assertThat(pending() <= 1).isTrue();
        rules.change(new RuleName(bus, "clock"), Rule.State.DISABLED, clock.instant());
        clock.advance(Duration.ofMinutes(5));
        assertThat(one.tick(clock.instant())).isZero();
    }

    private RuleName put(String name, String pattern, Target target) {
        var rule = new Rule(bus, name, pattern, null, Rule.State.ENABLED, null, null, ACCOUNT);
        assertThat(rules.put(rule, Tags.NONE, NOW)).isEqualTo(PgRules.Put.DONE);
        var ruleName = new RuleName(bus, name);
        assertThat(targets.put(ruleName, List.of(target))).isEqualTo(PgTargets.Put.DONE);
        return ruleName;
    }

    private static Target target(
            String arn, Input input, Target.@Nullable HttpParameters parameters) {
        return new Target("t", arn, null, input, null, parameters, null);
    }

    private String destination(String path) {
        var name = "d" + UUID.randomUUID();
        var connection =
                new Connection(
                        tenant,
                        name,
                        UUID.randomUUID(),
                        null,
                        new Connection.Authorization.ApiKey("x-api-key", "secret"),
                        Connection.Invocation.NONE,
                        NOW,
                        NOW);
        destinations.create(connection);
        var destination =
                new ApiDestination(
                        tenant,
                        name,
                        UUID.randomUUID(),
                        null,
                        connection.arn(),
                        http.baseUrl() + path,
                        "POST",
                        300,
                        NOW,
                        NOW);
        destinations.create(destination);
        return destination.arn();
    }

    private BusEvent event(String source, String detail) {
        var now = InstantSource.system().millis();
        return BusEvent.newBuilder()
                .setAccount(ACCOUNT)
                .setRegion(tenant.region())
                .setBus(BusName.DEFAULT)
                .setId(UUID.randomUUID().toString())
                .setSource(source)
                .setDetailType("order")
                .setTimeMs(now)
                .setDetail(detail)
                .setIngestedMs(now)
                .build();
    }

    private void send(BusEvent event) {
        var value = BusEvents.newBuilder().addEvents(event).build().toByteArray();
        StreamProducer.await(
                List.of(
                        producer.send(
                                Topic.BUS_EVENTS.topicName(),
                                bus.streamKey().getBytes(StandardCharsets.UTF_8),
                                value)));
    }

    private int pending() {
        return database.read(connection -> {
            try (var rows =
                    connection
                            .createStatement()
                            .executeQuery("SELECT count(*) FROM events.delivery")) {
                rows.next();
                return rows.getInt(1);
            }
        });
    }

    private interface Wanted {
        boolean is(ConsumerRecord<byte[], byte[]> record) throws Exception;
    }

    private ConsumerRecord<byte[], byte[]> first(String topic, Wanted wanted) throws Exception {
        Map<String, Object> settings =
                Map.of(
                        "bootstrap.servers",
                        bootstrap,
                        "auto.offset.reset",
                        "earliest",
                        "group.id",
                        UUID.randomUUID().toString());
        try (var consumer =
                new KafkaConsumer<>(
                        settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(List.of(topic));
            var deadline = System.nanoTime() + SOON.toNanos();
            while (System.nanoTime() < deadline) {
                for (var record : consumer.poll(Duration.ofMillis(200))) {
                    if (wanted.is(record)) {
                        return record;
                    }
                }
            }
        }
        throw new AssertionError("nothing on " + topic);
    }
}
