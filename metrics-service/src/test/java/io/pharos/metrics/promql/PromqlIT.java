package io.pharos.metrics.promql;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.pharos.kit.Database;
import io.pharos.metric.Aggregate;
import io.pharos.metric.Dimensions;
import io.pharos.metric.Unit;
import io.pharos.metrics.Calls;
import io.pharos.metrics.point.Point;
import io.pharos.metrics.point.Resolution;
import io.pharos.metrics.point.Run;
import io.pharos.metrics.point.pg.PgRuns;
import io.pharos.metrics.promql.http.PromqlHandler;
import io.pharos.metrics.promql.pg.PgPromqlSeries;
import io.pharos.metrics.query.pg.PgStatistics;
import io.pharos.metrics.series.Series;
import io.pharos.metrics.series.pg.PgSeriesCatalog;
import io.pharos.metrics.series.pg.PgSeriesIndex;
import io.pharos.testkit.SteppingClock;
import io.pharos.testkit.TestDatabase;
import io.pharos.wire.Headers;
import io.pharos.wire.WireRequest;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/// The same samples in Pharos and in a Prometheus server: the same answers. Samples lie at seconds 7,
/// 22, 37, 52, evaluations at seconds 10: no sample is at a window's end, where Prometheus 2 and 3
/// differ.
class PromqlIT {
    private static final Instant NOW = Instant.parse("2026-01-20T12:00:00Z");
    private static final long AT = NOW.getEpochSecond() - 590;
    private static final long FIRST = NOW.getEpochSecond() - 7_200 + 7;
    private static final int EVERY = 15;
    private static final double TOLERANCE = 1e-9;

    private final ObjectMapper json = new ObjectMapper();
    private final Database database = new Database(TestDatabase.fresh("metrics"));
    private final PgSeriesIndex index = new PgSeriesIndex();
    private final PgRuns runs = new PgRuns();
    private final PromqlHandler handler =
            new PromqlHandler(
                    new PgPromqlSeries(database, index, new PgSeriesCatalog(database, index)),
                    new PgStatistics(database, index, runs),
                    SteppingClock.at(NOW.toString()));
    private final Random random = new Random(5);
    private long offset;

    private record Line(String name, Map<String, String> labels, TreeMap<Long, Double> values) {}

    private void store(String namespace, Line line, boolean highResolution, Unit unit) {
        var series =
                new Series(
                        Calls.TENANT.account(),
                        Calls.TENANT.region(),
                        namespace,
                        line.name(),
                        Dimensions.of(line.labels()));
        var id =
                database.inTransaction(c -> index.register(c, List.of(series), NOW.toEpochMilli()))
                        .values()
                        .iterator()
                        .next()
                        .id();
        var builder = new Run.Builder();
        line.values()
                .forEach((second, value) -> {
                    var minute = second / 60 * 60;
                    var sample = Aggregate.ofSample(value, 1);
                    builder.add(
                            Resolution.MINUTE, new Point(id, unit, highResolution, minute, sample));
                    if (highResolution) {
                        var own = Aggregate.ofSample(value, 1);
                        builder.add(Resolution.SECOND, new Point(id, unit, true, second, own));
                    }
                });
        offset++;
        database.run(c -> runs.add(c, 0, offset, builder.build(), NOW.toEpochMilli()));
    }

    private interface Walk {
        double next(double before, long second);
    }

    private Line line(String name, Map<String, String> labels, int every, double first, Walk walk) {
        var values = new TreeMap<Long, Double>();
        var value = first;
        for (var second = FIRST; second < NOW.getEpochSecond(); second += every) {
            if (!Double.isNaN(value)) {
                values.put(second, value);
            }
            value = walk.next(value, second);
        }
        return new Line(name, labels, values);
    }

    private List<Line> lines() {
        var lines = new ArrayList<Line>();
        for (var host : List.of("a", "b", "c")) {
            for (var code : List.of("200", "500")) {
                var labels = Map.of("host", host, "code", code);
                var counter =
                        line(
                                "requests_total",
                                labels,
                                EVERY,
                                100_000,
                                (before, at) -> {
                                    var again = host.equals("b") && at % 1_500 < EVERY;
                                    return again ? random.nextInt(9) : before + random.nextInt(50);
                                });
                if (host.equals("c")) { // a gap
                    counter.values().subMap(AT - 700, AT - 460).clear();
                }
                lines.add(counter);
            }
        }
        for (var host : List.of("a", "b")) {
            for (var room : List.of("north", "south")) {
                lines.add(
                        line(
                                "temperature",
                                Map.of("host", host, "room", room),
                                EVERY,
                                21,
                                (_, _) -> 15 + random.nextInt(1_000) / 100.0));
            }
            var labels = Map.of("host", host);
            var five = host.equals("a") ? 5.0 : 7.0;
            lines.add(line("flat", labels, EVERY, five, (before, _) -> before));
            var kind = Map.of("host", host, "kind", host + "-kind");
            lines.add(line("info", kind, EVERY, 1, (before, _) -> before));
            histogram(host, lines);
        }
        lines.add(line("sparse", Map.of("host", "a"), 28 * EVERY, 1, (before, _) -> before + 1));
        return lines;
    }

