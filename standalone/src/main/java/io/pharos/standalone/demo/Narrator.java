package io.pharos.standalone.demo;

import io.pharos.standalone.demo.Demo.StoryFailed;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/// Tells what is done and what came of it.
final class Narrator {
    private static final Duration PAUSE = Duration.ofMillis(200);

    private final PrintStream out;

    Narrator(PrintStream out) {
        this.out = out;
    }

    void chapter(String title) {
        out.println("\n" + title);
    }

    void did(String what) {
        out.println("  " + what);
    }

    /// Asks until there is an answer, and tells how long that took.
    ///
    /// @throws StoryFailed when there is none in time
    <T> T await(String what, Duration limit, Supplier<Optional<T>> question) {
        var started = System.nanoTime();
        while (true) {
            var answer = question.get();
            var taken = Duration.ofNanos(System.nanoTime() - started);
            if (answer.isPresent()) {
                did("%s (after %.1f s)".formatted(what, taken.toMillis() / 1000.0));
                return answer.get();
            }
            if (taken.compareTo(limit) > 0) {
                throw new StoryFailed("%s: not within %d s".formatted(what, limit.toSeconds()));
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }
}
