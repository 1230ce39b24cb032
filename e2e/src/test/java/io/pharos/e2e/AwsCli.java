package io.pharos.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The real `aws` command, whichever version is on the path.
final class AwsCli {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int TIME_LIMIT_SECONDS = 60;

    private final Pharos pharos;
    private final String accessKeyId;
    private final String secretAccessKey;

    AwsCli(Pharos pharos) {
        this(pharos, pharos.accessKeyId(), pharos.secretAccessKey());
    }

    private AwsCli(Pharos pharos, String accessKeyId, String secretAccessKey) {
        this.pharos = pharos;
        this.accessKeyId = accessKeyId;
        this.secretAccessKey = secretAccessKey;
    }

    /// The same command with another key.
    AwsCli as(String otherKeyId, String otherSecret) {
        return new AwsCli(pharos, otherKeyId, otherSecret);
    }

    /// Runs a command that must succeed; its answer as JSON, missing when it prints nothing.
    JsonNode run(String... arguments) {
        var outcome = call(arguments);
        if (outcome.status() != 0) {
            throw new AssertionError(
                    "aws " + String.join(" ", arguments) + " failed: " + outcome.errors());
        }
        try {
            return outcome.output().isBlank()
                    ? MissingNode.getInstance()
                    : JSON.readTree(outcome.output());
        } catch (IOException e) {
            throw new AssertionError("not JSON: " + outcome.output(), e);
        }
    }

    /// Runs a command that must fail; what it prints about that.
    String refused(String... arguments) {
        var outcome = call(arguments);
        if (outcome.status() == 0) {
            throw new AssertionError("aws " + String.join(" ", arguments) + " succeeded");
        }
        return outcome.errors();
    }

    private record Outcome(int status, String output, String errors) {}

    private Outcome call(String... arguments) {
        var command = new ArrayList<>(List.of("aws", "--endpoint-url", "" + pharos.endpoint()));
        command.addAll(List.of("--output", "json", "--no-cli-pager"));
        command.addAll(List.of(arguments));
        if (isVersion1()) {
            command.remove("--no-cli-pager");
        }
        try {
            var output = Files.createTempFile("aws", ".out");
            var errors = Files.createTempFile("aws", ".err");
            var builder =
                    new ProcessBuilder(command)
                            .redirectOutput(output.toFile())
                            .redirectError(errors.toFile());
            var environment = builder.environment();
            environment.put("AWS_ACCESS_KEY_ID", accessKeyId);
            environment.put("AWS_SECRET_ACCESS_KEY", secretAccessKey);
            environment.put("AWS_DEFAULT_REGION", "us-east-1");
            environment.put("AWS_CONFIG_FILE", "/dev/null");
            environment.put("AWS_MAX_ATTEMPTS", "1");
            environment.put("AWS_EC2_METADATA_DISABLED", "true");
            var process = builder.start();
            process.getOutputStream().close();
            if (!process.waitFor(TIME_LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("aws " + String.join(" ", arguments) + " hangs");
            }
            return new Outcome(process.exitValue(), read(output), read(errors));
        } catch (IOException e) {
            throw new UncheckedIOException("is the aws CLI installed?", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String read(Path file) throws IOException {
        var text = Files.readString(file, StandardCharsets.UTF_8);
        Files.delete(file);
        return text;
    }

    private static final class Version {
        static final boolean IS_1 = detect();

        private static boolean detect() {
            try {
                var process =
                        new ProcessBuilder("aws", "--version").redirectErrorStream(true).start();
                var text =
                        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                return text.startsWith("aws-cli/1.");
            } catch (IOException e) {
                throw new UncheckedIOException("is the aws CLI installed?", e);
            }
        }
    }

    private static boolean isVersion1() {
        return Version.IS_1;
    }
}
