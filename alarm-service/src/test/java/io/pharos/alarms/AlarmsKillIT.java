package io.pharos.alarms;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.alarms.api.InProcess;
import io.pharos.alarms.ledger.pg.AlarmLedger;
import io.pharos.alarms.scaling.api.ScalingApis;
import io.pharos.alarms.scaling.driver.Bookkeeping;
import io.pharos.kit.Database;
import io.pharos.testkit.Eventually;
import io.pharos.testkit.TestDatabase;
import io.pharos.testkit.Victims;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.autoscaling.model.Activity;
import software.amazon.awssdk.services.autoscaling.model.AutoScalingGroup;
import software.amazon.awssdk.services.autoscaling.model.LifecycleState;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.AlarmHistoryItem;
import software.amazon.awssdk.services.cloudwatch.model.HistoryItemType;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// `kill -9` of a process that evaluates alarms, ends windows of mute rules, delivers actions and scales
/// groups, and that dies by itself between an action and the word that it is done, and in the middle of
/// scaling. Two hundred times as fast as the clock. In the end every transition is there once, every
/// action was taken under one id, every state that was held back was told once, and every activity ran
/// once and is over.
class AlarmsKillIT {
    private static final int ALARMS = 8;
    private static final int KILLS = 8;
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int ENOUGH = 24;
    private static final Pattern ACTIVITY =
            Pattern.compile("(Launching a new|Terminating) EC2 instance: (i-[0-9a-f]+)");
    private static final Pattern TRIGGERED =
            Pattern.compile("At (\\S+) a monitor alarm (\\S+) in state ALARM triggered policy up");

    private final PGSimpleDataSource source = TestDatabase.fresh("alarms");
    private final Database database = new Database(source);
    private final Instant base = Instant.now().truncatedTo(ChronoUnit.HOURS);
    private final long startedMs = System.currentTimeMillis();
    private final InstantSource clock = KilledAlarms.clock(startedMs, base.toEpochMilli());
    private final AlarmLedger ledger = new AlarmLedger(database, 1000);
    private final CloudWatchClient alarms = InProcess.client(ledger, database, clock);
    private final AutoScalingClient groups =
            ScalingApis.client(database, clock, new Bookkeeping(Duration.ZERO));
    private final Victims victims = new Victims();

    @AfterEach
    void stop() {
        victims.close();
    }

    @Test
    void everythingHappensOnceHoweverOftenTheProcessIsKilled() throws Exception {
        put();
        var places = KilledAlarms.Death.values();
        for (var deaths = 0; deaths < KILLS; deaths++) {
            live(places[deaths % places.length], deaths);
        }
        alarms.deleteAlarmMuteRule(r -> r.alarmMuteRuleName("often"));
        fork(KilledAlarms.Death.NONE, 0, clock.instant());
        Eventually.within(LIMIT, this::expectQuiet);
        // Nothing else changes the group any more.
        schedule("last", Duration.ofSeconds(200), 5);
        Eventually.within(LIMIT, this::expectScaled);
        expectTransitionsOnce();
        expectActionsOnce();
        expectMutedStatesToldOnce();
        expectGroupRight();
    }

    /// A life that ends by itself, or is killed when it has done something.
    private void live(KilledAlarms.Death death, int number) throws InterruptedException {
        var before = taken().size();
        var victim = fork(death, 1 + number / 2, Instant.MAX);
        Eventually.within(LIMIT, () -> assertThat(lives()).isEqualTo(number + 1));
        schedule("at-" + number, Duration.ofSeconds(100), 1 + number % 3);
        var isToDie = death != KilledAlarms.Death.NONE;
        var end = System.nanoTime() + PATIENCE.toNanos();
        while (victim.isAlive()
                && System.nanoTime() < end
                && (isToDie || taken().size() < before + ENOUGH)) {
            Thread.sleep(10);
        }
        Victims.kill(victim);
    }

    private void schedule(String name, Duration in, int desired) {
        groups.putScheduledUpdateGroupAction(r ->
                r.autoScalingGroupName("web")
                        .scheduledActionName(name)
                        .startTime(clock.instant().plus(in))
                        .desiredCapacity(desired));
    }

