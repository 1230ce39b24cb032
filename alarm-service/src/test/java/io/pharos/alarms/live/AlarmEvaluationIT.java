package io.pharos.alarms.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.alarms.api.InProcess;
import io.pharos.alarms.deliver.ActionRelay;
import io.pharos.alarms.deliver.EventRelay;
import io.pharos.alarms.deliver.TopicTarget;
import io.pharos.alarms.ledger.pg.ActionOutbox;
import io.pharos.alarms.ledger.pg.AlarmFeed;
import io.pharos.alarms.ledger.pg.AlarmLedger;
import io.pharos.alarms.ledger.pg.Evaluators;
import io.pharos.alarms.ledger.pg.EventOutbox;
import io.pharos.alarms.live.schedule.AlarmEvaluator;
import io.pharos.alarms.live.stream.MetricFollower;
import io.pharos.alarms.query.MetricAnswers;
import io.pharos.alarms.query.QueryBook;
import io.pharos.alarms.query.QueryEvaluator;
import io.pharos.alarms.query.ScriptedMetrics;
import io.pharos.kit.Database;
import io.pharos.kit.KafkaConnection;
import io.pharos.kit.StreamProducer;
import io.pharos.kit.Topics;
import io.pharos.stream.BusEvents;
import io.pharos.stream.PartitionPosition;
import io.pharos.stream.Rollup;
import io.pharos.stream.Topic;
import io.pharos.stream.WindowResponse;
import io.pharos.testkit.Eventually;
import io.pharos.testkit.KafkaServer;
import io.pharos.testkit.SteppingClock;
import io.pharos.testkit.TestDatabase;

import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.AlarmHistoryItem;
import software.amazon.awssdk.services.cloudwatch.model.MetricAlarm;
import software.amazon.awssdk.services.cloudwatch.model.StateValue;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sns.model.NotFoundException;
import software.amazon.awssdk.services.sns.model.PublishRequest;
import software.amazon.awssdk.services.sns.model.PublishResponse;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/// From datums in Kafka to states, history, mails and events, on a real database and broker.
class AlarmEvaluationIT {
    private static final String TOPIC = "arn:aws:sns:us-east-1:123456789012:ops";
    private static final String DEAD_TOPIC = "arn:aws:sns:us-east-1:123456789012:dead";
    private static final String GONE_TOPIC = "arn:aws:sns:us-east-1:123456789012:gone";
    private static final KafkaServer KAFKA = KafkaServer.shared();
    private static StreamProducer producer;

    private final SteppingClock clock = new SteppingClock(Instant.parse("2026-09-14T12:00:15Z"));
    private final Database database = new Database(TestDatabase.fresh("alarms"));
    private final AlarmLedger ledger = new AlarmLedger(database, 1000);
    private final CloudWatchClient client = InProcess.client(ledger, database, clock);
    private final SnsTopics sns = new SnsTopics();
    private final ScriptedMetrics metrics = new ScriptedMetrics();

    /// What metrics-service would know by now.
    private final List<Rollup> stored = new ArrayList<>();

    /// Up to where it has read.
    private static long sent;

    @BeforeAll
    static void createTopics() {
        Topics.create(KAFKA.bootstrapServers(), 2);
        producer = new StreamProducer(KAFKA.bootstrapServers());
    }

    @AfterAll
    static void closeProducer() {
        producer.close();
    }

    /// The topics' service as the relay meets it.
    private static final class SnsTopics implements SnsClient {
        final List<PublishRequest> published = new CopyOnWriteArrayList<>();

        @Override
        public PublishResponse publish(PublishRequest request) {
            if (request.topicArn().equals(DEAD_TOPIC)) {
                throw SdkClientException.create("connection refused");
            }
            if (request.topicArn().equals(GONE_TOPIC)) {
                throw NotFoundException.builder()
                        .message("Topic does not exist")
                        .statusCode(404)
                        .build();
            }
            published.add(request);
            return PublishResponse.builder().messageId("m").build();
        }

        @Override
        public String serviceName() {
            return SERVICE_NAME;
        }

        @Override
        public void close() {}
    }

    /// One life of the service: what it has in memory goes with it.
    private final class Life implements AutoCloseable {
        final AlarmBook book = new AlarmBook(Duration.ofSeconds(10), Duration.ofMillis(500));
        final Evaluators evaluators = new Evaluators(database);
        final MetricFollower follower =
                new MetricFollower(KafkaConnection.to(KAFKA.bootstrapServers()), book, clock);
        final AlarmEvaluator evaluator;

        Life(WindowSource windows) {
            evaluator =
                    new AlarmEvaluator(
                            book,
                            new QueryEvaluator(
                                    new QueryBook(),
                                    ledger,
                                    new MetricAnswers(_ -> metrics),
                                    Runnable::run),
                            ledger,
                            new AlarmFeed(database),
                            evaluators,
                            windows,
                            Duration.ofDays(30),
                            Runnable::run,
                            () -> {});
            follower.start();
        }

