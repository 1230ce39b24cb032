package io.pharos.alarms.mute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.alarms.alarm.AlarmKey;
import io.pharos.alarms.alarm.Contributor;
import io.pharos.alarms.api.InProcess;
import io.pharos.alarms.evaluate.ContributorChange;
import io.pharos.alarms.evaluate.Verdict;
import io.pharos.alarms.ledger.PendingAction;
import io.pharos.alarms.ledger.pg.ActionOutbox;
import io.pharos.alarms.ledger.pg.AlarmLedger;
import io.pharos.alarms.ledger.pg.CompositeLedger;
import io.pharos.alarms.ledger.pg.EventOutbox;
import io.pharos.alarms.ledger.pg.MuteLedger;
import io.pharos.kit.Database;
import io.pharos.stream.BusEvent;
import io.pharos.testkit.SteppingClock;
import io.pharos.testkit.TestDatabase;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.AlarmHistoryItem;
import software.amazon.awssdk.services.cloudwatch.model.AlarmMuteRuleStatus;
import software.amazon.awssdk.services.cloudwatch.model.AlarmMuteRuleSummary;
import software.amazon.awssdk.services.cloudwatch.model.AlarmType;
import software.amazon.awssdk.services.cloudwatch.model.HistoryItemType;
import software.amazon.awssdk.services.cloudwatch.model.ResourceNotFoundException;
import software.amazon.awssdk.services.cloudwatch.model.StateValue;
import software.amazon.awssdk.services.cloudwatch.model.Tag;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Mute rules on a real database: actions held back, and done once when the window ends.
class MuteRuleIT {
    private static final String ARN = "arn:aws:cloudwatch:us-east-1:123456789012:";
    private static final String TOPIC = "arn:aws:sns:us-east-1:123456789012:ops";
    private static final String HOUR = "PT1H";

    private final SteppingClock clock = new SteppingClock(Instant.parse("2026-09-14T12:10:00Z"));
    private final Database database = new Database(TestDatabase.fresh("alarms"));
    private final AlarmLedger ledger = new AlarmLedger(database, 1000);
    private final CompositeLedger composites = new CompositeLedger(database, 1000);
    private final MuteLedger mutes = new MuteLedger(database);
    private final CloudWatchClient client = InProcess.client(ledger, database, clock);

    @BeforeEach
    void putAlarm() {
        putAlarm("a");
    }

    private void putAlarm(String name) {
        client.putMetricAlarm(r ->
                r.alarmName(name)
                        .namespace("Shop")
                        .metricName("Orders")
                        .statistic("Sum")
                        .period(60)
                        .evaluationPeriods(1)
                        .threshold(1.0)
                        .comparisonOperator("GreaterThanThreshold")
                        .okActions(TOPIC)
                        .alarmActions(TOPIC));
        set(name, StateValue.OK);
        actions();
    }

    private void putRule(String name, String expression, String duration, String... alarms) {
        client.putAlarmMuteRule(r ->
                r.name(name)
                        .rule(rule ->
                                rule.schedule(s -> s.expression(expression).duration(duration)))
                        .muteTargets(t -> t.alarmNames(alarms)));
    }

    private void set(String name, StateValue state) {
        client.setAlarmState(r -> r.alarmName(name).stateValue(state).stateReason("by hand"));
    }

    /// What would be sent by now; it is sent only once.
    private List<PendingAction> actions() {
        var outbox = new ActionOutbox(database);
        var actions =
                outbox.claim(clock.instant(), Duration.ofMinutes(2), 100, List.of(), List.of());
        actions.forEach(action -> outbox.end(action, null, clock.instant()));
        return actions;
    }

    private List<AlarmHistoryItem> history(String name, HistoryItemType type) {
        return client.describeAlarmHistory(r ->
                        r.alarmName(name)
                                .historyItemType(type)
                                .alarmTypes(AlarmType.METRIC_ALARM, AlarmType.COMPOSITE_ALARM))
                .alarmHistoryItems();
    }

    private List<BusEvent> events() {
        var events = new ArrayList<BusEvent>();
        new EventOutbox(database).relay(1000, events::addAll);
        return events;
    }

