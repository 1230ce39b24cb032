package io.pharos.events.schedule;

import java.time.Instant;
import java.util.Optional;

/// When a scheduled rule fires: `rate(5 minutes)` or `cron(0 18 ? * MON-FRI *)`, in UTC, on minute
/// boundaries. Source: the EventBridge user guide, schedule expressions.
public sealed interface ScheduleExpression permits RateExpression, CronExpression {
    int MAX_LENGTH = 256;

    /// @throws InvalidScheduleException for everything AWS refuses
    static ScheduleExpression parse(String text) {
        if (text.length() > MAX_LENGTH) {
            throw new InvalidScheduleException("too long");
        }
        if (text.startsWith("rate(") && text.endsWith(")")) {
            return RateExpression.parse(text);
        }
        if (text.startsWith("cron(") && text.endsWith(")")) {
            return CronExpression.parse(text.substring("cron(".length(), text.length() - 1));
        }
        throw new InvalidScheduleException("neither rate() nor cron()");
    }

    /// The first time after `after` at which the rule fires; empty when it never does again.
    ///
    /// @param anchor when the rule was created or enabled: a rate counts from there
    Optional<Instant> next(Instant anchor, Instant after);
}