    private void histogram(String host, List<Line> lines) {
        var counts = new double[5];
        var bounds = List.of("0.1", "0.5", "1", "5", "+Inf");
        var buckets = new ArrayList<Line>();
        for (var le : bounds) {
            buckets.add(
                    new Line("latency_bucket", Map.of("host", host, "le", le), new TreeMap<>()));
        }
        var labels = Map.of("host", host);
        var count = new Line("latency_count", labels, new TreeMap<>());
        var sum = new Line("latency_sum", labels, new TreeMap<>());
        var total = 1_000.0;
        for (var second = FIRST; second < NOW.getEpochSecond(); second += EVERY) {
            var before = 0.0;
            for (var b = 0; b < counts.length; b++) {
                counts[b] += random.nextInt(10);
                before += counts[b];
                buckets.get(b).values().put(second, before + 1_000);
            }
            total += random.nextInt(1_000) / 10.0;
            count.values().put(second, before + 1_000);
            sum.values().put(second, total);
        }
        lines.addAll(buckets);
        lines.add(count);
        lines.add(sum);
    }

    private static String openMetrics(List<Line> lines) {
        var text = new StringBuilder();
        for (var line : lines) {
            var labels = new ArrayList<String>();
            line.labels().forEach((name, value) -> labels.add(name + "=\"" + value + '"'));
            line.values()
                    .forEach((second, value) ->
                            text.append(line.name())
                                    .append('{')
                                    .append(String.join(",", labels))
                                    .append("} ")
                                    .append(value)
                                    .append(' ')
                                    .append(second)
                                    .append('\n'));
        }
        return text.append("# EOF\n").toString();
    }

    private JsonNode ask(String path, Map<String, String> parameters) throws IOException {
        var body = PrometheusServer.form(parameters).getBytes(StandardCharsets.UTF_8);
        var headers = Headers.of(Map.of("Content-Type", "application/x-www-form-urlencoded"));
        var request = new WireRequest("POST", path, "", headers, body, "127.0.0.1");
        return json.readTree(Calls.at(NOW, () -> handler.answer(request)).body());
    }

    @Test
    void answersAsPrometheusDoes(@TempDir Path directory) throws Exception {
        var lines = lines();
        lines.forEach(line -> store("Prometheus", line, true, Unit.NONE));
        assertThat(Queries.ALL).hasSizeGreaterThan(150);
        var differences = new ArrayList<String>();
        try (var prometheus = new PrometheusServer(directory, openMetrics(lines))) {
            for (var query : Queries.ALL) {
                var instant = Map.of("query", query, "time", String.valueOf(AT));
                compare(prometheus, "/api/v1/query", instant, differences);
                var range =
                        Map.of(
                                "query",
                                query,
                                "start",
                                String.valueOf(AT - 1_800),
                                "end",
                                String.valueOf(AT),
                                "step",
                                "75");
                compare(prometheus, "/api/v1/query_range", range, differences);
            }
            compare(
                    prometheus,
                    "/api/v1/query",
                    Map.of("query", "temperature[2m] offset 1m", "time", String.valueOf(AT)),
                    differences);
            for (var query : Queries.FAILING) {
                var asked = Map.of("query", query, "time", String.valueOf(AT));
                var theirs = json.readTree(prometheus.query("/api/v1/query", asked));
                var ours = ask("/api/v1/query", asked);
                if (!theirs.path("errorType").equals(ours.path("errorType"))) {
                    differences.add(query + "\n  " + theirs + "\n  " + ours);
                }
            }
        }
        assertThat(differences).isEmpty();
    }

