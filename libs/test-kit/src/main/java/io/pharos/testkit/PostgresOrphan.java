package io.pharos.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// What a killed process leaves behind: a running server, or its `postmaster.pid`, which keeps the
/// next one from starting when the pid is in use by anybody.
final class PostgresOrphan {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private PostgresOrphan() {}

    /// Stops the server of `data` when one runs, then removes a stale pid file. A process that is
    /// not provably the PostgreSQL of this directory is left alone.
    static void stop(Path data) throws IOException {
        var pidFile = data.resolve("postmaster.pid");
        if (!Files.exists(pidFile)) {
            return;
        }
        var orphan = serverOf(data, pidFile);
        if (orphan.isPresent()) {
            interrupt(orphan.get());
        }
        Files.deleteIfExists(pidFile);
    }

    private static Optional<ProcessHandle> serverOf(Path data, Path pidFile) throws IOException {
        var lines = Files.readAllLines(pidFile);
        if (lines.isEmpty() || !lines.getFirst().strip().matches("\\d{1,18}")) {
            return Optional.empty();
        }
        return ProcessHandle.of(Long.parseLong(lines.getFirst().strip()))
                .filter(process -> isPostgres(process) && worksIn(process, data));
    }

    private static boolean isPostgres(ProcessHandle process) {
        return process.info()
                .command()
                .map(command -> Path.of(command).endsWith("postgres"))
                .orElse(false);
    }

    /// A postmaster's working directory is its data directory; where there is no `/proc`, its
    /// command line names it.
    private static boolean worksIn(ProcessHandle process, Path data) {
        var cwd = Path.of("/proc", Long.toString(process.pid()), "cwd");
        try {
            return Files.isSameFile(cwd, data);
        } catch (IOException noProc) {
            return process.info()
                    .arguments()
                    .map(all -> String.join(" ", all).contains("-D " + data))
                    .orElse(false);
        }
    }

    /// SIGINT asks PostgreSQL for a fast shutdown: sessions are cut, everything is checkpointed.
    private static void interrupt(ProcessHandle server) throws IOException {
        new ProcessBuilder("kill", "-INT", Long.toString(server.pid())).inheritIO().start();
        var deadline = System.nanoTime() + LIMIT.toNanos();
        while (server.isAlive()) {
            if (System.nanoTime() - deadline >= 0) {
                throw new IOException("PostgreSQL pid=" + server.pid() + " does not stop");
            }
            try {
                Thread.sleep(20);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", interrupted);
            }
        }
    }
}