        void tick() {
            evaluator.tick(clock.instant());
        }

        void tickUntil(Runnable holds) {
            Eventually.within(
                    Duration.ofSeconds(20),
                    () -> {
                        tick();
                        holds.run();
                    });
        }

        @Override
        public void close() {
            follower.close();
            evaluators.leave();
        }
    }

    @Test
    void anAlarmGoesThroughItsStatesAndTellsThem() {
        var metric = "story";
        put("story", metric, TOPIC);
        var windows = windows();
        try (var life = new Life(windows)) {
            life.tick();
            assertThat(alarm("story").stateReason()).isEqualTo("Unchecked: Initial alarm creation");

            send(metric, -60, 0);
            life.tickUntil(() -> assertThat(alarm("story").stateValue()).isEqualTo(StateValue.OK));

            send(metric, 0, 8);
            clock.advance(Duration.ofSeconds(60));
            life.tickUntil(
                    () -> assertThat(alarm("story").stateValue()).isEqualTo(StateValue.ALARM));
            assertThat(alarm("story").stateReason())
                    .isEqualTo(
                            "Threshold Crossed: 1 datapoint [8.0 (14/09/26 12:00:00)] was greater"
                                    + " than or equal to the threshold (7.0).");

            clock.advance(Duration.ofSeconds(180));
            life.tickUntil(() ->
                    assertThat(alarm("story").stateValue())
                            .isEqualTo(StateValue.INSUFFICIENT_DATA));
        }
        assertThat(summaries("story"))
                .containsExactly(
                        "Alarm updated from ALARM to INSUFFICIENT_DATA",
                        "Alarm updated from OK to ALARM",
                        "Alarm updated from INSUFFICIENT_DATA to OK",
                        "Alarm \"story\" created");
    }

    @Test
    void statesOutliveARestartAndASetStateDoesNot() {
        var metric = "restart";
        var known = rollup(metric, clock.instant().getEpochSecond() - 75, 9);
        var windows = windows(known);
        put("restart", metric, TOPIC);
        try (var life = new Life(windows)) {
            life.tick();
            assertThat(alarm("restart").stateValue()).isEqualTo(StateValue.ALARM);
        }
        var changed = alarm("restart").stateUpdatedTimestamp();
        try (var life = new Life(windows)) {
            clock.advance(Duration.ofSeconds(10));
            life.tick();
            assertThat(alarm("restart").stateUpdatedTimestamp()).isEqualTo(changed);

            client.setAlarmState(
                    r -> r.alarmName("restart").stateValue(StateValue.OK).stateReason("by hand"));
            life.tick();
            assertThat(alarm("restart").stateReason()).isEqualTo("by hand");
            clock.advance(Duration.ofSeconds(21));
            life.tick();
            assertThat(alarm("restart").stateValue()).isEqualTo(StateValue.ALARM);
        }
    }

    @Test
    void twoProcessesShareAlarmsAndWriteOnce() {
        var known = rollup("shared", clock.instant().getEpochSecond() - 75, 9);
        var windows = windows(known);
        try (var one = new Life(windows);
                var other = new Life(windows)) {
            for (var i = 0; i < 20; i++) {
                put("shared-" + i, "shared", TOPIC);
            }
            one.tick(); // believes to be alone
            other.tick();
            clock.advance(Duration.ofSeconds(3));
            one.tick();
            other.tick();
            assertThat(one.book.size() + other.book.size()).isEqualTo(20);
            assertThat(one.book.size()).isBetween(1, 19);
        }
        for (var i = 0; i < 20; i++) {
            assertThat(summaries("shared-" + i)).hasSize(2);
        }
    }

    @Test
    void whatWasNotDeliveredWhenTheProcessDiedIsDeliveredLater() {
        setAlarm("crash", TOPIC);
        var outbox = new ActionOutbox(database);
        // Claimed and then gone with its process.
        assertThat(outbox.claim(clock.instant(), Duration.ofMinutes(2), 10, List.of(), List.of()))
                .hasSize(1);
        relay().relayAll(clock.instant());
        assertThat(sns.published).isEmpty();

        clock.advance(Duration.ofMinutes(2));
        relay().relayAll(clock.instant());
        relay().relayAll(clock.instant());

        assertThat(sns.published).hasSize(1);
        var message = sns.published.getFirst();
        assertThat(message.subject()).isEqualTo("ALARM: \"crash\" in US East (N. Virginia)");
        assertThat(message.messageStructure()).isEqualTo("json");
        assertThat(message.overrideConfiguration().orElseThrow().headers())
                .containsKey(ActionRelay.MESSAGE_ID);
        assertThat(summaries("crash").getFirst())
                .isEqualTo("Successfully executed action " + TOPIC);
    }

