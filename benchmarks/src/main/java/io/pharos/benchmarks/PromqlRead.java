package io.pharos.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Does a PromQL query take longer than in Prometheus? 1,000 counters over a day by the minute, written to
/// both by remote-write; range queries over 100 of them for the whole day in steps of a minute, and instant
/// queries over 1,000. Wall time of a form POST to its whole answer, in turns; what both answer is compared.
///
/// `java -Dprometheus=/usr/bin/prometheus -cp 'benchmarks/target/classes:benchmarks/target/lib/*'
/// io.pharos.benchmarks.PromqlRead [measured rounds, 40] [warm-up rounds, 40]` in the project's directory.
///
/// Last result: `docs/performance.md`, PromQL.
public final class PromqlRead {
    private static final int GROUPS = 10;
    private static final int A_GROUP = 100;
    private static final int MINUTES = 1_440;
    private static final int MINUTES_A_REQUEST = 60;
    private static final int STEP_S = 60;

    /// Evaluations lie between samples: Prometheus 2 and 3 differ about one at a window's start.
    private static final int HALF_STEP_S = 30;

    /// So many steps of the range begin before there are samples: Prometheus 2 and 3 differ about these, too.
    private static final int FIRST_STEPS = 5;

    private static final double TOLERANCE = 1e-9;
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final int PATIENCE = 1_200;

    private final ObjectMapper json = new ObjectMapper();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Server pharos;
    private final PrometheusServer prometheus;
    private final long endS = System.currentTimeMillis() / 60_000 * 60 - 60;
    private final long startS = endS - (MINUTES - 1) * (long) STEP_S;

    private PromqlRead(Server pharos, PrometheusServer prometheus) {
        this.pharos = pharos;
        this.prometheus = prometheus;
    }

    /// See the class.
    public static void main(String[] args) throws IOException {
        var measured = args.length > 0 ? Integer.parseInt(args[0]) : 40;
        var warmUp = args.length > 1 ? Integer.parseInt(args[1]) : 40;
        var program = System.getProperty("prometheus", "/usr/bin/prometheus");
        try (var pharos = Server.start();
                var prometheus = new PrometheusServer(program, "global: {}\n", "")) {
            var run = new PromqlRead(pharos, prometheus);
            run.publish();
            for (var query : run.queries().entrySet()) {
                run.measure(query.getKey(), query.getValue(), measured, warmUp);
            }
        }
    }

    /// What is asked, by what it is called.
    private Map<String, Map<String, String>> queries() {
        var queries = new LinkedHashMap<String, Map<String, String>>();
        var some = "bench_total{group=\"3\"}";
        queries.put("rate, 100 series x day", range("rate(" + some + "[5m])"));
        queries.put("sum by of rate, 100 x day", range("sum by (zone) (rate(" + some + "[5m]))"));
        queries.put("selector, 100 x day", range(some));
        queries.put("sum by of rate, 1,000, now", instant("sum by (zone) (rate(bench_total[5m]))"));
        queries.put("sum by, 1,000, now", instant("sum by (zone) (bench_total)"));
        queries.put("selector, 500, now", instant("bench_total{group=~\"[0-4]\"}"));
        return queries;
    }

    private Map<String, String> range(String query) {
        var parameters = new LinkedHashMap<String, String>();
        parameters.put("query", query);
        parameters.put("start", String.valueOf(startS + FIRST_STEPS * STEP_S + HALF_STEP_S));
        parameters.put("end", String.valueOf(endS + HALF_STEP_S));
        parameters.put("step", String.valueOf(STEP_S));
        return parameters;
    }

    private Map<String, String> instant(String query) {
        var time = String.valueOf(endS + HALF_STEP_S);
        return new LinkedHashMap<>(Map.of("query", query, "time", time));
    }

    private void publish() throws IOException {
        var randoms = new Random[GROUPS * A_GROUP];
        var values = new double[randoms.length];
        for (var series = 0; series < randoms.length; series++) {
            randoms[series] = new Random(series);
        }
        var toPharos = new ArrayList<HttpRequest>();
        var toPrometheus = new ArrayList<HttpRequest>();
        for (var first = 0; first < MINUTES; first += MINUTES_A_REQUEST) {
            for (var group = 0; group < GROUPS; group++) {
                var some = new ArrayList<byte[]>();
                for (var series = group * A_GROUP; series < (group + 1) * A_GROUP; series++) {
                    var next = new double[MINUTES_A_REQUEST];
                    for (var i = 0; i < next.length; i++) {
                        values[series] += randoms[series].nextInt(500);
                        next[i] = values[series];
                    }
                    some.add(
                            PrometheusServer.series(
                                    labels(group, series),
                                    next,
                                    (startS + first * (long) STEP_S) * 1_000,
                                    STEP_S * 1_000L));
                }
                toPrometheus.add(PrometheusServer.write(some));
                toPharos.add(
                        Frame.to(
                                        pharos.endpoint().resolve("/api/v1/write"),
                                        "monitoring",
                                        PrometheusServer.WRITE_TYPE,
                                        PrometheusServer.WRITE_HEADERS,
                                        PrometheusServer.body(some))
                                .request());
            }
        }
        new Sender().send(toPrometheus, 1);
        new Sender().send(toPharos, 1);
        var count = instant("sum(count_over_time(bench_total[1d]))");
        var wanted = "\"" + randoms.length * MINUTES + '"';
        for (var tries = 0; !ask(pharos(count)).contains(wanted); tries++) {
            if (tries > PATIENCE) {
                throw new IllegalStateException("not all are there: " + ask(pharos(count)));
            }
            Server.pause(100);
        }
        if (!ask(prometheus(count)).contains(wanted)) {
            throw new IllegalStateException("Prometheus has others: " + ask(prometheus(count)));
        }
        Server.pause(20_000); // Pharos merges what came.
    }

