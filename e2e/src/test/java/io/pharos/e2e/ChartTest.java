package io.pharos.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.marcnuri.helm.Helm;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The chart judged by Helm's own engine and by what its manifests say; whether a cluster takes them
/// is for a cluster.
final class ChartTest {
    private static final Path CHART = DeployFiles.ROOT.resolve("deploy/helm/pharos");

    private static final String SAMPLE =
            """
            kafka: {bootstrapServers: "broker.example:9092", replicationFactor: 2}
            postgres: {url: "jdbc:postgresql://db.example:5432/pharos", existingSecret: db}
            """;

    @TempDir Path dir;

    /// The library asks a cluster for what `lookup` wants even when it only renders; Helm itself finds
    /// nothing there then, and so does this copy.
    private Path chart() throws IOException {
        var lookup = "lookup \"v1\" \"Secret\" .Release.Namespace $name";
        var copy = dir.resolve("pharos");
        try (var files = Files.walk(CHART)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                var to = copy.resolve(CHART.relativize(file).toString());
                Files.createDirectories(to.getParent());
                Files.writeString(to, DeployFiles.read(file).replace(lookup, "dict"));
            }
        }
        return copy;
    }

    private String render(String values) throws IOException {
        var file = Files.writeString(dir.resolve("values.yaml"), values);
        return new Helm(chart())
                .template()
                .withName("p")
                .withNamespace("ns")
                .withValuesFile(file)
                .call();
    }

    private List<Map<String, Object>> objects(String values, String kind) throws IOException {
        return DeployFiles.yaml(render(values)).stream()
                .filter(object -> kind.equals(object.get("kind")))
                .toList();
    }

    private static Map<String, Object> container(Object deployment) {
        return DeployFiles.mapAt(deployment, "spec", "template", "spec", "containers", 0);
    }

    @Test
    void lints() {
        var result = new Helm(CHART).lint().strict().call();
        assertThat(result.isFailed()).isFalse();
        assertThat(result.getMessages()).noneMatch(message -> message.contains("[WARNING]"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "account: \"12\"",
                "nonsense: 1",
                "services: {ingest-service: {replicas: -1}}",
                "services: {other-service: {replicas: 1}}",
                "image: {pullPolicy: Sometimes}",
                "publicUrl: ftp://example.com",
                "smtp: {port: 0}",
                "scaling: {driver: docker}",
            })
    void refuses_values_that_the_schema_does_not_know(String bad) {
        assertThatThrownBy(() -> render(SAMPLE + bad)).hasMessageContaining("schema");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "kafka.bootstrapServers|postgres: {url: \"jdbc:postgresql://d/p\", existingSecret: db}",
                "postgres.url|{kafka: {bootstrapServers: \"k:9092\"}, postgres: {existingSecret: db}}",
                "postgres.existingSecret|{kafka: {bootstrapServers: \"k:9092\"}, postgres: {url: \"jdbc:postgresql://d/p\"}}",
            })
    void asks_for_what_it_can_not_know(String row) {
        var parts = row.split("\\|", 2);
        assertThatThrownBy(() -> render(parts[1])).hasMessageContaining(parts[0] + " is needed");
    }

    @Test
    void each_service_is_one_deployment_with_three_probes() throws IOException {
        var deployments = objects(SAMPLE, "Deployment");
        assertThat(deployments)
                .extracting(d -> DeployFiles.at(d, "metadata", "name"))
                .containsExactlyInAnyOrderElementsOf(
                        DeployFiles.SERVICES.stream().map(s -> "p-" + s).toList());
        for (var deployment : deployments) {
            var container = container(deployment);
            assertThat(DeployFiles.at(container, "startupProbe", "httpGet", "path"))
                    .isEqualTo("/q/health/started");
            assertThat(DeployFiles.at(container, "livenessProbe", "httpGet", "path"))
                    .isEqualTo("/q/health/live");
            assertThat(DeployFiles.at(container, "readinessProbe", "httpGet", "path"))
                    .isEqualTo("/q/health/ready");
            assertThat(DeployFiles.at(container, "securityContext", "readOnlyRootFilesystem"))
                    .isEqualTo(true);
            assertThat(
                            DeployFiles.at(
                                    deployment,
                                    "spec",
                                    "template",
                                    "spec",
                                    "securityContext",
                                    "runAsNonRoot"))
                    .isEqualTo(true);
        }
    }

    @Test
    void services_and_deployments_select_pods_that_exist() throws IOException {
        var pods =
                objects(SAMPLE, "Deployment").stream()
                        .map(d -> DeployFiles.mapAt(d, "spec", "template", "metadata", "labels"))
                        .toList();
        var services = objects(SAMPLE, "Service");
        assertThat(services).hasSize(DeployFiles.SERVICES.size() + 1);
        for (var service : services) {
            var selector = DeployFiles.mapAt(service, "spec", "selector").entrySet();
            assertThat(pods).filteredOn(pod -> pod.entrySet().containsAll(selector)).hasSize(1);
        }
        for (var deployment : objects(SAMPLE, "Deployment")) {
            var selector = DeployFiles.mapAt(deployment, "spec", "selector", "matchLabels");
            assertThat(DeployFiles.mapAt(deployment, "spec", "template", "metadata", "labels"))
                    .containsAllEntriesOf(selector);
        }
    }

    @Test
    void owners_are_services_of_the_chart() throws IOException {
        var names =
                objects(SAMPLE, "Service").stream()
                        .map(s -> "http://" + DeployFiles.at(s, "metadata", "name") + ":8080")
                        .toList();
        var settings = DeployFiles.mapAt(objects(SAMPLE, "ConfigMap").getFirst(), "data");
        assertThat(settings.entrySet())
                .filteredOn(e -> e.getKey().startsWith("PHAROS_OWNER_"))
                .hasSize(DeployFiles.SERVICES.size())
                .allSatisfy(e -> assertThat(names).contains((String) e.getValue()));
    }

    @Test
    void secrets_that_are_referred_to_exist_or_are_the_users() throws IOException {
        var made = new HashMap<String, Object>();
        for (var secret : objects(SAMPLE, "Secret")) {
            made.put(
                    (String) DeployFiles.at(secret, "metadata", "name"),
                    DeployFiles.at(secret, "data"));
        }
        for (var deployment : objects(SAMPLE, "Deployment")) {
            for (var entry : DeployFiles.listAt(container(deployment), "env")) {
                if (DeployFiles.map(entry).containsKey("valueFrom")) {
                    var reference = DeployFiles.mapAt(entry, "valueFrom", "secretKeyRef");
                    var name = (String) DeployFiles.at(reference, "name");
                    if (!name.equals("db")) {
                        assertThat(DeployFiles.mapAt(made, name))
                                .containsKey((String) DeployFiles.at(reference, "key"));
                    }
                }
            }
        }
        assertThat(objects(SAMPLE + "credentials: {existingSecret: mine}", "Secret")).isEmpty();
    }

    @Test
    void every_setting_is_one_that_is_read_and_none_is_empty() throws IOException {
        var known = DeployFiles.settings();
        var settings = DeployFiles.mapAt(objects(SAMPLE, "ConfigMap").getFirst(), "data");
        assertThat(known).containsAll(settings.keySet());
        assertThat(settings.values()).doesNotContain("");
        for (var deployment : objects(SAMPLE, "Deployment")) {
            assertThat(DeployFiles.listAt(container(deployment), "env"))
                    .allSatisfy(
                            e -> assertThat(known).contains((String) DeployFiles.at(e, "name")));
        }
    }

    @Test
    void external_kafka_and_postgresql_reach_every_pod() throws IOException {
        var map = objects(SAMPLE, "ConfigMap").getFirst();
        assertThat(DeployFiles.mapAt(map, "data"))
                .containsEntry("PHAROS_KAFKA_BOOTSTRAP_SERVERS", "broker.example:9092")
                .containsEntry("PHAROS_KAFKA_REPLICATION_FACTOR", "2")
                .containsEntry("PHAROS_DATABASE_URL", "jdbc:postgresql://db.example:5432/pharos");
        for (var deployment : objects(SAMPLE, "Deployment")) {
            assertThat(DeployFiles.at(container(deployment), "envFrom", 0, "configMapRef", "name"))
                    .isEqualTo(DeployFiles.at(map, "metadata", "name"));
            assertThat(DeployFiles.listAt(container(deployment), "env"))
                    .contains(
                            Map.of(
                                    "name",
                                    "PHAROS_DATABASE_PASSWORD",
                                    "valueFrom",
                                    Map.of(
                                            "secretKeyRef",
                                            Map.of("name", "db", "key", "password"))));
        }
    }

    @Test
    void an_ingress_leads_both_names_to_the_front_door() throws IOException {
        assertThat(objects(SAMPLE, "Ingress")).isEmpty();
        var ingress =
                objects(SAMPLE + "ingress: {enabled: true, host: cw.example}", "Ingress")
                        .getFirst();
        assertThat(DeployFiles.listAt(ingress, "spec", "rules"))
                .extracting(rule -> DeployFiles.at(rule, "host"))
                .containsExactly("cw.example", "stream-cw.example");
    }

    @Test
    void only_scaling_kubernetes_asks_for_rights_and_only_for_scaling() throws IOException {
        assertThat(render(SAMPLE))
                .doesNotContain("kind: Role", "automountServiceAccountToken: true");
        var values = SAMPLE + "scaling: {driver: kubernetes, namespaces: [shop, mill]}";
        var roles = objects(values, "Role");
        assertThat(roles)
                .extracting(role -> DeployFiles.at(role, "metadata", "namespace"))
                .containsExactlyInAnyOrder("shop", "mill");
        assertThat(DeployFiles.listAt(roles.getFirst(), "rules", 0, "resources"))
                .allSatisfy(resource -> assertThat((String) resource).endsWith("/scale"));
        assertThat(objects(values, "RoleBinding"))
                .allSatisfy(binding -> {
                    assertThat(DeployFiles.at(binding, "subjects", 0, "name"))
                            .isEqualTo("p-alarm-service");
                    assertThat(DeployFiles.at(binding, "subjects", 0, "namespace")).isEqualTo("ns");
                });
        assertThat(objects(values, "Deployment"))
                .filteredOn(d ->
                        Boolean.TRUE.equals(
                                DeployFiles.at(
                                        d,
                                        "spec",
                                        "template",
                                        "spec",
                                        "automountServiceAccountToken")))
                .extracting(
                        d -> DeployFiles.at(d, "spec", "template", "spec", "serviceAccountName"))
                .containsExactly("p-alarm-service");
        assertThat(objects(SAMPLE + "scaling: {driver: kubernetes}", "Role"))
                .extracting(role -> DeployFiles.at(role, "metadata", "namespace"))
                .containsExactly("ns");
    }

    @Test
    void a_services_own_environment_reaches_it_alone() throws IOException {
        var values = SAMPLE + "services: {logs-service: {env: {PHAROS_LOGS_SWEEP_PAUSE: PT5M}}}";
        assertThat(objects(values, "Deployment"))
                .filteredOn(d ->
                        DeployFiles.listAt(container(d), "env")
                                .contains(
                                        Map.of("name", "PHAROS_LOGS_SWEEP_PAUSE", "value", "PT5M")))
                .extracting(d -> DeployFiles.at(d, "metadata", "name"))
                .containsExactly("p-logs-service");
    }
}
