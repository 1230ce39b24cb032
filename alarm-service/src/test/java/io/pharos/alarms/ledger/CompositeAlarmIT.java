package io.pharos.alarms.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.alarms.api.InProcess;
import io.pharos.alarms.ledger.pg.ActionOutbox;
import io.pharos.alarms.ledger.pg.AlarmLedger;
import io.pharos.alarms.ledger.pg.CompositeLedger;
import io.pharos.alarms.ledger.pg.EventOutbox;
import io.pharos.kit.Database;
import io.pharos.stream.BusEvent;
import io.pharos.testkit.SteppingClock;
import io.pharos.testkit.TestDatabase;

import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.ActionsSuppressedBy;
import software.amazon.awssdk.services.cloudwatch.model.AlarmHistoryItem;
import software.amazon.awssdk.services.cloudwatch.model.AlarmType;
import software.amazon.awssdk.services.cloudwatch.model.CompositeAlarm;
import software.amazon.awssdk.services.cloudwatch.model.StateValue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Composite alarms on a real database: what becomes of them when the alarms they look at change.
class CompositeAlarmIT {
    private static final String ARN = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:";
    private static final String TOPIC = "arn:aws:sns:us-east-1:123456789012:ops";

    private final SteppingClock clock =
            new SteppingClock(Instant.parse("2026-09-14T11:18:52.125Z"));
    private final Database database = new Database(TestDatabase.fresh("alarms"));
    private final AlarmLedger ledger = new AlarmLedger(database, 1000);
    private final CloudWatchClient client = InProcess.client(ledger, database, clock);

    @Test
    void aChildsChangeIsItsParentsWithReasonDataAndHistory() {
        metrics("a", "b");
        put("c", "ALARM(a) AND NOT OK(b)");
        assertThat(composite("c").stateValue()).isEqualTo(StateValue.OK);
        assertThat(composite("c").stateReason())
                .isEqualTo(ARN + "c was created and its alarm rule evaluates to OK");
        clock.advance(Duration.ofSeconds(1));

        set("a", StateValue.ALARM);

        var alarm = composite("c");
        assertThat(alarm.stateValue()).isEqualTo(StateValue.ALARM);
        assertThat(alarm.stateReason())
                .isEqualTo(
                        ARN + "a transitioned to ALARM at Monday 14 September, 2026 11:18:53 UTC");
        assertThat(alarm.stateReasonData())
                .isEqualTo(
                        "{\"triggeringAlarms\":[{\"arn\":\""
                                + ARN
                                + "a\",\"state\":"
                                + "{\"value\":\"ALARM\",\"timestamp\":\"2026-09-14T11:18:53.125+0000\"}},"
                                + "{\"arn\":\""
                                + ARN
                                + "b\",\"state\":{\"value\":\"INSUFFICIENT_DATA\","
                                + "\"timestamp\":\"2026-09-14T11:18:52.125+0000\"}}]}");
        assertThat(history("c"))
                .extracting(AlarmHistoryItem::historySummary)
                .containsExactly(
                        "Alarm updated from OK to ALARM",
                        "Alarm updated from INSUFFICIENT_DATA to OK",
                        "Alarm \"c\" created");
        assertThat(history("c").getLast().historyData())
                .contains(
                        "\"alarmRule\":\"ALARM(a) AND NOT OK(b)\",\"stateValue\":\"INSUFFICIENT_DATA\"")
                .contains(
                        "\"insufficientDataActions\":[],\"childStates\":[{\"arn\":\""
                                + ARN
                                + "a\",\"state\":{\"value\":\"INSUFFICIENT_DATA\","
                                + "\"transitionTimestamp\":\"2026-09-14T11:18:52.125+0000\","
                                + "\"timestamp\":\"2026-09-14T11:18:52.125+0000\"}}")
                .endsWith("\"okactions\":[]}}");
    }

    @Test
    void whatLooksAtACompositeFollowsOnceAndByItsFinalChildren() {
        metrics("a", "b");
        put("left", "ALARM(a)");
        put("right", "NOT ALARM(a)");
        // Never both: a parent that saw one child's new state and the other's old one would alarm.
        put("both", "ALARM(left) AND ALARM(right)");
        put("top", "ALARM(a) AND ALARM(left) AND NOT ALARM(right)");

        set("a", StateValue.ALARM);

        assertThat(composite("top").stateValue()).isEqualTo(StateValue.ALARM);
        assertThat(composite("right").stateValue()).isEqualTo(StateValue.OK);
        assertThat(transitions("both")).isEqualTo(1);
        assertThat(transitions("top")).isEqualTo(2);
        set("a", StateValue.OK);
        assertThat(transitions("both")).isEqualTo(1);
        assertThat(transitions("top")).isEqualTo(3);
    }

