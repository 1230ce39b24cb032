package io.pharos.alarms.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.time.Instant;

/// When five fields of cron come next, in zones whose clocks shift.
class RecurrenceTest {
    @Test
    void comesAfter() {
        next("30 0 1 1,6,12 *", null, "2026-09-14T12:00:00Z", "2026-12-01T00:30:00Z");
        next("0 9 * * *", "America/New_York", "2026-09-14T13:00:00Z", "2026-09-15T13:00:00Z");
        next("*/15 * * * *", null, "2026-09-14T12:07:00Z", "2026-09-14T12:15:00Z");
        next("0 8 * * MON-FRI", null, "2026-09-18T09:00:00Z", "2026-09-21T08:00:00Z");
        next("0 8 * * 7", null, "2026-09-18T09:00:00Z", "2026-09-20T08:00:00Z");
        // 29 March 2026: from 2 o'clock to 3; 25 October: 3 o'clock is 2 again.
        next("0 9 * * *", "Europe/Berlin", "2026-03-28T09:00:00Z", "2026-03-29T07:00:00Z");
        next("0 9 * * *", "Europe/Berlin", "2026-10-24T09:00:00Z", "2026-10-25T08:00:00Z");
        next("0 0 29 2 *", null, "2026-03-01T00:00:00Z", "2028-02-29T00:00:00Z");
    }

    private static void next(String cron, @Nullable String zone, String after, String next) {
        assertThat(Recurrence.parse(cron, zone).next(Instant.parse(after)))
                .as(cron)
                .contains(Instant.parse(next));
    }

    @Test
    void refusesWhatIsNone() {
        for (var text :
                new String[] {"", "* * * *", "* * * * * *", "60 * * * *", "x * * * *", "@daily"}) {
            assertThatThrownBy(() -> Recurrence.parse(text, null))
                    .as(text)
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> Recurrence.parse("0 9 * * *", "Mars/Base"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(Recurrence.parse("0 0 30 2 *", null).next(Instant.EPOCH)).isEmpty();
    }
}
