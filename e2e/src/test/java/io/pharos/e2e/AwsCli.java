package io.pharos.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/// A real `aws` command. Versions 1 and 2 are written and released apart and speak other protocols, so
/// where the path has several the shapes of Pharos are judged by different ones.
final class AwsCli {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int TIME_LIMIT_SECONDS = 60;

    private final Pharos pharos;
    private final Path command;
    private final boolean version1;
    private final String accessKeyId;
    private final String secretAccessKey;

    private AwsCli(
            Pharos pharos,
            Path command,
            boolean version1,
            String accessKeyId,
            String secretAccessKey) {
        this.pharos = pharos;
        this.command = command;
        this.version1 = version1;
        this.accessKeyId = accessKeyId;
        this.secretAccessKey = secretAccessKey;
    }

    /// The command that a shell would run.
    static AwsCli first(Pharos pharos) {
        return at(pharos, installed().getFirst());
    }

    /// The command that is last on the path: another version, where two are installed.
    static AwsCli last(Pharos pharos) {
        return at(pharos, installed().getLast());
    }

    /// The same command with another key.
    AwsCli as(String otherKeyId, String otherSecret) {
        return new AwsCli(pharos, command, version1, otherKeyId, otherSecret);
    }

    private static AwsCli at(Pharos pharos, Path command) {
        return new AwsCli(
                pharos,
                command,
                version(command).startsWith("aws-cli/1."),
                pharos.accessKeyId(),
                pharos.secretAccessKey());
    }

    private static List<Path> installed() {
        var found =
                Pattern.compile(File.pathSeparator)
                        .splitAsStream(System.getenv("PATH"))
                        .map(directory -> Path.of(directory, "aws"))
                        .filter(Files::isExecutable)
                        .toList();
        if (found.isEmpty()) {
            throw new AssertionError("the aws CLI is not installed");
        }
        return found;
    }

    private static String version(Path command) {
        try {
            var process =
                    new ProcessBuilder(command.toString(), "--version")
                            .redirectErrorStream(true)
                            .start();
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
        var line = new ArrayList<>(List.of(command.toString()));
        line.addAll(List.of("--endpoint-url", "" + pharos.endpoint(), "--output", "json"));
        if (!version1) {
            line.add("--no-cli-pager");
        }
        line.addAll(List.of(arguments));
        try {
            var output = Files.createTempFile("aws", ".out");
            var errors = Files.createTempFile("aws", ".err");
            var builder =
                    new ProcessBuilder(line)
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
            throw new UncheckedIOException(e);
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
}
