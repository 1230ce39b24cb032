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
import java.util.Map;

/// What AWS answered for an alarm of 10-second periods, average over 50, and in the other texts it is
/// known to write.
class RecordedEvaluationTest {
    private static final StateValue OK = StateValue.OK;
    private static final StateValue ALARM = StateValue.ALARM;
    private static final StateValue INSUFFICIENT = StateValue.INSUFFICIENT_DATA;
    private static final String HOUR = "2026-09-14T05:";

    @Test
    void oneGoodPointOutOfTheLastThreeIsOk() {
        var verdict =
                evaluate(
                        highResolution(3, MissingData.MISSING),
                        Map.of("50:50", 0.0, "51:10", 100.0),
                        INSUFFICIENT,
                        "51:48");
        assertThat(verdict.state()).isEqualTo(OK);
        assertThat(verdict.reason())
                .isEqualTo(
                        "Threshold Crossed: 1 out of the last 3 datapoints [0.0 (14/09/26 05:50:50)]"
                                + " was not greater than the threshold (50.0)"
                                + " (minimum 1 datapoint for ALARM -> OK transition).");
    }

    @Test
    void twoBreachesOutOfTheLastThreeAreAnAlarm() {
        var verdict =
                evaluate(
                        highResolution(2, MissingData.MISSING),
                        Map.of("50:50", 0.0, "51:10", 100.0, "51:30", 100.0),
                        OK,
                        "51:57.551");
        assertThat(verdict.state()).isEqualTo(ALARM);
        assertThat(verdict.reason())
                .isEqualTo(
                        "Threshold Crossed: 2 out of the last 3 datapoints [100.0 (14/09/26 05:51:30),"
                                + " 100.0 (14/09/26 05:51:10)] were greater than the threshold (50.0)"
                                + " (minimum 2 datapoints for OK -> ALARM transition).");
        assertThat(verdict.reasonData())
                .isEqualTo(
                        """
                        {"version":"1.0","queryDate":"2026-09-14T05:51:57.551+0000",\
                        "startDate":"2026-09-14T05:50:50.000+0000","unit":"Count",\
                        "statistic":"Average","period":10,\
                        "recentDatapoints":[0.0,null,100.0,null,100.0],"threshold":50.0,\
                        "evaluatedDatapoints":[\
                        {"timestamp":"2026-09-14T05:51:30.000+0000","sampleCount":1.0,"value":100.0},\
                        {"timestamp":"2026-09-14T05:51:10.000+0000","sampleCount":1.0,"value":100.0}]}\
                        """);
    }

    @Test
    void breachesThatNothingFollowedAreAnAlarm() {
        var verdict =
                evaluate(
                        highResolution(3, MissingData.MISSING),
                        Map.of("51:10", 100.0, "51:30", 100.0),
                        OK,
                        "52:48");
        assertThat(verdict.state()).isEqualTo(ALARM);
        assertThat(verdict.reason())
                .startsWith("Threshold Crossed: 2 out of the last 3 datapoints [")
                .endsWith("(minimum 3 datapoints for OK -> ALARM transition).");
        assertThat(verdict.reasonData())
                .contains(
                        "\"evaluatedDatapoints\":[{\"timestamp\":\"2026-09-14T05:52:20.000+0000\"},");
    }

    @Test
    void nothingAtAllIsInsufficient() {
        var verdict = evaluate(highResolution(3, MissingData.MISSING), Map.of(), ALARM, "53:28");
        assertThat(verdict.state()).isEqualTo(INSUFFICIENT);
        assertThat(verdict.reason()).isEqualTo("Insufficient Data: 3 datapoints were unknown.");
        assertThat(verdict.reasonData())
                .doesNotContain("startDate")
                .contains("\"recentDatapoints\":[],")
                .endsWith(
                        """
                        "evaluatedDatapoints":[{"timestamp":"2026-09-14T05:53:00.000+0000"},\
                        {"timestamp":"2026-09-14T05:52:50.000+0000"},\
                        {"timestamp":"2026-09-14T05:52:40.000+0000"}]}\
                        """);
    }

    @Test
    void filledPeriodsAreNamedInTheReason() {
        var verdict =
                evaluate(
                        highResolution(3, MissingData.BREACHING),
                        Map.of("54:10", 0.0),
                        ALARM,
                        "54:34");
        assertThat(verdict.state()).isEqualTo(OK);
        assertThat(verdict.reason())
                .isEqualTo(
                        "Threshold Crossed: 1 out of the last 3 datapoints [0.0 (14/09/26 05:54:10)]"
                                + " was not greater than the threshold (50.0) and 2 missing datapoints"
                                + " were treated as [Breaching]"
                                + " (minimum 1 datapoint for ALARM -> OK transition).");
    }

