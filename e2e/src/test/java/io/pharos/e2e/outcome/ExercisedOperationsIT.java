package io.pharos.e2e.outcome;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pharos.e2e.Exercised;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;

/// `docs/compatibility-e2e.txt` names the operations that real clients called with success in a whole
/// run; `docs/compatibility.md` marks them. Made anew by `mvn verify -Dregenerate=true`.
class ExercisedOperationsIT {
    private static final Path NAMED = Path.of("..", "docs", "compatibility-e2e.txt");

    @Test
    void thePageNamesWhatWasCalled() throws IOException {
        assumeTrue(wholeRun(), "only some of e2e ran");
        assumeTrue(
                Files.notExists(Exercised.DIRECTORY.resolve(Exercised.INCOMPLETE)),
                "a suite was skipped");
        var called = new TreeSet<String>();
        try (var files = Files.newDirectoryStream(Exercised.DIRECTORY)) {
            for (var file : files) {
                called.addAll(Files.readAllLines(file));
            }
        }
        if (Boolean.getBoolean("regenerate")) {
            Files.write(NAMED, called);
        }
        assertThat(called).containsAll(Files.readAllLines(NAMED));
    }

    private static boolean wholeRun() {
        return System.getProperty("it.test", "").isEmpty();
    }
}
