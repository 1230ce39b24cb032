package io.pharos.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.pharos.e2e.clients.SigningProxy;
import io.pharos.testkit.Eventually;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import javax.imageio.ImageIO;

/// What metrics come in by and go out by besides PutMetricData and GetMetricData: OTLP, remote-write,
/// PromQL as Grafana and `promtool` ask, dashboards, widget images, metric streams. Runs on every shape
/// that Pharos is deployed in.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class Doors implements LiveTailDoor, LogDoors, LogAgents, Masking {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int TIME_LIMIT_SECONDS = 30;
    private static final int SAMPLES = 20;
    private static final long STEP_MS = 15_000;
    private static final Map<String, String> FORM =
            Map.of("Content-Type", "application/x-www-form-urlencoded");

    private final long endMs = System.currentTimeMillis() / STEP_MS * STEP_MS - STEP_MS;
    private Pharos pharos;
    private AwsCli aws;
    private SignedHttp signed;

    abstract Pharos start(Path directory);

    abstract AwsCli aws(Pharos judged);

    @Override
    public SignedHttp signed() {
        return signed;
    }

    @Override
    public AwsCli aws() {
        return aws;
    }

    @Override
    public Pharos pharos() {
        return pharos;
    }

    @BeforeAll
    void up(@TempDir Path directory) {
        pharos = start(directory);
        aws = aws(pharos);
        signed = new SignedHttp(pharos);
        write();
        export();
    }

    @AfterAll
    void down() {
        pharos.close();
    }

    /// A counter that grows by 30 every 15 seconds, by remote-write.
    private void write() {
        var headers =
                Map.of(
                        "Content-Type",
                                "application/x-protobuf;proto=io.prometheus.write.v2.Request",
                        "Content-Encoding", "snappy",
                        "X-Prometheus-Remote-Write-Version", "2.0.0");
        var times = new long[SAMPLES];
        var values = new double[SAMPLES];
        for (var i = 0; i < SAMPLES; i++) {
            times[i] = endMs - (SAMPLES - 1 - i) * STEP_MS;
            values[i] = 30.0 * i;
        }
        for (var job : List.of("api", "web")) {
            var body = WriteRequests.v2("doors_total", Map.of("job", job), times, values);
            assertThat(signed.post("aps", "/api/v1/write", headers, body).statusCode())
                    .isEqualTo(204);
        }
    }

    /// A gauge and a histogram with bounds, by OTLP.
    private void export() {
        var nanos = endMs + "000000";
        var body =
                """
                {"resourceMetrics": [{
                  "resource": {"attributes": [
                    {"key": "service.name", "value": {"stringValue": "checkout"}}]},
                  "scopeMetrics": [{"metrics": [
                    {"name": "queue.length", "unit": "{items}", "gauge": {"dataPoints": [
                      {"timeUnixNano": "NANOS", "asInt": "7", "attributes": [
                        {"key": "shop", "value": {"stringValue": "north"}}]}]}},
                    {"name": "latency", "unit": "ms", "histogram": {"aggregationTemporality": 2,
                      "dataPoints": [{"timeUnixNano": "NANOS", "startTimeUnixNano": "1",
                        "count": "4", "sum": 100, "bucketCounts": ["1", "2", "1"],
                        "explicitBounds": [10, 40]}]}}]}]}]}
                """
                        .replace("NANOS", nanos);
        var json = Map.of("Content-Type", "application/json");
        var answer =
                signed.post(
                        "monitoring", "/v1/metrics", json, body.getBytes(StandardCharsets.UTF_8));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    /// Signed for CloudWatch by GET, as AWS's documentation shows, and for Prometheus as a form, as
    /// Grafana's data source of that type sends it.
    private JsonNode ask(String path, String... parameters) throws IOException {
        var form = form(parameters);
        var byGet = signed.get("monitoring", path + '?' + form);
        var byForm = signed.post("aps", path, FORM, form.getBytes(StandardCharsets.UTF_8));
        assertThat(byGet.statusCode()).as(byGet.body()).isEqualTo(200);
        assertThat(JSON.readTree(byForm.body())).isEqualTo(JSON.readTree(byGet.body()));
        var answer = JSON.readTree(byGet.body());
        assertThat(answer.path("status").asText()).isEqualTo("success");
        return answer.path("data");
    }

    private static String form(String... parameters) {
        var form = new StringBuilder();
        for (var i = 0; i < parameters.length; i += 2) {
            form.append(i == 0 ? "" : "&")
                    .append(URLEncoder.encode(parameters[i], StandardCharsets.UTF_8))
                    .append('=')
                    .append(
                            URLEncoder.encode(parameters[i + 1], StandardCharsets.UTF_8)
                                    .replace("+", "%20"));
        }
        return form.toString();
    }

    private String seconds(long ms) {
        return Long.toString(ms / 1_000);
    }

    @Test
    void contributorsOfLogsAreCounted() {
        new Contributors(pharos, aws).areCounted();
    }

    @Test
    void promqlIsAskedInstantly() {
        Eventually.within(
                SOON,
                () -> {
                    var rate =
                            ask(
                                    "/api/v1/query",
                                    "query",
                                    "round(sum by (job) (rate(doors_total[2m])), 0.001)",
                                    "time",
                                    seconds(endMs));
                    assertThat(rate.path("resultType").asText()).isEqualTo("vector");
                    assertThat(rate.path("result")).hasSize(2);
                    for (var one : rate.path("result")) {
                        assertThat(one.path("metric").path("job").asText()).isIn("api", "web");
                        assertThat(one.path("value").path(1).asText()).isEqualTo("2");
                    }
                });
        Eventually.within(
                SOON,
                () -> {
                    var gauge =
                            ask(
                                    "/api/v1/query",
                                    "query",
                                    "{\"queue.length\", \"@resource.service.name\"=\"checkout\", shop=\"north\"}",
                                    "time",
                                    seconds(endMs + 1_000));
                    assertThat(gauge.path("result").path(0).path("value").path(1).asText())
                            .isEqualTo("7");
                    for (var query :
                            List.of(
                                    "histogram_quantile(0.5, latency_bucket)",
                                    "histogram_quantile(0.5, latency)",
                                    "histogram_avg(sum by (job) (latency))",
                                    "histogram_count(latency) + 21")) {
                        var number =
                                ask(
                                        "/api/v1/query",
                                        "query",
                                        query,
                                        "time",
                                        seconds(endMs + 1_000));
                        assertThat(number.path("result").path(0).path("value").path(1).asText())
                                .as(query)
                                .isEqualTo("25");
                    }
                });
    }

    @Test
    void classicMetricsAreAskedByTheirStatistics() {
        var at = Instant.ofEpochMilli(endMs).toString();
        for (var value : List.of("10", "30")) {
            aws.run(
                    "cloudwatch",
                    "put-metric-data",
                    "--namespace",
                    "Doors",
                    "--metric-name",
                    "Load",
                    "--dimensions",
                    "Host=a",
                    "--timestamp",
                    at,
                    "--value",
                    value);
        }
        Eventually.within(
                SOON,
                () -> {
                    for (var expected : Map.of("Sum", "40", "Maximum", "30").entrySet()) {
                        var found =
                                ask(
                                        "/api/v1/query",
                                        "query",
                                        "Load{\"@aws.namespace\"=\"Doors\",\"@aws.statistic\"=\"%s\"}"
                                                .formatted(expected.getKey()),
                                        "time",
                                        seconds(endMs + 60_000));
                        assertThat(found.path("result").path(0).path("value").path(1).asText())
                                .isEqualTo(expected.getValue());
                    }
                });
    }

    @Test
    void promqlIsAskedOverARange() {
        Eventually.within(
                SOON,
                () -> {
                    var found =
                            ask(
                                    "/api/v1/query_range",
                                    "query",
                                    "max(doors_total)",
                                    "start",
                                    seconds(endMs - 4 * STEP_MS),
                                    "end",
                                    seconds(endMs),
                                    "step",
                                    "15");
                    assertThat(found.path("resultType").asText()).isEqualTo("matrix");
                    var values = found.path("result").path(0).path("values");
                    assertThat(values).hasSize(5);
                    assertThat(values.path(4).path(0).asLong()).isEqualTo(endMs / 1_000);
                    assertThat(values.path(4).path(1).asText()).isEqualTo("570");
                });
    }

    @Test
    void seriesAndLabelsAreListed() {
        Eventually.within(
                SOON,
                () -> {
                    assertThat(ask("/api/v1/series", "match[]", "doors_total"))
                            .extracting(series -> series.path("job").asText())
                            .containsExactlyInAnyOrder("api", "web");
                    assertThat(ask("/api/v1/labels", "match[]", "doors_total"))
                            .extracting(JsonNode::asText)
                            .containsExactly("__name__", "job");
                    assertThat(
                                    JSON.readTree(
                                                    signed.get(
                                                                    "monitoring",
                                                                    "/api/v1/label/job/values?"
                                                                            + form(
                                                                                    "match[]",
                                                                                    "doors_total"))
                                                            .body())
                                            .path("data"))
                            .extracting(JsonNode::asText)
                            .containsExactly("api", "web");
                    var escaped =
                            signed.get(
                                    "monitoring", "/api/v1/label/%40resource.service.name/values");
                    assertThat(escaped.body()).contains("checkout");
                });
    }

    @Test
    void grafanaFindsAPrometheus() throws IOException {
        assertThat(ask("/api/v1/status/buildinfo").path("version").asText()).startsWith("3.");
        var health = ask("/api/v1/query", "query", "1+1", "time", "4");
        assertThat(health.path("result").path(1).asText()).isEqualTo("2");
        Eventually.within(
                SOON,
                () ->
                        assertThat(
                                        ask("/api/v1/metadata", "metric", "doors_total")
                                                .path("doors_total")
                                                .path(0)
                                                .path("type")
                                                .asText())
                                .isEqualTo("counter"));
        assertThat(ask("/api/v1/labels", "limit", "40000").isArray()).isTrue();
    }

    @Test
    void whatIsWrongIsSaidAsPrometheusSaysIt() throws IOException {
        refused(signed.get("monitoring", "/api/v1/query?query=sum(("), 400, "bad_data");
        refused(signed.get("monitoring", "/api/v1/query?query=rate(x)"), 400, "bad_data");
        refused(
                signed.get("monitoring", "/api/v1/query_range?query=x&start=2&end=1&step=1"),
                400,
                "bad_data");
        refused(signed.get("monitoring", "/api/v1/query_exemplars?query=x"), 404, "not_found");
        refused(
                signed.get("monitoring", "/api/v1/query?query=ts_of_max_over_time(x)"),
                400,
                "bad_data");
        refused(signed.get("logs", "/api/v1/query?query=x"), 403, "forbidden");
        var stranger = new SignedHttp(pharos, "AKIASTRANGERSTRANGER", "secret", Instant.now());
        refused(stranger.get("monitoring", "/api/v1/query?query=x"), 403, "forbidden");
    }

    private static void refused(HttpResponse<String> answer, int status, String type)
            throws IOException {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        var body = JSON.readTree(answer.body());
        assertThat(body.path("status").asText()).isEqualTo("error");
        assertThat(body.path("errorType").asText()).isEqualTo(type);
        assertThat(body.path("error").asText()).isNotEmpty();
    }

    /// Debian's `promtool` can not sign, so a sidecar does.
    @Test
    void promtoolReads() throws Exception {
        try (var proxy =
                new SigningProxy(
                        pharos.endpoint(), "aps", pharos.accessKeyId(), pharos.secretAccessKey())) {
            var server = proxy.address();
            var end = Instant.ofEpochMilli(endMs).toString();
            var start = Instant.ofEpochMilli(endMs - 2 * STEP_MS).toString();
            Eventually.within(
                    SOON,
                    () -> {
                        assertThat(
                                        promtool(
                                                "query",
                                                "instant",
                                                "--time=" + end,
                                                server,
                                                "round(sum(rate(doors_total[2m])), 0.001)"))
                                .isEqualTo("{} => 4 @[%s]".formatted(seconds(endMs)));
                        assertThat(
                                        promtool(
                                                "query",
                                                "range",
                                                "--start=" + start,
                                                "--end=" + end,
                                                "--step=15s",
                                                server,
                                                "doors_total{job=\"api\"}"))
                                .startsWith("doors_total{job=\"api\"} =>\n510 @[")
                                .contains("570 @[" + seconds(endMs));
                        assertThat(promtool("query", "series", "--match=doors_total", server))
                                .contains("{__name__=\"doors_total\", job=\"web\"}");
                        assertThat(promtool("query", "labels", server, "job"))
                                .isEqualTo("api\nweb");
                    });
        }
    }

    private static String promtool(String... arguments) throws IOException, InterruptedException {
        var line = new ArrayList<>(List.of("promtool"));
        line.addAll(List.of(arguments));
        var output = Files.createTempFile("promtool", ".log");
        var process =
                new ProcessBuilder(line)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        try {
            assertThat(process.waitFor(TIME_LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(Files.readString(output)).isZero();
            return Files.readString(output).strip();
        } finally {
            process.destroyForcibly();
            Files.delete(output);
        }
    }

    @Test
    void dashboardsArePutListedAndDeleted() {
        var body = "{\"widgets\":[{\"type\":\"text\",\"properties\":{\"markdown\":\"# Hi\"}}]}";
        put("doors", body);
        assertThat(dashboard("doors")).isEqualTo(body);
        var warned = put("doors-odd", body.replace("\"type\"", "\"tint\":1,\"type\""));
        assertThat(warned.path("DashboardValidationMessages").path(0).path("Message").asText())
                .contains("tint");
        assertThat(
                        aws.refused(
                                "cloudwatch",
                                "put-dashboard",
                                "--dashboard-name",
                                "doors",
                                "--dashboard-body",
                                "{\"widgets\":[{\"type\":\"text\",\"properties\":{}}]}"))
                .contains("The dashboard body is invalid, there are 1 validation errors")
                .contains("Should have required property 'markdown'");
        assertThat(dashboard("doors")).isEqualTo(body);
        assertThat(
                        aws.run("cloudwatch", "list-dashboards", "--dashboard-name-prefix", "doors")
                                .path("DashboardEntries"))
                .extracting(entry -> entry.path("DashboardName").asText())
                .containsExactly("doors", "doors-odd");
        aws.run("cloudwatch", "delete-dashboards", "--dashboard-names", "doors", "doors-odd");
        assertThat(aws.refused("cloudwatch", "get-dashboard", "--dashboard-name", "doors"))
                .contains("Dashboard doors does not exist");
    }

    private JsonNode put(String name, String body) {
        return aws.run(
                "cloudwatch", "put-dashboard", "--dashboard-name", name, "--dashboard-body", body);
    }

    private String dashboard(String name) {
        return aws.run("cloudwatch", "get-dashboard", "--dashboard-name", name)
                .path("DashboardBody")
                .asText();
    }

    @Test
    void aWidgetIsDrawn() throws IOException {
        var widget =
                """
                {"metrics": [["Prometheus", "doors_total", "job", "api"]], "title": "Doors",
                 "width": 500, "height": 300, "period": 60, "start": "-PT15M", "end": "PT0H"}
                """;
        var image =
                aws.run("cloudwatch", "get-metric-widget-image", "--metric-widget", widget)
                        .path("MetricWidgetImage")
                        .asText();
        var bytes = Base64.getDecoder().decode(image);
        assertThat(bytes).startsWith(0x89, 'P', 'N', 'G');
        var drawn = ImageIO.read(new ByteArrayInputStream(bytes));
        assertThat(drawn.getWidth()).isEqualTo(500);
        assertThat(drawn.getHeight()).isEqualTo(300);
        var colours = new java.util.HashSet<Integer>();
        for (var x = 0; x < drawn.getWidth(); x++) {
            for (var y = 0; y < drawn.getHeight(); y++) {
                colours.add(drawn.getRGB(x, y));
            }
        }
        assertThat(colours).hasSizeGreaterThan(10);
        assertThat(aws.refused("cloudwatch", "get-metric-widget-image", "--metric-widget", "{"))
                .contains("JSON");
    }

    @Test
    void theWidgetOfAnAlarmIsDrawn() throws IOException {
        aws.run(
                "cloudwatch",
                "put-metric-alarm",
                "--alarm-name",
                "doors-open",
                "--namespace",
                "Prometheus",
                "--metric-name",
                "doors_total",
                "--dimensions",
                "Name=job,Value=api",
                "--statistic",
                "Maximum",
                "--period",
                "60",
                "--evaluation-periods",
                "1",
                "--threshold",
                "1000",
                "--comparison-operator",
                "GreaterThanThreshold");
        var arn = "arn:aws:cloudwatch:us-east-1:000000000000:alarm:";
        var widget = "{\"annotations\": {\"alarms\": [\"%s\"]}, \"width\": 400, \"height\": 200}";
        var image =
                aws.run(
                                "cloudwatch",
                                "get-metric-widget-image",
                                "--metric-widget",
                                widget.formatted(arn + "doors-open"))
                        .path("MetricWidgetImage")
                        .asText();
        var drawn = ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(image)));
        assertThat(drawn.getWidth()).isEqualTo(400);
        assertThat(
                        aws.refused(
                                "cloudwatch",
                                "get-metric-widget-image",
                                "--metric-widget",
                                widget.formatted(arn + "missing")))
                .contains("no metric alarm");
    }

    @Test
    void aMetricStreamIsReadAsRecords() {
        aws.run("kinesis", "create-stream", "--stream-name", "doors", "--shard-count", "1");
        var arn = "arn:aws:kinesis:us-east-1:000000000000:stream/doors";
        Eventually.within(
                SOON,
                () ->
                        aws.run(
                                "cloudwatch",
                                "put-metric-stream",
                                "--name",
                                "doors",
                                "--firehose-arn",
                                arn,
                                "--role-arn",
                                "arn:aws:iam::000000000000:role/doors",
                                "--output-format",
                                "json",
                                "--include-filters",
                                "Namespace=Doors/Streamed"));
        assertThat(aws.run("cloudwatch", "list-metric-streams").path("Entries"))
                .extracting(entry -> entry.path("State").asText())
                .containsExactly("running");
        var iterator =
                aws.run(
                                "kinesis",
                                "get-shard-iterator",
                                "--stream-name",
                                "doors",
                                "--shard-id",
                                "shardId-000000000000",
                                "--shard-iterator-type",
                                "TRIM_HORIZON")
                        .path("ShardIterator")
                        .asText();
        // A minute that is over already goes at once.
        var at = Instant.now().minus(Duration.ofMinutes(3)).truncatedTo(ChronoUnit.MINUTES);
        for (var namespace : List.of("Doors/Streamed", "Doors/Kept")) {
            aws.run(
                    "cloudwatch",
                    "put-metric-data",
                    "--namespace",
                    namespace,
                    "--metric-name",
                    "Orders",
                    "--unit",
                    "Count",
                    "--timestamp",
                    at.toString(),
                    "--value",
                    "12.5");
        }
        Eventually.within(
                SOON.multipliedBy(2),
                () -> {
                    var records =
                            aws.run("kinesis", "get-records", "--shard-iterator", iterator)
                                    .path("Records");
                    assertThat(records).hasSize(1);
                    var line =
                            new String(
                                    Base64.getDecoder()
                                            .decode(records.path(0).path("Data").asText()),
                                    StandardCharsets.UTF_8);
                    assertThat(line).endsWith("\n");
                    var told = JSON.readTree(line);
                    assertThat(told.path("metric_stream_name").asText()).isEqualTo("doors");
                    assertThat(told.path("namespace").asText()).isEqualTo("Doors/Streamed");
                    assertThat(told.path("timestamp").asLong()).isEqualTo(at.toEpochMilli());
                    assertThat(told.path("value").path("sum").asDouble()).isEqualTo(12.5);
                    assertThat(told.path("unit").asText()).isEqualTo("Count");
                });
        aws.run("cloudwatch", "stop-metric-streams", "--names", "doors");
        assertThat(
                        aws.run("cloudwatch", "get-metric-stream", "--name", "doors")
                                .path("State")
                                .asText())
                .isEqualTo("stopped");
        aws.run("cloudwatch", "start-metric-streams", "--names", "doors");
        aws.run("cloudwatch", "delete-metric-stream", "--name", "doors");
        assertThat(aws.refused("cloudwatch", "get-metric-stream", "--name", "doors"))
                .contains("ResourceNotFound");
    }
}
