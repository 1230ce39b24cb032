package io.pharos.alarms.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.alarms.alarm.Alarm;
import io.pharos.alarms.alarm.AlarmKey;
import io.pharos.alarms.ledger.KeptAlarm;
import io.pharos.testkit.SteppingClock;
import io.pharos.wire.Tenant;

import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.cloudwatch.model.MetricAlarm;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataQuery;
import software.amazon.awssdk.services.cloudwatch.model.StateValue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// When alarms on queries are asked about, under a clock that steps, pauses and jumps.
class QueryBookTest {
    private static final Tenant TENANT = new Tenant("123456789012", "us-east-1");
    private static final Instant NOON = Instant.parse("2026-09-14T12:00:00Z");
    private static final Duration STEP = Duration.ofSeconds(10);

    private final SteppingClock clock = new SteppingClock(NOON.plusSeconds(30));
    private final QueryBook book = new QueryBook();

    private record Asked(Instant at, Turn turn) {}

    private static KeptAlarm alarm(String name, int periodS, int periods) {
        var alarm =
                MetricAlarm.builder()
                        .alarmName(name)
                        .metrics(
                                MetricDataQuery.builder()
                                        .id("e")
                                        .expression("m * 2")
                                        .period(periodS)
                                        .build(),
                                MetricDataQuery.builder()
                                        .id("m")
                                        .returnData(false)
                                        .metricStat(s ->
                                                s.metric(m -> m.namespace("n").metricName("m"))
                                                        .period(periodS)
                                                        .stat("Sum"))
                                        .build())
                        .evaluationPeriods(periods)
                        .threshold(1.0)
                        .comparisonOperator("GreaterThanThreshold")
                        .stateValue(StateValue.OK)
                        .build();
        return new KeptAlarm(new AlarmKey(TENANT, name), 1, new Alarm.OnMetrics(alarm));
    }

    /// What is asked at each step until so much time has passed.
    private List<Asked> pass(Duration time) {
        var asked = new ArrayList<Asked>();
        var end = clock.instant().plus(time);
        while (clock.instant().isBefore(end)) {
            asked.addAll(due());
            clock.advance(STEP);
        }
        return asked;
    }

    private List<Asked> due() {
        var asked = new ArrayList<Asked>();
        for (var turns : book.due(clock.instant())) {
            for (var turn : turns) {
                asked.add(new Asked(clock.instant(), turn));
                book.done(turn, turn.kept());
            }
        }
        return asked;
    }

    @Test
    void windowsOfMoreThanADayAreAskedAboutOnceAnHour() {
        book.put(alarm("long", 3_600, 30), clock.instant());
        var first = due();
        assertThat(first).hasSize(1);
        var asked = pass(Duration.ofHours(50));
        assertThat(asked).hasSize(50);
        for (var i = 0; i < asked.size(); i++) {
            var turn = asked.get(i).turn();
            // Full hours, and two periods more than the alarm has.
            assertThat(turn.endS()).isEqualTo(NOON.getEpochSecond() + i * 3_600L);
            assertThat(turn.endS() - turn.startS()).isEqualTo(32 * 3_600L);
            var late = asked.get(i).at().getEpochSecond() - turn.endS();
            assertThat(late).isBetween(2L, 1_210L);
            if (i > 0) {
                assertThat(asked.get(i).at())
                        .isEqualTo(asked.get(i - 1).at().plus(Duration.ofHours(1)));
            }
        }
    }

    @Test
    void aWindowOfADayIsAskedAboutEveryMinute() {
        book.put(alarm("day", 3_600, 24), clock.instant());
        due();
        assertThat(pass(Duration.ofHours(2))).hasSize(120);
    }

    @Test
    void aPauseIsFollowedByOneTurnEachAndBySpreadOnes() {
        var count = 1_000;
        for (var i = 0; i < count; i++) {
            book.put(alarm("a" + i, i % 10 == 0 ? 3_600 : 60, i % 10 == 0 ? 30 : 3), NOON);
        }
        due();
        clock.advance(Duration.ofHours(1));
        // Two queries each, 500 in a call; long windows in calls of their own.
        var calls = book.due(clock.instant());
        assertThat(calls).hasSizeLessThanOrEqualTo(count * 2 / 500 + 2);
        assertThat(calls.stream().mapToInt(List::size).sum()).isEqualTo(count);
        calls.forEach(turns -> turns.forEach(turn -> book.done(turn, turn.kept())));
        assertThat(due()).isEmpty();

        Map<Instant, Integer> perStep = new HashMap<>();
        pass(Duration.ofSeconds(70)).forEach(one -> perStep.merge(one.at(), 1, Integer::sum));
        assertThat(perStep.values()).allMatch(turns -> turns < count * 3 / 4);
        assertThat(perStep.values().stream().mapToInt(n -> n).sum()).isBetween(900, 1_100);
    }

    @Test
    void aClockThatJumpsNeitherStopsNorRepeats() {
        book.put(alarm("long", 3_600, 30), clock.instant());
        book.put(alarm("short", 60, 3), clock.instant());
        due();
        for (var jump : List.of(Duration.ofHours(7), Duration.ofHours(-7), Duration.ofDays(-2))) {
            clock.advance(jump);
            var asked = pass(Duration.ofHours(3));
            assertThat(count(asked, "long")).as("after %s", jump).isBetween(3L, 4L);
            assertThat(count(asked, "short")).as("after %s", jump).isBetween(179L, 181L);
        }
    }

    private static long count(List<Asked> asked, String name) {
        return asked.stream().filter(one -> one.turn().kept().key().name().equals(name)).count();
    }

    @Test
    void alarmsHaveSecondsOfTheirOwn() {
        IntStream.range(0, 300).forEach(i -> book.put(alarm("a" + i, 60, 1), NOON));
        due();
        var steps = pass(Duration.ofMinutes(1)).stream().map(Asked::at).distinct().toList();
        assertThat(steps).hasSizeGreaterThan(1);
    }
}
