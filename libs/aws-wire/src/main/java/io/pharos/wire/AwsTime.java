package io.pharos.wire;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// Timestamps in AWS's formats. Answers carry milliseconds at most; requests keep what they had.
final class AwsTime {
    private static final DateTimeFormatter RFC_822 =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
                    .withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter TRAIL =
            DateTimeFormatter.ofPattern("MMM d, yyyy, h:mm:ss a", Locale.US)
                    .withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter ISO_SECONDS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss'Z'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter ISO_MILLIS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    /// The years a timestamp may name: −9999 to 9999 keeps every formatter and database happy.
    private static final double MAX_EPOCH_SECONDS = 253_402_300_799.0;

    private static final int MAX_TEXT = 64;

    private AwsTime() {}

    /// @throws AwsError for numbers that are no time
    static Instant ofEpochSeconds(double seconds) {
        if (!(Math.abs(seconds) <= MAX_EPOCH_SECONDS)) {
            throw Malformed.because("The timestamp is out of range.");
        }
        return Instant.ofEpochMilli(Math.round(seconds * 1000));
    }

    /// @throws AwsError for numbers that are no time
    static Instant ofEpochMillis(double millis) {
        return ofEpochSeconds(millis / 1000);
    }

    /// ISO 8601 (`Z`, an offset or none, fraction optional, a date alone), epoch seconds, or RFC 822.
    ///
    /// @throws AwsError for texts that are no time
    static Instant parse(String text) {
        if (text.isEmpty() || text.length() > MAX_TEXT) {
            throw notIso();
        }
        try {
            if (text.indexOf('-', 1) < 0 && text.indexOf(',') < 0) {
                return ofEpochSeconds(Double.parseDouble(text));
            }
            if (text.indexOf('T') == 10) {
                return text.endsWith("Z") || hasOffset(text)
                        ? OffsetDateTime.parse(text).toInstant()
                        : LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
            }
            return text.indexOf(',') > 0
                    ? Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text))
                    : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
        } catch (DateTimeException | NumberFormatException e) {
            throw notIso();
        }
    }

    private static boolean hasOffset(String text) {
        return text.indexOf('+', 10) > 0 || text.indexOf('-', 10) > 0;
    }

    private static AwsError notIso() {
        return Malformed.because("timestamp must follow ISO8601");
    }

    /// `2026-11-21T00:35:48Z`, with `.126` when there are milliseconds.
    static String iso(Instant time) {
        return (time.getNano() / 1_000_000 == 0 ? ISO_SECONDS : ISO_MILLIS).format(time);
    }

    static String rfc822(Instant time) {
        return RFC_822.format(time);
    }

    /// How CloudTrail prints times inside requests and answers: `Nov 21, 2026, 12:35:48 AM`.
    static String trail(Instant time) {
        return TRAIL.format(time).replace('\u202f', ' ');
    }

    /// Epoch seconds as CloudWatch writes them in JSON: `1765977780.0`, `1765977780.126`.
    static String epochSeconds(Instant time) {
        var millis = time.toEpochMilli();
        var fraction = Math.floorMod(millis, 1000L);
        if (millis < 0) {
            return Double.toString(millis / 1000.0);
        }
        var text = new StringBuilder(16).append(millis / 1000).append('.');
        if (fraction % 100 == 0) {
            return text.append(fraction / 100).toString();
        }
        return text.append(Long.toString(1000 + fraction), 1, 4).toString();
    }
}