    @Test
    void aCircleSettles() {
        put("c", "TRUE");
        put("d", "ALARM(c)");
        put("c", "NOT ALARM(d)");
        assertThat(composite("c").stateReason())
                .isEqualTo(ARN + "c was updated and its new alarm rule evaluates to OK");
        assertThat(composite("d").stateValue()).isEqualTo(StateValue.OK);
        set("d", StateValue.ALARM);
        assertThat(composite("c").stateValue()).isEqualTo(StateValue.OK);
        // It can be taken apart.
        assertThatThrownBy(() -> delete("d"))
                .hasMessage("Cannot delete d as there are composite alarm(s) depending on it.");
        put("c", "FALSE");
        delete("d");
    }

    @Test
    void putsAreCheckedAndAnIdenticalOneDoesNothing() {
        metrics("a");
        assertThatThrownBy(() -> put("c", "ALARM(a) OR ALARM(x) OR ALARM(w)"))
                .hasMessage(
                        "Could not save the composite alarm as alarms ["
                                + ARN
                                + "w, "
                                + ARN
                                + "x] in the alarm rule do not exist");
        assertThatThrownBy(() -> put("c", "ALARM(c)"))
                .hasMessage(
                        "A composite alarm cannot have a child relation with itself via its"
                                + " AlarmRule, as it would introduce a circular dependency");
        assertThatThrownBy(() -> put("a", "TRUE"))
                .hasMessage("AlarmName [a] is already used by another alarm of a different type");
        put("c", "ALARM(\"" + ARN + "a\")");
        var before = composite("c");
        clock.advance(Duration.ofSeconds(1));
        put("c", "ALARM(\"" + ARN + "a\")");
        assertThat(composite("c")).isEqualTo(before);
        assertThat(history("c")).hasSize(2);
        assertThatThrownBy(() -> delete("a", "c"))
                .hasMessage("Cannot delete a as there are composite alarm(s) depending on it.");
        delete("c");
        delete("a");
    }

    @Test
    void familiesAreTold() {
        metrics("a", "b", "s");
        client.putCompositeAlarm(r ->
                r.alarmName("c")
                        .alarmRule("ALARM(b) OR ALARM(a)")
                        .actionsSuppressor("s")
                        .actionsSuppressorWaitPeriod(1)
                        .actionsSuppressorExtensionPeriod(2));
        put("top", "ALARM(c)");

        var children = client.describeAlarms(r -> r.childrenOfAlarmName("c"));
        assertThat(children.metricAlarms()).extracting("alarmName").containsExactly("a", "b");
        var parents = client.describeAlarms(r -> r.parentsOfAlarmName("c"));
        assertThat(parents.compositeAlarms()).extracting("alarmName").containsExactly("top");
        var c = composite("c");
        assertThat(c.actionsSuppressor()).isEqualTo("s");
        assertThat(c.actionsSuppressorWaitPeriod()).isEqualTo(1);
        assertThat(c.actionsSuppressorExtensionPeriod()).isEqualTo(2);
        assertThatThrownBy(() -> delete("s")).hasMessageContaining("depending on it");
    }

    @Test
    void aSuppressorHoldsActionsBackAcrossRestarts() {
        metrics("a", "s");
        client.putCompositeAlarm(r ->
                r.alarmName("c")
                        .alarmRule("ALARM(a)")
                        .alarmActions(TOPIC)
                        .okActions(TOPIC)
                        .actionsSuppressor(ARN + "s")
                        .actionsSuppressorWaitPeriod(2)
                        .actionsSuppressorExtensionPeriod(3));
        clock.advance(Duration.ofSeconds(10));
        release();
        assertThat(actions()).as("of creation").hasSize(1);

        set("a", StateValue.ALARM);
        assertThat(composite("c").actionsSuppressedBy()).isEqualTo(ActionsSuppressedBy.WAIT_PERIOD);
        assertThat(composite("c").actionsSuppressedReason())
                .isEqualTo("Actions suppressed by WaitPeriod");
        clock.advance(Duration.ofSeconds(1));
        release();
        set("s", StateValue.ALARM);
        assertThat(composite("c").actionsSuppressedBy()).isEqualTo(ActionsSuppressedBy.ALARM);
        assertThat(composite("c").actionsSuppressedReason())
                .isEqualTo(
                        "Actions suppressed by "
                                + ARN
                                + "s that transitioned to ALARM at Monday 14 September, 2026 11:19:03"
                                + " UTC");
        clock.advance(Duration.ofHours(1));
        release();
        assertThat(actions()).isEmpty();
        set("s", StateValue.OK);
        assertThat(composite("c").actionsSuppressedBy())
                .isEqualTo(ActionsSuppressedBy.EXTENSION_PERIOD);
        clock.advance(Duration.ofSeconds(3));
        release();
        release();

        assertThat(composite("c").actionsSuppressedBy()).isNull();
        assertThat(actions())
                .singleElement()
                .satisfies(action -> {
                    assertThat(action.subject()).startsWith("ALARM: \"c\"");
                    assertThat(action.message())
                            .contains("\\\"OldStateValue\\\":\\\"OK\\\"")
                            .contains("\\\"AlarmRule\\\":\\\"ALARM(a)\\\"");
                });
        assertThat(events("CloudWatch Alarm State Change"))
                .extracting(
                        event -> event.getDetail().contains("\"actionsSuppressedBy\":\"Alarm\""))
                .contains(true);
    }

