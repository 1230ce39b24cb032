package io.pharos.alarms.scaling;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;

import org.jspecify.annotations.Nullable;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;

/// Unix cron's five fields, in a time zone that may shift.
public final class Recurrence {
    /// AWS: 1 to 255 characters.
    static final int MAX_LENGTH = 255;

    private final ExecutionTime times;
    private final ZoneId zone;

    private Recurrence(ExecutionTime times, ZoneId zone) {
        this.times = times;
        this.zone = zone;
    }

    /// @param zone null for UTC
    /// @throws IllegalArgumentException when it is no cron expression, or no time zone
    public static Recurrence parse(String text, @Nullable String zone) {
        if (text.length() > MAX_LENGTH || text.strip().split("\\s+").length != 5) {
            throw new IllegalArgumentException("five fields are expected");
        }
        // One of its own: it is not told to be safe for several threads.
        var parser = new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));
        return new Recurrence(ExecutionTime.forCron(parser.parse(text.strip())), zone(zone));
    }

    /// @throws IllegalArgumentException when there is no such time zone
    static ZoneId zone(@Nullable String zone) {
        if (zone == null) {
            return ZoneOffset.UTC;
        }
        try {
            return ZoneId.of(zone);
        } catch (DateTimeException unknown) {
            throw new IllegalArgumentException("no time zone: " + zone, unknown);
        }
    }

    /// Empty when it never comes again.
    public Optional<Instant> next(Instant after) {
        return times.nextExecution(after.atZone(zone)).map(time -> time.toInstant());
    }
}
