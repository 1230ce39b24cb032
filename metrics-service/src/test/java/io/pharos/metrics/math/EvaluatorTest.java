package io.pharos.metrics.math;

import static io.pharos.metrics.math.Worked.START;
import static io.pharos.metrics.math.Worked.__;
import static io.pharos.metrics.math.Worked.row;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Every rule of metric math, as AWS documents it or answered it.
class EvaluatorTest {
    private final Worked some =
            new Worked(5)
                    .with("m1", 1, 2, __, 4, 5)
                    .with("m2", 10, __, __, 40, __)
                    .with("e1", 0, 0, 0, 1, __);

    @Test
    void operatorsMeetNumbersAtExistingPoints() {
        some.expect("m1 + 1", 2, 3, __, 5, 6);
        some.expect("10 - m1", 9, 8, __, 6, 5);
        some.expect("m1 * 2 / 4", 0.5, 1, __, 2, 2.5);
        some.expect("m1 ^ 2", 1, 4, __, 16, 25);
        some.expect("-m1", -1, -2, __, -4, -5);
        some.expect("m1 > 2", 0, 0, __, 1, 1);
        some.expect("2 >= m1", 1, 1, __, 0, 0);
        some.expect("m1 == 4 OR m1 != 4", 1, 1, __, 1, 1);
        some.expect("m1 <= 2 && m1 < 2", 1, 0, __, 0, 0);
        some.expect("e1 || 0", 0, 0, 0, 1, __);
    }

    @Test
    void operatorsTakeTheAbsentSideAsZero() {
        some.expect("m1 + m2", 11, 2, __, 44, 5);
        some.expect("m1 - m2", -9, 2, __, -36, 5);
        some.expect("m2 * m1", 10, 0, __, 160, 0);
        some.expect("m1 > m2", 0, 1, __, 0, 1);
        some.expect("m1 AND e1", 0, 0, 0, 1, 0);
        var captured = new Worked(4).with("m1", 30, 20, 0, 0).with("m2", 20, __, 20, __);
        captured.expect("m1 < m2", 0, 0, 1, 0);
        captured.expect("m1 >= 30", 1, 0, 0, 0);
        captured.expect("m1 > 15 AND m2 > 15", 1, 0, 0, 0);
    }

    @Test
    void dropsWhatIsNotFinite() {
        some.expect("m1 / m2", 0.1, __, __, 0.1, __);
        some.expect("m1 / 0", __, __, __, __, __);
        some.expect("LOG(e1)", __, __, __, 0, __);
        some.expect("LOG10(m2 - 10)", __, __, __, Math.log10(30), __);
        some.expect("1e308 * m2", __, __, __, __, __);
    }

    @Test
    void bindsAsTightlyAsDocumented() {
        some.expect("m1 + m1 * 2", 3, 6, __, 12, 15);
        some.expect("(m1 + m1) * 2", 4, 8, __, 16, 20);
        some.expect("-m1 ^ 2", -1, -4, __, -16, -25);
        some.expect("2 ^ 3 ^ 2 + m1 * 0", 512, 512, __, 512, 512);
        some.expect("m1 ^ -1", 1, 0.5, __, 0.25, 0.2);
        some.expect("m1 - 1 - 1", -1, 0, __, 2, 3);
        some.expect("m1 > 1 AND m1 < 5 OR m1 == 5", 0, 1, __, 1, 1);
        some.expect("m1 + 1 > 2 == 1", 0, 1, __, 1, 1);
    }