    private void compare(
            PrometheusServer prometheus,
            String path,
            Map<String, String> parameters,
            List<String> differences)
            throws IOException, InterruptedException {
        var theirs = json.readTree(prometheus.query(path, parameters));
        var ours = ask(path, parameters);
        var query = String.valueOf(parameters.get("query"));
        var alike =
                theirs.path("status").equals(ours.path("status"))
                        && theirs.at("/data/resultType").equals(ours.at("/data/resultType"))
                        && isAlike(
                                theirs.at("/data/result"),
                                ours.at("/data/result"),
                                query.startsWith("sort") && path.endsWith("query"));
        if (!alike) {
            differences.add(path + " " + query + "\n  " + cut(theirs) + "\n  " + cut(ours));
        }
    }

    private static String cut(JsonNode answer) {
        var text = answer.toString();
        return text.substring(0, Math.min(text.length(), 600));
    }

    private static boolean isAlike(JsonNode theirs, JsonNode ours, boolean ordered) {
        if (theirs.size() != ours.size()) {
            return false;
        }
        if (theirs.size() > 0 && !theirs.get(0).isObject()) { // scalar
            return isSample(theirs, ours);
        }
        var byMetric = new LinkedHashMap<JsonNode, JsonNode>();
        theirs.forEach(one -> byMetric.put(one.get("metric"), one));
        var at = 0;
        for (var one : ours) {
            var other = byMetric.get(one.get("metric"));
            if (other == null
                    || (ordered && !theirs.get(at++).get("metric").equals(one.get("metric")))) {
                return false;
            }
            var values = one.path("values");
            var others = other.path("values");
            if (one.has("value") && !isSample(one.get("value"), other.get("value"))) {
                return false;
            }
            if (values.size() != others.size()) {
                return false;
            }
            for (var i = 0; i < values.size(); i++) {
                if (!isSample(values.get(i), others.get(i))) {
                    return false;
                }
            }
        }
        return true;
    }

    private static boolean isSample(JsonNode one, JsonNode other) {
        if (one.get(0).asDouble() != other.get(0).asDouble()) {
            return false;
        }
        var a = number(one.get(1).asText());
        var b = number(other.get(1).asText());
        return Double.compare(a, b) == 0
                || Math.abs(a - b) <= TOLERANCE * Math.max(Math.abs(a), Math.abs(b));
    }

    private static double number(String text) {
        return switch (text) {
            case "+Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text);
        };
    }

    @Test
    void classicMetricsHaveTheirDimensionsAndStatistics() throws IOException {
        var minute = AT / 60 * 60 - 60;
        var labels = Map.of("InstanceId", "i-1");
        for (var value : List.of(10.0, 20.0, 60.0)) {
            var one = new Line("CPUUtilization", labels, new TreeMap<>(Map.of(minute, value)));
            store("AWS/EC2", one, false, Unit.PERCENT);
        }
        expect("{\"CPUUtilization\"}", "30");
        expect("CPUUtilization{InstanceId=\"i-1\",\"@aws.namespace\"=\"AWS/EC2\"}", "30");
        expect("CPUUtilization{\"@aws.statistic\"=\"Sum\"}", "90");
        expect("CPUUtilization{\"@aws.statistic\"=\"SampleCount\"}", "3");
        expect("CPUUtilization{\"@aws.statistic\"=\"p100\"}", "60");
        expect("max(CPUUtilization{\"@aws.statistic\"=\"Buckets\",le=\"+Inf\"})", "3");
        var median = "histogram_quantile(0.5, CPUUtilization{\"@aws.statistic\"=\"Buckets\"})";
        assertThat(value(median)).isBetween(18.0, 22.0);
        var metric = at("CPUUtilization").at("/data/result/0/metric");
        assertThat(metric.get("@aws.account").asText()).isEqualTo(Calls.TENANT.account());
        assertThat(metric.get("@aws.statistic").asText()).isEqualTo("Average");
    }

