package io.pharos.alarms.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.alarms.api.InProcess;
import io.pharos.alarms.ledger.pg.AlarmFeed;
import io.pharos.alarms.ledger.pg.AlarmLedger;
import io.pharos.kit.Database;
import io.pharos.testkit.SteppingClock;
import io.pharos.testkit.TestDatabase;

import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.AlarmHistoryItem;
import software.amazon.awssdk.services.cloudwatch.model.HistoryItemType;
import software.amazon.awssdk.services.cloudwatch.model.MetricAlarm;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataQuery;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricAlarmRequest;
import software.amazon.awssdk.services.cloudwatch.model.StateValue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Alarms on lists of queries, from put to state, on a real database; only metrics-service is scripted.
class QueryAlarmsIT {
    private static final String TOPIC = "arn:aws:sns:us-east-1:123456789012:ops";
    private static final Instant NOON = Instant.parse("2026-09-14T12:00:00Z");

    private final SteppingClock clock = new SteppingClock(NOON.plusSeconds(30));
    private final Database database = new Database(TestDatabase.fresh("alarms"));
    private final AlarmLedger ledger = new AlarmLedger(database, 1000);
    private final ScriptedMetrics metrics = new ScriptedMetrics();
    private final MetricAnswers answers = new MetricAnswers(_ -> metrics);
    private final CloudWatchClient client = InProcess.client(ledger, database, clock);
    private final QueryBook book = new QueryBook();
    private final QueryEvaluator evaluator =
            new QueryEvaluator(book, ledger, answers, Runnable::run);

    @Test
    void anExpressionIsJudgedLikeAMetric() {
        put(r -> r.metrics(hidden("m1"), hidden("m2"), expression("e", "m1/m2")));
        metrics.answer("m1/m2", "e", Map.of(NOON.minusSeconds(60), 12.0));
        tick();
        var alarm = alarm();
        assertThat(alarm.stateValue()).isEqualTo(StateValue.ALARM);
        assertThat(alarm.stateReason())
                .isEqualTo(
                        "Threshold Crossed: 1 datapoint [12.0 (14/09/26 11:59:00)] was greater than"
                                + " the threshold (10.0).");
        assertThat(alarm.stateReasonData())
                .isEqualTo(
                        "{\"version\":\"1.0\",\"queryDate\":\"2026-09-14T12:00:30.000+0000\","
                                + "\"startDate\":\"2026-09-14T11:59:00.000+0000\",\"period\":60,"
                                + "\"recentDatapoints\":[12.0],\"threshold\":10.0,"
                                + "\"evaluatedDatapoints\":[{\"timestamp\":"
                                + "\"2026-09-14T11:59:00.000+0000\",\"value\":12.0}]}");
        assertThat(alarm.metrics()).hasSize(3);
        assertThat(alarm.dimensions()).isEmpty();
        assertThat(alarm.period()).isNull();
        assertThat(history().getLast().historyData())
                .contains(
                        "\"metrics\":[{\"id\":\"m1\",\"metricStat\":{\"metric\":{\"dimensions\":[],"
                                + "\"metricName\":\"m\",\"namespace\":\"n\"},\"period\":60,"
                                + "\"stat\":\"Sum\"},\"returnData\":false}")
                .contains(
                        "{\"expression\":\"m1/m2\",\"id\":\"e\",\"returnData\":true,\"period\":60}");

        metrics.forget();
        clock.advance(Duration.ofMinutes(70));
        tick();
        assertThat(alarm().stateReason()).isEqualTo("Insufficient Data: 1 datapoint was unknown.");
        // After more than an hour there was one turn, not seventy.
        assertThat(metrics.asked).hasSize(2);
    }

    @Test
    void manyAlarmsAreOneQuestionAndABadOneSpoilsNoOther() {
        put("a", r -> r.metrics(hidden("m1"), expression("e", "m1*10")));
        put("b", r -> r.metrics(hidden("m1"), expression("e", "m1*20")));
        metrics.answer("m1*10", "e", Map.of(NOON.minusSeconds(60), 1.0));
        metrics.answer("m1*20", "e", Map.of(NOON.minusSeconds(60), 50.0));
        tick();
        assertThat(metrics.asked).hasSize(1);
        assertThat(metrics.asked.getFirst().metricDataQueries())
                .extracting(MetricDataQuery::id)
                .containsExactlyInAnyOrder("a0_m1", "a0_e", "a1_m1", "a1_e");
        assertThat(alarm("a").stateValue()).isEqualTo(StateValue.OK);
        assertThat(alarm("b").stateValue()).isEqualTo(StateValue.ALARM);

        put("c", r -> r.metrics(hidden("m1"), expression("e", "REFUSED(m1)")));
        clock.advance(Duration.ofMinutes(1));
        tick();
        assertThat(alarm("c").evaluationStateAsString()).isEqualTo("EVALUATION_ERROR");
        assertThat(alarm("c").stateValue()).isEqualTo(StateValue.INSUFFICIENT_DATA);
        assertThat(alarm("b").evaluationState()).isNull();
    }

    @Test
    void idsAreRenamedInExpressionsOnly() {
        assertThat(Question.renamed("m1 + SUM([m1, m10]) + IF(m1>1, \"m1\")", Set.of("m1"), "a_"))
                .isEqualTo("a_m1 + SUM([a_m1, m10]) + IF(a_m1>1, \"m1\")");
    }