    @Test
    void missingPeriodsStandInTheReasonDataWhenPointsAreTooFew() {
        var verdict =
                evaluate(
                        highResolution(2, MissingData.MISSING),
                        Map.of("54:10", 0.0),
                        ALARM,
                        "54:37.550");
        assertThat(verdict.reason()).contains("(minimum 2 datapoints for ALARM -> OK transition).");
        assertThat(verdict.reasonData())
                .isEqualTo(
                        """
                        {"version":"1.0","queryDate":"2026-09-14T05:54:37.550+0000",\
                        "startDate":"2026-09-14T05:54:10.000+0000","unit":"Count",\
                        "statistic":"Average","period":10,"recentDatapoints":[0.0],"threshold":50.0,\
                        "evaluatedDatapoints":[\
                        {"timestamp":"2026-09-14T05:54:10.000+0000","sampleCount":1.0,"value":0.0},\
                        {"timestamp":"2026-09-14T05:54:00.000+0000"}]}\
                        """);
    }

    @Test
    void withoutDatapointsToAlarmTheReasonIsShort() {
        var rule = minutes(1, null, Comparison.GREATER_OR_EQUAL, 7, MissingData.MISSING);
        assertThat(evaluate(rule, Map.of("53:00", 8.0), OK, "54:12").reason())
                .isEqualTo(
                        "Threshold Crossed: 1 datapoint [8.0 (14/09/26 05:53:00)] was greater than or"
                                + " equal to the threshold (7.0).");
        assertThat(evaluate(rule, Map.of("53:00", 0.0), ALARM, "54:12").reason())
                .isEqualTo(
                        "Threshold Crossed: 1 datapoint [0.0 (14/09/26 05:53:00)] was not greater than"
                                + " or equal to the threshold (7.0).");
        assertThat(evaluate(rule, Map.of(), ALARM, "54:12").reason())
                .isEqualTo("Insufficient Data: 1 datapoint was unknown.");
    }

    @Test
    void nothingReceivedSaysHowItWasTreated() {
        var breaching = minutes(2, null, Comparison.LESS, 1, MissingData.BREACHING);
        assertThat(evaluate(breaching, Map.of(), OK, "54:12").reason())
                .isEqualTo(
                        "Threshold Crossed: no datapoints were received for 2 periods and 2 missing"
                                + " datapoints were treated as [Breaching].");
        var good = minutes(1, null, Comparison.LESS, 1, MissingData.NOT_BREACHING);
        assertThat(evaluate(good, Map.of(), ALARM, "54:12").reason())
                .isEqualTo(
                        "Threshold Crossed: no datapoints were received for 1 period and 1 missing"
                                + " datapoint was treated as [NonBreaching].");
    }

    @Test
    void longReasonsAreCutAndLongDataStaysJson() throws Exception {
        var rule = minutes(1440, null, Comparison.GREATER_OR_EQUAL, 7, MissingData.MISSING);
        var values = new double[rule.range()];
        var counts = new double[rule.range()];
        Arrays.fill(values, 1234.5678);
        Arrays.fill(counts, 1);
        var now = Instant.parse(HOUR + "54:12Z");
        var window = new Window(rule.windowEnd(now), 60, values, counts);

        var verdict = Evaluation.of(rule, window, OK, now).orElseThrow();

        assertThat(verdict.reason()).hasSize(Reason.MAX_REASON);
        assertThat(verdict.reasonData()).hasSizeLessThanOrEqualTo(Reason.MAX_DATA);
        new com.fasterxml.jackson.databind.ObjectMapper().readTree(verdict.reasonData());
    }

    private static AlarmRule highResolution(int m, MissingData treatment) {
        return new AlarmRule(10, 3, m, Comparison.GREATER, 50, treatment, "Average", 0, "Count");
    }

    private static AlarmRule minutes(
            int n,
            @Nullable Integer m,
            Comparison comparison,
            double threshold,
            MissingData treatment) {
        return new AlarmRule(60, n, m, comparison, threshold, treatment, "Maximum", 0, null);
    }

    /// @param points minute:second of the hour -> value
    private static Verdict evaluate(
            AlarmRule rule, Map<String, Double> points, StateValue before, String at) {
        var now = Instant.parse(HOUR + at + "Z");
        var values = new double[rule.range()];
        var counts = new double[rule.range()];
        var window = new Window(rule.windowEnd(now), rule.periodS(), values, counts);
        for (var i = 0; i < values.length; i++) {
            var start = Instant.ofEpochSecond(window.startS(i)).toString().substring(14, 19);
            values[i] = points.getOrDefault(start, Double.NaN);
            counts[i] = 1;
        }
        return Evaluation.of(rule, window, before, now).orElseThrow();
    }
}
