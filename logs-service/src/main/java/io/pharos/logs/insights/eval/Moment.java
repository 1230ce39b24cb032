package io.pharos.logs.insights.eval;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/// A value that is a time: a number of milliseconds to functions, a date to readers.
public record Moment(long epochMs) {
    private static final DateTimeFormatter SHOWN =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSS").withZone(ZoneOffset.UTC);

    /// `2024-05-01 12:00:00.000`, UTC.
    @Override
    public String toString() {
        return SHOWN.format(Instant.ofEpochMilli(epochMs));
    }
}
