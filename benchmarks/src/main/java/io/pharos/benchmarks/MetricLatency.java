package io.pharos.benchmarks;

import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricDataRequest;
import software.amazon.awssdk.services.cloudwatch.model.Metric;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataQuery;
import software.amazon.awssdk.services.cloudwatch.model.MetricStat;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricDataRequest;

import java.time.Instant;
import java.util.Arrays;

/// M8: how long after its acknowledgement does GetMetricData show a datapoint, while 20,000 others a
/// second come in? Polled every 10 ms.
///
/// `java -cp 'benchmarks/target/classes:benchmarks/target/lib/*' io.pharos.benchmarks.MetricLatency
/// [datapoints, 300]` in the project's directory.
///
/// Last result: `docs/performance.md`, M8.
public final class MetricLatency {
    private static final int WARM_UP = 100;
    private static final int LOAD_REQUESTS_A_SECOND = 20;
    private static final int POLL_MS = 10;
    private static final String NAMESPACE = "Benchmark/Latency";

    private MetricLatency() {}

    /// See the class.
    public static void main(String[] args) {
        var count = args.length > 0 ? Integer.parseInt(args[0]) : 300;
        var hour = Instant.now().getEpochSecond() / 3600 * 3600;
        var mix = new MetricMix(Instant.ofEpochSecond(hour - 7_200), 240, 1_000);
        mix.record();
        try (var server = Server.start()) {
            var client = server.client(CloudWatchClient.builder());
            var load = Thread.ofPlatform().daemon().start(() -> load(server, mix));
            var waits = new double[count];
            for (var i = -WARM_UP; i < count; i++) {
                var wait = visibleAfterMs(client, "m" + (i + WARM_UP));
                if (i >= 0) {
                    waits[i] = wait;
                }
            }
            load.interrupt();
            Arrays.sort(waits);
            System.out.printf(
                    "M8 acknowledged to visible: p50 %.0f ms, p99 %.0f ms, most %.0f ms of %d%n",
                    waits[count / 2], waits[count * 99 / 100], waits[count - 1], count);
        }
    }

    private static void load(Server server, MetricMix mix) {
        var sender = new Sender();
        var from = System.nanoTime();
        var sent = 0;
        for (var step = 0; ; step = (step + 1) % mix.steps()) {
            for (var frame : mix.frames(server.endpoint(), step, step + 1)) {
                sender.send(frame.request());
                var due = from + ++sent * 1_000_000_000L / LOAD_REQUESTS_A_SECOND;
                Server.pause(Math.max(0, (due - System.nanoTime()) / 1_000_000));
                if (Thread.currentThread().isInterrupted()) {
                    return;
                }
            }
        }
    }

    private static double visibleAfterMs(CloudWatchClient client, String name) {
        var now = Instant.now();
        client.putMetricData(
                PutMetricDataRequest.builder()
                        .namespace(NAMESPACE)
                        .metricData(datum -> datum.metricName(name).value(1.0).timestamp(now))
                        .build());
        var acknowledged = System.nanoTime();
        var query =
                MetricDataQuery.builder()
                        .id("q")
                        .metricStat(
                                MetricStat.builder()
                                        .metric(
                                                Metric.builder()
                                                        .namespace(NAMESPACE)
                                                        .metricName(name)
                                                        .build())
                                        .period(60)
                                        .stat("Sum")
                                        .build())
                        .build();
        var request =
                GetMetricDataRequest.builder()
                        .startTime(now.minusSeconds(120))
                        .endTime(now.plusSeconds(120))
                        .metricDataQueries(query)
                        .build();
        while (client.getMetricData(request).metricDataResults().getFirst().values().isEmpty()) {
            Server.pause(POLL_MS);
        }
        return (System.nanoTime() - acknowledged) / 1e6;
    }
}
