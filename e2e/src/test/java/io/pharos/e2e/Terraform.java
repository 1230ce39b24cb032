package io.pharos.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Assumptions;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A real `terraform` with the provider `hashicorp/aws` from a mirror on this machine: never from a
/// registry.
final class Terraform {
    private static final String MIRROR = "PHAROS_TERRAFORM_MIRROR";
    private static final String PROVIDER = "registry.terraform.io/hashicorp/aws";
    private static final int TIME_LIMIT_MINUTES = 4;

    private final Pharos pharos;
    private final Path home;

    /// @param home its working directory, with the configuration
    Terraform(Pharos pharos, Path home) throws IOException {
        this.pharos = pharos;
        this.home = home;
        Files.writeString(
                home.resolve("terraform.rc"),
                """
                provider_installation {
                  filesystem_mirror {
                    path = "%s"
                  }
                }
                """
                        .formatted(mirror().orElseThrow()));
    }

    /// Aborts a test, and says so, where Terraform or its provider is not installed.
    static void assumeInstalled() {
        var missing =
                !isInstalled()
                        ? "terraform is not on the path"
                        : mirror().isEmpty()
                                ? "no mirror has the provider hashicorp/aws: set " + MIRROR
                                : "";
        if (!missing.isEmpty()) {
            Exercised.incomplete(missing);
            System.err.println("SKIPPED, nothing is known of Terraform: " + missing);
            Assumptions.abort(missing);
        }
    }

    private static boolean isInstalled() {
        return Pattern.compile(File.pathSeparator)
                .splitAsStream(System.getenv("PATH"))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, "terraform")));
    }

    /// Where it is said to be, else where Terraform itself looks.
    private static Optional<Path> mirror() {
        var user = Path.of(System.getProperty("user.home"));
        var said = Optional.ofNullable(System.getenv(MIRROR)).map(Path::of);
        var implied =
                Stream.of(
                        user.resolve(".terraform.d/plugins"),
                        user.resolve(".local/share/terraform/plugins"),
                        Path.of("/usr/local/share/terraform/plugins"),
                        Path.of("/usr/share/terraform/plugins"));
        return Stream.concat(said.stream(), implied)
                .filter(path -> Files.isDirectory(path.resolve(PROVIDER)))
                .findFirst();
    }

    /// Runs a command; 0 or, of a plan with `-detailed-exitcode`, 2 where there is something to do.
    ///
    /// @throws AssertionError with what it printed when it fails
    int run(String command, String... arguments) throws IOException, InterruptedException {
        var line = new ArrayList<>(List.of("terraform", command, "-input=false", "-no-color"));
        line.addAll(List.of(arguments));
        var output = Files.createTempFile(home, command, ".log");
        var builder =
                new ProcessBuilder(line)
                        .directory(home.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile());
        var environment = builder.environment();
        environment.put("TF_CLI_CONFIG_FILE", home.resolve("terraform.rc").toString());
        environment.put("TF_VAR_endpoint", pharos.endpoint().toString());
        environment.put("CHECKPOINT_DISABLE", "1");
        environment.put("AWS_ACCESS_KEY_ID", pharos.accessKeyId());
        environment.put("AWS_SECRET_ACCESS_KEY", pharos.secretAccessKey());
        environment.put("AWS_REGION", "us-east-1");
        environment.put("AWS_EC2_METADATA_DISABLED", "true");
        var process = builder.start();
        try {
            assertThat(process.waitFor(TIME_LIMIT_MINUTES, TimeUnit.MINUTES))
                    .as("%s ends%n%s", line, Files.readString(output))
                    .isTrue();
            assertThat(process.exitValue()).as("%s%n%s", line, Files.readString(output)).isIn(0, 2);
            return process.exitValue();
        } finally {
            process.destroyForcibly();
        }
    }

    /// What the next apply would do; empty when nothing.
    String plan(int edition) throws IOException, InterruptedException {
        var changes = run("plan", "-detailed-exitcode", "-out=plan", edition(edition));
        if (changes == 0) {
            return "";
        }
        var shown = Files.createTempFile(home, "plan", ".txt");
        new ProcessBuilder("terraform", "show", "-no-color", "plan")
                .directory(home.toFile())
                .redirectErrorStream(true)
                .redirectOutput(shown.toFile())
                .start()
                .waitFor();
        return Files.readString(shown);
    }

    void apply(int edition) throws IOException, InterruptedException {
        assertThat(run("apply", "-auto-approve", edition(edition))).isZero();
    }

    void destroy(int edition) throws IOException, InterruptedException {
        assertThat(run("destroy", "-auto-approve", "-refresh=false", edition(edition))).isZero();
    }

    private static String edition(int edition) {
        return "-var=edition=" + edition;
    }
}
