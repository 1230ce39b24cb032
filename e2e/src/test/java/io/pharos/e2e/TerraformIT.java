package io.pharos.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.MetricAlarm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Terraform makes, changes and removes what is in `src/test/resources/terraform`, and finds nothing to
/// do in between: what Pharos tells of a resource is what it was given. A resource is added by writing
/// it there, with something that depends on `var.edition`.
class TerraformIT {
    @TempDir static Path directory;

    private static Pharos pharos;
    private static Terraform terraform;

    @BeforeAll
    static void up() throws IOException {
        Terraform.assumeInstalled();
        pharos = new Standalone(directory.resolve("data"));
        var home = Files.createDirectories(directory.resolve("terraform"));
        var sources = Path.of("src", "test", "resources", "terraform");
        try (var files = Files.newDirectoryStream(sources, "*.tf")) {
            for (var file : files) {
                Files.copy(file, home.resolve(file.getFileName()));
            }
        }
        terraform = new Terraform(pharos, home);
    }

    @AfterAll
    static void down() {
        if (pharos != null) {
            pharos.close();
        }
    }

    @Test
    void whatItMakesIsWhatItFinds() throws Exception {
        terraform.run("init");
        terraform.apply(1);
        assertThat(terraform.plan(1)).isEmpty();
        try (var cloudWatch = Clients.of(pharos, CloudWatchClient.builder())) {
            assertThat(
                            cloudWatch
                                    .describeAlarms(r -> r.alarmNames("terraform-load"))
                                    .metricAlarms())
                    .extracting(MetricAlarm::threshold)
                    .containsExactly(81.5);
            terraform.apply(2);
            assertThat(terraform.plan(2)).isEmpty();
            assertThat(
                            cloudWatch
                                    .describeAlarms(r -> r.alarmNames("terraform-load"))
                                    .metricAlarms())
                    .extracting(MetricAlarm::threshold)
                    .containsExactly(82.5);
            terraform.destroy(2);
            assertThat(cloudWatch.describeAlarms(r -> {}).metricAlarms()).isEmpty();
        }
    }
}
