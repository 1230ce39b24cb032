package io.pharos.benchmarks;

import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/// The reference of M1: Prometheus taking the same samples by remote write (protobuf, snappy, 2,000 a
/// request, one connection, because it wants them in order).
final class PrometheusIngest implements AutoCloseable {
    private static final int HOSTS_A_REQUEST = 200;

    private final Sender sender = new Sender();
    private final MetricMix mix;
    private final PrometheusServer server;

    /// Returns once it is ready.
    ///
    /// @param executable Prometheus' program
    PrometheusIngest(String executable, MetricMix mix) throws IOException {
        this.mix = mix;
        server = new PrometheusServer(executable, "global: {}\n", "");
    }

    double cpuSeconds() {
        return server.cpuSeconds();
    }

    /// The samples of some steps; they must come in their order.
    ///
    /// @return how long it took, in seconds
    double send(int fromStep, int toStep) throws IOException {
        var requests = requests(mix, fromStep, toStep);
        var wall = System.nanoTime();
        sender.send(requests, 1);
        return (System.nanoTime() - wall) / 1e9;
    }

    /// It has every sample.
    void verify() throws IOException {
        var query = new StringJoiner(" + ");
        for (var metric = 0; metric < MetricMix.METRICS; metric++) {
            query.add("sum(count_over_time(" + MetricMix.metric(metric) + "[24h]))");
        }
        var answer =
                server.text(
                        "/api/v1/query?time="
                                + (mix.timestamp(mix.steps()) + 1)
                                + "&query="
                                + URLEncoder.encode(query.toString(), StandardCharsets.UTF_8));
        if (!answer.contains("\"" + mix.points(mix.steps()) + "\"")) {
            throw new IllegalStateException("Prometheus has other datapoints: " + answer);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private static List<HttpRequest> requests(MetricMix mix, int fromStep, int toStep)
            throws IOException {
        var requests = new ArrayList<HttpRequest>();
        for (var step = fromStep; step < toStep; step++) {
            for (var host = 0; host < mix.hosts(); host += HOSTS_A_REQUEST) {
                requests.add(request(mix, step, host, host + HOSTS_A_REQUEST));
            }
        }
        return requests;
    }

    private static HttpRequest request(MetricMix mix, int step, int fromHost, int toHost)
            throws IOException {
        var series = new ArrayList<byte[]>();
        for (var host = fromHost; host < toHost; host++) {
            for (var metric = 0; metric < MetricMix.METRICS; metric++) {
                var value = mix.value(step, metric, host);
                // Sorted by name, as it wants them: Environment … Zone, __name__.
                var labels = new ArrayList<String>(MetricMix.labels(host));
                labels.addAll(List.of("__name__", MetricMix.metric(metric)));
                series.add(PrometheusServer.series(labels, value, mix.timestamp(step) * 1000));
            }
        }
        return PrometheusServer.write(series);
    }
}
