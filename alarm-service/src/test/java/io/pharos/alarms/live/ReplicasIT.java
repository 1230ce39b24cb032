package io.pharos.alarms.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.alarms.alarm.AlarmKey;
import io.pharos.alarms.api.InProcess;
import io.pharos.alarms.deliver.ActionRelay;
import io.pharos.alarms.deliver.ActionTarget;
import io.pharos.alarms.ledger.pg.ActionOutbox;
import io.pharos.alarms.ledger.pg.AlarmFeed;
import io.pharos.alarms.ledger.pg.AlarmLedger;
import io.pharos.alarms.ledger.pg.Evaluators;
import io.pharos.alarms.live.schedule.AlarmEvaluator;
import io.pharos.alarms.query.MetricAnswers;
import io.pharos.alarms.query.QueryBook;
import io.pharos.alarms.query.QueryEvaluator;
import io.pharos.alarms.query.ScriptedMetrics;
import io.pharos.kit.Database;
import io.pharos.stream.PartitionPosition;
import io.pharos.stream.Rollup;
import io.pharos.stream.WindowResponse;
import io.pharos.testkit.SteppingClock;
import io.pharos.testkit.TestDatabase;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataQuery;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricAlarmRequest;
import software.amazon.awssdk.services.cloudwatch.model.StateValue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/// Several processes on one database, for alarms of every kind: whoever comes, dies or believes to own
/// what another owns, every change is written once and every action done once.
class ReplicasIT {
    private static final String TOPIC = "arn:aws:sns:us-east-1:123456789012:ops";
    private static final Instant NOON = Instant.parse("2026-09-14T12:00:00Z");
    private static final int METRIC_ALARMS = 6;

    private final SteppingClock clock = new SteppingClock(NOON);
    private final Database database = new Database(TestDatabase.fresh("alarms"));
    private final AlarmLedger ledger = new AlarmLedger(database, 1000);
    private final CloudWatchClient client = InProcess.client(ledger, database, clock);
    private final ScriptedMetrics metrics = new ScriptedMetrics();
    private final List<Rollup> stored = new CopyOnWriteArrayList<>();
    private final List<Replica> living = new ArrayList<>();
    private long offset;

    private final class Replica {
        final AlarmBook book = new AlarmBook(Duration.ofSeconds(10), Duration.ofMillis(500));
        final AlarmEvaluator evaluator =
                new AlarmEvaluator(
                        book,
                        new QueryEvaluator(
                                new QueryBook(),
                                ledger,
                                new MetricAnswers(_ -> metrics),
                                Runnable::run),
                        ledger,
                        new AlarmFeed(database),
                        new Evaluators(database),
                        _ -> answer(),
                        Duration.ofDays(30),
                        Runnable::run,
                        () -> {});

        Replica() {
            living.add(this);
        }
    }

    @BeforeEach
    void putAlarms() {
        for (var i = 0; i < METRIC_ALARMS; i++) {
            put(
                    "metric-" + i,
                    r -> r.namespace("n").metricName("m").statistic("Maximum").period(60));
        }
        put("math", r -> r.metrics(expression("e", "m1 * 2")));
        put(
                "band",
                r ->
                        r.threshold(null)
                                .comparisonOperator("GreaterThanUpperThreshold")
                                .thresholdMetricId("ad")
                                .metrics(
                                        expression("e", "m2 * 2"),
                                        expression("ad", "ANOMALY_DETECTION_BAND(e, 2)")));
        put("fleet", r -> r.metrics(expression("q", "SELECT MAX(CPU) FROM n GROUP BY host")));
        client.putCompositeAlarm(r ->
                r.alarmName("composite")
                        .alarmRule("ALARM(\"metric-0\") AND ALARM(math)")
                        .alarmActions(TOPIC));
    }

    private void put(String name, Consumer<PutMetricAlarmRequest.Builder> change) {
        client.putMetricAlarm(
                PutMetricAlarmRequest.builder()
                        .alarmName(name)
                        .evaluationPeriods(1)
                        .threshold(50.0)
                        .comparisonOperator("GreaterThanThreshold")
                        .treatMissingData("ignore")
                        .alarmActions(TOPIC)
                        .applyMutation(change)
                        .build());
    }

    private static MetricDataQuery expression(String id, String expression) {
        return MetricDataQuery.builder().id(id).expression(expression).period(60).build();
    }

    /// A minute goes by in which every alarm's data is `value`; then all processes tick at once, and
    /// again.
    private void minute(double value) throws Exception {
        var start = Instant.ofEpochSecond(clock.instant().getEpochSecond() / 60 * 60);
        clock.advance(Duration.between(clock.instant(), start.plusSeconds(90)));
        metrics.forget();
        metrics.answer("m1", "e", Map.of(start, value));
        metrics.answer("m2", "e", Map.of(start, value));
        metrics.answer("ANOMALY", "upper", Map.of(start, 50.0));
        metrics.answer("ANOMALY", "lower", Map.of(start, -1.0));
        metrics.answer("SELECT", "web-1", Map.of(start, value));
        metrics.answer("SELECT", "web-2", Map.of(start, 0.0));
        stored.add(Data.rollup(InProcess.TENANT, "m", start.getEpochSecond(), 60, value));
        var record = Data.record(InProcess.TENANT, "m", start.getEpochSecond(), false, value);
        for (var replica : living) {
            replica.book.accept(0, offset, null, record);
        }
        offset++;
        tickAll();
        tickAll();
    }

