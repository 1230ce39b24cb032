package io.pharos.events.delivery;

import io.pharos.events.target.Target.RetryPolicy;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// When a failed delivery is tried again: exponential back-off with full jitter, until the target's
/// number of retries or the event's age is reached. AWS publishes the limits (185 retries, a day), not
/// the delays.
public final class Retries {
    static final Duration FIRST = Duration.ofSeconds(1);
    static final Duration LONGEST = Duration.ofMinutes(10);
    static final Duration SHORTEST = Duration.ofMillis(100);

    private Retries() {}

    /// @param delivery its last failure counted already
    /// @return empty when it is to be given up
    public static Optional<Instant> next(
            Delivery delivery, Duration atLeast, Instant now, RandomGenerator random) {
        var policy = delivery.target().retry();
        var retries =
                policy == null || policy.maximumAttempts() == null
                        ? RetryPolicy.MOST_ATTEMPTS
                        : policy.maximumAttempts();
        var age =
                policy == null || policy.maximumAge() == null
                        ? RetryPolicy.MOST_AGE
                        : policy.maximumAge();
        var at = now.plus(delay(delivery.attempts(), atLeast, random));
        var tooOld = Instant.ofEpochMilli(delivery.event().getIngestedMs()).plus(age);
        return delivery.attempts() > retries || at.isAfter(tooOld)
                ? Optional.empty()
                : Optional.of(at);
    }

    private static Duration delay(int attempts, Duration atLeast, RandomGenerator random) {
        var doublings = Math.min(Math.max(0, attempts - 1), 20);
        var most = Math.min(FIRST.toMillis() << doublings, LONGEST.toMillis());
        var jittered = Duration.ofMillis(random.nextLong(SHORTEST.toMillis(), most + 1));
        return jittered.compareTo(atLeast) < 0 ? atLeast : jittered;
    }
}
