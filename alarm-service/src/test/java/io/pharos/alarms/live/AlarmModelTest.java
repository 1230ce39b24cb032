package io.pharos.alarms.live;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;

import io.pharos.alarms.alarm.Alarm;
import io.pharos.alarms.alarm.AlarmKey;
import io.pharos.alarms.alarm.AlarmRule;
import io.pharos.alarms.alarm.MetricAlarms;
import io.pharos.alarms.evaluate.Evaluation;
import io.pharos.alarms.evaluate.Window;
import io.pharos.alarms.ledger.KeptAlarm;
import io.pharos.stream.PartitionPosition;
import io.pharos.stream.WindowResponse;
import io.pharos.wire.Tenant;

import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.cloudwatch.model.PutMetricAlarmRequest;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Random histories of datapoints (late, missing, out of order, repeated, refilled, with pauses of an
/// hour) go through the live path and, all known datapoints anew at every step, through the pure
/// function: every state is the same.
class AlarmModelTest {
    private static final int HISTORIES = 400;
    private static final int STEPS = 250;
    private static final Duration SETTLE = Duration.ofMillis(500);
    private static final Tenant TENANT = new Tenant("123456789012", "us-east-1");
    private static final AlarmKey KEY = new AlarmKey(TENANT, "a");
    private static final Instant NOON = Instant.parse("2026-09-14T12:00:00Z");

    /// A datapoint and when the stream brings it.
    private record Point(long offset, long startS, double value, long arrivesS) {}

    private final AlarmBook book = new AlarmBook(Duration.ofSeconds(1), SETTLE);
    private final List<Point> produced = new ArrayList<>();
    private final List<Point> known = new ArrayList<>();
    private final List<Point> delivered = new ArrayList<>();
    private int filledTo = -1;
    private int required = -1;
    private int changes;

    @Test
    void theLivePathAgreesWithThePureFunction() {
        var transitions = 0;
        for (var seed = 0; seed < HISTORIES; seed++) {
            var model = new AlarmModelTest();
            model.replay(new Random(seed), "seed " + seed);
            transitions += model.changes;
        }
        // The histories do say something.
        assertThat(transitions).isGreaterThan(HISTORIES * 3);
    }

    private void replay(Random random, String what) {
        var kept = new KeptAlarm(KEY, 1, Alarm.of(MetricAlarms.create(KEY, put(random), NOON)));
        var rule = AlarmRule.of(kept.metric());
        var state = kept.alarm().state();
        var now = NOON;
        book.put(kept, now);
        var share = random.nextDouble();
        for (var step = 0; step < STEPS; step++) {
            now = now.plusSeconds(random.nextInt(200) == 0 ? 3_600 : 1 + random.nextInt(15));
            produce(random, now, share);
            if (random.nextInt(60) == 0) {
                book.follow(Map.of(0, (long) delivered.size()), now);
            }
            deliver(random, now);
            fill(random, now);
            var expected = Evaluation.of(rule, window(rule, end(rule, now)), state, now);
            for (var judgement : book.due(now)) {
                var verdict = judgement.verdict();
                kept =
                        new KeptAlarm(
                                KEY,
                                kept.version() + 1,
                                kept.alarm()
                                        .withState(
                                                verdict.state(),
                                                verdict.reason(),
                                                verdict.reasonData(),
                                                now));
                book.written(kept, now);
                assertThat(expected).as("%s step %d at %s", what, step, now).contains(verdict);
                changes++;
            }
            state = expected.map(one -> one.state()).orElse(state);
            assertThat(kept.alarm().state())
                    .as("%s step %d at %s", what, step, now)
                    .isEqualTo(state);
        }
    }

    private static PutMetricAlarmRequest put(Random random) {
        var period = new int[] {10, 30, 60, 60, 300}[random.nextInt(5)];
        var n = 1 + random.nextInt(5);
        return PutMetricAlarmRequest.builder()
                .alarmName("a")
                .namespace("n")
                .metricName("m")
                .statistic("Sum")
                .period(period)
                .evaluationPeriods(n)
                .datapointsToAlarm(random.nextBoolean() ? null : 1 + random.nextInt(n))
                .threshold(50.0)
                .treatMissingData(
                        List.of("missing", "ignore", "breaching", "notBreaching")
                                .get(random.nextInt(4)))
                .comparisonOperator(
                        random.nextBoolean()
                                ? "GreaterThanThreshold"
                                : "LessThanOrEqualToThreshold")
                .build();
    }

    /// @param share how many datapoints there are
    private void produce(Random random, Instant now, double share) {
        for (var i = random.nextInt(3); i > 0; i--) {
            if (random.nextDouble() < share) {
                var lateS = random.nextInt(4) == 0 ? random.nextInt(600) : random.nextInt(20);
                var delayS = random.nextInt(5) == 0 ? random.nextInt(30) : 0;
                var second = now.getEpochSecond();
                var value = random.nextInt(5) == 0 ? 50 : random.nextInt(100);
                produced.add(new Point(produced.size(), second - lateS, value, second + delayS));
            }
        }
    }

    /// In the order of the partition: one that is late holds up those behind it. Sometimes one comes
    /// again.
    private void deliver(Random random, Instant now) {
        while (delivered.size() < produced.size()
                && produced.get(delivered.size()).arrivesS() <= now.getEpochSecond()) {
            var next = produced.get(delivered.size());
            delivered.add(next);
            accept(next);
            if (next.offset() >= filledTo) {
                known.add(next);
            }
        }
        if (!delivered.isEmpty() && random.nextInt(20) == 0) {
            accept(delivered.get(random.nextInt(delivered.size())));
        }
    }

    private void accept(Point point) {
        try {
            var record = Data.record(TENANT, "m", point.startS(), true, point.value());
            book.accept(0, point.offset(), null, record);
        } catch (InvalidProtocolBufferException broken) {
            throw new AssertionError(broken);
        }
    }

    /// The answer has what was produced by now, delivered or not; sometimes it is behind. One that does not
    /// reach what was delivered when it was asked for first, changes nothing.
    private void fill(Random random, Instant now) {
        for (var fill : book.fills(now)) {
            if (required < 0) {
                required = delivered.size();
            }
            var isBehind = filledTo >= 0 && random.nextInt(3) == 0;
            var reached = isBehind ? produced.size() * 3 / 4 : produced.size();
            var answer =
                    WindowResponse.newBuilder()
                            .addPositions(
                                    PartitionPosition.newBuilder()
                                            .setPartition(0)
                                            .setNextOffset(reached));
            for (var query : fill.request().getQueriesList()) {
                for (var point : produced.subList(0, reached)) {
                    var rollup =
                            Data.rollup(
                                    TENANT,
                                    "m",
                                    point.startS(),
                                    query.getResolutionS(),
                                    point.value());
                    if (rollup.getPeriodStartS() >= query.getStartS()
                            && rollup.getPeriodStartS() < query.getEndS()) {
                        answer.addRollups(rollup);
                    }
                }
            }
            book.filled(fill, answer.build(), now);
            if (reached >= required) {
                required = -1;
                filledTo = reached;
                known.clear();
                known.addAll(produced.subList(0, reached));
                if (delivered.size() > reached) {
                    known.addAll(delivered.subList(reached, delivered.size()));
                }
            }
        }
    }

    /// As soon as the newest step has datapoints, or when AWS looks. In high resolution they count where
    /// they are, else in their minute.
    private long end(AlarmRule rule, Instant now) {
        var early = AlarmRule.windowEnd(now, rule.stepS(), SETTLE);
        return known.stream()
                        .anyMatch(point ->
                                point.startS() >= early - rule.stepS() && point.startS() < early)
                ? early
                : rule.windowEnd(now);
    }

    private Window window(AlarmRule rule, long endS) {
        var values = new double[rule.range()];
        var counts = new double[rule.range()];
        Arrays.fill(values, Double.NaN);
        for (var i = 0; i < values.length; i++) {
            var from = endS - (i + 1L) * rule.periodS();
            for (var point : known) {
                if (point.startS() >= from && point.startS() < from + rule.periodS()) {
                    values[i] = (Double.isNaN(values[i]) ? 0 : values[i]) + point.value();
                    counts[i]++;
                }
            }
        }
        return new Window(endS, rule.periodS(), values, counts);
    }
}
