package io.pharos.metrics.query;

import java.time.Duration;
import java.time.Instant;

/// The periods a request asks for: `count` of them from a start. They begin at the rounded start
/// time, not at multiples of the period.
public record PeriodGrid(long startS, int periodS, long count) {
    static final Duration SECONDS_KEPT = Duration.ofHours(3);
    static final Duration MINUTES_KEPT = Duration.ofDays(15);
    static final Duration FIVE_MINUTES_KEPT = Duration.ofDays(63);

    /// AWS: the start is rounded down, by its age; the end is rounded down to a multiple of the
    /// period, then exclusive. A period too fine for the age of the start has no slots.
    public static PeriodGrid of(Instant start, Instant end, int periodS, Instant now) {
        var age = Duration.between(start, now);
        var from = floor(start.getEpochSecond(), roundingOf(age, periodS));
        var to = floor(end.getEpochSecond(), periodS);
        var count = isReadable(age, periodS) ? Math.ceilDiv(Math.max(0, to - from), periodS) : 0;
        return new PeriodGrid(from, periodS, count);
    }

    private static long floor(long second, int step) {
        return Math.floorDiv(second, step) * step;
    }

    private static int roundingOf(Duration age, int periodS) {
        if (age.compareTo(FIVE_MINUTES_KEPT) > 0) {
            return 3_600;
        }
        if (age.compareTo(MINUTES_KEPT) > 0) {
            return 300;
        }
        return periodS < 60 ? periodS : 60;
    }

    private static boolean isReadable(Duration age, int periodS) {
        if (age.compareTo(FIVE_MINUTES_KEPT) > 0) {
            return periodS % 3_600 == 0;
        }
        if (age.compareTo(MINUTES_KEPT) > 0) {
            return periodS % 300 == 0;
        }
        return periodS % 60 == 0 || age.compareTo(SECONDS_KEPT) <= 0;
    }

    /// The shortest period of a minute or more that is readable from a start on.
    public static int finestMinutes(Instant start, Instant now) {
        return Math.max(60, roundingOf(Duration.between(start, now), 60));
    }

    /// Whether AWS has such a period: 1, 5, 10, 20, 30 or a multiple of 60.
    public static boolean isPeriod(int periodS) {
        return switch (periodS) {
            case 1, 5, 10, 20, 30 -> true;
            default -> periodS > 0 && periodS % 60 == 0;
        };
    }

    public long endS() {
        return startS + count * periodS;
    }

    public long startOf(long slot) {
        return startS + slot * periodS;
    }

    public boolean isSubMinute() {
        return periodS < 60;
    }

    /// Only the periods that start in [fromS, toS).
    public PeriodGrid between(long fromS, long toS) {
        var first = Math.clamp(Math.ceilDiv(fromS - startS, (long) periodS), 0, count);
        var last = Math.clamp(Math.ceilDiv(toS - startS, (long) periodS), first, count);
        return new PeriodGrid(startOf(first), periodS, last - first);
    }
}
