package io.pharos.alarms.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.alarms.alarm.AlarmRule;
import io.pharos.alarms.alarm.Comparison;
import io.pharos.alarms.alarm.MissingData;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.cloudwatch.model.StateValue;

import java.time.Instant;
import java.util.Arrays;

/// AWS's documented rows: a window from the oldest to the newest period, `X` breaching, `0` not,
/// `-` missing; what becomes of it by TreatMissingData.
class EvaluationTest {
    private static final StateValue OK = StateValue.OK;
    private static final StateValue ALARM = StateValue.ALARM;
    private static final StateValue INSUFFICIENT = StateValue.INSUFFICIENT_DATA;

    /// Stands for "the state stays as it was".
    private static final @Nullable StateValue KEEP = null;

    private static final Instant NOW = Instant.parse("2026-09-14T06:00:15Z");

    @Test
    void threeOutOfThreeAsDocumented() {
        expect(3, "0 - X - X", OK, OK, OK, OK);
        expect(3, "0 - - - -", OK, OK, OK, OK);
        expect(3, "- - - - -", INSUFFICIENT, KEEP, ALARM, OK);
        expect(3, "0 X X - X", ALARM, ALARM, ALARM, ALARM);
        expect(3, "- - X - -", ALARM, KEEP, ALARM, OK);
    }

    @Test
    void twoOutOfThreeAsDocumented() {
        expect(2, "0 - X - X", ALARM, ALARM, ALARM, ALARM);
        expect(2, "0 0 X 0 X", ALARM, ALARM, ALARM, ALARM);
        expect(2, "0 - X - -", OK, OK, ALARM, OK);
        expect(2, "- - - - 0", OK, OK, ALARM, OK);
        expect(2, "- - - X -", ALARM, KEEP, ALARM, OK);
    }

    @Test
    void aLoneBreachIsAnAlarmOnlyOnceItIsOldEnough() {
        expect(3, "- - X - -", ALARM, KEEP, ALARM, OK);
        expect(3, "- - - X -", KEEP, KEEP, ALARM, OK);
        expect(3, "- - - - X", KEEP, KEEP, ALARM, OK);
        expect(1, "- - - - X", ALARM, ALARM, ALARM, ALARM);
    }

    @Test
    void aBandIsAThresholdOfItsOwnInEachPeriod() {
        var rule =
                new AlarmRule(60, 1, 1, Comparison.OUTSIDE, 0, MissingData.MISSING, null, 0, null);
        var nan = Double.NaN;
        var band = new Window.Band(new double[] {1.5, 1, nan}, new double[] {4.5, 5, nan});
        var out = Window.ofExpression(1_789_365_600, 60, new double[] {9, 3, 99}, band);
        var alarm = Evaluation.of(rule, out, OK, NOW).orElseThrow();
        assertThat(alarm.state()).isEqualTo(ALARM);
        assertThat(alarm.reason())
                .isEqualTo(
                        "Thresholds Crossed: 1 out of the last 1 datapoints [9.0 (14/09/26"
                                + " 05:59:00)] was less than the lower thresholds [1.5] or greater"
                                + " than the upper thresholds [4.5] (minimum 1 datapoint for OK ->"
                                + " ALARM transition).");
        assertThat(alarm.reasonData())
                .contains(
                        "\"period\":60,\"recentDatapoints\":[9.0],\"recentLowerThresholds\":[1.5],"
                                + "\"recentUpperThresholds\":[4.5],\"evaluatedDatapoints\":[{"
                                + "\"timestamp\":\"2026-09-14T05:59:00.000+0000\",\"value\":9.0}]}")
                .doesNotContain("statistic");

        var in = Window.ofExpression(1_789_365_600, 60, new double[] {2, 3, 99}, band);
        assertThat(Evaluation.of(rule, in, ALARM, NOW).orElseThrow().reason())
                .contains(
                        "was not less than the lower thresholds [1.5] or not greater than the upper"
                                + " thresholds [4.5] (minimum 1 datapoint for ALARM -> OK");

        // Without a band there is nothing to hold a datapoint against.
        var none = new Window.Band(new double[] {nan, nan, nan}, new double[] {nan, nan, nan});
        var unknown = Window.ofExpression(1_789_365_600, 60, new double[] {9, 9, 9}, none);
        assertThat(Evaluation.of(rule, unknown, OK, NOW).orElseThrow().state())
                .isEqualTo(INSUFFICIENT);
    }