    @Test
    void arraysMeetNumbersAndSeriesMemberByMember() {
        some.expectArray("[m1, m2] * 2", row(2, 4, __, 8, 10), row(20, __, __, 80, __));
        some.expectArray("2 * [m1, m2]", row(2, 4, __, 8, 10), row(20, __, __, 80, __));
        some.expectArray("[m1, m2] + m2", row(11, 2, __, 44, 5), row(20, __, __, 80, __));
        some.expectArray("m2 - [m1]", row(9, -2, __, 36, -5));
        some.expectArray("-[m1]", row(-1, -2, __, -4, -5));
        some.expectArray(
                "[m1, [m2, m1]]",
                row(1, 2, __, 4, 5),
                row(10, __, __, 40, __),
                row(1, 2, __, 4, 5));
        some.refuses(
                "[m1] + [m2]",
                "Operator '+' does not take array of time series and array of time series");
    }

    @Test
    void reducesSeriesToNumbers() {
        some.expectScalar("AVG(m1)", 12 / 5.0); // what is missing is 0
        some.expectScalar("SUM(m1)", 12);
        some.expectScalar("MAX(m1)", 5);
        some.expectScalar("MIN(m1)", 1);
        some.expectScalar("STDDEV(m1)", Math.sqrt(46 / 5.0 - 2.4 * 2.4));
        some.expectScalar("DATAPOINT_COUNT(m1)", 4);
        some.expectScalar("SUM(m1) + 2 * 3", 18);
        some.expectScalar("SUM(m1) > 10", 1);
        var none = new Worked(3).with("m1");
        none.expectScalar("DATAPOINT_COUNT(m1)", 0);
        none.expectScalar("SUM(m1)", 0);
        none.expect("TIME_SERIES(MAX(m1))", __, __, __);
        none.expect("TIME_SERIES(1 / 0)", __, __, __);
    }

    @Test
    void reducesArraysToSeries() {
        some.expect("AVG([m1, m2])", 5.5, 1, __, 22, 2.5);
        some.expect("SUM([m1, m2])", 11, 2, __, 44, 5);
        some.expect("MAX([m1, m2])", 10, 2, __, 40, 5);
        some.expect("MIN([m1, m2])", 1, 2, __, 4, 5);
        some.expect("STDDEV([m1, m2])", 4.5, 1, __, 18, 2.5);
        some.expect("DATAPOINT_COUNT([m1, m2])", 2, 1, __, 2, 1);
        some.expect("SUM(METRICS())", 11, 2, __, 44, 5);
        some.expect("SUM(METRICS('nothing'))");
        some.expectScalar("METRIC_COUNT(METRICS())", 2);
    }

    @Test
    void roundsAndTakesLogarithms() {
        some.expect("ABS(m1 - 3)", 2, 1, __, 1, 2);
        some.expect("CEIL(m1 / 2)", 1, 1, __, 2, 3);
        some.expect("FLOOR(m1 / 2)", 0, 1, __, 2, 2);
        some.expect("LOG(m1)", 0, Math.log(2), __, Math.log(4), Math.log(5));
        some.expectArray("LOG10([m2])", row(1, __, __, Math.log10(40), __));
    }

    @Test
    void comparesWithTheLastExistingPoint() {
        some.expect("DIFF(m1)", __, 1, __, 2, 1);
        some.expect("DIFF_TIME(m1)", __, 60, __, 120, 60);
        some.expect("RATE(m1)", __, 1 / 60.0, __, 2 / 120.0, 1 / 60.0);
        some.expect("RUNNING_SUM(m1)", 1, 3, __, 7, 12);
        some.expectArray("DIFF([m1, m2])", row(__, 1, __, 2, 1), row(__, __, __, 30, __));
        some.expectArray("RUNNING_SUM([m2])", row(10, __, __, 50, __));
        new Worked(2).with("m1").expect("RATE(m1)");
    }