    @Test
    void anAlarmStillInItsStateActsOnceWhenTheWindowEnds() {
        putRule("night", "cron(0 12 * * *)", HOUR, "a");
        set("a", StateValue.ALARM);
        assertThat(actions()).isEmpty();
        var muted = history("a", HistoryItemType.ACTION).getFirst();
        assertThat(muted.historySummary())
                .isEqualTo("Muted action " + TOPIC + " by " + ARN + "alarm-mute-rule:night");
        assertThat(muted.historyData())
                .isEqualTo(
                        "{\"actionState\":\"Muted\",\"stateUpdateTimestamp\":1789387800000,"
                                + "\"notificationResource\":\""
                                + TOPIC
                                + "\",\"publishedMessage\":null,\"error\":null,"
                                + "\"muteWindowEndTimestamp\":1789390800000}");
        assertThat(events().getLast().getDetail())
                .endsWith(
                        ",\"muteDetail\":{\"mutedByArn\":\""
                                + ARN
                                + "alarm-mute-rule:night\","
                                + "\"muteWindowStart\":\"2026-09-14T12:00:00.000+0000\","
                                + "\"muteWindowEnd\":\"2026-09-14T13:00:00.000+0000\"}}");
        clock.advance(Duration.ofMinutes(49));
        assertThat(mutes.releaseDue(clock.instant())).isZero();

        clock.advance(Duration.ofMinutes(1));
        assertThat(mutes.releaseDue(clock.instant())).isEqualTo(1);
        assertThat(mutes.releaseDue(clock.instant())).isZero();

        assertThat(actions())
                .singleElement()
                .satisfies(action -> {
                    assertThat(action.arn()).isEqualTo(TOPIC);
                    assertThat(action.message())
                            .contains("\\\"ActionExecutedAfterMuteWindow\\\":true")
                            .contains("\\\"NewStateValue\\\":\\\"ALARM\\\"")
                            .contains("\\\"OldStateValue\\\":\\\"OK\\\"");
                });
        assertThat(history("a", HistoryItemType.ACTION).getFirst().historyData())
                .contains("\"actionState\":\"Succeeded\"")
                .endsWith("\"muteWindowEndTimestamp\":1789390800000}");
        set("a", StateValue.OK);
        assertThat(actions())
                .singleElement()
                .satisfies(action ->
                        assertThat(action.message())
                                .contains("\\\"ActionExecutedAfterMuteWindow\\\":false"));
    }

    @Test
    void aWayBackLeavesNothingToDo() {
        putRule("now", "at(2026-09-14T12:00)", HOUR, "a");
        set("a", StateValue.ALARM);
        set("a", StateValue.INSUFFICIENT_DATA);
        set("a", StateValue.OK);
        clock.advance(Duration.ofHours(1));
        mutes.releaseDue(clock.instant());
        assertThat(actions()).isEmpty();
    }

    @Test
    void aChangeRightAfterTheWindowComesAfterWhatWasHeld() {
        putRule("now", "at(2026-09-14T12:00)", HOUR, "a");
        set("a", StateValue.ALARM);
        clock.advance(Duration.ofHours(1));
        set("a", StateValue.OK);
        mutes.releaseDue(clock.instant());
        assertThat(actions())
                .extracting(action -> action.subject().split(":", 2)[0])
                .containsExactly("ALARM", "OK");
    }

    @Test
    void aDeletedRuleAndARemovedTargetMuteNoMore() {
        putAlarm("b");
        putRule("now", "at(2026-09-14T12:00)", HOUR, "a", "b");
        set("a", StateValue.ALARM);
        set("b", StateValue.ALARM);
        mutes.releaseDue(clock.instant());
        assertThat(actions()).isEmpty();

        putRule("now", "at(2026-09-14T12:00)", "PT2H", "b");
        mutes.releaseDue(clock.instant());
        assertThat(actions()).extracting(action -> action.alarm().name()).containsExactly("a");

        // Longer now.
        clock.advance(Duration.ofHours(1));
        mutes.releaseDue(clock.instant());
        assertThat(actions()).isEmpty();
        client.deleteAlarmMuteRule(r -> r.alarmMuteRuleName("now"));
        client.deleteAlarmMuteRule(r -> r.alarmMuteRuleName("now"));
        mutes.releaseDue(clock.instant());
        assertThat(actions()).extracting(action -> action.alarm().name()).containsExactly("b");
    }

    @Test
    void theLastOfSeveralWindowsCounts() {
        putRule("short", "at(2026-09-14T12:00)", HOUR, "a");
        set("a", StateValue.ALARM);
        putRule("long", "at(2026-09-14T12:30)", HOUR, "a");
        clock.advance(Duration.ofMinutes(50));
        mutes.releaseDue(clock.instant());
        assertThat(actions()).isEmpty();
        clock.advance(Duration.ofMinutes(30));
        mutes.releaseDue(clock.instant());
        assertThat(actions()).hasSize(1);
    }

