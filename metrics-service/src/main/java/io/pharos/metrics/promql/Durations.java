package io.pharos.metrics.promql;

import java.util.OptionalLong;
import java.util.regex.Pattern;

/// Prometheus's durations: `1h30m`, units from large to small, each once.
public final class Durations {
    private static final Pattern DURATION =
            Pattern.compile(
                    "(?:(\\d{1,9})y)?(?:(\\d{1,9})w)?(?:(\\d{1,9})d)?(?:(\\d{1,9})h)?"
                            + "(?:(\\d{1,9})m(?!s))?(?:(\\d{1,9})s)?(?:(\\d{1,15})ms)?");
    private static final long[] UNITS_MS = {
        31_536_000_000L, 604_800_000L, 86_400_000L, 3_600_000L, 60_000L, 1_000L, 1L
    };

    /// A hundred years: times computed from it do not overflow.
    static final long MAX_MS = 100 * 31_536_000_000L;

    private Durations() {}

    /// Milliseconds; empty when it is none, or longer than a hundred years.
    public static OptionalLong parse(String text) {
        var parts = DURATION.matcher(text);
        if (text.isEmpty() || !parts.matches()) {
            return OptionalLong.empty();
        }
        var total = 0L;
        for (var i = 0; i < UNITS_MS.length; i++) {
            var count = parts.group(i + 1);
            if (count != null) {
                var number = Long.parseLong(count);
                if (number > MAX_MS / UNITS_MS[i]) {
                    return OptionalLong.empty();
                }
                total += number * UNITS_MS[i];
            }
        }
        return total > MAX_MS ? OptionalLong.empty() : OptionalLong.of(total);
    }
}