    /// Native histograms of remote-write and cumulative ones of OpenTelemetry.
    @Test
    void histogramsInPartsAreAskedAsWholes() throws IOException {
        lines().stream()
                .filter(line -> line.name().startsWith("latency"))
                .forEach(line -> store("Prometheus", line, true, Unit.NONE));
        expectSame("histogram_count(latency)", "sum without (__name__) (latency_count)");
        expectSame("histogram_count(rate(latency[5m]))", "rate(latency_count[5m])");
        expectSame("histogram_sum(rate(latency[5m]))", "rate(latency_sum[5m])");
        expectSame(
                "histogram_avg(sum(rate(latency[5m])))",
                "sum(rate(latency_sum[5m])) / sum(rate(latency_count[5m]))");
        expectSame(
                "histogram_quantile(0.9, rate(latency{host=\"a\"}[5m]))",
                "histogram_quantile(0.9, rate(latency_bucket{host=\"a\"}[5m]))");
        expectSame(
                "histogram_quantile(0.9, sum(increase(latency[5m])))",
                "histogram_quantile(0.9, sum by (le) (increase(latency_bucket[5m])))");
        expectSame(
                "histogram_quantile(0.5, avg by (host) (rate(latency[5m]) * 2))",
                "histogram_quantile(0.5, rate(latency_bucket[5m]))");
        expectSame(
                "histogram_fraction(0.1, 0.5, sum without (host) (rate(latency[5m])))",
                "histogram_fraction(0.1, 0.5, sum by (le) (rate(latency_bucket[5m])))");
        // Not of histograms, as in Prometheus: nothing, and no error.
        for (var none :
                List.of(
                        "histogram_count(abs(latency))",
                        "histogram_quantile(0.9, max(latency))",
                        "histogram_sum(latency > 1)",
                        "histogram_count(vector(1))",
                        "histogram_quantile(0.9, nothing)")) {
            assertThat(at(none).at("/data/result")).as(none).isEmpty();
        }
        expectSame(
                "histogram_stddev(sum(rate(latency[5m])))",
                "sqrt(histogram_stdvar(sum(rate(latency[5m]))))");
    }

    private void expectSame(String query, String other) throws IOException {
        var one = at(query).at("/data/result");
        var two = at(other).at("/data/result");
        assertThat(one).as(query).isNotEmpty();
        assertThat(isAlike(two, one, false)).as("%s: %s, not %s", query, one, two).isTrue();
    }

    /// Delta histograms of OpenTelemetry, and whatever PutMetricData sent.
    @Test
    void distributionsAreHistograms() throws IOException {
        var labels = Map.of("@datapoint.route", "/cart");
        for (var value : List.of(1.0, 1.0, 2.0, 8.0)) {
            var line = new Line("duration", labels, new TreeMap<>());
            for (var second = AT - 240; second < AT; second += 60) {
                line.values().put(second, value);
            }
            store("OpenTelemetry", line, true, Unit.SECONDS);
        }
        var other = new TreeMap<>(Map.of(AT - 60, 100.0));
        var more = Map.of("@datapoint.route", "/pay");
        store("OpenTelemetry", new Line("duration", more, other), true, Unit.SECONDS);
        var app = new TreeMap<>(Map.of(AT / 60 * 60 - 60, 5.0));
        store("App", new Line("Latency", Map.of("Host", "a"), app), false, Unit.SECONDS);
        expect("histogram_count(duration{route=\"/cart\"})", "4");
        expect("histogram_count(sum_over_time(duration{route=\"/cart\"}[5m]))", "16");
        expect("histogram_count(increase(duration{route=\"/cart\"}[5m]))", "16");
        expect("histogram_sum(increase(duration{route=\"/cart\"}[5m]))", "48");
        expect("histogram_avg(increase(duration{route=\"/cart\"}[5m]))", "3");
        expect("histogram_count(sum(increase(duration[5m])))", "17");
        expect("histogram_fraction(0, 4, sum(increase(duration[5m]))) * 17", "12");
        assertThat(value("histogram_quantile(0.5, sum(increase(duration[5m])))"))
                .isBetween(1.7, 2.2);
        assertThat(value("histogram_quantile(1, sum(increase(duration[5m])))"))
                .isBetween(100.0, 110.0);
        assertThat(value("histogram_quantile(0.99, rate(duration{route=\"/cart\"}[5m]))"))
                .isBetween(7.3, 8.9);
        // Buckets are a tenth wide: 1, 1, 2 and 8 are 8.5 from their mean, squared.
        assertThat(value("histogram_stdvar(duration{route=\"/cart\"})")).isBetween(7.5, 9.5);
        assertThat(value("histogram_stddev(increase(duration{route=\"/cart\"}[5m]))"))
                .isBetween(2.7, 3.1);
        expect("histogram_count(Latency)", "1");
        assertThat(value("histogram_quantile(0.5, Latency{Host=\"a\"})")).isBetween(4.5, 5.5);
        var metric = at("histogram_avg(Latency)").at("/data/result/0/metric");
        assertThat(metric.has("@aws.statistic")).isFalse();
        assertThat(metric.get("Host").asText()).isEqualTo("a");
    }

    private JsonNode at(String query) throws IOException {
        return ask("/api/v1/query", Map.of("query", query, "time", String.valueOf(AT)));
    }

    private double value(String query) throws IOException {
        return at(query).at("/data/result/0/value/1").asDouble();
    }

    private void expect(String query, String value) throws IOException {
        var answer = at(query);
        assertThat(answer.at("/data/result/0/value/1").asText())
                .as("%s: %s", query, answer)
                .isEqualTo(value);
    }