    private void put() {
        database.run(tx -> {
            try (var create = tx.createStatement()) {
                create.execute(
                        "CREATE TABLE taken (id uuid, name text, state text, changed_ms bigint)");
                create.execute("CREATE TABLE lives (began timestamptz DEFAULT now())");
            }
        });
        groups.createAutoScalingGroup(r ->
                r.autoScalingGroupName("web")
                        .launchTemplate(t -> t.launchTemplateName("lt"))
                        .minSize(0)
                        .maxSize(60)
                        .desiredCapacity(2)
                        .availabilityZones("us-east-1a", "us-east-1b"));
        groups.putLifecycleHook(r ->
                r.autoScalingGroupName("web")
                        .lifecycleHookName("in")
                        .lifecycleTransition("autoscaling:EC2_INSTANCE_LAUNCHING")
                        .heartbeatTimeout(30)
                        .defaultResult("CONTINUE"));
        var policy =
                groups.putScalingPolicy(r ->
                                r.autoScalingGroupName("web")
                                        .policyName("up")
                                        .adjustmentType("ChangeInCapacity")
                                        .scalingAdjustment(1)
                                        .cooldown(0))
                        .policyARN();
        for (var i = 0; i < ALARMS; i++) {
            var name = "a" + i;
            var actions =
                    i == 0 ? List.of(KilledAlarms.TOPIC, policy) : List.of(KilledAlarms.TOPIC);
            alarms.putMetricAlarm(r ->
                    r.alarmName(name)
                            .namespace("n")
                            .metricName(name)
                            .statistic("Maximum")
                            .period(60)
                            .evaluationPeriods(1)
                            .threshold(50.0)
                            .comparisonOperator("GreaterThanThreshold")
                            .treatMissingData("ignore")
                            .okActions(KilledAlarms.TOPIC)
                            .alarmActions(actions));
        }
        var minutes =
                IntStream.iterate(0, minute -> minute < 60, minute -> minute + 5)
                        .mapToObj(String::valueOf)
                        .collect(Collectors.joining(","));
        alarms.putAlarmMuteRule(r ->
                r.name("often")
                        .rule(rule ->
                                rule.schedule(s ->
                                        s.expression("cron(" + minutes + " * * * *)")
                                                .duration("PT2M")))
                        .muteTargets(t -> t.alarmNames("a4", "a5", "a6", "a7")));
    }

    private Process fork(KilledAlarms.Death death, int after, Instant noiseEnd) {
        return victims.fork(
                KilledAlarms.class,
                Objects.requireNonNull(source.getUrl()),
                String.valueOf(startedMs),
                String.valueOf(base.toEpochMilli()),
                String.valueOf(noiseEnd == Instant.MAX ? Long.MAX_VALUE : noiseEnd.toEpochMilli()),
                death.name(),
                String.valueOf(after));
    }

    /// All alarms are quiet, and nothing is to be sent.
    private void expectQuiet() {
        assertThat(
                        alarms.describeAlarms(r -> {}).metricAlarms().stream()
                                .map(alarm -> alarm.stateValueAsString()))
                .containsOnly("OK");
        assertThat(rows("SELECT name FROM alarms.action_outbox", row -> row.getString(1)))
                .isEmpty();
        assertThat(rows("SELECT name FROM alarms.muted", row -> row.getString(1))).isEmpty();
    }

    /// The group has what the last action wanted.
    private void expectScaled() {
        assertThat(groups.describeScheduledActions(r -> {}).scheduledUpdateGroupActions())
                .isEmpty();
        assertThat(activities()).allMatch(activity -> activity.endTime() != null);
        assertThat(group().instances())
                .hasSize(5)
                .allMatch(instance -> instance.lifecycleState() == LifecycleState.IN_SERVICE);
    }

    private int lives() {
        return rows("SELECT count(*) FROM lives", row -> row.getInt(1)).getFirst();
    }

    private void expectTransitionsOnce() {
        for (var i = 0; i < ALARMS; i++) {
            var states =
                    history("a" + i, HistoryItemType.STATE_UPDATE).stream()
                            .map(AlarmHistoryItem::historySummary)
                            .toList()
                            .reversed();
            assertThat(states).isNotEmpty();
            var last = "INSUFFICIENT_DATA";
            for (var summary : states) {
                assertThat(summary).startsWith("Alarm updated from " + last + " to ");
                last = summary.substring(summary.lastIndexOf(' ') + 1);
            }
        }
    }

    private List<AlarmHistoryItem> history(String name, HistoryItemType type) {
        return alarms
                .describeAlarmHistoryPaginator(
                        r -> r.alarmName(name).historyItemType(type).maxRecords(100))
                .alarmHistoryItems()
                .stream()
                .toList();
    }

    private record Taken(String id, String name, String state, long changedMs) {}

    private List<Taken> taken() {
        return rows(
                "SELECT DISTINCT id, name, state, changed_ms FROM taken ORDER BY changed_ms",
                row ->
                        new Taken(
                                row.getString(1),
                                row.getString(2),
                                row.getString(3),
                                row.getLong(4)));
    }

