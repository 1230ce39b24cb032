package io.pharos.logs.insights.eval;

import io.pharos.logs.insights.Period;

import org.jspecify.annotations.Nullable;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Functions of time, for a query over some range. Times are in UTC.
final class TimeFunctions {
    private static final double MAX_MS = 8.64e15;

    private final QueryTimes times;

    TimeFunctions(QueryTimes times) {
        this.times = times;
    }

    Map<String, Function> all() {
        var all = new HashMap<String, Function>();
        all.put("bin", new Function(0, 1, this::bin));
        all.put("datefloor", new Function(2, 2, arguments -> rounded(arguments, false)));
        all.put("dateceil", new Function(2, 2, arguments -> rounded(arguments, true)));
        all.put("frommillis", new Function(1, 1, arguments -> fromMillis(arguments.getFirst())));
        all.put("tomillis", Function.number(number -> number));
        all.put("now", constant(Math.floorDiv(times.nowMs(), 1000L)));
        all.put("querystarttime", constant(Math.floorDiv(times.startMs(), 1000L)));
        all.put("queryendtime", constant(Math.floorDiv(times.endMs(), 1000L)));
        all.put(
                "querytimerange",
                constant(
                        Math.floorDiv(times.endMs(), 1000L)
                                - Math.floorDiv(times.startMs(), 1000L)));
        all.put("parsedate", new Function(2, 2, TimeFunctions::parseDate));
        all.put("formatdate", new Function(2, 2, TimeFunctions::formatDate));
        all.put("strftime", new Function(2, 2, TimeFunctions::formatDate));
        return all;
    }

    private static Function constant(long number) {
        return new Function(0, 0, _ -> new Eval.Constant((double) number));
    }

    /// The time of the event; [Expressions] adds it as the first argument.
    private Eval bin(List<Eval> arguments) {
        throw new IllegalArgumentException("bin takes a period");
    }

    Eval bin(Eval timestamp, @Nullable Eval period) {
        var length =
                period == null ? Period.forRange(times.endMs() - times.startMs()) : period(period);
        return floor(timestamp, length, false);
    }

    private static Eval rounded(List<Eval> arguments, boolean up) {
        return floor(arguments.getFirst(), period(arguments.get(1)), up);
    }

    private static Eval floor(Eval time, Period period, boolean up) {
        return row -> {
            var ms = time.number(row);
            if (!(Math.abs(ms) < MAX_MS)) {
                return null;
            }
            return new Moment(up ? period.ceil((long) ms) : period.floor((long) ms));
        };
    }

    private static Period period(Eval argument) {
        if (argument instanceof Eval.Length(var period)) {
            return period;
        }
        throw new IllegalArgumentException("a period is needed, like 5m");
    }

    private static Eval fromMillis(Eval of) {
        return row -> {
            var ms = of.number(row);
            return Math.abs(ms) < MAX_MS ? new Moment((long) ms) : null;
        };
    }

    private static DateTimeFormatter format(Eval argument) {
        if (argument instanceof Eval.Constant(Object value, _) && value instanceof String pattern) {
            return DateTimeFormatter.ofPattern(pattern, Locale.ROOT);
        }
        throw new IllegalArgumentException("a format is needed, like \"yyyy-MM-dd\"");
    }

    private static Eval parseDate(List<Eval> arguments) {
        var format = format(arguments.get(1));
        return row -> {
            var text = Values.text(arguments.getFirst().value(row));
            if (text == null) {
                return null;
            }
            try {
                return new Moment(instant(format.parse(text)).toEpochMilli());
            } catch (DateTimeException | ArithmeticException _) {
                return null;
            }
        };
    }

    private static Instant instant(TemporalAccessor parsed) {
        if (parsed.query(TemporalQueries.zone()) != null) {
            return parsed.query(TemporalQueries.offset()) != null
                    ? OffsetDateTime.from(parsed).toInstant()
                    : Instant.from(parsed);
        }
        var date = parsed.query(TemporalQueries.localDate());
        var time = parsed.query(TemporalQueries.localTime());
        return LocalDateTime.of(
                        date == null ? LocalDate.EPOCH : date,
                        time == null ? LocalTime.MIDNIGHT : time)
                .toInstant(ZoneOffset.UTC);
    }

    private static Eval formatDate(List<Eval> arguments) {
        var format = format(arguments.get(1)).withZone(ZoneOffset.UTC);
        return row -> {
            var ms = arguments.getFirst().number(row);
            if (!(Math.abs(ms) < MAX_MS)) {
                return null;
            }
            try {
                return format.format(Instant.ofEpochMilli((long) ms));
            } catch (DateTimeException _) {
                return null;
            }
        };
    }
}
