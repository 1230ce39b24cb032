package io.pharos.alarms.alarm;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// The timestamp form of alarm payloads: `2026-09-14T05:51:57.551+0000`.
public final class AwsTime {
    private static final DateTimeFormatter FORM =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'+0000'")
                    .withZone(ZoneOffset.UTC);

    private static final DateTimeFormatter LONG_FORM =
            DateTimeFormatter.ofPattern("EEEE dd MMMM, yyyy HH:mm:ss 'UTC'", Locale.ENGLISH)
                    .withZone(ZoneOffset.UTC);

    private AwsTime() {}

    public static String text(Instant time) {
        return FORM.format(time);
    }

    /// As in reasons and mails: `Monday 14 September, 2026 11:18:52 UTC`.
    public static String longText(Instant time) {
        return LONG_FORM.format(time);
    }
}
