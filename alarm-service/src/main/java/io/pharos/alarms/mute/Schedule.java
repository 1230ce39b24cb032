package io.pharos.alarms.mute;

import org.jspecify.annotations.Nullable;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.Optional;
import java.util.regex.Pattern;

/// When a mute rule mutes: from each time that its expression names in its time zone, for as long as
/// its duration. Durations are of real time: a day is 24 hours.
///
/// Where clocks go forward, a time that is left out begins when they have gone; where they go back, one
/// that comes twice counts the first time, unless the expression names every hour.
public final class Schedule {
    static final Duration MIN_DURATION = Duration.ofMinutes(1);
    static final Duration MAX_DURATION = Duration.ofDays(15);

    /// Times this far apart come in their order, whatever clocks do.
    private static final Duration OVERLAP = Duration.ofHours(3);

    private static final Pattern AT = Pattern.compile("at\\((.*)\\)");
    private static final Pattern CRON = Pattern.compile("cron\\((.*)\\)");

    /// No signs, no fractions, nothing longer than days.
    private static final Pattern DURATION =
            Pattern.compile("P(\\d{1,4}D)?(T(?=\\d)(\\d{1,6}H)?(\\d{1,6}M)?(\\d{1,8}S)?)?");

    private static final DateTimeFormatter AT_TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm")
                    .withResolverStyle(ResolverStyle.STRICT);

    private final @Nullable CronFields cron;
    private final @Nullable LocalDateTime at;
    private final Duration duration;
    private final ZoneId zone;

    private Schedule(
            @Nullable CronFields cron, @Nullable LocalDateTime at, Duration duration, ZoneId zone) {
        this.cron = cron;
        this.at = at;
        this.duration = duration;
        this.zone = zone;
    }

    /// @param expression `cron(0 2 * * SUN)`, its bare fields, or `at(2026-05-10T14:00)`
    /// @param duration ISO 8601, a minute to 15 days
    /// @param timezone null for UTC
    /// @throws IllegalArgumentException with what is wrong, as a sentence
    public static Schedule of(String expression, String duration, @Nullable String timezone) {
        var zone = zone(timezone);
        var length = duration(duration);
        var text = expression.strip();
        var at = AT.matcher(text);
        if (at.matches()) {
            return new Schedule(null, time(at.group(1), expression), length, zone);
        }
        var cron = CRON.matcher(text);
        try {
            var fields = new CronFields(cron.matches() ? cron.group(1) : text);
            return new Schedule(fields, null, length, zone);
        } catch (IllegalArgumentException _) {
            throw invalid("expression", expression);
        }
    }

    private static LocalDateTime time(String text, String expression) {
        try {
            return LocalDateTime.parse(text.strip(), AT_TIME);
        } catch (DateTimeException _) {
            throw invalid("expression", expression);
        }
    }

    private static ZoneId zone(@Nullable String timezone) {
        try {
            // Offsets and the like are no names of zones.
            return timezone == null
                    ? ZoneOffset.UTC
                    : ZoneId.of(timezone.equals("UTC") ? "Etc/UTC" : timezone);
        } catch (DateTimeException _) {
            throw invalid("timezone", timezone);
        }
    }

    private static Duration duration(String text) {
        if (!DURATION.matcher(text).matches()) {
            throw invalid("duration", text);
        }
        Duration duration;
        try {
            duration = Duration.parse(text);
        } catch (DateTimeException _) {
            throw invalid("duration", text);
        }
        if (duration.compareTo(MIN_DURATION) < 0 || duration.compareTo(MAX_DURATION) > 0) {
            throw new IllegalArgumentException(
                    "Schedule duration must be between PT1M and P15D: " + text);
        }
        return duration;
    }

    private static IllegalArgumentException invalid(String what, @Nullable String value) {
        return new IllegalArgumentException("Invalid schedule " + what + ": " + value);
    }

    boolean isOnce() {
        return at != null;
    }

    /// When the last window ends; empty when there is always another.
    Optional<Instant> lastEnd() {
        return at == null ? Optional.empty() : Optional.of(first(at).plus(duration));
    }

    /// The latest window that began by `now`, when it has not ended.
    Optional<Span> at(Instant now) {
        var start = at == null ? latest(now) : first(at);
        if (start == null || start.isAfter(now) || !now.isBefore(start.plus(duration))) {
            return Optional.empty();
        }
        return Optional.of(new Span(start, start.plus(duration)));
    }

    /// @param end not part of it
    record Span(Instant start, Instant end) {}

    private @Nullable Instant latest(Instant now) {
        var today = now.atZone(zone).toLocalDate();
        // Clocks change by an hour or so: a time of "tomorrow" may have come.
        var oldest = now.minus(duration).atZone(zone).toLocalDate().minusDays(1);
        Instant latest = null;
        for (var day = today.plusDays(1); !day.isBefore(oldest); day = day.minusDays(1)) {
            var candidate = latest(day, now);
            if (candidate != null && (latest == null || candidate.isAfter(latest))) {
                latest = candidate;
            }
            if (latest != null && day.isBefore(today)) {
                return latest;
            }
        }
        return latest;
    }

    /// The latest start among the times of one day.
    private @Nullable Instant latest(LocalDate day, Instant now) {
        if (cron == null || !cron.matches(day)) {
            return null;
        }
        Instant latest = null;
        LocalTime time = LocalTime.MAX;
        while (time != null) {
            time = cron.lastUntil(time);
            if (time == null) {
                return latest;
            }
            var start = latest(day.atTime(time), now);
            if (start != null && (latest == null || start.isAfter(latest))) {
                latest = start;
            }
            if (latest != null && latest.isAfter(first(day.atTime(time)).plus(OVERLAP))) {
                return latest;
            }
            time = time.equals(LocalTime.MIDNIGHT) ? null : time.minusMinutes(1);
        }
        return latest;
    }

    private @Nullable Instant latest(LocalDateTime time, Instant now) {
        if (cron != null && cron.isHourly()) {
            var offsets = zone.getRules().getValidOffsets(time);
            if (offsets.size() > 1 && !time.toInstant(offsets.getLast()).isAfter(now)) {
                return time.toInstant(offsets.getLast());
            }
        }
        var start = first(time);
        return start.isAfter(now) ? null : start;
    }

    private Instant first(LocalDateTime time) {
        var transition = zone.getRules().getTransition(time);
        return transition != null && transition.isGap()
                ? transition.getInstant()
                : time.atZone(zone).withEarlierOffsetAtOverlap().toInstant();
    }
}
