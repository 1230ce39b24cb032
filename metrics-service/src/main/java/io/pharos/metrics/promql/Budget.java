package io.pharos.metrics.promql;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// What one query may use: values in memory and time. Asked often enough that no query runs on
/// without end.
public final class Budget {
    /// Values that a query may load and compute, all together.
    public static final long MAX_VALUES = 16_000_000;

    /// Below the limit of calls between services.
    public static final Duration TIME = Duration.ofSeconds(20);

    private static final long CLOCK_EVERY = 1 << 16;

    private final InstantSource clock;
    private final Instant start;
    private final Instant end;
    private final long maxValues;
    private long used;
    private long samples;
    private long work;

    /// @param time as much as the caller wants to wait; never more than [#TIME]
    public Budget(InstantSource clock, Duration time) {
        this(clock, time.compareTo(TIME) < 0 ? time : TIME, MAX_VALUES);
    }

    public Budget(InstantSource clock, Duration time, long maxValues) {
        this.clock = clock;
        this.start = clock.instant();
        this.end = start.plus(time);
        this.maxValues = maxValues;
    }

    /// Before as many values are made.
    ///
    /// @throws PromqlException when that is too much
    public void values(long count) {
        used += count;
        if (used > maxValues) {
            throw PromqlException.execution(
                    "query processing would load too many samples into memory in query execution");
        }
        work(count);
    }

    /// Before as many samples are loaded.
    ///
    /// @throws PromqlException when that is too much
    public void samples(long count) {
        samples += count;
        values(count);
    }

    public long samples() {
        return samples;
    }

    /// Values made so far, of samples and of computations.
    public long values() {
        return used;
    }

    public Duration elapsed() {
        return Duration.between(start, clock.instant());
    }

    /// While as many values are looked at.
    ///
    /// @throws PromqlException when there is no time left
    public void work(long count) {
        work += count + 1;
        if (work >= CLOCK_EVERY) {
            work = 0;
            checkTime();
        }
    }

    public void checkTime() {
        if (clock.instant().isAfter(end)) {
            throw new PromqlException(
                    PromqlException.Kind.TIMEOUT, "query timed out in expression evaluation");
        }
    }
}
