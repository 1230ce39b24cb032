package io.pharos.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import static java.util.stream.Collectors.toSet;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// The Compose file judged by rules of our own; `ComposeSchemaIT` holds it against the specification.
final class ComposeTest {
    private static final Pattern PHAROS = Pattern.compile("PHAROS_[A-Z_]+[A-Z]");

    private final Map<String, Object> file =
            DeployFiles.yaml(DeployFiles.read(DeployFiles.ROOT.resolve("docker-compose.yml")))
                    .getFirst();
    private final Map<String, Object> services = DeployFiles.mapAt(file, "services");

    @Test
    void every_service_is_there_and_tells_whether_it_is_well() {
        assertThat(services).containsKeys(DeployFiles.SERVICES.toArray(String[]::new));
        assertThat(services.values())
                .allSatisfy(service -> {
                    assertThat(DeployFiles.listAt(service, "healthcheck", "test"))
                            .hasSizeGreaterThan(1);
                    assertThat(DeployFiles.at(service, "mem_limit")).isNotNull();
                    assertThat(DeployFiles.at(service, "restart")).isEqualTo("unless-stopped");
                });
    }

    @Test
    void services_of_pharos_may_do_nothing_but_their_work() {
        for (var name : DeployFiles.SERVICES) {
            var service = DeployFiles.at(services, name);
            assertThat(DeployFiles.at(service, "read_only")).isEqualTo(true);
            assertThat(DeployFiles.at(service, "user")).isEqualTo("10001");
            assertThat(DeployFiles.at(service, "cap_drop")).isEqualTo(List.of("ALL"));
            assertThat(DeployFiles.at(service, "security_opt"))
                    .isEqualTo(List.of("no-new-privileges:true"));
            assertThat(DeployFiles.at(service, "build", "args", "SERVICE")).isEqualTo(name);
            assertThat(
                            DeployFiles.ROOT.resolve(
                                    (String) DeployFiles.at(service, "build", "dockerfile")))
                    .isRegularFile();
        }
    }

    @Test
    void what_is_waited_for_and_mounted_exists() {
        for (var service : services.values()) {
            var needs = DeployFiles.map(service).getOrDefault("depends_on", Map.of());
            assertThat(services.keySet()).containsAll(DeployFiles.map(needs).keySet());
            var mounts = (List<?>) DeployFiles.map(service).getOrDefault("volumes", List.of());
            assertThat(DeployFiles.mapAt(file, "volumes").keySet())
                    .containsAll(
                            mounts.stream()
                                    .map(m -> m.toString().replaceFirst(":.*", ""))
                                    .collect(toSet()));
        }
    }

    @Test
    void services_know_each_other_by_their_names() {
        for (var name : DeployFiles.SERVICES) {
            var environment = DeployFiles.mapAt(services, name, "environment");
            assertThat(environment)
                    .containsEntry("PHAROS_KAFKA_BOOTSTRAP_SERVERS", "kafka:9092")
                    .containsEntry("PHAROS_DATABASE_URL", "jdbc:postgresql://postgres:5432/pharos")
                    .containsKey("PHAROS_INTERNAL_SECRET");
            assertThat(
                            environment.entrySet().stream()
                                    .filter(e -> e.getKey().startsWith("PHAROS_OWNER_"))
                                    .map(e -> e.getValue().toString()))
                    .containsExactlyInAnyOrderElementsOf(
                            DeployFiles.SERVICES.stream()
                                    .map(service -> "http://" + service + ":8080")
                                    .toList());
        }
    }

    @Test
    void ports_are_open_to_this_machine_only() {
        for (var service : services.values()) {
            var ports = (List<?>) DeployFiles.map(service).getOrDefault("ports", List.of());
            assertThat(ports)
                    .allSatisfy(port -> assertThat(port.toString()).startsWith("127.0.0.1:"));
        }
    }

    @Test
    void every_setting_is_one_that_is_read() {
        for (var name : DeployFiles.SERVICES) {
            assertThat(DeployFiles.settings())
                    .containsAll(DeployFiles.mapAt(services, name, "environment").keySet());
        }
    }

    @Test
    void every_setting_that_is_told_of_is_one_that_is_read() {
        var told = DeployFiles.read(DeployFiles.ROOT.resolve("deploy/README.md"));
        assertThat(PHAROS.matcher(told).results().map(m -> m.group()).collect(toSet()))
                .isNotEmpty()
                .isSubsetOf(DeployFiles.settings());
    }

    @Test
    void images_run_as_nobody() {
        assertThat(DeployFiles.read(DeployFiles.ROOT.resolve("deploy/Dockerfile")))
                .contains("\nUSER 10001\n");
    }
}
