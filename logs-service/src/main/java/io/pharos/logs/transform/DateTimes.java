package io.pharos.logs.transform;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import org.jspecify.annotations.Nullable;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQuery;
import java.util.List;

/// `dateTimeConverter`: a time read by the first of some patterns that fits, written by another one.
///
/// @param from patterns in the order they are tried
/// @param fromZone of times that name none
record DateTimes(
        FieldPath source,
        List<DateTimeFormatter> from,
        FieldPath target,
        DateTimeFormatter to,
        ZoneId fromZone,
        ZoneId toZone)
        implements Step {
    static final String DEFAULT_FORMAT = "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'";

    /// Longer texts are no times.
    private static final int MAX_TEXT = 256;

    private static final TemporalQuery<?>[] KINDS = {
        ZonedDateTime::from, LocalDateTime::from, LocalDate::from
    };

    DateTimes {
        from = List.copyOf(from);
    }

    @Override
    public boolean apply(Draft draft) {
        var value = source.get(draft.root());
        if (value == null || value.isContainerNode()) {
            return true;
        }
        var text = value.asText();
        var time = text.length() > MAX_TEXT ? null : read(text);
        if (time == null) {
            return false;
        }
        try {
            var written = to.format(time.withZoneSameInstant(toZone));
            target.set(draft.root(), JsonNodeFactory.instance.textNode(written), true);
            return true;
        } catch (DateTimeException notWritable) {
            return false;
        }
    }

    private @Nullable ZonedDateTime read(String text) {
        for (var pattern : from) {
            try {
                return zoned(pattern.parseBest(text, KINDS));
            } catch (DateTimeException notThisOne) {
                // the next pattern
            }
        }
        return null;
    }

    private ZonedDateTime zoned(TemporalAccessor parsed) {
        return switch (parsed) {
            case ZonedDateTime zoned -> zoned;
            case LocalDateTime local -> local.atZone(fromZone);
            case LocalDate day -> day.atStartOfDay(fromZone);
            default -> throw new DateTimeException("no time");
        };
    }
}
