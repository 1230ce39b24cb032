package io.pharos.benchmarks;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;

import org.xerial.snappy.Snappy;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.StringJoiner;
import java.util.concurrent.TimeUnit;

/// The reference of M1: Prometheus taking the same samples by remote write (protobuf, snappy, 2,000 a
/// request, one connection, because it wants them in order).
final class PrometheusIngest implements AutoCloseable {
    private static final int HOSTS_A_REQUEST = 200;
    private static final int PORT = Integer.getInteger("port", 6800) + 10;
    private static final URI ROOT = URI.create("http://127.0.0.1:" + PORT);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Sender sender = new Sender();
    private final MetricMix mix;
    private final Path data;
    private final Process process;

    /// Returns once it is ready.
    ///
    /// @param executable Prometheus' program
    PrometheusIngest(String executable, MetricMix mix) throws IOException {
        this.mix = mix;
        data = Files.createTempDirectory("pharos-benchmark-prometheus");
        var configuration = Files.writeString(data.resolve("prometheus.yml"), "global: {}\n");
        process =
                new ProcessBuilder(
                                executable,
                                "--config.file=" + configuration,
                                "--storage.tsdb.path=" + data.resolve("tsdb"),
                                "--web.listen-address=127.0.0.1:" + PORT,
                                "--web.enable-remote-write-receiver")
                        .redirectErrorStream(true)
                        .redirectOutput(data.resolve("log").toFile())
                        .start();
        while (!isReady(http)) {
            Server.pause(100);
        }
    }

    double cpuSeconds() {
        return Cpu.seconds(List.of(process.pid()));
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
                text(
                        http,
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
        process.destroy();
        try {
            process.waitFor(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        delete(data);
    }

    private static boolean isReady(HttpClient http) {
        try {
            return text(http, "/-/ready").contains("Ready");
        } catch (IOException e) {
            return false;
        }
    }

    private static String text(HttpClient http, String path) throws IOException {
        try {
            var request = HttpRequest.newBuilder(ROOT.resolve(path)).build();
            return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static List<HttpRequest> requests(MetricMix mix, int fromStep, int toStep)
            throws IOException {
        var requests = new ArrayList<HttpRequest>();
        for (var step = fromStep; step < toStep; step++) {
            for (var host = 0; host < mix.hosts(); host += HOSTS_A_REQUEST) {
                var body = Snappy.compress(body(mix, step, host, host + HOSTS_A_REQUEST));
                requests.add(
                        HttpRequest.newBuilder(ROOT.resolve("/api/v1/write"))
                                .header("Content-Encoding", "snappy")
                                .header("Content-Type", "application/x-protobuf")
                                .header("X-Prometheus-Remote-Write-Version", "0.1.0")
                                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                                .build());
            }
        }
        return requests;
    }

    /// `prometheus.WriteRequest` by hand: series (1) of labels (1: name 1, value 2) and samples
    /// (2: value 1, milliseconds 2).
    private static byte[] body(MetricMix mix, int step, int fromHost, int toHost)
            throws IOException {
        return message(request -> {
            for (var host = fromHost; host < toHost; host++) {
                for (var metric = 0; metric < MetricMix.METRICS; metric++) {
                    var value = mix.value(step, metric, host);
                    var labels = new ArrayList<String>();
                    // Sorted by name, as it wants them: Environment … Zone, __name__.
                    labels.addAll(MetricMix.labels(host));
                    labels.addAll(List.of("__name__", MetricMix.metric(metric)));
                    field(request, 1, series(labels, value, mix.timestamp(step) * 1000));
                }
            }
        });
    }

    private static byte[] series(List<String> labels, double value, long milliseconds)
            throws IOException {
        return message(series -> {
            for (var i = 0; i < labels.size(); i += 2) {
                var label = i;
                field(
                        series,
                        1,
                        message(out -> {
                            out.writeString(1, labels.get(label));
                            out.writeString(2, labels.get(label + 1));
                        }));
            }
            field(
                    series,
                    2,
                    message(out -> {
                        out.writeDouble(1, value);
                        out.writeInt64(2, milliseconds);
                    }));
        });
    }

    private interface Fields {
        void write(CodedOutputStream out) throws IOException;
    }

    private static void field(CodedOutputStream out, int number, byte[] message)
            throws IOException {
        out.writeBytes(number, ByteString.copyFrom(message));
    }

    private static byte[] message(Fields fields) throws IOException {
        var bytes = ByteString.newOutput();
        var out = CodedOutputStream.newInstance(bytes);
        fields.write(out);
        out.flush();
        return bytes.toByteString().toByteArray();
    }

    private static void delete(Path data) throws IOException {
        try (var files = Files.walk(data)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
