package io.pharos.events.delivery;

import java.time.Duration;

/// What became of one try.
public sealed interface Outcome {
    record Delivered() implements Outcome {}

    /// The input has no shape for this event: nothing is delivered, and nothing failed.
    record NothingToDeliver() implements Outcome {}

    /// May work later.
    ///
    /// @param atLeast how long the target wants to be left alone
    record Failed(String code, String message, Duration atLeast) implements Outcome {
        public Failed(String code, String message) {
            this(code, message, Duration.ZERO);
        }
    }

    /// Will never work.
    record Refused(String code, String message) implements Outcome {}
}
