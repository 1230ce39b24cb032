package io.pharos.standalone;

import java.io.PrintStream;
import java.time.Duration;

/// Says on the terminal what is being started and how long it took.
final class Progress {
    private final PrintStream out;
    private final long started = System.nanoTime();

    Progress(PrintStream out) {
        this.out = out;
    }

    synchronized void step(String what) {
        out.printf("  %5.1f s  %s%n", seconds(), what);
    }

    synchronized void say(String lines) {
        out.println(lines);
        out.flush();
    }

    double seconds() {
        return Duration.ofNanos(System.nanoTime() - started).toMillis() / 1000.0;
    }
}
