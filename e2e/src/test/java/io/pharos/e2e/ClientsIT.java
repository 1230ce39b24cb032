package io.pharos.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.testkit.Eventually;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.InvalidParameterValueException;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricDataRequest;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilteredLogEvent;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// The SDKs for other languages, and libraries that publish metrics, each with its own test program
/// in `e2e/clients`; a Prometheus server; and what the doors of OTLP and remote-write say to bad input.
class ClientsIT {
    private static final int TIME_LIMIT_MINUTES = 5;

    @TempDir static Path directory;

    private static Standalone pharos;

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

    /// The SDK for Java that speaks Query, micrometer, aws-embedded-metrics, OpenTelemetry, logback.
    @Test
    void librariesForJavaPublish() throws Exception {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var classes = "target/classes" + File.pathSeparator + "target/lib/*";
        run(
                Path.of("clients", "java"),
                List.of(java, "-cp", classes, "io.pharos.e2e.clients.Publish"));
        try (var logs = Clients.of(pharos, CloudWatchLogsClient.builder())) {
            Eventually.within(
                    Duration.ofSeconds(20),
                    () ->
                            assertThat(
                                            logs.filterLogEvents(r -> r.logGroupName("logback"))
                                                    .events())
                                    .extracting(FilteredLogEvent::message)
                                    .containsExactly("INFO shop bought by logback"));
        }
        var metrics = new ReadBack(pharos);
        metrics.hasSum("Clients/Query", "latency", Map.of("api", "query"), 5.5);
        metrics.hasSum("Clients/Micrometer", "orders.count", Map.of("shop", "north"), 3);
        metrics.hasSum("Clients/Micrometer", "checkout.sum", Map.of("shop", "north"), 250);
        metrics.hasSum("Clients/Embedded", "latency", Map.of("shop", "north"), 20);
        metrics.hasSum("Clients/Embedded", "orders", Map.of("shop", "north"), 2);
        var delta = Map.of("@resource.service.name", "delta", "@datapoint.shop", "north");
        metrics.hasSum("OpenTelemetry", "orders", delta, 5);
        metrics.hasSum("OpenTelemetry", "latency", delta, 92);
        metrics.has("OpenTelemetry", "queue.length", delta, 7);
        var cumulative = new HashMap<>(delta);
        cumulative.put("@resource.service.name", "cumulative");
        metrics.has("OpenTelemetry", "orders", cumulative, 5);
        metrics.has("OpenTelemetry", "latency_count", cumulative, 2);
        cumulative.put("le", "25");
        metrics.has("OpenTelemetry", "latency_bucket", cumulative, 1);
    }

    /// As the CloudWatch agent tells which service its metrics and lines are of.
    @Test
    void entitiesAreChecked() {
        try (var metrics = Clients.of(pharos, CloudWatchClient.builder());
                var logs = Clients.of(pharos, CloudWatchLogsClient.builder())) {
            var loose = metrics.putMetricData(entityData("Servant", false));
            assertThat(loose.sdkHttpResponse().firstMatchingHeader("X-Amzn-Failure-Message"))
                    .hasValue("InvalidTypeValue");
            assertThatThrownBy(() -> metrics.putMetricData(entityData("Servant", true)))
                    .isInstanceOf(InvalidParameterValueException.class)
                    .hasMessageContaining("InvalidTypeValue: Unknown entity type");
            var strict = metrics.putMetricData(entityData("Service", true));
            assertThat(strict.sdkHttpResponse().firstMatchingHeader("X-Amzn-Failure-Message"))
                    .isEmpty();
            new ReadBack(pharos).hasSum("Entities", "requests", Map.of(), 2);

            logs.createLogGroup(r -> r.logGroupName("entities"));
            logs.createLogStream(r -> r.logGroupName("entities").logStreamName("s"));
            var put =
                    logs.putLogEvents(r ->
                            r.logGroupName("entities")
                                    .logStreamName("s")
                                    .logEvents(e ->
                                            e.timestamp(System.currentTimeMillis()).message("up"))
                                    .entity(e -> e.keyAttributes(Map.of("Type", "Service"))));
            assertThat(put.rejectedEntityInfo().errorTypeAsString())
                    .isEqualTo("MissingRequiredFields");
        }
    }