    @Test
    void anotherSuppressorEndsWhatTheFormerHeld() {
        metrics("a", "s", "t");
        suppressed("c", "s", 60);
        set("s", StateValue.ALARM);
        set("a", StateValue.ALARM);
        assertThat(composite("c").actionsSuppressedBy()).isEqualTo(ActionsSuppressedBy.ALARM);

        suppressed("c", "t", 60);

        assertThat(composite("c").actionsSuppressedBy()).isNull();
        set("s", StateValue.OK);
        clock.advance(Duration.ofMinutes(5));
        release();
        assertThat(actions()).isEmpty();
    }

    /// Both writers see what the other did, whoever is first.
    @Test
    void childrenThatChangeAtOnceAreAllSeen() throws Exception {
        var names = new ArrayList<String>();
        for (var i = 0; i < 20; i++) {
            names.add("m" + i);
        }
        metrics(names.toArray(String[]::new));
        put("all", "AT_LEAST(100%, ALARM, (" + String.join(", ", names) + "))");
        put("any", "AT_LEAST(1, ALARM, (" + String.join(", ", names) + "))");
        put("top", "ALARM(all) AND ALARM(any)");
        for (var state : List.of(StateValue.ALARM, StateValue.OK, StateValue.ALARM)) {
            try (var threads = Executors.newFixedThreadPool(8)) {
                var writes = new ArrayList<Future<?>>();
                names.forEach(name -> writes.add(threads.submit(() -> set(name, state))));
                for (var write : writes) {
                    write.get();
                }
            }
            assertThat(composite("top").stateValue()).isEqualTo(state);
        }
        assertThat(transitions("top")).isEqualTo(4);
    }

    private void suppressed(String name, String suppressor, int period) {
        client.putCompositeAlarm(r ->
                r.alarmName(name)
                        .alarmRule("ALARM(a)")
                        .alarmActions(TOPIC)
                        .actionsSuppressor(suppressor)
                        .actionsSuppressorWaitPeriod(period)
                        .actionsSuppressorExtensionPeriod(period));
    }

    private void metrics(String... names) {
        for (var name : names) {
            client.putMetricAlarm(r ->
                    r.alarmName(name)
                            .namespace("n")
                            .metricName("m")
                            .statistic("Sum")
                            .period(60)
                            .evaluationPeriods(1)
                            .threshold(1.0)
                            .comparisonOperator("GreaterThanThreshold"));
        }
    }

    private void put(String name, String rule) {
        client.putCompositeAlarm(r -> r.alarmName(name).alarmRule(rule));
    }

    private void set(String name, StateValue state) {
        client.setAlarmState(r -> r.alarmName(name).stateValue(state).stateReason("set"));
    }

    private void delete(String... names) {
        client.deleteAlarms(r -> r.alarmNames(names));
    }

    /// As a process that knows nothing of what was before.
    private void release() {
        new CompositeLedger(database, 1).releaseDue(clock.instant());
    }

    private CompositeAlarm composite(String name) {
        return client.describeAlarms(r -> r.alarmNames(name).alarmTypes(AlarmType.COMPOSITE_ALARM))
                .compositeAlarms()
                .getFirst();
    }

    private List<AlarmHistoryItem> history(String name) {
        return client.describeAlarmHistory(
                        r -> r.alarmName(name).alarmTypes(AlarmType.COMPOSITE_ALARM))
                .alarmHistoryItems();
    }

    private long transitions(String name) {
        return history(name).stream()
                .filter(item -> item.historySummary().contains("updated from"))
                .count();
    }

    private List<PendingAction> actions() {
        var outbox = new ActionOutbox(database);
        var actions =
                outbox.claim(clock.instant(), Duration.ofMinutes(1), 100, List.of(), List.of());
        actions.forEach(action -> outbox.end(action, null, clock.instant()));
        return actions;
    }

    private List<BusEvent> events(String detailType) {
        var events = new ArrayList<BusEvent>();
        new EventOutbox(database).relay(1000, events::addAll);
        return events.stream().filter(event -> event.getDetailType().equals(detailType)).toList();
    }
}
