package io.pharos.logs.subscription;

import java.time.Duration;

/// AWS: what could not be delivered is tried again for 24 hours, ever more rarely. Pure.
public final class DeliveryRetry {
    public static final Duration MAX_AGE = Duration.ofHours(24);
    static final Duration FIRST = Duration.ofMillis(500);
    static final Duration LONGEST = Duration.ofMinutes(5);

    private DeliveryRetry() {}

    public static boolean isTooOld(long createdMs, long nowMs) {
        return nowMs - createdMs >= MAX_AGE.toMillis();
    }

    /// When to try again.
    ///
    /// @param failures so far, at least one
    public static long nextMs(int failures, long nowMs) {
        var doublings = Math.min(failures - 1, 20);
        return nowMs + Math.min(FIRST.toMillis() << doublings, LONGEST.toMillis());
    }
}