    /// Sorted by name: `__name__` first, as upper case comes before lower.
    private static List<String> labels(int group, int series) {
        return List.of(
                "__name__",
                "bench_total",
                "group",
                String.valueOf(group),
                "instance",
                "host-%04d:9100".formatted(series),
                "job",
                "bench",
                "zone",
                "zone-" + series % 5);
    }

    private static String form(Map<String, String> parameters) {
        var form = new StringBuilder();
        parameters.forEach((name, value) ->
                form.append(form.isEmpty() ? "" : "&")
                        .append(name)
                        .append('=')
                        .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
        return form.toString();
    }

    private static String path(Map<String, String> parameters) {
        return parameters.containsKey("step") ? "/api/v1/query_range" : "/api/v1/query";
    }

    private HttpRequest pharos(Map<String, String> parameters) {
        URI address = pharos.endpoint().resolve(path(parameters));
        var body = form(parameters).getBytes(StandardCharsets.UTF_8);
        return Frame.to(address, "monitoring", FORM, Map.of(), body).request();
    }

    private HttpRequest prometheus(Map<String, String> parameters) {
        return HttpRequest.newBuilder(prometheus.address(path(parameters)))
                .header("Content-Type", FORM)
                .POST(HttpRequest.BodyPublishers.ofString(form(parameters)))
                .build();
    }

    private String ask(HttpRequest request) throws IOException {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private void measure(String what, Map<String, String> parameters, int measured, int warmUp)
            throws IOException {
        var answer = ask(pharos(parameters));
        compare(json.readTree(answer), json.readTree(ask(prometheus(parameters))));
        for (var round = 0; round < warmUp; round++) {
            ask(pharos(parameters));
            ask(prometheus(parameters));
        }
        var ours = new double[measured];
        var theirs = new double[measured];
        for (var round = 0; round < measured; round++) {
            ours[round] = milliseconds(pharos(parameters));
            theirs[round] = milliseconds(prometheus(parameters));
        }
        Arrays.sort(ours);
        Arrays.sort(theirs);
        System.out.printf(
                "%-28s Pharos p50 %.1f p90 %.1f ms, Prometheus p50 %.1f p90 %.1f ms: %.2f (%,d bytes)%n",
                what,
                ours[measured / 2],
                ours[measured * 9 / 10],
                theirs[measured / 2],
                theirs[measured * 9 / 10],
                ours[measured / 2] / theirs[measured / 2],
                answer.length());
    }

    private double milliseconds(HttpRequest request) throws IOException {
        var start = System.nanoTime();
        ask(request);
        return (System.nanoTime() - start) / 1e6;
    }

    private static void compare(JsonNode ours, JsonNode theirs) {
        var byMetric = new HashMap<JsonNode, JsonNode>();
        theirs.at("/data/result").forEach(one -> byMetric.put(one.get("metric"), one));
        var result = ours.at("/data/result");
        if (result.isEmpty() || result.size() != byMetric.size()) {
            throw new IllegalStateException("other series: " + ours.toString().length());
        }
        for (var one : result) {
            var other = byMetric.get(one.get("metric"));
            if (other == null || !isAlike(one, other)) {
                throw new IllegalStateException("not the same: " + one.get("metric"));
            }
        }
    }

    private static boolean isAlike(JsonNode one, JsonNode other) {
        if (one.isTextual()) {
            var a = one.asDouble();
            var b = other.asDouble();
            return Math.abs(a - b) <= TOLERANCE * Math.max(Math.abs(a), Math.abs(b));
        }
        if (!one.isArray() && !one.isObject()) {
            return one.asDouble() == other.asDouble();
        }
        if (one.size() != other.size()) {
            return false;
        }
        if (one.isObject()) {
            for (var member : List.of("value", "values")) {
                if (one.has(member) && !isAlike(one.get(member), other.path(member))) {
                    return false;
                }
            }
            return true;
        }
        for (var i = 0; i < one.size(); i++) {
            if (!isAlike(one.get(i), other.get(i))) {
                return false;
            }
        }
        return true;
    }
}
