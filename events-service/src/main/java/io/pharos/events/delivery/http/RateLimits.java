package io.pharos.events.delivery.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// Paces calls by destination: `rate` a second, of which one second's worth may come at once. Of this
/// process only; replicas each have their own.
final class RateLimits {
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Cache<String, Pace> paces =
            Caffeine.newBuilder()
                    .maximumSize(10_000)
                    .expireAfterAccess(Duration.ofMinutes(1))
                    .build();

    private static final class Pace {
        // When the next call would start if they came evenly.
        private long next = System.nanoTime() - SECOND;

        /// How long to wait; negative when it would be too long.
        synchronized long reserve(int rate, long now) {
            var start = Math.max(next, now - SECOND);
            var wait = start - now;
            if (wait > LONGEST_WAIT.toNanos()) {
                return -1;
            }
            next = start + SECOND / rate;
            return Math.max(0, wait);
        }
    }

    /// Waits its turn.
    ///
    /// @return false when the turn would come too late
    boolean admit(String destination, int rate) throws InterruptedException {
        var wait = paces.get(destination, _ -> new Pace()).reserve(rate, System.nanoTime());
        if (wait > 0) {
            TimeUnit.NANOSECONDS.sleep(wait);
        }
        return wait >= 0;
    }
}
