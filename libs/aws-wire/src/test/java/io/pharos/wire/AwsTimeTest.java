package io.pharos.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Random;

class AwsTimeTest {
    @Test
    void readsEverySpelling() {
        expect("2026-11-21T00:35:48Z", "2026-11-21T00:35:48Z");
        expect("2026-11-21T00:35:48.126126858Z", "2026-11-21T00:35:48.126126858Z");
        expect("2026-11-21T00:35:48.1Z", "2026-11-21T00:35:48.100Z");
        expect("2026-11-21T02:35:48+02:00", "2026-11-21T00:35:48Z");
        expect("2026-11-20T22:35:48.5-02:00", "2026-11-21T00:35:48.500Z");
        expect("2026-11-21T00:35:48.Z", "2026-11-21T00:35:48Z");
        expect("2026-11-21T00:35", "2026-11-21T00:35:00Z");
        expect("2026-11-21", "2026-11-21T00:00:00Z");
        expect("1795221348", "2026-11-21T00:35:48Z");
        expect("1795221348.126", "2026-11-21T00:35:48.126Z");
        expect("-1", "1969-12-31T23:59:59Z");
        expect("Sat, 21 Nov 2026 00:35:48 GMT", "2026-11-21T00:35:48Z");
    }

    private static void expect(String text, String time) {
        assertThat(AwsTime.parse(text)).isEqualTo(Instant.parse(time));
    }

    @Test
    void refusesWhatIsNoTime() {
        for (var text :
                List.of(
                        "",
                        "now",
                        "2026-13-21T00:35:48Z",
                        "2026-11-31T00:35:48Z",
                        "2026-11-21T25:35:48Z",
                        "2026-11-21 00:35:48",
                        "2026-11-21T00:35:48.1234567890Z",
                        "1e30",
                        "NaN",
                        "9".repeat(100))) {
            assertThatThrownBy(() -> AwsTime.parse(text)).as(text).isInstanceOf(AwsError.class);
        }
    }

    @Test
    void writesWhatItReads() {
        var random = new Random(3);
        for (var i = 0; i < 1000; i++) {
            var time =
                    Instant.ofEpochMilli(random.nextLong(-2_000_000_000_000L, 9_000_000_000_000L));
            if (i % 2 == 0) {
                time = time.truncatedTo(ChronoUnit.SECONDS);
            }
            assertThat(AwsTime.parse(AwsTime.iso(time))).isEqualTo(time);
            assertThat(AwsTime.parse(AwsTime.epochSeconds(time))).isEqualTo(time);
        }
        assertThat(AwsTime.iso(Instant.parse("2026-01-02T03:04:05.006Z")))
                .isEqualTo("2026-01-02T03:04:05.006Z");
        assertThat(AwsTime.iso(Instant.EPOCH)).isEqualTo("1970-01-01T00:00:00Z");
        assertThat(AwsTime.epochSeconds(Instant.ofEpochMilli(1765977780126L)))
                .isEqualTo("1765977780.126");
        assertThat(AwsTime.epochSeconds(Instant.ofEpochMilli(1765977780100L)))
                .isEqualTo("1765977780.1");
        assertThat(AwsTime.epochSeconds(Instant.ofEpochMilli(1765977780010L)))
                .isEqualTo("1765977780.010");
    }
}
