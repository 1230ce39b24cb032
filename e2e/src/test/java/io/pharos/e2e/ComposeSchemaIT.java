package io.pharos.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The Compose file against the specification's own schema.
class ComposeSchemaIT {
    private static final Path CHECKER = Path.of("clients", "compose");
    private static final Path COMPOSE = DeployFiles.ROOT.resolve("docker-compose.yml");

    @TempDir Path directory;

    @BeforeAll
    static void install() throws Exception {
        var outcome = run(List.of("npm", "ci", "--no-audit", "--no-fund"));
        assertThat(outcome.status()).as(outcome.output()).isZero();
    }

    @Test
    void theFileIsValid() throws Exception {
        var outcome = check(COMPOSE);
        assertThat(outcome.status()).as(outcome.output()).isZero();
    }

    @Test
    void aMisspeltKeyWouldBeSeen() throws Exception {
        var wrong = directory.resolve("docker-compose.yml");
        Files.writeString(wrong, Files.readString(COMPOSE).replace("healthcheck:", "helthcheck:"));

        var outcome = check(wrong);

        assertThat(outcome.status()).isNotZero();
        assertThat(outcome.output()).contains("invalid-schema");
    }

    /// Images are named and built, on purpose: `docker compose up` builds what it can not pull.
    private static Outcome check(Path file) throws Exception {
        return run(
                List.of(
                        "npx",
                        "dclint",
                        file.toString(),
                        "--quiet",
                        "--disable-rule",
                        "no-build-and-image"));
    }

    private record Outcome(int status, String output) {}

    private static Outcome run(List<String> command) throws IOException, InterruptedException {
        var process =
                new ProcessBuilder(command)
                        .directory(CHECKER.toFile())
                        .redirectErrorStream(true)
                        .start();
        try {
            var output = new String(process.getInputStream().readAllBytes());
            assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
            return new Outcome(process.exitValue(), output);
        } finally {
            process.destroyForcibly();
        }
    }
}
