package io.pharos.alarms.alarm;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/// The timestamp form of alarm payloads: `2026-09-14T05:51:57.551+0000`.
public final class AwsTime {
    private static final DateTimeFormatter FORM =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'+0000'")
                    .withZone(ZoneOffset.UTC);

    private AwsTime() {}

    public static String text(Instant time) {
        return FORM.format(time);
    }
}
