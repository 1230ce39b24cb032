package io.pharos.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/// Processes that a test kills in the middle of their work: a `main` of the test's own class path. None
/// outlives [#close()].
public final class Victims implements AutoCloseable {
    private final List<Process> processes = new ArrayList<>();

    /// Starts another one. What it prints is lost.
    public Process fork(Class<?> main, String... arguments) {
        var command =
                new ArrayList<>(
                        List.of(
                                ProcessHandle.current().info().command().orElseThrow(),
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                main.getName()));
        command.addAll(List.of(arguments));
        try {
            var victim =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            processes.add(victim);
            return victim;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// `kill -9`; returns when it is dead.
    public static void kill(Process victim) throws InterruptedException {
        victim.destroyForcibly().waitFor();
    }

    @Override
    public void close() {
        processes.forEach(Process::destroyForcibly);
    }
}