    @Test
    void fillsEverySlot() {
        some.expect("FILL(m1, 0)", 1, 2, 0, 4, 5);
        some.expect("FILL(m2, m1)", 10, 2, __, 40, 5);
        some.expect("FILL(m1, REPEAT)", 1, 2, 2, 4, 5);
        some.expect("FILL(m1, LINEAR)", 1, 2, 3, 4, 5);
        some.expect("FILL(m2, LINEAR)", 10, 20, 30, 40, __);
        some.expect("FILL(m2, AVG(m2))", 10, 10, 10, 40, 10);
        some.expectArray("FILL(METRICS(), 0)", row(1, 2, 0, 4, 5), row(10, 0, 0, 40, 0));
        var leading = new Worked(4).with("m1", __, 7, __, __);
        leading.expect("FILL(m1, REPEAT)", __, 7, 7, 7);
        leading.expect("FILL(m1, LINEAR)", __, 7, __, __);
        new Worked(3).with("m1").expect("FILL(m1, 1)", 1, 1, 1);
    }

    /// The documented vectors, and each form where the condition is missing, true and false.
    @Test
    void chooses() {
        var m =
                new Worked(5)
                        .with("m1", 1, 1, 0, 0, __)
                        .with("m2", 30, __, 0, 0, 30)
                        .with("m3", 0, 0, 20, __, 20);
        m.expect("IF(m1, m2, m3)", 30, 0, 20, 0, __);
        m.expect("IF(m1, 5, m3)", 5, 5, 20, __, __);
        m.expect("IF(m1, m2, 5)", 30, 0, 5, 5, __);
        m.expect("IF(m1, 7, 5)", 7, 7, 5, 5, __);
        m.expect("IF(m1, m2)", 30, 0, __, __, __);
        m.expect("IF(m1, 7)", 7, 7, __, __, __);
        m.expect("IF(1, m2, m3)", 30, __, 0, 0, 30);
        m.expect("IF(0, m2, m3)", 0, 0, 20, __, 20);
        m.expect("IF(1, m2)", 30, __, 0, 0, 30);
        m.expect("IF(0, m2)", __, __, __, __, __);
        m.expect("IF(1, 3, m2)", 3, 3, 3, 3, 3);
        m.expectScalar("IF(0, 1, 2)", 2);
        m.expectArray("IF(m1, [m2, m3], 1)", row(30, 0, 1, 1, __), row(0, 0, 1, 1, __));
        m.expectArray("IF(m1, 1, [m2])", row(1, 1, 0, 0, __));
        m.expectArray("IF([m1], m2, 9)", row(30, 0, 9, 9, __));
        m.refuses("IF(m1, [m2], [m3])", "Function 'IF' takes one array of time series at most");
        m.refuses("IF(m1, 'x')", "Function 'IF' does not take a string");
    }

    @Test
    void picksAndOrdersMembers() {
        var low = row(1, 2, __, 4, 5);
        var high = row(10, __, __, 40, __);
        some.expect("FIRST([m1, m2])", low);
        some.expect("LAST([m1, m2])", high);
        some.expect("FIRST(METRICS('none'))");
        some.expectArray("SLICE([m1, m2, m1], 1)", high, low);
        some.expectArray("SLICE([m1, m2, m1], 0, 2)", low, high);
        some.expectArray("SLICE([m1, m2], 2, 1)");
        some.expectArray("SLICE([m1], -3, 99)", low);
        some.expectArray("SORT([m1, m2], AVG, DESC)", high, low);
        some.expectArray("SORT([m2, m1], MIN, ASC)", low, high);
        some.expectArray("SORT([m2, m1], SUM, DESC, 1)", high);
        some.expectArray("SORT([m2, m1], MAX, ASC, 99)", low, high);
        some.expectArray("SORT([m1 / 0, m1, m2], MAX, DESC)", high, low, row());
        some.expectArray("REMOVE_EMPTY([m1 / 0, m1])", low);
    }

