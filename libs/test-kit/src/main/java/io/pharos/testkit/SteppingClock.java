package io.pharos.testkit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;

/// A clock that moves only when it is told to. Safe to share between threads.
public final class SteppingClock implements InstantSource {
    private final AtomicReference<Instant> now;

    public SteppingClock(Instant start) {
        now = new AtomicReference<>(start);
    }

    /// @param start ISO-8601, e.g. `2026-01-01T12:00:00Z`
    public static SteppingClock at(String start) {
        return new SteppingClock(Instant.parse(start));
    }

    @Override
    public Instant instant() {
        return now.get();
    }

    /// @return the new time
    public Instant advance(Duration step) {
        return now.updateAndGet(before -> before.plus(step));
    }

    public void set(Instant time) {
        now.set(time);
    }
}
