package io.pharos.events.schedule;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.regex.Pattern;

/// `rate(1 minute)`, `rate(2 hours)`: singular exactly for 1.
public record RateExpression(Duration interval) implements ScheduleExpression {
    private static final Pattern FORM =
            Pattern.compile("rate\\(([1-9]\\d{0,9}) (minute|hour|day|minutes|hours|days)\\)");

    static RateExpression parse(String text) {
        var form = FORM.matcher(text);
        if (!form.matches()) {
            throw new InvalidScheduleException("not a rate");
        }
        var value = Long.parseLong(form.group(1));
        var unit = form.group(2);
        if ((value == 1) == unit.endsWith("s")) {
            throw new InvalidScheduleException("singular or plural");
        }
        return new RateExpression(
                switch (unit.charAt(0)) {
                    case 'm' -> Duration.ofMinutes(value);
                    case 'h' -> Duration.ofHours(value);
                    default -> Duration.ofDays(value);
                });
    }

    @Override
    public Optional<Instant> next(Instant anchor, Instant after) {
        var start = anchor.truncatedTo(ChronoUnit.MINUTES);
        var seconds = interval.toSeconds();
        var passed =
                Math.max(
                        0, Math.floorDiv(after.getEpochSecond() - start.getEpochSecond(), seconds));
        try {
            return Optional.of(start.plusSeconds(Math.multiplyExact(passed + 1, seconds)));
        } catch (DateTimeException | ArithmeticException beyondTime) {
            return Optional.empty();
        }
    }
}