    @Test
    void readsMetricsAndTheirPeriods() {
        some.expectArray("METRICS()", row(1, 2, __, 4, 5), row(10, __, __, 40, __));
        some.expectArray("METRICS('2')", row(10, __, __, 40, __));
        some.expect("m2 / PERIOD(m2)", 1 / 6.0, __, __, 4 / 6.0, __);
        some.expectArray("SEARCH('{A} b', 'Sum', 60)", row(1, 2), row(3, 4));
        some.expect("SUM(SEARCH('{A} b', 'Sum', 60))", 4, 6);
        some.expect("SELECT AVG(a) FROM b", 1, 2);
        some.refuses("PERIOD(e1) * m1", "Function 'PERIOD' takes the id of a metric");
        some.refuses("PERIOD(m1 + m1) * m1", "Function 'PERIOD' takes the id of a metric");
    }

    @Test
    void tellsTheTimeOfEverySlot() {
        some.expect("MINUTE(m1)", 8, 9, 10, 11, 12);
        some.expect("HOUR(m2)", 12, 12, 12, 12, 12);
        some.expect("DAY(m2)", 2, 2, 2, 2, 2);
        some.expect("DATE(m2)", 20, 20, 20, 20, 20);
        some.expect("MONTH(m2)", 1, 1, 1, 1, 1);
        some.expect("YEAR(m2)", 2026, 2026, 2026, 2026, 2026);
        some.expect("EPOCH(m2) - " + START, 0, 60, 120, 180, 240);
        some.expect("IF(HOUR(m1) == 12 AND MINUTE(m1) > 9, m1)", __, __, 0, 4, 5);
        some.expect("TIME_SERIES(7)", 7, 7, 7, 7, 7);
    }

    @Test
    void refusesWhatMakesNoSense() {
        some.refuses(
                "5",
                "The expression must result in a time series or an array of time series, not in a scalar");
        some.refuses(
                "'x'",
                "The expression must result in a time series or an array of time series, not in a string");
        some.refuses(
                "['x', 'y']",
                "The expression must result in a time series or an array of time series, not in a array of strings");
        some.refuses("m9", "Id 'm9' not found");
        some.refuses("ABS(1)", "Function 'ABS' does not take a scalar");
        some.refuses("AVG('x')", "Function 'AVG' does not take a string");
        some.refuses("FIRST(m1)", "Function 'FIRST' does not take a time series");
        some.refuses("TIME_SERIES(m1)", "Function 'TIME_SERIES' does not take a time series");
        some.refuses("MINUTE(METRICS())", "Function 'MINUTE' does not take a array of time series");
        some.refuses("FILL(m1, METRICS())", "Function 'FILL' does not take a array of time series");
        some.refuses("FILL(m1, SOMETIMES)", "Invalid syntax, unexpected 'SOMETIMES' at position 9");
        some.refuses(
                "SORT(METRICS(), STDDEV, ASC)",
                "Function 'SORT' takes one of [AVG, MAX, MIN, SUM] there, at position 16");
        some.refuses("m1 + REPEAT", "Invalid syntax, unexpected 'REPEAT' at position 5");
        some.refuses("[m1, 5]", "An array does not take a scalar at position 5");
        some.refuses("[m1, 'x']", "An array takes either strings or time series at position 0");
        some.refuses("m1 + 'x'", "Operator '+' does not take time series and string");
        some.refuses("-'x'", "Operator '-' does not take a string");
        some.refuses("METRICS(1)", "Function 'METRICS' does not take a scalar");
        for (var call :
                new String[] {"DB_PERF_INSIGHTS('RDS', 'db', ['a', 'b'])", "LAMBDA('f', 1)"}) {
            some.refuses(
                    call, "Function '" + call.replaceAll("\\(.*", "") + "' is not supported here");
        }
    }

    @Test
    void aQuotaIsOfAMetricOfTheRequestAndEverywhereTheSame() {
        var some = new Worked(3).with("m1", 1, __, 3).with("m2", 1, 2, 3);
        some.expect("SERVICE_QUOTA(m1)", 500, 500, 500);
        some.expect("100 * m1 / SERVICE_QUOTA(m1)", 0.2, 0, 0.6);
        some.refuses("SERVICE_QUOTA(m2)", "no quota of m2");
        for (var wrong : new String[] {"5", "'x'", "METRICS()", "ABS(m1)", "SERVICE_QUOTA(m1)"}) {
            some.refuses(
                    "SERVICE_QUOTA(" + wrong + ")",
                    "Function 'SERVICE_QUOTA' takes the id of a usage metric");
        }
    }

