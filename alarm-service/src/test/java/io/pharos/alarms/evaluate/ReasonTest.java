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

/// Reasons letter by letter, each in its singular and its plural.
class ReasonTest {
    private static final Instant NOW = Instant.parse("2026-09-14T06:00:15Z");

    @Test
    void withoutDatapointsToAlarm() {
        expect(
                rule(3, null, Comparison.GREATER_OR_EQUAL, 1, MissingData.MISSING),
                "0 0 9 8 7",
                StateValue.OK,
                "Threshold Crossed: 3 datapoints [7.0 (14/09/26 05:59:00), 8.0 (14/09/26 05:58:00),"
                        + " 9.0 (14/09/26 05:57:00)] were greater than or equal to the threshold"
                        + " (1.0).");
        expect(
                rule(1, null, Comparison.GREATER, 21, MissingData.MISSING),
                "0 0 21.5",
                StateValue.OK,
                "Threshold Crossed: 1 datapoint [21.5 (14/09/26 05:59:00)] was greater than the"
                        + " threshold (21.0).");
        expect(
                rule(1, null, Comparison.LESS, 1, MissingData.MISSING),
                "0 0 9",
                StateValue.ALARM,
                "Threshold Crossed: 1 datapoint [9.0 (14/09/26 05:59:00)] was not less than the"
                        + " threshold (1.0).");
        expect(
                rule(1, null, Comparison.LESS_OR_EQUAL, 1, MissingData.MISSING),
                "9 9 1",
                StateValue.OK,
                "Threshold Crossed: 1 datapoint [1.0 (14/09/26 05:59:00)] was less than or equal to"
                        + " the threshold (1.0).");
    }

    @Test
    void withDatapointsToAlarm() {
        expect(
                rule(3, 2, Comparison.GREATER, 50, MissingData.MISSING),
                "0 0 100 0 100",
                StateValue.OK,
                "Threshold Crossed: 2 out of the last 3 datapoints [100.0 (14/09/26 05:59:00), 100.0"
                        + " (14/09/26 05:57:00)] were greater than the threshold (50.0) (minimum 2"
                        + " datapoints for OK -> ALARM transition).");
        expect(
                rule(3, 3, Comparison.GREATER, 50, MissingData.MISSING),
                "- - - - 0",
                StateValue.ALARM,
                "Threshold Crossed: 1 out of the last 3 datapoints [0.0 (14/09/26 05:59:00)] was not"
                        + " greater than the threshold (50.0) (minimum 1 datapoint for ALARM -> OK"
                        + " transition).");
    }

    @Test
    void withFilledPeriods() {
        expect(
                rule(3, 2, Comparison.GREATER, 50, MissingData.BREACHING),
                "0 - 100 - -",
                StateValue.OK,
                "Threshold Crossed: 1 out of the last 3 datapoints [100.0 (14/09/26 05:57:00)] was"
                        + " greater than the threshold (50.0) and 1 missing datapoint was treated as"
                        + " [Breaching] (minimum 2 datapoints for OK -> ALARM transition).");
        expect(
                rule(3, 2, Comparison.GREATER, 50, MissingData.NOT_BREACHING),
                "- - - - 0",
                StateValue.ALARM,
                "Threshold Crossed: 1 out of the last 3 datapoints [0.0 (14/09/26 05:59:00)] was not"
                        + " greater than the threshold (50.0) and 2 missing datapoints were treated"
                        + " as [NonBreaching] (minimum 2 datapoints for ALARM -> OK transition).");
    }

    @Test
    void withoutAnyDatapoint() {
        expect(
                rule(2, 2, Comparison.GREATER, 50, MissingData.BREACHING),
                "- - - -",
                StateValue.OK,
                "Threshold Crossed: no datapoints were received for 2 periods and 2 missing"
                        + " datapoints were treated as [Breaching].");
        expect(
                rule(1, 1, Comparison.GREATER, 50, MissingData.NOT_BREACHING),
                "- - -",
                StateValue.ALARM,
                "Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint"
                        + " was treated as [NonBreaching].");
        expect(
                rule(1, null, Comparison.GREATER, 50, MissingData.MISSING),
                "- - -",
                StateValue.OK,
                "Insufficient Data: 1 datapoint was unknown.");
        expect(
                rule(3, null, Comparison.GREATER, 50, MissingData.MISSING),
                "- - - - -",
                StateValue.OK,
                "Insufficient Data: 3 datapoints were unknown.");
    }

    private static AlarmRule rule(
            int n, @Nullable Integer m, Comparison comparison, double limit, MissingData missing) {
        return new AlarmRule(60, n, m, comparison, limit, missing, "Average", 0, null);
    }

    private static void expect(
            AlarmRule rule, String oldestToNewest, StateValue before, String reason) {
        var slots = Arrays.asList(oldestToNewest.split(" ")).reversed();
        var values =
                slots.stream()
                        .mapToDouble(
                                slot -> slot.equals("-") ? Double.NaN : Double.parseDouble(slot))
                        .toArray();
        var counts = new double[values.length];
        Arrays.fill(counts, 1);
        var window = new Window(rule.windowEnd(NOW), rule.periodS(), values, counts);
        assertThat(Evaluation.of(rule, window, before, NOW).orElseThrow().reason())
                .isEqualTo(reason);
    }
}
