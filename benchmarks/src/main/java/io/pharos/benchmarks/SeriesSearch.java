package io.pharos.benchmarks;

import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricDataResponse;
import software.amazon.awssdk.services.cloudwatch.model.MetricDatum;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;

/// How long does a `SEARCH` take among 100,000 series, as a client sees it: GetMetricData by the SDK, index
/// and datapoints? Goal: 500 ms. Beside it, Metrics Insights over 10,000 of them.
///
/// `java -cp 'benchmarks/target/classes:benchmarks/target/lib/*' io.pharos.benchmarks.SeriesSearch
/// [series, 100000] [rounds, 20]` in the project's directory.
///
/// Last result: `docs/performance.md`, SEARCH.
public final class SeriesSearch {
    private static final String NAMESPACE = "Benchmark/Search";
    private static final int A_REQUEST = 1_000;
    private static final int HOSTS = 10_000;

    private SeriesSearch() {}

    /// See the class.
    public static void main(String[] args) {
        var series = args.length > 0 ? Integer.parseInt(args[0]) : 100_000;
        var rounds = args.length > 1 ? Integer.parseInt(args[1]) : 20;
        try (var server = Server.start();
                var client = server.client(CloudWatchClient.builder())) {
            var at = Instant.now().truncatedTo(ChronoUnit.MINUTES).minusSeconds(60);
            publish(client, series, at);
            var last = "SEARCH('\"" + host(series - 1) + "\"', 'Sum', 60)";
            for (var tries = 0; call(client, last, at).metricDataResults().isEmpty(); tries++) {
                if (tries > 300) {
                    throw new IllegalStateException("the last series does not show");
                }
                Server.pause(100);
            }
            var schema = "{" + NAMESPACE + ",host} ";
            time(client, "one, by value", "SEARCH('host=\"h77\"', 'Sum', 60)", at, rounds);
            time(client, "one, by words", "SEARCH('h77 widgetcount3', 'Sum', 60)", at, rounds);
            time(client, "500 of all", "SEARCH('" + schema + "', 'Sum', 60)", at, rounds);
            time(client, "none, all judged", "SEARCH('idgetcoun', 'Sum', 60)", at, rounds);
            time(
                    client,
                    "none, all but",
                    "SEARCH('" + schema + "NOT widget', 'Sum', 60)",
                    at,
                    rounds);
            var sql = "SELECT SUM(WidgetCount3) FROM \"" + NAMESPACE + "\"";
            time(client, "SELECT, 10,000 metrics", sql, at, rounds);
            time(
                    client,
                    "SELECT, by host, top 10",
                    sql + " GROUP BY host ORDER BY SUM() DESC LIMIT 10",
                    at,
                    rounds);
        }
    }

    private static String host(int series) {
        return "h" + series % HOSTS;
    }

    private static void publish(CloudWatchClient client, int series, Instant at) {
        for (var first = 0; first < series; first += A_REQUEST) {
            var data = new ArrayList<MetricDatum>(A_REQUEST);
            for (var one = first; one < Math.min(series, first + A_REQUEST); one++) {
                data.add(
                        MetricDatum.builder()
                                .metricName("WidgetCount" + one / HOSTS)
                                .dimensions(
                                        Dimension.builder().name("host").value(host(one)).build())
                                .timestamp(at)
                                .value((double) one)
                                .build());
            }
            client.putMetricData(put -> put.namespace(NAMESPACE).metricData(data));
        }
    }

    private static GetMetricDataResponse call(
            CloudWatchClient client, String expression, Instant at) {
        return client.getMetricData(get ->
                get.startTime(at)
                        .endTime(at.plusSeconds(300))
                        .metricDataQueries(q -> q.id("q").expression(expression).period(60)));
    }

    private static void time(
            CloudWatchClient client, String what, String expression, Instant at, int rounds) {
        var milliseconds = new double[rounds];
        var found = call(client, expression, at).metricDataResults().size();
        for (var round = 0; round < rounds; round++) {
            var start = System.nanoTime();
            call(client, expression, at);
            milliseconds[round] = (System.nanoTime() - start) / 1e6;
        }
        Arrays.sort(milliseconds);
        System.out.printf(
                "%-26s %4d results, p50 %.0f ms, slowest %.0f ms%n",
                what, found, milliseconds[rounds / 2], milliseconds[rounds - 1]);
    }
}