    private void tickAll() throws Exception {
        try (var threads = Executors.newFixedThreadPool(Math.max(1, living.size()))) {
            var ticks = new ArrayList<Future<?>>();
            living.forEach(replica ->
                    ticks.add(threads.submit(() -> replica.evaluator.tick(clock.instant()))));
            for (var tick : ticks) {
                tick.get();
            }
        }
    }

    private WindowResponse answer() {
        return WindowResponse.newBuilder()
                .addAllRollups(stored)
                .addPositions(PartitionPosition.newBuilder().setPartition(0).setNextOffset(offset))
                .build();
    }

    @Test
    void everyChangeIsWrittenAndDoneOnce() throws Exception {
        var first = new Replica();
        minute(100);
        expect(StateValue.ALARM);
        // A second comes: for a moment both own what is the second's now.
        new Replica();
        minute(0);
        expect(StateValue.OK);
        minute(100);
        expect(StateValue.ALARM);
        // The first dies without a word; a third comes.
        living.remove(first);
        new Replica();
        minute(0);
        expect(StateValue.OK);
        // Nobody runs for an hour, then all at once catch up with what is now.
        clock.advance(Duration.ofHours(1));
        minute(100);
        expect(StateValue.ALARM);
        minute(0);
        expect(StateValue.OK);

        assertThat(summaries("metric-0")).filteredOn(s -> s.contains("updated from")).hasSize(6);
        assertThat(summaries("metric-5")).filteredOn(s -> s.contains("updated from")).hasSize(6);
        assertThat(summaries("math")).filteredOn(s -> s.contains("updated from")).hasSize(6);
        assertThat(summaries("band")).filteredOn(s -> s.contains("updated from")).hasSize(6);
        assertThat(summaries("fleet"))
                .filteredOn(s -> s.startsWith("Alarm contributor updated"))
                .hasSize(6);
        assertThat(count("alarms.alarm_history WHERE name = 'composite' AND type = 'StateUpdate'"))
                .isEqualTo(7); // and once when it was created
        // Three times to ALARM, each of them once.
        var alarms = METRIC_ALARMS + 4;
        assertThat(count("alarms.action_outbox")).isEqualTo(alarms * 3);
        assertThat(deliverAtOnce()).hasSize(alarms * 3).doesNotHaveDuplicates();
        assertThat(count("alarms.action_outbox")).isZero();
    }

    /// The ids that two relays send at the same time.
    private List<UUID> deliverAtOnce() throws Exception {
        var sent = new CopyOnWriteArrayList<UUID>();
        ActionTarget topics =
                (action, _) -> {
                    sent.add(action.id());
                    return new ActionTarget.Answer.Ended(null);
                };
        try (var threads = Executors.newFixedThreadPool(2)) {
            var relays = new ArrayList<Future<?>>();
            for (var i = 0; i < 2; i++) {
                var relay =
                        new ActionRelay(
                                new ActionOutbox(database),
                                Map.of("sns", topics),
                                Duration.ofHours(6),
                                clock,
                                Runnable::run);
                relays.add(threads.submit(() -> relay.relayAll(clock.instant())));
            }
            for (var relay : relays) {
                relay.get();
            }
        }
        return sent;
    }

    @Test
    void aClockThatJumpsStopsNothing() throws Exception {
        new Replica();
        minute(100);
        expect(StateValue.ALARM);
        clock.advance(Duration.ofHours(3));
        tickAll();
        clock.advance(Duration.ofHours(-3));
        tickAll();
        minute(0);
        for (var name : List.of("metric-0", "math", "band", "composite")) {
            assertThat(state(name)).as(name).isEqualTo(StateValue.OK);
        }
    }

    private void expect(StateValue state) {
        for (var name : List.of("metric-0", "metric-5", "math", "band", "fleet", "composite")) {
            assertThat(state(name)).as(name).isEqualTo(state);
        }
    }

    private StateValue state(String name) {
        return ledger.find(new AlarmKey(InProcess.TENANT, name)).orElseThrow().alarm().state();
    }

    private List<String> summaries(String name) {
        return client.describeAlarmHistory(r -> r.alarmName(name)).alarmHistoryItems().stream()
                .map(item -> item.historySummary())
                .toList();
    }

    private int count(String what) {
        return database.read(connection -> {
            try (var select = connection.prepareStatement("SELECT count(*) FROM " + what);
                    var row = select.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        });
    }
}
