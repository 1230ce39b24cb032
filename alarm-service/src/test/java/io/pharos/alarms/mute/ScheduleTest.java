package io.pharos.alarms.mute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Instant;

class ScheduleTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                // 2026-09-14 is a Monday.
                "cron(0 2 * * *)     | PT1H    | -             | 2026-09-14T02:00Z | 2026-09-14T02:00Z",
                "cron(0 2 * * *)     | PT1H    | -             | 2026-09-14T02:59Z | 2026-09-14T02:00Z",
                "cron(0 2 * * *)     | PT1H    | -             | 2026-09-14T03:00Z | -",
                "cron(0 2 * * *)     | PT1H    | -             | 2026-09-14T01:59Z | -",
                "0 2 * * *           | PT1H    | UTC           | 2026-09-14T02:30Z | 2026-09-14T02:00Z",
                "cron(0 18 * * FRI)  | P2DT12H | -             | 2026-09-14T05:59Z | 2026-09-11T18:00Z",
                "cron(0 18 * * FRI)  | P2DT12H | -             | 2026-09-14T06:00Z | -",
                "cron(0 18 * * fri)  | P15D    | -             | 2026-09-14T06:00Z | 2026-09-11T18:00Z",
                "cron(0 1 1 * *)     | PT1H    | -             | 2026-10-01T01:10Z | 2026-10-01T01:00Z",
                "cron(0 0 1 JAN *)   | P7D     | -             | 2026-01-07T23:59Z | 2026-01-01T00:00Z",
                "cron(0 0 * * 0)     | PT1H    | -             | 2026-09-13T00:10Z | 2026-09-13T00:00Z",
                "cron(0 0 * * 7)     | PT1H    | -             | 2026-09-13T00:10Z | 2026-09-13T00:00Z",
                "cron(0 9-17 * * MON-FRI) | PT30M | -          | 2026-09-14T12:10Z | 2026-09-14T12:00Z",
                "cron(0 9-17 * * MON-FRI) | PT30M | -          | 2026-09-13T12:10Z | -",
                "cron(5,35 * * * *)  | PT1M    | -             | 2026-09-14T12:35Z | 2026-09-14T12:35Z",
                // Either kind of day, when both are restricted.
                "cron(0 0 20 * MON)  | PT1H    | -             | 2026-09-14T00:00Z | 2026-09-14T00:00Z",
                "cron(0 0 20 * MON)  | PT1H    | -             | 2026-09-20T00:00Z | 2026-09-20T00:00Z",
                // Windows that overlap never end.
                "cron(0 * * * *)     | PT2H    | -             | 2026-09-14T12:59Z | 2026-09-14T12:00Z",
                "at(2026-09-14T12:00)| PT1M    | -             | 2026-09-14T12:00Z | 2026-09-14T12:00Z",
                "at(2026-09-14T12:00)| PT1M    | Europe/Berlin | 2026-09-14T10:00Z | 2026-09-14T10:00Z",
                "at(2026-09-14T12:00)| PT1M    | Europe/Berlin | 2026-09-14T10:01Z | -",
                "cron(0 2 * * SUN)   | PT1H    | Asia/Tokyo    | 2026-09-12T17:30Z | 2026-09-12T17:00Z",
                // Clocks go forward: 02:30 is left out, the window begins at 03:00.
                "cron(30 2 * * *)    | PT1H    | Europe/Berlin | 2026-03-29T00:59Z | -",
                "cron(30 2 * * *)    | PT1H    | Europe/Berlin | 2026-03-29T01:00Z | 2026-03-29T01:00Z",
                "cron(30 2 * * *)    | PT1H    | Europe/Berlin | 2026-03-30T00:30Z | 2026-03-30T00:30Z",
                // Clocks go back: 02:30 comes twice and counts once.
                "cron(30 2 * * *)    | PT30M   | Europe/Berlin | 2026-10-25T00:30Z | 2026-10-25T00:30Z",
                "cron(30 2 * * *)    | PT30M   | Europe/Berlin | 2026-10-25T01:30Z | -",
                // But every hour is every hour.
                "cron(30 * * * *)    | PT1M    | Europe/Berlin | 2026-10-25T00:30Z | 2026-10-25T00:30Z",
                "cron(30 * * * *)    | PT1M    | Europe/Berlin | 2026-10-25T01:30Z | 2026-10-25T01:30Z",
                // Over the change a window is as long as it says.
                "cron(0 22 * * SAT)  | PT10H   | Europe/Berlin | 2026-03-29T05:59Z | 2026-03-28T21:00Z",
                "cron(0 22 * * SAT)  | PT10H   | Europe/Berlin | 2026-03-29T07:00Z | -",
                "at(2026-03-29T02:30)| PT1H    | Europe/Berlin | 2026-03-29T01:59Z | 2026-03-29T01:00Z",
                "at(2026-10-25T02:30)| PT1H    | Europe/Berlin | 2026-10-25T01:29Z | 2026-10-25T00:30Z",
            })
    void aTimeIsInTheWindowThatBeganLast(
            String expression, String duration, @Nullable String zone, String now, String start) {
        var span = Schedule.of(expression, duration, zone).at(instant(now));
        assertThat(span.map(Schedule.Span::start))
                .isEqualTo(java.util.Optional.ofNullable(start).map(ScheduleTest::instant));
    }

    private static Instant instant(String minute) {
        return Instant.parse(minute.replace("Z", ":00Z"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "cron()",
                "cron(0 2 * *)",
                "cron(0 2 * * * *)",
                "cron(60 2 * * *)",
                "cron(0 24 * * *)",
                "cron(0 2 0 * *)",
                "cron(0 2 * 13 *)",
                "cron(0 2 * * 8)",
                "cron(*/5 * * * *)",
                "cron(0 2 ? * *)",
                "cron(0 2 L * *)",
                "cron(0 2 * * FRI-MON)",
                "cron(0 2 1- * *)",
                "cron(0 0 30 FEB *)",
                "cron(0 0 31 4,6 *)",
                "rate(5 minutes)",
                "at(2026-09-14)",
                "at(2026-02-30T10:00)",
                "at(2026-09-14T12:00:00Z)",
            })
    void whatIsNoExpressionIsRefused(String expression) {
        assertThatThrownBy(() -> Schedule.of(expression, "PT1H", null))
                .hasMessage("Invalid schedule expression: " + expression);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1h", "P", "PT", "P1DT", "P1M", "PT1.5H", "PT-1H", "P1Y"})
    void whatIsNoDurationIsRefused(String duration) {
        assertThatThrownBy(() -> Schedule.of("at(2026-09-14T12:00)", duration, null))
                .hasMessage("Invalid schedule duration: " + duration);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT59S", "P15DT1M", "P16D"})
    void aDurationIsAMinuteTo15Days(String duration) {
        assertThatThrownBy(() -> Schedule.of("at(2026-09-14T12:00)", duration, null))
                .hasMessage("Schedule duration must be between PT1M and P15D: " + duration);
    }

    @Test
    void aZoneHasAName() {
        assertThatThrownBy(() -> Schedule.of("at(2026-09-14T12:00)", "PT1H", "Mars/Olympus"))
                .hasMessage("Invalid schedule timezone: Mars/Olympus");
    }
}
