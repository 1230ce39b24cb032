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
            if (isPlainUtc(text)) {
                return plainUtc(text);
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

    /// `2026-11-21T00:35:48Z`, the form most clients send, with or without a fraction.
    private static boolean isPlainUtc(String text) {
        var length = text.length();
        if (length < 20 || length > 30 || text.charAt(length - 1) != 'Z') {
            return false;
        }
        for (var i = 0; i < length - 1; i++) {
            var c = text.charAt(i);
            var fits = i < 20 ? "0000-00-00T00:00:00.".charAt(i) : '0';
            if (fits == '0' ? c < '0' || c > '9' : c != fits) {
                return false;
            }
        }
        return length != 21;
    }

    private static Instant plainUtc(String text) {
        var nanos = 0;
        for (var i = 20; i < 29; i++) {
            nanos = nanos * 10 + (i < text.length() - 1 ? text.charAt(i) - '0' : 0);
        }
        return LocalDateTime.of(
                        number(text, 0, 4),
                        number(text, 5, 7),
                        number(text, 8, 10),
                        number(text, 11, 13),
                        number(text, 14, 16),
                        number(text, 17, 19),
                        nanos)
                .toInstant(ZoneOffset.UTC);
    }

    private static int number(String text, int from, int to) {
        return Integer.parseInt(text, from, to, 10);
    }

    private static boolean hasOffset(String text) {
        return text.indexOf('+', 10) > 0 || text.indexOf('-', 10) > 0;
    }

    private static AwsError notIso() {
        return Malformed.because("timestamp must follow ISO8601");
    }

    /// `2026-11-21T00:35:48Z`, with `.126` when there are milliseconds.
    static String iso(Instant time) {
        var at = LocalDateTime.ofInstant(time, ZoneOffset.UTC);
        var text = new StringBuilder(24);
        digits(text, at.getYear(), 4).append('-');
        digits(text, at.getMonthValue(), 2).append('-');
        digits(text, at.getDayOfMonth(), 2).append('T');
        digits(text, at.getHour(), 2).append(':');
        digits(text, at.getMinute(), 2).append(':');
        digits(text, at.getSecond(), 2);
        var millis = at.getNano() / 1_000_000;
        if (millis > 0) {
            digits(text.append('.'), millis, 3);
        }
        return text.append('Z').toString();
    }

    private static StringBuilder digits(StringBuilder text, int number, int width) {
        for (var limit = (int) Math.pow(10, width - 1); limit > Math.max(number, 1); limit /= 10) {
            text.append('0');
        }
        return text.append(number);
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
