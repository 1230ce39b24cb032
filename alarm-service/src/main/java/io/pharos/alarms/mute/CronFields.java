package io.pharos.alarms.mute;

import org.jspecify.annotations.Nullable;

import java.time.LocalDate;
import java.time.LocalTime;
import java.time.YearMonth;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;

/// Five fields of cron: minutes, hours, days of the month, months, days of the week. AWS: values,
/// lists, ranges, `*` and English names. As everywhere, a day that is restricted in both ways matches
/// in either.
final class CronFields {
    private static final List<String> MONTHS =
            List.of(
                    "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV",
                    "DEC");
    private static final List<String> DAYS =
            List.of("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT");
    private static final int FIELDS = 5;
    private static final int SUNDAY = 7;

    /// A year with a 29th of February.
    private static final int LEAP_YEAR = 2024;

    private final BitSet minutes;
    private final BitSet hours;
    private final BitSet days;
    private final BitSet months;
    private final BitSet weekdays;
    private final boolean anyHour;
    private final boolean anyDay;
    private final boolean anyWeekday;

    /// @throws IllegalArgumentException when it is none
    CronFields(String text) {
        var fields = text.strip().split("\\s+");
        if (fields.length != FIELDS) {
            throw new IllegalArgumentException("five fields are expected");
        }
        minutes = parse(fields[0], 0, 59, List.of(), 0);
        hours = parse(fields[1], 0, 23, List.of(), 0);
        days = parse(fields[2], 1, 31, List.of(), 0);
        months = parse(fields[3], 1, 12, MONTHS, 1);
        weekdays = parse(fields[4], 0, SUNDAY, DAYS, 0);
        if (weekdays.get(SUNDAY)) {
            weekdays.set(0);
        }
        anyHour = fields[1].equals("*");
        anyDay = fields[2].equals("*");
        anyWeekday = fields[4].equals("*");
        if (!isPossible()) {
            throw new IllegalArgumentException("no such day");
        }
    }

    private boolean isPossible() {
        return !anyWeekday
                || months.stream()
                        .anyMatch(month ->
                                days.nextSetBit(1)
                                        <= YearMonth.of(LEAP_YEAR, month).lengthOfMonth());
    }

    private static BitSet parse(String field, int least, int most, List<String> names, int first) {
        var set = new BitSet(most + 1);
        for (var part : field.split(",", -1)) {
            if (part.equals("*")) {
                set.set(least, most + 1);
                continue;
            }
            var ends = part.split("-", -1);
            if (ends.length > 2) {
                throw new IllegalArgumentException("not a range: " + part);
            }
            var from = value(ends[0], least, most, names, first);
            var to = ends.length == 1 ? from : value(ends[1], least, most, names, first);
            if (to < from) {
                throw new IllegalArgumentException("not a range: " + part);
            }
            set.set(from, to + 1);
        }
        return set;
    }

    private static int value(String text, int least, int most, List<String> names, int first) {
        var named = names.indexOf(text.toUpperCase(Locale.ROOT));
        if (named >= 0) {
            return named + first;
        }
        if (text.isEmpty()
                || text.length() > 2
                || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new IllegalArgumentException("not a value: " + text);
        }
        var value = Integer.parseInt(text);
        if (value < least || value > most) {
            throw new IllegalArgumentException("out of bounds: " + text);
        }
        return value;
    }

    boolean matches(LocalDate day) {
        if (!months.get(day.getMonthValue())) {
            return false;
        }
        var isDay = days.get(day.getDayOfMonth());
        var isWeekday = weekdays.get(day.getDayOfWeek().getValue() % SUNDAY);
        return anyDay || anyWeekday ? isDay && isWeekday : isDay || isWeekday;
    }

    /// Whether it comes in every hour of its days: then also in both of an hour that is there twice.
    boolean isHourly() {
        return anyHour;
    }

    /// The last time of a day at or before `time`; null when there is none.
    @Nullable LocalTime lastUntil(LocalTime time) {
        for (var hour = hours.previousSetBit(time.getHour());
                hour >= 0;
                hour = hours.previousSetBit(hour - 1)) {
            var most = hour == time.getHour() ? time.getMinute() : 59;
            var minute = minutes.previousSetBit(most);
            if (minute >= 0) {
                return LocalTime.of(hour, minute);
            }
        }
        return null;
    }
}