    @Test
    void valuesAreHeldAgainstTheBand() {
        put(r ->
                r.threshold(null)
                        .comparisonOperator("GreaterThanUpperThreshold")
                        .thresholdMetricId("ad")
                        .metrics(
                                expression("e", "m * 1"),
                                expression("ad", "ANOMALY_DETECTION_BAND(e, 2)")));
        metrics.answer("m * 1", "e", Map.of(NOON.minusSeconds(60), 9.0));
        metrics.answer("ANOMALY", "upper", Map.of(NOON.minusSeconds(60), 7.0));
        metrics.answer("ANOMALY", "lower", Map.of(NOON.minusSeconds(60), 3.0));
        tick();
        assertThat(alarm().stateReason())
                .isEqualTo(
                        "Thresholds Crossed: 1 datapoint [9.0 (14/09/26 11:59:00)] was greater than"
                                + " the upper thresholds [7.0].");
        assertThat(alarm().thresholdMetricId()).isEqualTo("ad");
        assertThat(alarm().threshold()).isNull();
    }

    @Test
    void aHundredSeriesAreToldOf() {
        put(r ->
                r.metrics(
                        expression("q", "SELECT MAX(CPU) FROM n GROUP BY host").toBuilder()
                                .period(60)
                                .build()));
        for (var i = 0; i < 101; i++) {
            metrics.answer("SELECT", "web-" + i, Map.of(NOON.minusSeconds(60), 99.0));
        }
        tick();
        assertThat(alarm().stateReason()).isEqualTo("100+ time series evaluated to ALARM");
    }

    @Test
    void eachSeriesIsAContributor() {
        put(r ->
                r.alarmActions(TOPIC)
                        .metrics(
                                expression("q", "SELECT MAX(CPU) FROM n GROUP BY host").toBuilder()
                                        .period(60)
                                        .build()));
        metrics.answer("SELECT", "web-1", Map.of(NOON.minusSeconds(60), 99.0));
        metrics.answer("SELECT", "web-2", Map.of(NOON.minusSeconds(60), 1.0));
        metrics.answer("SELECT", "web-3", Map.of(NOON.minusSeconds(60), 42.0));
        tick();
        assertThat(alarm().stateReason()).isEqualTo("2 out of 3 time series evaluated to ALARM");
        var contributors = client.describeAlarmContributors(r -> r.alarmName("a"));
        assertThat(contributors.alarmContributors())
                .hasSize(2)
                .allSatisfy(one -> assertThat(one.contributorId()).matches("[0-9a-f]{16}"))
                .anySatisfy(one -> {
                    assertThat(one.contributorAttributes()).isEqualTo(Map.of("host", "web-1"));
                    assertThat(one.stateReason())
                            .isEqualTo(
                                    "Threshold Crossed: 1 datapoint was greater than the threshold"
                                            + " (10.0). The most recent datapoint which crossed the"
                                            + " threshold: [99.0 (14/09/26 11:59:00)].");
                });
        // One message for each series, none for the alarm.
        assertThat(count("action_outbox")).isEqualTo(2);
        assertThat(history())
                .filteredOn(item ->
                        item.historyItemType() == HistoryItemType.ALARM_CONTRIBUTOR_STATE_UPDATE)
                .hasSize(2)
                .allSatisfy(item -> assertThat(item.alarmContributorAttributes()).hasSize(1));

        metrics.forget();
        metrics.answer("SELECT", "web-2", Map.of(NOON, 1.0));
        clock.advance(Duration.ofMinutes(1));
        tick();
        assertThat(alarm().stateValue()).isEqualTo(StateValue.OK);
        assertThat(client.describeAlarmContributors(r -> r.alarmName("a")).alarmContributors())
                .isEmpty();
        assertThat(history().getFirst().historyData())
                .contains("No data was returned for this contributor");

        metrics.forget();
        clock.advance(Duration.ofMinutes(1));
        tick();
        assertThat(alarm().stateValue()).isEqualTo(StateValue.INSUFFICIENT_DATA);
    }

    private void tick() {
        var feed = new AlarmFeed(database);
        feed.loadAll(page -> page.forEach(kept -> book.put(kept, clock.instant())));
        evaluator.tick(clock.instant());
    }

    private void put(java.util.function.Consumer<PutMetricAlarmRequest.Builder> change) {
        put("a", change);
    }

    private void put(
            String name, java.util.function.Consumer<PutMetricAlarmRequest.Builder> change) {
        client.putMetricAlarm(
                PutMetricAlarmRequest.builder()
                        .alarmName(name)
                        .evaluationPeriods(1)
                        .threshold(10.0)
                        .comparisonOperator("GreaterThanThreshold")
                        .applyMutation(change)
                        .build());
    }

    private MetricAlarm alarm() {
        return alarm("a");
    }

    private MetricAlarm alarm(String name) {
        return client.describeAlarms(r -> r.alarmNames(name)).metricAlarms().getFirst();
    }

    private List<AlarmHistoryItem> history() {
        return client.describeAlarmHistory(r -> r.alarmName("a")).alarmHistoryItems();
    }

    private int count(String table) {
        return database.read(connection -> {
            try (var select = connection.prepareStatement("SELECT count(*) FROM alarms." + table);
                    var row = select.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        });
    }

    private static MetricDataQuery hidden(String id) {
        return MetricDataQuery.builder()
                .id(id)
                .returnData(false)
                .metricStat(
                        s -> s.metric(m -> m.namespace("n").metricName("m")).period(60).stat("Sum"))
                .build();
    }

    private static MetricDataQuery expression(String id, String expression) {
        return MetricDataQuery.builder().id(id).expression(expression).period(60).build();
    }
}