    /// Alarms that no rule mutes: one action for every transition, under one id, told by history once.
    private void expectActionsOnce() {
        for (var i = 0; i < 4; i++) {
            var name = "a" + i;
            var taken = taken().stream().filter(one -> one.name().equals(name)).toList();
            assertThat(taken).extracting(Taken::id).doesNotHaveDuplicates();
            assertThat(taken)
                    .as("one for each transition of %s", name)
                    .extracting(Taken::changedMs)
                    .containsExactlyElementsOf(
                            history(name, HistoryItemType.STATE_UPDATE).stream()
                                    .map(item -> item.timestamp().toEpochMilli())
                                    .sorted()
                                    .toList());
            assertThat(history(name, HistoryItemType.ACTION))
                    .filteredOn(item -> item.historySummary().endsWith(KilledAlarms.TOPIC))
                    .hasSameSizeAs(taken);
        }
        var repeated = rows("SELECT id FROM taken", row -> row.getString(1));
        assertThat(repeated).as("killed amid deliveries").hasSizeGreaterThan(taken().size());
    }

    /// A rule's window leaves out what came and went in it: states that were told take turns, and the
    /// last is the state that is.
    private void expectMutedStatesToldOnce() {
        var held = 0;
        for (var i = 4; i < ALARMS; i++) {
            var name = "a" + i;
            var told =
                    taken().stream()
                            .filter(one -> one.name().equals(name))
                            .map(Taken::state)
                            .toList();
            for (var j = 1; j < told.size(); j++) {
                assertThat(told.get(j)).as("%s: %s", name, told).isNotEqualTo(told.get(j - 1));
            }
            assertThat(told.getLast()).isEqualTo("OK");
            held +=
                    (int)
                            history(name, HistoryItemType.ACTION).stream()
                                    .filter(item -> item.historySummary().startsWith("Muted"))
                                    .count();
        }
        assertThat(held).as("something was held back").isPositive();
    }

    private void expectGroupRight() {
        assertThat(group().desiredCapacity()).isEqualTo(5);
        var launched = new ArrayList<String>();
        var arrived = new ArrayList<String>();
        var gone = new ArrayList<String>();
        var triggers = new TreeMap<String, HashSet<Instant>>();
        for (var activity : activities()) {
            // Cancelled: it was to go before it had come.
            assertThat(activity.statusCodeAsString()).isIn("Successful", "Cancelled");
            var doing = ACTIVITY.matcher(activity.description());
            assertThat(doing.matches()).as(activity.description()).isTrue();
            if (doing.group(1).equals("Terminating")) {
                gone.add(doing.group(2));
            } else {
                launched.add(doing.group(2));
                if (activity.statusCodeAsString().equals("Successful")) {
                    arrived.add(doing.group(2));
                }
            }
            var trigger = TRIGGERED.matcher(activity.cause());
            if (trigger.find()) {
                triggers.computeIfAbsent(trigger.group(2), _ -> new HashSet<>())
                        .add(Instant.parse(trigger.group(1)));
            }
        }
        assertThat(launched).as("launched once").doesNotHaveDuplicates().containsAll(gone);
        assertThat(gone).as("terminated once").doesNotHaveDuplicates();
        launched.removeAll(gone);
        assertThat(group().instances())
                .extracting(instance -> instance.instanceId())
                .containsExactlyInAnyOrderElementsOf(launched);
        for (var times : triggers.values()) {
            var sorted = times.stream().sorted().toList();
            for (var i = 1; i < sorted.size(); i++) {
                assertThat(Duration.between(sorted.get(i - 1), sorted.get(i)))
                        .isGreaterThanOrEqualTo(Duration.ofSeconds(59));
            }
        }
        // One event for each hold, and one for each activity's end.
        assertThat(events("EC2 Instance-launch Lifecycle Action"))
                .doesNotHaveDuplicates()
                .containsAll(arrived);
        assertThat(events("EC2 Instance Launch Successful"))
                .containsExactlyInAnyOrderElementsOf(arrived);
        assertThat(events("EC2 Instance Terminate Successful"))
                .containsExactlyInAnyOrderElementsOf(gone);
    }

    /// The instances that events of a type tell of.
    private List<String> events(String type) {
        return rows(
                "SELECT detail::json ->> 'EC2InstanceId' FROM alarms.event_outbox"
                        + " WHERE detail_type = '"
                        + type
                        + "'",
                row -> row.getString(1));
    }

    private AutoScalingGroup group() {
        return groups.describeAutoScalingGroups(r -> r.autoScalingGroupNames("web"))
                .autoScalingGroups()
                .getFirst();
    }

    private List<Activity> activities() {
        return groups
                .describeScalingActivitiesPaginator(r -> r.autoScalingGroupName("web"))
                .activities()
                .stream()
                .toList();
    }

    @FunctionalInterface
    private interface Row<T> {
        T of(ResultSet row) throws SQLException;
    }

    private <T> List<T> rows(String sql, Row<T> read) {
        return database.read(connection -> {
            var found = new ArrayList<T>();
            try (var select = connection.createStatement();
                    var row = select.executeQuery(sql)) {
                while (row.next()) {
                    found.add(read.of(row));
                }
            }
            return found;
        });
    }
}
