package io.pharos.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// M6 and M7: how long does GetMetricData take for 100 metrics over a day by the minute, and for 500
/// metrics over the last hour with the minutes that are still open? Wall time of signed JSON calls, all
/// pages of an answer together; every answer is compared with what was sent.
///
/// `java -cp 'benchmarks/target/classes:benchmarks/target/lib/*' io.pharos.benchmarks.MetricRead
/// [measured calls, 40] [warm-up calls, 40]` in the project's directory.
///
/// Last result: `docs/performance.md`, M6 and M7.
public final class MetricRead {
    private static final String JSON = "application/x-amz-json-1.0";
    private static final int DATUMS_A_CALL = 1_000;
    private static final int CONNECTIONS = 4;
    private static final Duration QUERYABLE_LIMIT = Duration.ofSeconds(120);

    private final ObjectMapper mapper = new ObjectMapper();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Server server;
    private final Instant now =
            Instant.ofEpochSecond(Instant.now().getEpochSecond() / 60 * 60 + 60);

    private MetricRead(Server server) {
        this.server = server;
    }

    /// See the class.
    public static void main(String[] args) {
        var measured = args.length > 0 ? Integer.parseInt(args[0]) : 40;
        var warmUp = args.length > 1 ? Integer.parseInt(args[1]) : 40;
        try (var server = Server.start()) {
            var run = new MetricRead(server);
            var day = new Load("Day", 100, 1_440);
            var hour = new Load("Hour", 500, 60);
            run.publish(day);
            run.publish(hour);
            run.measure("M6 100 metrics x 1 day x 60 s", day, measured, warmUp);
            run.measure("M7 500 metrics x last hour", hour, measured, warmUp);
            run.measure("M6 again, all warm", day, measured, 0);
        }
    }

    /// A value a minute for each of some metrics, until now.
    private static final class Load {
        private final String namespace;
        private final int metrics;
        private final int minutes;
        private final double sum;

        Load(String namespace, int metrics, int minutes) {
            this.namespace = namespace;
            this.metrics = metrics;
            this.minutes = minutes;
            var total = 0.0;
            for (var metric = 0; metric < metrics; metric++) {
                for (var value : values(metric)) {
                    total += value;
                }
            }
            this.sum = total;
        }

        /// A random walk with two decimals, as gauges look.
        double[] values(int metric) {
            var random = new Random(metric * 31L + minutes);
            var values = new double[minutes];
            var at = 5_000L + random.nextInt(5_000);
            for (var i = 0; i < minutes; i++) {
                at += random.nextInt(-200, 201);
                values[i] = at / 100.0;
            }
            return values;
        }
    }

    private void publish(Load load) {
        var datums = new ArrayList<String>();
        for (var metric = 0; metric < load.metrics; metric++) {
            var values = load.values(metric);
            for (var i = 0; i < load.minutes; i++) {
                datums.add(
                        """
                        {"MetricName":"m","Dimensions":[{"Name":"Host","Value":"host-%d"}],"Timestamp":%d,"Value":%s}\
                        """
                                .formatted(metric, time(load, i), values[i]));
            }
        }
        var requests = new ArrayList<HttpRequest>();
        for (var from = 0; from < datums.size(); from += DATUMS_A_CALL) {
            var some = datums.subList(from, Math.min(datums.size(), from + DATUMS_A_CALL));
            var body =
                    "{\"Namespace\":\""
                            + load.namespace
                            + "\",\"MetricData\":["
                            + String.join(",", some)
                            + "]}";
            requests.add(frame("PutMetricData", body, true).request());
        }
        new Sender().send(requests, CONNECTIONS);
        var limit = System.nanoTime() + QUERYABLE_LIMIT.toNanos();
        while (!isComplete(load, call(load))) {
            if (System.nanoTime() > limit) {
                throw new IllegalStateException("not queryable in " + QUERYABLE_LIMIT);
            }
            Server.pause(500);
        }
    }

    private long time(Load load, int minute) {
        return now.getEpochSecond() - 60L * (load.minutes - minute);
    }

    private Frame frame(String operation, String body, boolean gzip) {
        return Frame.json(
                server.endpoint(),
                "monitoring",
                "GraniteServiceVersion20100801." + operation,
                JSON,
                body.getBytes(StandardCharsets.UTF_8),
                gzip,
                1);
    }

    private void measure(String name, Load load, int measured, int warmUp) {
        for (var i = 0; i < warmUp; i++) {
            call(load);
        }
        var millis = new double[measured];
        var bytes = 0L;
        var cpu = server.cpuSeconds();
        for (var i = 0; i < measured; i++) {
            var start = System.nanoTime();
            var pages = call(load);
            millis[i] = (System.nanoTime() - start) / 1e6;
            bytes = pages.stream().mapToLong(page -> page.length).sum();
            if (!isComplete(load, pages)) {
                throw new IllegalStateException("an answer is wrong");
            }
        }
        var used = (server.cpuSeconds() - cpu) / measured;
        Arrays.sort(millis);
        System.out.printf(
                "%s: p50 %.1f, p90 %.1f, best %.1f ms; %.1f ms CPU, %,d datapoints, %.2f MB%n",
                name,
                millis[measured / 2],
                millis[measured * 9 / 10],
                millis[0],
                used * 1_000,
                load.metrics * load.minutes,
                bytes / 1e6);
    }

    /// All pages of one answer.
    private List<byte[]> call(Load load) {
        var pages = new ArrayList<byte[]>();
        var token = "";
        do {
            var body = body(load, token);
            var page = send(frame("GetMetricData", body, false).request());
            pages.add(page);
            token = token(page);
        } while (!token.isEmpty());
        return pages;
    }

    private String body(Load load, String token) {
        var queries = new ArrayList<String>();
        for (var metric = 0; metric < load.metrics; metric++) {
            queries.add(
                    """
                    {"Id":"q%d","MetricStat":{"Metric":{"Namespace":"%s","MetricName":"m","Dimensions":\
                    [{"Name":"Host","Value":"host-%d"}]},"Period":60,"Stat":"Average"}}\
                    """
                            .formatted(metric, load.namespace, metric));
        }
        return "{\"StartTime\":%d,\"EndTime\":%d,\"MetricDataQueries\":[%s]%s}"
                .formatted(
                        time(load, 0),
                        now.getEpochSecond(),
                        String.join(",", queries),
                        token.isEmpty() ? "" : ",\"NextToken\":\"" + token + "\"");
    }

    private byte[] send(HttpRequest request) {
        try {
            var answer = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
            if (answer.statusCode() != 200) {
                throw new IllegalStateException(new String(answer.body(), StandardCharsets.UTF_8));
            }
            return answer.body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /// Found at the end or the start of the page, so that reading it costs nothing in the measured time.
    private static String token(byte[] page) {
        var text = new String(page, StandardCharsets.ISO_8859_1);
        var key = "\"NextToken\":\"";
        var at = text.lastIndexOf(key);
        return at < 0
                ? ""
                : text.substring(at + key.length(), text.indexOf('"', at + key.length()));
    }

    private boolean isComplete(Load load, List<byte[]> pages) {
        try {
            var count = 0L;
            var sum = 0.0;
            for (var page : pages) {
                for (JsonNode result : mapper.readTree(page).get("MetricDataResults")) {
                    count += result.get("Timestamps").size();
                    for (var value : result.get("Values")) {
                        sum += value.doubleValue();
                    }
                }
            }
            return count == (long) load.metrics * load.minutes
                    && Math.abs(sum / load.sum - 1) < 1e-9;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