    @Test
    void pointsOlderThanTheNewestThatSufficeAreNotConsulted() {
        expect(3, "X X 0 0 0", OK, OK, OK, OK);
        expect(1, "X X 0 0 0", OK, OK, OK, OK);
        expect(1, "X - 0 0 -", ALARM, ALARM, ALARM, ALARM);
    }

    @Test
    void comparesExactly() {
        assertThat(Comparison.GREATER.breaches(50, 50)).isFalse();
        assertThat(Comparison.GREATER_OR_EQUAL.breaches(50, 50)).isTrue();
        assertThat(Comparison.LESS.breaches(50, 50)).isFalse();
        assertThat(Comparison.LESS_OR_EQUAL.breaches(50, 50)).isTrue();
        assertThat(Comparison.GREATER.breaches(Math.nextUp(50.0), 50)).isTrue();
    }

    @Test
    void tooFewSamplesForAPercentileKeepTheState() {
        var p90 =
                new AlarmRule(
                        60, 1, null, Comparison.GREATER, 50, MissingData.MISSING, "p90", 100, null);
        assertThat(state(p90, window(p90, "X", 99), OK)).isEqualTo(OK);
        assertThat(state(p90, window(p90, "X", 100), OK)).isEqualTo(ALARM);
    }

    @Test
    void windowsSlideByTheMinuteAndLeaveTenSecondsToSettle() {
        var fiveMinutes = rule(3, 300, 3, MissingData.MISSING);
        assertThat(fiveMinutes.windowEnd(Instant.parse("2026-09-14T12:15:09Z")))
                .isEqualTo(Instant.parse("2026-09-14T12:14:00Z").getEpochSecond());
        assertThat(fiveMinutes.windowEnd(Instant.parse("2026-09-14T12:15:10Z")))
                .isEqualTo(Instant.parse("2026-09-14T12:15:00Z").getEpochSecond());
        assertThat(fiveMinutes.range()).isEqualTo(5);

        var tenSeconds = rule(3, 10, 3, MissingData.MISSING);
        assertThat(tenSeconds.windowEnd(Instant.parse("2026-09-14T12:15:18.776Z")))
                .isEqualTo(Instant.parse("2026-09-14T12:15:00Z").getEpochSecond());
        assertThat(tenSeconds.range()).isEqualTo(9);
        assertThat(rule(2, 30, 2, MissingData.MISSING).range()).isEqualTo(4);

        var twoDays = rule(2, 86_400, 2, MissingData.MISSING);
        assertThat(twoDays.windowEnd(Instant.parse("2026-09-14T12:59:59Z")))
                .isEqualTo(Instant.parse("2026-09-14T12:00:00Z").getEpochSecond());
    }

    private static void expect(
            int m,
            String oldestToNewest,
            @Nullable StateValue missing,
            @Nullable StateValue ignore,
            @Nullable StateValue breaching,
            @Nullable StateValue notBreaching) {
        expect(m, oldestToNewest, MissingData.MISSING, missing);
        expect(m, oldestToNewest, MissingData.IGNORE, ignore);
        expect(m, oldestToNewest, MissingData.BREACHING, breaching);
        expect(m, oldestToNewest, MissingData.NOT_BREACHING, notBreaching);
    }

    private static void expect(
            int m, String oldestToNewest, MissingData treatment, @Nullable StateValue expected) {
        var rule = rule(m, 60, 3, treatment);
        for (var before : new StateValue[] {OK, ALARM, INSUFFICIENT}) {
            assertThat(state(rule, window(rule, oldestToNewest, 1), before))
                    .as("%s of 3, %s, %s, from %s", m, oldestToNewest, treatment, before)
                    .isEqualTo(expected == null ? before : expected);
        }
    }

    private static StateValue state(AlarmRule rule, Window window, StateValue before) {
        return Evaluation.of(rule, window, before, NOW).map(Verdict::state).orElse(before);
    }

    private static AlarmRule rule(int m, int periodS, int n, MissingData treatment) {
        return new AlarmRule(periodS, n, m, Comparison.GREATER, 50, treatment, "Average", 0, null);
    }

    private static Window window(AlarmRule rule, String oldestToNewest, double samples) {
        var slots = oldestToNewest.split(" ");
        var values = new double[slots.length];
        for (var i = 0; i < slots.length; i++) {
            values[slots.length - 1 - i] =
                    switch (slots[i]) {
                        case "X" -> 100;
                        case "0" -> 0;
                        default -> Double.NaN;
                    };
        }
        var counts = new double[slots.length];
        Arrays.fill(counts, samples);
        return new Window(rule.windowEnd(NOW), rule.periodS(), values, counts);
    }
}