    private static PutMetricDataRequest entityData(String type, boolean strict) {
        return PutMetricDataRequest.builder()
                .namespace("Entities")
                .strictEntityValidation(strict)
                .entityMetricData(data ->
                        data.entity(entity ->
                                        entity.keyAttributes(
                                                Map.of(
                                                        "Type", type,
                                                        "Name", "shop",
                                                        "Environment", "prod")))
                                .metricData(datum -> datum.metricName("requests").value(1.0)))
                .build();
    }

    @Test
    void aPrometheusServerWrites() throws Exception {
        try (var prometheus = new Prometheus(directory.resolve("prometheus"), pharos)) {
            var metrics = new ReadBack(pharos);
            var self = Map.of("job", "self", "instance", prometheus.address());
            metrics.has("Prometheus", "up", self, 1);
            metrics.has("Prometheus", "prometheus_build_info", self, 1);
        }
    }

    @Test
    void otlpTellsWhatItCouldNotTake() {
        var point =
                "{\"name\":\"door\",\"gauge\":{\"dataPoints\":[{\"timeUnixNano\":\"%d\",\"asInt\":\"1\"}]}}";
        var now = System.currentTimeMillis() * 1_000_000;
        var body =
                "{\"resourceMetrics\":[{\"scopeMetrics\":[{\"metrics\":[%s,%s]}]}]}"
                        .formatted(point.formatted(now), point.formatted(5));
        var json = Map.of("Content-Type", "application/json");
        var signed = new SignedHttp(pharos);
        var partial = signed.post("monitoring", "/v1/metrics", json, bytes(body));
        assertThat(partial.statusCode()).isEqualTo(200);
        assertThat(partial.body())
                .contains("\"rejectedDataPoints\":\"1\"")
                .contains("more than two weeks ago");
        new ReadBack(pharos).hasSum("OpenTelemetry", "door", Map.of(), 1);
        var broken = signed.post("monitoring", "/v1/metrics", json, bytes("{"));
        assertThat(broken.statusCode()).isEqualTo(400);
        assertThat(broken.body()).contains("\"code\":3");
        var deep = signed.post("monitoring", "/v1/metrics", json, bytes("[".repeat(1_000_000)));
        assertThat(deep.statusCode()).isEqualTo(400);
        var text = Map.of("Content-Type", "text/plain");
        assertThat(signed.post("monitoring", "/v1/metrics", text, bytes(body)).statusCode())
                .isEqualTo(415);
        assertThat(signed.post("logs", "/v1/metrics", json, bytes(body)).statusCode())
                .isEqualTo(403);
    }

    @Test
    void remoteWriteTellsWhatItCouldNotTake() {
        var v2 =
                Map.of(
                        "Content-Type",
                        "application/x-protobuf;proto=io.prometheus.write.v2.Request",
                        "Content-Encoding",
                        "snappy",
                        "X-Prometheus-Remote-Write-Version",
                        "2.0.0");
        var now = System.currentTimeMillis();
        var signed = new SignedHttp(pharos);
        var good = WriteRequests.v2("door_total", now);
        var taken = signed.post("aps", "/api/v1/write", v2, good);
        assertThat(taken.statusCode()).isEqualTo(204);
        assertThat(taken.headers().firstValue("X-Prometheus-Remote-Write-Samples-Written"))
                .hasValue("1");
        var old = WriteRequests.v2("door_total", now, 5);
        var partial = signed.post("monitoring", "/api/v1/write", v2, old);
        assertThat(partial.statusCode()).isEqualTo(400);
        assertThat(partial.body()).contains("out of bounds").contains("in series door_total");
        assertThat(partial.headers().firstValue("X-Prometheus-Remote-Write-Samples-Written"))
                .hasValue("1");
        new ReadBack(pharos).hasSum("Prometheus", "door_total", Map.of(), 2);
        var other =
                Map.of(
                        "Content-Type",
                        "application/x-protobuf;proto=x",
                        "Content-Encoding",
                        "snappy");
        assertThat(signed.post("aps", "/api/v1/write", other, good).statusCode()).isEqualTo(415);
        assertThat(signed.post("aps", "/api/v1/write", v2, bytes("no")).statusCode())
                .isEqualTo(400);
        assertThat(signed.post("logs", "/api/v1/write", v2, good).statusCode()).isEqualTo(403);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
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
        environment.put("PHAROS_E2E_OUTSIDE_PORT", String.valueOf(pharos.outsidePort()));
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
