package io.pharos.kit;

import java.util.Optional;
import java.util.function.Supplier;

/// Work on a thread that must not wait, e.g. an event loop's. What would wait there gives up instead, and
/// all of it is done again on a thread that may: for work without effects before the place where it may wait.
public final class Prompt {
    private static final ScopedValue<Boolean> SCOPE = ScopedValue.newInstance();

    private Prompt() {}

    /// Thrown by [#mayWait], and not to be caught by what it passes.
    private static final class WouldWait extends Error {
        private static final long serialVersionUID = 1L;

        WouldWait() {
            super("would wait", null, false, false);
        }
    }

    /// The result; empty when it would have had to wait.
    public static <T> Optional<T> tried(Supplier<T> work) {
        try {
            return Optional.of(ScopedValue.where(SCOPE, Boolean.TRUE).call(work::get));
        } catch (WouldWait later) {
            return Optional.empty();
        }
    }

    /// Said by whatever is about to wait for a lock, a disk or an answer. Does nothing on most threads.
    public static void mayWait() {
        if (SCOPE.isBound()) {
            throw new WouldWait();
        }
    }
}