    @Test
    void seriesLabelsAndValuesAreListed() throws IOException {
        var attributes = Map.of("@resource.service.name", "shop", "@datapoint.http.route", "/cart");
        var sample = new TreeMap<>(Map.of(AT - 3, 4.0));
        store(
                "OpenTelemetry",
                new Line("http.server.active_requests", attributes, sample),
                true,
                Unit.NONE);
        expect("{\"http.server.active_requests\",\"@resource.service.name\"=\"shop\"}", "4");
        expect(
                "sum by (\"http.route\") ({\"http.server.active_requests\",\"http.route\"=\"/cart\"})",
                "4");
        expect(
                "{\"@datapoint.@name\"=\"http.server.active_requests\",\"@datapoint.http.route\"=~\"/c.*\"}",
                "4");
        assertThat(ask("/api/v1/labels", Map.of()).get("data").toString())
                .isEqualTo("[\"@resource.service.name\",\"__name__\",\"http.route\"]");
        assertThat(ask("/api/v1/label/__name__/values", Map.of()).get("data").toString())
                .isEqualTo("[\"http.server.active_requests\"]");
        assertThat(ask("/api/v1/label/http.route/values", Map.of()).get("data").toString())
                .isEqualTo("[\"/cart\"]");
        var match = Map.of("match[]", "{\"http.server.active_requests\"}");
        assertThat(ask("/api/v1/series", match).get("data").toString())
                .isEqualTo(
                        "[{\"@resource.service.name\":\"shop\",\"__name__\":\"http.server.active_requests\",\"http.route\":\"/cart\"}]");
    }

    @Test
    void limitsAreWarningsAndBadQueriesAreTold() throws IOException {
        for (var i = 0; i < 3; i++) {
            var labels = Map.of("n", String.valueOf(i));
            store(
                    "Prometheus",
                    new Line("many", labels, new TreeMap<>(Map.of(AT - 3, 1.0))),
                    true,
                    Unit.NONE);
        }
        var limited = Map.of("query", "many", "limit", "2", "time", String.valueOf(AT));
        var answer = ask("/api/v1/query", limited);
        assertThat(answer.at("/data/result")).hasSize(2);
        assertThat(answer.get("warnings")).hasSize(1);
        assertThat(at("many{").toString())
                .startsWith(
                        "{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"1:6: parse error");
        var tooFine = Map.of("query", "many", "start", "0", "end", "11000", "step", "1");
        assertThat(ask("/api/v1/query_range", tooFine).get("error").asText())
                .contains("11,000 points");
        var many = Map.of("query", "many", "limit", "40000", "time", String.valueOf(AT));
        assertThat(ask("/api/v1/query", many).at("/data/result")).hasSize(3);
        var impatient = Map.of("query", "many", "timeout", "0");
        assertThat(ask("/api/v1/query", impatient).get("error").asText())
                .contains("invalid parameter \"timeout\"");
        var hostile =
                "sum_over_time((sum_over_time((sum_over_time(many[30d:1s]))[30d:1s]))[30d:1s])";
        assertThat(at(hostile).get("errorType").asText()).isEqualTo("execution");
    }

    @Test
    void whatGrafanaAsksForBesides() throws IOException {
        for (var name : List.of("requests_total", "temperature")) {
            var sample = new TreeMap<>(Map.of(AT - 3, 4.0));
            store("Prometheus", new Line(name, Map.of("n", "1"), sample), true, Unit.NONE);
        }
        assertThat(ask("/api/v1/status/buildinfo", Map.of()).at("/data/version").asText())
                .startsWith("3.");
        assertThat(ask("/api/v1/metadata", Map.of()).get("data").toString())
                .isEqualTo(
                        "{\"requests_total\":[{\"type\":\"counter\",\"help\":\"\",\"unit\":\"\"}],\"temperature\":[{\"type\":\"unknown\",\"help\":\"\",\"unit\":\"\"}]}");
        assertThat(ask("/api/v1/metadata", Map.of("metric", "temperature")).get("data")).hasSize(1);
        assertThat(ask("/api/v1/metadata", Map.of("limit", "1")).get("data")).hasSize(1);
        var asked = Map.of("query", "temperature", "stats", "all", "time", String.valueOf(AT));
        var stats = ask("/api/v1/query", asked).at("/data/stats");
        assertThat(stats.at("/samples/totalQueryableSamples").asLong()).isEqualTo(1);
        assertThat(stats.at("/timings/evalTotalTime").isNumber()).isTrue();
    }
}
