package io.pharos.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The SDKs for other languages, each with its own test program in `e2e/clients`.
class ClientsIT {
    private static final int TIME_LIMIT_MINUTES = 5;

    @TempDir static Path directory;

    private static Pharos pharos;

    @BeforeAll
    static void up() {
        pharos = new Standalone(directory.resolve("data"));
    }

    @AfterAll
    static void down() {
        pharos.close();
    }

    @Test
    void theSdkForJavaScriptWorks() throws Exception {
        var home = Path.of("clients", "javascript");
        run(home, List.of("npm", "ci", "--no-audit", "--no-fund"));
        run(home, List.of("node", "--test"));
    }

    @Test
    void boto3Works() throws Exception {
        run(Path.of("clients", "python"), List.of("python3", "-m", "unittest", "-v", "test_boto3"));
    }

    private static void run(Path home, List<String> command)
            throws IOException, InterruptedException {
        var output = Files.createTempFile(directory, "client", ".log");
        var builder =
                new ProcessBuilder(command)
                        .directory(home.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile());
        var environment = builder.environment();
        environment.put("AWS_ENDPOINT_URL", pharos.endpoint().toString());
        environment.put("AWS_ACCESS_KEY_ID", pharos.accessKeyId());
        environment.put("AWS_SECRET_ACCESS_KEY", pharos.secretAccessKey());
        environment.put("AWS_REGION", "us-east-1");
        environment.put("AWS_DEFAULT_REGION", "us-east-1");
        var process = builder.start();
        try {
            assertThat(process.waitFor(TIME_LIMIT_MINUTES, TimeUnit.MINUTES))
                    .as("%s ends", command)
                    .isTrue();
            assertThat(process.exitValue())
                    .as("%s%n%s", command, Files.readString(output))
                    .isZero();
        } finally {
            process.destroyForcibly();
        }
    }
}