    @Test
    void aMutedCompositeWaitsForItsSuppressorToo() {
        putAlarm("quiet");
        client.putCompositeAlarm(r ->
                r.alarmName("c")
                        .alarmRule("ALARM(a)")
                        .alarmActions(TOPIC)
                        .actionsSuppressor("quiet")
                        .actionsSuppressorWaitPeriod(30)
                        .actionsSuppressorExtensionPeriod(30));
        clock.advance(Duration.ofMinutes(1));
        composites.releaseDue(clock.instant());
        actions();
        putRule("now", "at(2026-09-14T12:00)", HOUR, "c");
        // Suppressed for less time than muted ...
        set("a", StateValue.ALARM);
        assertThat(history("c", HistoryItemType.ACTION)).hasSize(1);
        clock.advance(Duration.ofSeconds(30));
        composites.releaseDue(clock.instant());
        assertThat(actions()).extracting(action -> action.alarm().name()).containsExactly("a");
        clock.advance(Duration.ofHours(1));
        mutes.releaseDue(clock.instant());
        assertThat(actions()).extracting(action -> action.alarm().name()).containsExactly("c");
        set("a", StateValue.OK);
        clock.advance(Duration.ofSeconds(30));
        composites.releaseDue(clock.instant());
        actions();

        // ... and for more.
        set("quiet", StateValue.ALARM);
        putRule("now", "at(2026-09-14T13:00)", HOUR, "c");
        set("a", StateValue.ALARM);
        actions();
        clock.advance(Duration.ofHours(1));
        mutes.releaseDue(clock.instant());
        assertThat(actions()).isEmpty();
        set("quiet", StateValue.OK);
        actions();
        clock.advance(Duration.ofSeconds(30));
        composites.releaseDue(clock.instant());
        mutes.releaseDue(clock.instant());
        assertThat(actions()).extracting(action -> action.alarm().name()).containsExactly("c");
    }

    @Test
    void contributorsAreMutedEachForItself() {
        client.putMetricAlarm(r ->
                r.alarmName("fleet")
                        .metrics(q ->
                                q.id("q")
                                        .expression(
                                                "SELECT MAX(Load) FROM Shop GROUP BY Host"
                                                        + " ORDER BY MAX() DESC")
                                        .period(60)
                                        .returnData(true))
                        .evaluationPeriods(1)
                        .threshold(1.0)
                        .comparisonOperator("GreaterThanThreshold")
                        .alarmActions(TOPIC));
        putRule("now", "at(2026-09-14T12:00)", HOUR, "fleet");
        change("h1", StateValue.ALARM);
        change("h2", StateValue.ALARM);
        change("h2", StateValue.OK);
        clock.advance(Duration.ofHours(1));
        mutes.releaseDue(clock.instant());
        mutes.releaseDue(clock.instant());
        assertThat(actions())
                .singleElement()
                .satisfies(action -> {
                    assertThat(action.contributor())
                            .isEqualTo(new Contributor("h1", Map.of("Host", "h1")));
                    assertThat(action.message())
                            .contains("\\\"ActionExecutedAfterMuteWindow\\\":true");
                });
    }

    private void change(String host, StateValue state) {
        var kept = ledger.find(new AlarmKey(InProcess.TENANT, "fleet")).orElseThrow();
        var change =
                new ContributorChange(
                        new Contributor(host, Map.of("Host", host)), new Verdict(state, "r", ""));
        ledger.changeContributors(kept, List.of(change), null, clock.instant());
    }

    @Test
    void processesThatReleaseAtOnceActOnce() throws Exception {
        var names = new ArrayList<String>();
        for (var i = 0; i < 20; i++) {
            names.add("many-" + i);
            putAlarm("many-" + i);
        }
        putRule("now", "at(2026-09-14T12:00)", HOUR, names.toArray(String[]::new));
        names.forEach(name -> set(name, StateValue.ALARM));
        clock.advance(Duration.ofHours(1));
        try (var processes = Executors.newFixedThreadPool(4)) {
            var runs = new ArrayList<Future<Integer>>();
            for (var i = 0; i < 4; i++) {
                runs.add(processes.submit(() -> mutes.releaseDue(clock.instant())));
            }
            for (var run : runs) {
                run.get();
            }
        }
        assertThat(actions())
                .extracting(action -> action.alarm().name())
                .containsExactlyInAnyOrderElementsOf(names);
    }

