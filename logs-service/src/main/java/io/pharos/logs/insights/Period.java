package io.pharos.logs.insights;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Map;

/// A length of time as queries write it: `5m`, `30s`, `1mo`. Days and shorter are multiples since
/// 1970; weeks start on Monday, months, quarters and years with the calendar, all in UTC.
public record Period(long count, Unit unit) {
    /// What periods count.
    public enum Unit {
        MILLISECOND(1, 1000),
        SECOND(1_000, 60),
        MINUTE(60_000, 60),
        HOUR(3_600_000, 24),
        DAY(86_400_000, 10_000),
        WEEK(7 * 86_400_000L, 1_000),
        MONTH(0, 1_200),
        QUARTER(0, 400),
        YEAR(0, 100);

        private final long ms;
        private final long most;

        Unit(long ms, long most) {
            this.ms = ms;
            this.most = most;
        }
    }

    private static final Map<String, Unit> UNITS =
            Map.ofEntries(
                    Map.entry("ms", Unit.MILLISECOND),
                    Map.entry("msec", Unit.MILLISECOND),
                    Map.entry("millisecond", Unit.MILLISECOND),
                    Map.entry("s", Unit.SECOND),
                    Map.entry("sec", Unit.SECOND),
                    Map.entry("second", Unit.SECOND),
                    Map.entry("m", Unit.MINUTE),
                    Map.entry("min", Unit.MINUTE),
                    Map.entry("minute", Unit.MINUTE),
                    Map.entry("h", Unit.HOUR),
                    Map.entry("hr", Unit.HOUR),
                    Map.entry("hour", Unit.HOUR),
                    Map.entry("d", Unit.DAY),
                    Map.entry("day", Unit.DAY),
                    Map.entry("w", Unit.WEEK),
                    Map.entry("week", Unit.WEEK),
                    Map.entry("mo", Unit.MONTH),
                    Map.entry("mon", Unit.MONTH),
                    Map.entry("month", Unit.MONTH),
                    Map.entry("q", Unit.QUARTER),
                    Map.entry("qtr", Unit.QUARTER),
                    Map.entry("quarter", Unit.QUARTER),
                    Map.entry("y", Unit.YEAR),
                    Map.entry("yr", Unit.YEAR),
                    Map.entry("year", Unit.YEAR));

    private static final int MAX_DIGITS = 9;
    private static final int MONDAY = 4; // 1970 began on a Thursday
    private static final int MONTHS_OF_QUARTER = 3;

    /// AWS: larger counts than a unit has are as good as all it has, `300s` is `60s`.
    public Period {
        count = Math.clamp(count, 1, unit.most);
    }

    /// Null when there is no such unit.
    static @Nullable Period of(long count, String unit) {
        var name = unit.toLowerCase(Locale.ROOT);
        var found = UNITS.get(name);
        if (found == null && name.length() > 1 && name.endsWith("s")) {
            found = UNITS.get(name.substring(0, name.length() - 1));
        }
        return found == null ? null : new Period(count, found);
    }

    /// `5m`; null when it is none.
    static @Nullable Period parse(String text) {
        var digits = 0;
        while (digits < text.length() && Character.isDigit(text.charAt(digits))) {
            digits++;
        }
        return digits == 0 || digits > MAX_DIGITS
                ? null
                : of(Long.parseLong(text.substring(0, digits)), text.substring(digits));
    }

    /// The same time of an earlier day, month, …
    public long before(long timeMs) {
        return switch (unit) {
            case MILLISECOND, SECOND, MINUTE, HOUR, DAY, WEEK -> timeMs - count * unit.ms;
            case MONTH -> minusMonths(timeMs, count);
            case QUARTER -> minusMonths(timeMs, count * MONTHS_OF_QUARTER);
            case YEAR -> minusMonths(timeMs, count * 12);
        };
    }

    /// Its length in milliseconds; months have 30 days.
    public long approximateMs() {
        return switch (unit) {
            case MILLISECOND, SECOND, MINUTE, HOUR, DAY, WEEK -> count * unit.ms;
            case MONTH -> count * 30 * Unit.DAY.ms;
            case QUARTER -> count * 91 * Unit.DAY.ms;
            case YEAR -> count * 365 * Unit.DAY.ms;
        };
    }

    private static long minusMonths(long timeMs, long months) {
        return Instant.ofEpochMilli(timeMs)
                .atZone(ZoneOffset.UTC)
                .minusMonths(months)
                .toInstant()
                .toEpochMilli();
    }

    /// What `bin()` takes: about a hundred bins in the range of the query.
    public static Period forRange(long rangeMs) {
        for (var minutes : new int[] {1, 5, 15, 30}) {
            if (rangeMs / (minutes * Unit.MINUTE.ms) <= 100) {
                return new Period(minutes, Unit.MINUTE);
            }
        }
        for (var hours : new int[] {1, 3, 6, 12}) {
            if (rangeMs / (hours * Unit.HOUR.ms) <= 100) {
                return new Period(hours, Unit.HOUR);
            }
        }
        return new Period(1, Unit.DAY);
    }

    /// The start of the period that a time is in.
    public long floor(long timeMs) {
        return switch (unit) {
            case MILLISECOND, SECOND, MINUTE, HOUR, DAY -> {
                var length = count * unit.ms;
                yield Math.floorDiv(timeMs, length) * length;
            }
            case WEEK -> {
                var length = count * unit.ms;
                var offset = MONDAY * Unit.DAY.ms;
                yield Math.floorDiv(timeMs - offset, length) * length + offset;
            }
            case MONTH -> floorMonths(timeMs, count);
            case QUARTER -> floorMonths(timeMs, count * MONTHS_OF_QUARTER);
            case YEAR -> floorMonths(timeMs, count * 12);
        };
    }

    /// The end of the period that a time is in; the time itself when it starts one.
    public long ceil(long timeMs) {
        var floor = floor(timeMs);
        if (floor == timeMs) {
            return timeMs;
        }
        return switch (unit) {
            case MILLISECOND, SECOND, MINUTE, HOUR, DAY, WEEK -> floor + count * unit.ms;
            case MONTH -> plusMonths(floor, count);
            case QUARTER -> plusMonths(floor, count * MONTHS_OF_QUARTER);
            case YEAR -> plusMonths(floor, count * 12);
        };
    }

    private static long floorMonths(long timeMs, long months) {
        var date = Instant.ofEpochMilli(timeMs).atZone(ZoneOffset.UTC).toLocalDate();
        var month = date.getYear() * 12L + date.getMonthValue() - 1;
        var floor = Math.floorDiv(month, months) * months;
        return startOf(
                YearMonth.of((int) Math.floorDiv(floor, 12L), (int) Math.floorMod(floor, 12L) + 1));
    }

    private static long plusMonths(long timeMs, long months) {
        var date = Instant.ofEpochMilli(timeMs).atZone(ZoneOffset.UTC).toLocalDate();
        return startOf(YearMonth.from(date.plusMonths(months)));
    }

    private static long startOf(YearMonth month) {
        LocalDate first = month.atDay(1);
        return first.atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
    }
}
