package io.pharos.events.schedule;

import com.cronutils.model.definition.CronDefinition;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;

import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// `minutes hours day-of-month month day-of-week year`, AWS's six fields. cron-utils does the calendar;
/// what it reads differently from AWS is settled here first: exactly one `?`, wrap-around ranges
/// (`20-2`, `FRI-MON`) and `L`, `W`, `#` alone in their field.
public final class CronExpression implements ScheduleExpression {
    private static final int FIRST_YEAR = 1970;
    private static final int LAST_YEAR = 2199;
    private static final CronParser PARSER = new CronParser(fields());
    private static final Pattern RANGE =
            Pattern.compile("([0-9]{1,2})-([0-9]{1,2})(?:/([0-9]{1,2}))?");
    // A name, with the L of `FRIL` perhaps behind it.
    private static final Pattern NAME = Pattern.compile("(?<![0-9A-Z])[A-Z]{3}(?=L?(?![0-9A-Z]))");
    private static final Pattern SPECIAL_DAY = Pattern.compile(".*[LW#].*");
    private static final Pattern SPECIAL_ALONE =
            Pattern.compile("L|LW|L-[0-9]{1,2}|[0-9]{1,2}W|[1-7]L|[1-7]#[1-5]");
    private static final List<String> MONTHS =
            List.of(
                    "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV",
                    "DEC");
    private static final List<String> DAYS =
            List.of("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT");

    private final String text;
    private final ExecutionTime times;
    // The n of `nW`, which cron-utils gets wrong at the end of a month; 0 for none.
    private final int nearestTo;

    private CronExpression(String text, ExecutionTime times, int nearestTo) {
        this.text = text;
        this.times = times;
        this.nearestTo = nearestTo;
    }

    private static CronDefinition fields() {
        return CronDefinitionBuilder.defineCron()
                .withMinutes()
                .withValidRange(0, 59)
                .and()
                .withHours()
                .withValidRange(0, 23)
                .and()
                .withDayOfMonth()
                .withValidRange(1, 31)
                .supportsL()
                .supportsW()
                .supportsLW()
                .supportsQuestionMark()
                .and()
                .withMonth()
                .withValidRange(1, 12)
                .and()
                .withDayOfWeek()
                .withValidRange(1, 7)
                .withMondayDoWValue(2)
                .supportsHash()
                .supportsL()
                .supportsQuestionMark()
                .and()
                .withYear()
                .withValidRange(FIRST_YEAR, LAST_YEAR)
                .and()
                .instance();
    }

    /// @param text what stands between the parentheses
    static CronExpression parse(String text) {
        var fields = text.toUpperCase(Locale.ROOT).split(" ", -1);
        if (fields.length != 6) {
            throw new InvalidScheduleException("not six fields");
        }
        if (fields[2].equals("?") == fields[4].equals("?")) {
            throw new InvalidScheduleException("exactly one of the day fields is ?");
        }
        fields[3] = numbers(fields[3], MONTHS);
        fields[4] = numbers(fields[4], DAYS);
        for (var day : List.of(fields[2], fields[4])) {
            if (SPECIAL_DAY.matcher(day).matches() && !SPECIAL_ALONE.matcher(day).matches()) {
                throw new InvalidScheduleException("L, W and # stand alone");
            }
        }
        var nearestTo = 0;
        if (fields[2].matches("([1-9]|[12][0-9]|3[01])W")) {
            nearestTo = Integer.parseInt(fields[2].substring(0, fields[2].length() - 1));
            fields[2] = "*";
        }
        var plain =
                String.join(
                        " ",
                        unwrapped(fields[0], 0, 59),
                        unwrapped(fields[1], 0, 23),
                        unwrapped(fields[2], 1, 31),
                        unwrapped(fields[3], 1, 12),
                        unwrapped(fields[4], 1, 7),
                        fields[5]);
        try {
            return new CronExpression(
                    text, ExecutionTime.forCron(PARSER.parse(plain).validate()), nearestTo);
        } catch (IllegalArgumentException refused) {
            throw new InvalidScheduleException(String.valueOf(refused.getMessage()));
        }
    }

    /// `MON-FRI` to `2-6`: names as their numbers, so that ranges of them can be compared.
    private static String numbers(String field, List<String> names) {
        return NAME.matcher(field)
                .replaceAll(name -> {
                    var number = names.indexOf(name.group()) + 1;
                    return number == 0 ? name.group() : String.valueOf(number);
                });
    }

    /// `20-2` to `20,21,22,23,0,1,2`; other forms stay as they are.
    private static String unwrapped(String field, int least, int most) {
        var parts = new ArrayList<String>();
        for (var part : field.split(",", -1)) {
            var range = RANGE.matcher(part);
            parts.add(
                    range.matches()
                            ? unwrappedRange(part, range.toMatchResult(), least, most)
                            : part);
        }
        return String.join(",", parts);
    }

    private static String unwrappedRange(String part, MatchResult range, int least, int most) {
        var from = Integer.parseInt(range.group(1));
        var to = Integer.parseInt(range.group(2));
        var step = range.group(3) == null ? 1 : Integer.parseInt(range.group(3));
        if (from <= to || from > most || to < least || step < 1) {
            return part;
        }
        var span = most - least + 1;
        return IntStream.iterate(from, i -> i <= to + span, i -> i + step)
                .map(i -> (i - least) % span + least)
                .mapToObj(String::valueOf)
                .collect(Collectors.joining(","));
    }

    @Override
    public Optional<Instant> next(Instant anchor, Instant after) {
        var from = after.atZone(ZoneOffset.UTC);
        return (nearestTo == 0 ? times.nextExecution(from) : nextNearWeekday(from))
                .map(ZonedDateTime::toInstant);
    }

    /// `times` has every day; only the weekday nearest to the given one counts, month by month.
    private Optional<ZonedDateTime> nextNearWeekday(ZonedDateTime after) {
        var month = YearMonth.from(after);
        while (month.getYear() <= LAST_YEAR) {
            if (nearestTo <= month.lengthOfMonth()) {
                var day = nearestWeekday(month);
                var dayStart = day.atStartOfDay(ZoneOffset.UTC).minusMinutes(1);
                var next = times.nextExecution(after.isAfter(dayStart) ? after : dayStart);
                if (next.isEmpty() || next.get().toLocalDate().equals(day)) {
                    return next;
                }
            }
            month = month.plusMonths(1);
        }
        return Optional.empty();
    }

    /// Saturday counts as the Friday before, Sunday as the Monday after, but never in another month.
    private LocalDate nearestWeekday(YearMonth month) {
        var day = month.atDay(nearestTo);
        return switch (day.getDayOfWeek()) {
            case SATURDAY -> nearestTo == 1 ? day.plusDays(2) : day.minusDays(1);
            case SUNDAY -> nearestTo == month.lengthOfMonth() ? day.minusDays(2) : day.plusDays(1);
            default -> day;
        };
    }

    @Override
    public String toString() {
        return "cron(" + text + ")";
    }
}
