package io.pharos.metrics.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.metric.Dimensions;
import io.pharos.metrics.math.Slots;
import io.pharos.metrics.math.TimeSeries;
import io.pharos.metrics.query.Labels.Unlabelled;
import io.pharos.metrics.series.Series;

import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.time.ZoneOffset;

class DynamicLabelTest {
    private static final long NOON = Instant.parse("2026-01-20T12:00:00Z").getEpochSecond();
    private static final Unlabelled METRIC =
            new Unlabelled(
                    new Series(
                            "123456789012", "eu-west-1", "App", "m", Dimensions.of("host", "$a\\")),
                    "p99",
                    60);
    private static final TimeSeries SERIES =
            new TimeSeries(
                    0,
                    new Slots(NOON, 60, 5),
                    new long[] {NOON, NOON + 60, NOON + 120, NOON + 240},
                    new double[] {4, 1, 9.12345, 4});

    @Test
    void tellsValues() {
        expect("${MIN} ${MAX} ${FIRST} ${LAST}", "1 9.123 4 4");
        expect("${AVG} ${SUM} ${DATAPOINT_COUNT}", "4.531 18.123 4");
        expect("${MIN_MAX_RANGE} ${FIRST_LAST_RANGE}", "8.123 0");
    }

    @Test
    void tellsTimes() {
        expect("${FIRST_TIME}", "2026-01-20 14:30:00 +0230");
        expect("${LAST_TIME}", "2026-01-20 14:34:00 +0230");
        expect("${MIN_TIME}", "2026-01-20 14:31:00 +0230");
        expect("${MAX_TIME}", "2026-01-20 14:32:00 +0230");
        expect("${FIRST_TIME_RELATIVE}", "1h 1s ago");
        expect("${LAST_TIME_RELATIVE}", "56m 1s ago");
        expect("${MIN_TIME_RELATIVE}", "59m 1s ago");
        expect("${MAX_TIME_RELATIVE}", "58m 1s ago");
        expect("${MIN_MAX_TIME_RANGE} ${FIRST_LAST_TIME_RANGE}", "1m 4m");
    }

    @Test
    void tellsProperties() {
        expect("${PROP('AccountId')} ${PROP('AccountLabel')}", "123456789012 123456789012");
        expect("${PROP('Region')} ${PROP('Namespace')}", "eu-west-1 App");
        expect("${PROP('MetricName')} ${PROP('Period')} ${PROP('Stat')}", "m 60 p99");
        expect("<${PROP('Dim.host')}> <${PROP('Dim.other')}>", "<$a\\> <>");
        expect("a ${LABEL} b", "a auto b");
        assertThat(label().render("<${PROP('Stat')}>", "e1", null, SERIES)).isEqualTo("<>");
    }

    @Test
    void tellsNothingOfNothing() {
        var none = TimeSeries.empty(0, new Slots(NOON, 60, 5));
        assertThat(label().render("${MAX} ${LAST_TIME} ${DATAPOINT_COUNT}", "", METRIC, none))
                .isEqualTo("-- -- 0");
    }

    @Test
    void writesNumbersPlainly() {
        number(0, "0");
        number(-2.5, "-2.5");
        number(1_234_567_890.12349, "1234567890.123");
        number(0.00012345, "0.000123");
        number(1e21, "1000000000000000000000");
        number(-0.0, "0");
    }

    private static void number(double value, String text) {
        var one = new TimeSeries(0, new Slots(0, 60, 1), new long[] {0}, new double[] {value});
        assertThat(label().render("${MAX}", "", METRIC, one)).isEqualTo(text);
    }

    @Test
    void findsMistakes() {
        assertThat(DynamicLabel.mistake("plain $ {} ${LABEL} ${MAX}")).isEmpty();
        assertThat(DynamicLabel.mistake("${MEDIAN}"))
                .contains("has an unknown dynamic value: ${MEDIAN}");
        assertThat(DynamicLabel.mistake("${PROP('Owner')}")).isPresent();
        assertThat(DynamicLabel.mistake("${LABEL} ${LABEL}"))
                .contains("has ${LABEL} more than once");
        assertThat(DynamicLabel.mistake("${MAX}".repeat(5))).isEmpty();
        assertThat(DynamicLabel.mistake("${MAX}".repeat(6)))
                .contains("has more than 5 dynamic values");
    }

    private static DynamicLabel label() {
        return new DynamicLabel(
                ZoneOffset.ofHoursMinutes(2, 30), Instant.ofEpochSecond(NOON + 3_601));
    }

    private static void expect(String label, String text) {
        assertThat(DynamicLabel.mistake(label)).isEmpty();
        assertThat(label().render(label, "auto", METRIC, SERIES)).isEqualTo(text);
    }
}