    @Test
    void aDeadTargetDelaysNobodyAndIsGivenUpInTheEnd() {
        for (var i = 0; i < 20; i++) {
            setAlarm("dead-" + i, DEAD_TOPIC);
        }
        setAlarm("alive", TOPIC);
        setAlarm("gone", GONE_TOPIC);
        relay().relayAll(clock.instant());
        assertThat(sns.published).hasSize(1);
        assertThat(summaries("gone").getFirst())
                .startsWith("Failed to execute action " + GONE_TOPIC + ". Received error: \"");
        assertThat(summaries("dead-0").getFirst()).startsWith("Alarm updated");

        clock.advance(Duration.ofHours(7));
        relay().relayAll(clock.instant());
        for (var i = 0; i < 20; i++) {
            assertThat(summaries("dead-" + i).getFirst())
                    .isEqualTo(
                            "Failed to execute action "
                                    + DEAD_TOPIC
                                    + ". Received error: \"connection refused\"");
        }
    }

    @Test
    void theBusHearsOfEveryChangeInOrder() throws Exception {
        setAlarm("bus", TOPIC);
        client.deleteAlarms(r -> r.alarmNames("bus"));
        new EventRelay(new EventOutbox(database), producer).relayAll();

        var heard = new ArrayList<String>();
        var ids = new HashSet<String>();
        for (var batch : read(Topic.BUS_EVENTS.topicName())) {
            for (var event : BusEvents.parseFrom(batch).getEventsList()) {
                if (event.getResourcesList()
                        .equals(List.of("arn:aws:cloudwatch:us-east-1:123456789012:alarm:bus"))) {
                    assertThat(event.getBus()).isEqualTo("default");
                    assertThat(event.getSource()).isEqualTo("aws.cloudwatch");
                    heard.add(event.getDetailType());
                    ids.add(event.getId());
                }
            }
        }
        assertThat(heard)
                .containsExactly(
                        "CloudWatch Alarm Configuration Change",
                        "CloudWatch Alarm State Change",
                        "CloudWatch Alarm Configuration Change");
        assertThat(ids).hasSize(3);
    }

    private ActionRelay relay() {
        return new ActionRelay(
                new ActionOutbox(database),
                Map.of("sns", new TopicTarget(_ -> sns)),
                Duration.ofHours(6),
                clock,
                Runnable::run);
    }

    private static List<byte[]> read(String topic) {
        var settings = Map.<String, Object>of("bootstrap.servers", KAFKA.bootstrapServers());
        try (var consumer =
                new KafkaConsumer<>(
                        settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            var partitions = List.of(new TopicPartition(topic, 0), new TopicPartition(topic, 1));
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions);
            var values = new ArrayList<byte[]>();
            while (partitions.stream()
                    .anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> values.add(record.value()));
            }
            return values;
        }
    }

    private void setAlarm(String name, String action) {
        put(name, name, action);
        clock.advance(Duration.ofMillis(5));
        client.setAlarmState(
                r -> r.alarmName(name).stateValue(StateValue.ALARM).stateReason("by hand"));
        clock.advance(Duration.ofMillis(5));
    }

    private void put(String name, String metric, String action) {
        client.putMetricAlarm(r ->
                r.alarmName(name)
                        .namespace("n")
                        .metricName(metric)
                        .statistic("Maximum")
                        .period(60)
                        .evaluationPeriods(1)
                        .threshold(7.0)
                        .comparisonOperator("GreaterThanOrEqualToThreshold")
                        .alarmActions(action));
    }

    private MetricAlarm alarm(String name) {
        return client.describeAlarms(r -> r.alarmNames(name)).metricAlarms().getFirst();
    }

    private List<String> summaries(String name) {
        return client.describeAlarmHistory(r -> r.alarmName(name)).alarmHistoryItems().stream()
                .map(AlarmHistoryItem::historySummary)
                .toList();
    }

    private void send(String metric, int fromNowS, double value) {
        var start = Math.floorDiv(clock.instant().getEpochSecond() + fromNowS, 60) * 60;
        var record = Data.record(InProcess.TENANT, metric, start, false, value);
        synchronized (stored) {
            sent =
                    producer.send(Topic.METRIC_DATA.topicName(), 1, null, record).join().offset()
                            + 1;
            stored.add(rollup(metric, start, value));
        }
    }

    /// What metrics-service would answer: what was sent, and some more.
    private WindowSource windows(Rollup... more) {
        return _ -> {
            synchronized (stored) {
                return WindowResponse.newBuilder()
                        .addAllRollups(stored)
                        .addAllRollups(List.of(more))
                        .addPositions(
                                PartitionPosition.newBuilder().setPartition(1).setNextOffset(sent))
                        .build();
            }
        };
    }

    private static Rollup rollup(String metric, long atS, double value) {
        return Data.rollup(InProcess.TENANT, metric, atS, 60, value);
    }
}