    @Test
    void rulesAreKeptListedAndTagged() {
        client.putAlarmMuteRule(r ->
                r.name("full")
                        .description("nightly")
                        .rule(rule ->
                                rule.schedule(s ->
                                        s.expression("cron(0 2 * * SUN)")
                                                .duration("PT2H")
                                                .timezone("Europe/Berlin")))
                        .muteTargets(t -> t.alarmNames("a"))
                        .startDate(Instant.parse("2026-09-15T00:00:00Z"))
                        .expireDate(Instant.parse("2026-10-01T00:00:00Z"))
                        .tags(Tag.builder().key("team").value("shop").build()));
        putRule("active", "at(2026-09-14T12:00)", HOUR, "a");
        putRule("over", "at(2026-09-14T10:00)", HOUR);

        var full = client.getAlarmMuteRule(r -> r.alarmMuteRuleName("full"));
        assertThat(full.alarmMuteRuleArn()).isEqualTo(ARN + "alarm-mute-rule:full");
        assertThat(full.rule().schedule().timezone()).isEqualTo("Europe/Berlin");
        assertThat(full.muteTargets().alarmNames()).containsExactly("a");
        assertThat(full.statusAsString()).isEqualTo("SCHEDULED");
        assertThat(full.muteType()).isEqualTo("RECURRING");
        assertThat(full.lastUpdatedTimestamp()).isEqualTo(clock.instant());
        assertThat(client.getAlarmMuteRule(r -> r.alarmMuteRuleName("over")))
                .satisfies(over -> {
                    assertThat(over.status()).isEqualTo(AlarmMuteRuleStatus.EXPIRED);
                    assertThat(over.muteType()).isEqualTo("ONE_TIME");
                });
        assertThat(
                        client.listAlarmMuteRulesPaginator(r -> r.maxRecords(1))
                                .alarmMuteRuleSummaries())
                .extracting(AlarmMuteRuleSummary::statusAsString)
                .containsExactly("ACTIVE", "SCHEDULED", "EXPIRED");
        assertThat(
                        client.listAlarmMuteRules(r ->
                                        r.alarmName("a").statuses(AlarmMuteRuleStatus.SCHEDULED))
                                .alarmMuteRuleSummaries())
                .extracting(AlarmMuteRuleSummary::alarmMuteRuleArn)
                .containsExactly(ARN + "alarm-mute-rule:full");
        client.tagResource(r ->
                r.resourceARN(full.alarmMuteRuleArn())
                        .tags(Tag.builder().key("stage").value("prod").build()));
        client.untagResource(r -> r.resourceARN(full.alarmMuteRuleArn()).tagKeys("team"));
        assertThat(client.listTagsForResource(r -> r.resourceARN(full.alarmMuteRuleArn())).tags())
                .extracting(Tag::key)
                .containsExactly("stage");
        clock.advance(Duration.ofDays(30));
        assertThat(client.getAlarmMuteRule(r -> r.alarmMuteRuleName("full")).statusAsString())
                .isEqualTo("EXPIRED");
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        assertThatThrownBy(() -> client.getAlarmMuteRule(r -> r.alarmMuteRuleName("none")))
                .isInstanceOf(ResourceNotFoundException.class);
        assertThatThrownBy(() -> client.listAlarmMuteRules(r -> r.alarmName("none")))
                .isInstanceOf(ResourceNotFoundException.class);
        assertThatThrownBy(() -> putRule("r", "at(2026-09-14T12:00)", HOUR, "a", "x"))
                .hasMessage("The following alarms in MuteTargets do not exist: [x]");
        assertThatThrownBy(() -> putRule("r", "rate(1 day)", HOUR, "a"))
                .hasMessage("Invalid schedule expression: rate(1 day)");
        assertThatThrownBy(() -> client.putAlarmMuteRule(r -> r.name("r")))
                .hasMessage(
                        "1 validation error detected: Value null at 'rule' failed to satisfy"
                                + " constraint: Member must not be null");
        assertThatThrownBy(() ->
                        client.putAlarmMuteRule(r ->
                                r.name("r").rule(rule -> rule.schedule(s -> s.duration(HOUR)))))
                .hasMessage(
                        "1 validation error detected: Value null at 'rule.schedule.expression'"
                                + " failed to satisfy constraint: Member must not be null");
    }
}