    @Test
    void aMetricOfARuleIsOneSeries() {
        var some = new Worked(3).with("m1", 1, 2, 3);
        some.expect("INSIGHT_RULE_METRIC('rule', 'Sum')", 4, __, 3);
        some.expect("INSIGHT_RULE_METRIC('r', 'UniqueContributors') + m1", 2, 2, 3);
        some.refuses(
                "INSIGHT_RULE_METRIC('r', 'p99')",
                "Function 'INSIGHT_RULE_METRIC' takes one of [UniqueContributors,"
                        + " MaxContributorValue, SampleCount, Sum, Minimum, Maximum, Average],"
                        + " not 'p99'");
        for (var wrong : new String[] {"m1, 'Sum'", "'r', m1", "'r', 5"}) {
            some.refuses(
                    "INSIGHT_RULE_METRIC(" + wrong + ")",
                    "Function 'INSIGHT_RULE_METRIC' takes the name of a rule and a metric as"
                            + " strings");
        }
    }

    @Test
    void aBandIsOfOneSeriesAndHasTwoEdges() {
        var some = new Worked(2).with("m1", 1, 2).with("m2", 3, 4);
        some.expect("FIRST(ANOMALY_DETECTION_BAND(m1))", -1, 0);
        some.expect("LAST(ANOMALY_DETECTION_BAND(m1, 0.5))", 1.5, 2.5);
        some.expect("m1 > LAST(ANOMALY_DETECTION_BAND(m1, 3 - 1))", 0, 0);
        some.refuses(
                "ANOMALY_DETECTION_BAND([m1, m2], 2)",
                "Unsupported operand type(s) for ANOMALY_DETECTION_BAND: '[Array[TimeSeries],"
                        + " Scalar]'");
        some.refuses(
                "ANOMALY_DETECTION_BAND(m1, m2)",
                "Unsupported operand type(s) for ANOMALY_DETECTION_BAND: '[TimeSeries,"
                        + " TimeSeries]'");
        for (var width : new String[] {"0", "-1", "1 / 0", "0 / 0"}) {
            some.refuses(
                    "ANOMALY_DETECTION_BAND(m1, " + width + ")",
                    "The second argument of function 'ANOMALY_DETECTION_BAND' must be greater"
                            + " than 0");
        }
    }

    @Test
    void boundsArrays() {
        var full = IntStream.range(0, 500).mapToObj(_ -> "m1").collect(Collectors.joining(","));
        assertThat(((Value.Several) some.evaluate("[" + full + "]")).series()).hasSize(500);
        some.refuses("[" + full + ",m1]", "An array has more than 500 time series");
    }

    @Test
    void tellsWhatItCosts() {
        var evaluator = new Evaluator(some);
        evaluator.evaluate(ExpressionParser.parse("SUM([m1, m2]) + m1"));
        assertThat(evaluator.made()).isEqualTo(2 + 2 + 1 + 1 + 1);
    }

    @Test
    void mixesPeriodsByTime() {
        var fine = new Slots(0, 60, 10);
        var coarse = new Slots(0, 300, 2);
        var a = new TimeSeries(0, fine, fine.times(), row(1, 2, 3, 4, 5, 6, 7, 8, 9, 10));
        var b = new TimeSeries(1, coarse, coarse.times(), row(100, 200));
        var sum =
                (Value.Single)
                        Pointwise.binary(Operator.PLUS, new Value.Single(b), new Value.Single(a));
        assertThat(sum.series().values()).containsExactly(101, 2, 3, 4, 5, 206, 7, 8, 9, 10);
        assertThat(sum.series().slots()).isEqualTo(fine);
    }
}
