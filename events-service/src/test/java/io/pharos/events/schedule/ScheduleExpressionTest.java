package io.pharos.events.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.Arrays;

class ScheduleExpressionTest {
    private static final Instant NOW = Instant.parse("2026-01-30T23:59:00Z");

    @Test
    void firesWhenAwsDoes() {
        fires("0 18 ? * MON-FRI *", "2026-02-02T18:00", "2026-02-03T18:00", "2026-02-04T18:00");
        fires("15 10 ? * 6L *", "2026-02-27T10:15", "2026-03-27T10:15", "2026-04-24T10:15");
        fires("15 10 ? * 6L 2027-2028", "2027-01-29T10:15", "2027-02-26T10:15", "2027-03-26T10:15");
        fires("0 9 ? * 2#1 *", "2026-02-02T09:00", "2026-03-02T09:00", "2026-04-06T09:00");
        fires("0 2 ? * SAT#3 *", "2026-02-21T02:00", "2026-03-21T02:00", "2026-04-18T02:00");
        fires("0 0 ? JAN,JUL SUN#5 *", "2027-01-31T00:00", "2028-01-30T00:00", "2028-07-30T00:00");
        fires("1/10 0 * * ? *", "2026-01-31T00:01", "2026-01-31T00:11", "2026-01-31T00:21");
        fires(
                "0/30 20-2 ? * MON-FRI *",
                "2026-02-02T00:00",
                "2026-02-02T00:30",
                "2026-02-02T01:00");
        fires("0 0 L * ? *", "2026-01-31T00:00", "2026-02-28T00:00", "2026-03-31T00:00");
        fires("0 0 LW * ? *", "2026-02-27T00:00", "2026-03-31T00:00", "2026-04-30T00:00");
        fires("0 0 15W * ? *", "2026-02-16T00:00", "2026-03-16T00:00", "2026-04-15T00:00");
        fires("0 0 1W * ? *", "2026-02-02T00:00", "2026-03-02T00:00", "2026-04-01T00:00");
        fires("0 0 31 * ? *", "2026-01-31T00:00", "2026-03-31T00:00", "2026-05-31T00:00");
        fires("0 12 29 2 ? *", "2028-02-29T12:00", "2032-02-29T12:00", "2036-02-29T12:00");
        fires("5,35 14 * * ? *", "2026-01-31T14:05", "2026-01-31T14:35", "2026-02-01T14:05");
        fires("10-20/5 0 ? * 1,7 *", "2026-01-31T00:10", "2026-01-31T00:15", "2026-01-31T00:20");
    }

    @Test
    void readsRangesThatWrapAround() {
        fires("0 0 ? * FRI-MON *", "2026-01-31T00:00", "2026-02-01T00:00", "2026-02-02T00:00");
        fires("0 0 1 NOV-FEB ? *", "2026-02-01T00:00", "2026-11-01T00:00", "2026-12-01T00:00");
        fires("50-10/10 0 * * ? *", "2026-01-31T00:00", "2026-01-31T00:10", "2026-01-31T00:50");
    }

    @Test
    void aMonthWithoutTheDayHasNoNearestWeekday() {
        fires("0 0 31W * ? *", "2026-03-31T00:00", "2026-05-29T00:00", "2026-07-31T00:00");
    }

    @Test
    void namesAreReadInAnyCase() {
        fires("0 0 ? jan mon#1 *", "2027-01-04T00:00", "2028-01-03T00:00", "2029-01-01T00:00");
        fires("0 0 ? * FRIL *", "2026-02-27T00:00", "2026-03-27T00:00", "2026-04-24T00:00");
    }

    @Test
    void pastYearsAreTakenAndNeverFire() {
        fires("15 10 ? * 6L 2002-2005");
        fires("0/5 5 ? JAN 1-5 2022");
        fires("0 0 30 2 ? *");
    }

    private static void fires(String cron, String... times) {
        var expression = ScheduleExpression.parse("cron(" + cron + ")");
        var after = NOW;
        for (var time : times) {
            var next = expression.next(NOW, after);
            assertThat(next).as(cron + " after " + after).contains(Instant.parse(time + ":00Z"));
            after = next.orElseThrow();
        }
        if (times.length == 0) {
            assertThat(expression.next(NOW, after)).as(cron).isEmpty();
        }
    }

    @Test
    void aRateFiresOnMinuteBoundariesCountedFromItsAnchor() {
        var rate = ScheduleExpression.parse("rate(5 minutes)");
        var anchor = Instant.parse("2026-01-30T10:00:20Z");
        assertThat(rate.next(anchor, anchor)).contains(Instant.parse("2026-01-30T10:05:00Z"));
        assertThat(rate.next(anchor, Instant.parse("2026-01-30T10:05:00Z")))
                .contains(Instant.parse("2026-01-30T10:10:00Z"));
        assertThat(rate.next(anchor, Instant.parse("2026-02-03T10:06:00Z")))
                .contains(Instant.parse("2026-02-03T10:10:00Z"));
        assertThat(ScheduleExpression.parse("rate(9999999999 days)").next(anchor, anchor))
                .isPresent();
    }

    @Test
    void takesWhatAwsTakes() {
        for (var valid :
                Arrays.asList(
                        "rate(1 minute)",
                        "rate(2 minutes)",
                        "rate(1 hour)",
                        "rate(5 days)",
                        "cron(* * ? * SAT#3 *)",
                        "cron(0/5 5 ? JAN 1-5 2022)",
                        "cron(15 10 ? * 6L 2002-2005)",
                        "cron(0-15/1 8-8 ? * 2,3,4,5,6,7 *)",
                        "cron(0-59/10 0-23/2 ? * * *)",
                        "cron(0 0 L-3 * ? *)")) {
            assertThat(ScheduleExpression.parse(valid)).as(valid).isNotNull();
        }
    }

    @Test
    void refusesWhatAwsRefuses() {
        for (var invalid :
                Arrays.asList(
                        "",
                        "rate()",
                        "rate(10)",
                        "rate(1 minutes)",
                        "rate(10 minute)",
                        "rate(0 minutes)",
                        "rate(-1 minutes)",
                        "rate(10 seconds)",
                        "rate(1 year)",
                        "rate(5 MINUTES)",
                        " rate(5 minutes)",
                        "rate(5 minutes) ",
                        "rate( 5 minutes)",
                        "rate(5  minutes)",
                        "cron(INVALID)",
                        "cron(0 dummy ? * MON-FRI *)",
                        "cron(7 20 * * NOT *)",
                        "cron(71 8 1 * ? *)",
                        "cron(0 1 * * * *)",
                        "cron(0 1 ? * ? *)",
                        "cron(0 1 * * ?)",
                        "cron(0  1 * * ? *)",
                        "cron(0 0 ? * MON,TUE#2 *)",
                        "cron(0 0 L,15 * ? *)",
                        "cron(0 0 ? * 0 *)",
                        "cron(0 0 ? * 8 *)",
                        "cron(0 0 ? * 2#6 *)",
                        "cron(0/0 0 * * ? *)",
                        "cron(* * * * ? 2200)",
                        "cron(0 0 ? JANFEB MON *)",
                        "cron(0 0 MON * ? *)",
                        "cron(0 0 ? MON * *)",
                        "every 5 minutes",
                        "rate(" + "9".repeat(300) + " days)")) {
            assertThatThrownBy(() -> ScheduleExpression.parse(invalid))
                    .as(invalid)
                    .isInstanceOf(InvalidScheduleException.class);
        }
    }
}
