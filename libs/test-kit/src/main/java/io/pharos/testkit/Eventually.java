package io.pharos.testkit;

import java.time.Duration;

/// Polls an assertion at an I/O edge until it holds. Domain tests use [SteppingClock] instead.
public final class Eventually {
    private static final Duration PAUSE = Duration.ofMillis(20);

    private Eventually() {}

    /// Something that throws as long as it does not hold.
    @FunctionalInterface
    public interface Assertion {
        void check() throws Exception;
    }

    /// Returns as soon as `assertion` passes.
    ///
    /// @throws AssertionError when it still fails after `limit`, with its last failure as the cause
    public static void within(Duration limit, Assertion assertion) {
        var deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            try {
                assertion.check();
                return;
            } catch (AssertionError | Exception failure) {
                if (System.nanoTime() - deadline >= 0) {
                    throw new AssertionError(
                            "not within " + limit + ": " + failure.getMessage(), failure);
                }
            }
            try {
                Thread.sleep(PAUSE);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted while waiting", interrupted);
            }
        }
    }
}
