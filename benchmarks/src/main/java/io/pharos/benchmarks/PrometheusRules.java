package io.pharos.benchmarks;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;

import org.xerial.snappy.Snappy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/// The reference of A1: as many alerting rules on one series each, in ten groups, every ten seconds.
final class PrometheusRules {
    private static final int GROUPS = 10;
    private static final int INTERVAL_S = 10;
    private static final int MEASURED_S = 60;
    private static final int SERIES_A_REQUEST = 2_000;
    private static final int PORT = Integer.getInteger("port", 6800) + 10;
    private static final URI ROOT = URI.create("http://127.0.0.1:" + PORT);

    private PrometheusRules() {}

    /// @return evaluations per CPU-second
    static double run(String executable, int rules) throws IOException {
        var data = Files.createTempDirectory("pharos-benchmark-prometheus");
        Files.writeString(data.resolve("rules.yml"), rules(rules));
        Files.writeString(
                data.resolve("prometheus.yml"),
                "global: {evaluation_interval: " + INTERVAL_S + "s}\nrule_files: [rules.yml]\n");
        var process =
                new ProcessBuilder(
                                executable,
                                "--config.file=" + data.resolve("prometheus.yml"),
                                "--storage.tsdb.path=" + data.resolve("tsdb"),
                                "--web.listen-address=127.0.0.1:" + PORT,
                                "--log.level=error",
                                "--web.enable-remote-write-receiver")
                        .redirectErrorStream(true)
                        .redirectOutput(data.resolve("log").toFile())
                        .start();
        try {
            return measure(process.pid(), rules);
        } finally {
            process.destroy();
            try {
                process.waitFor(20, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            delete(data);
        }
    }

    private static String rules(int rules) {
        var yaml = new StringBuilder("groups:\n");
        for (var group = 0; group < GROUPS; group++) {
            yaml.append("- name: g").append(group).append("\n  rules:\n");
            for (var i = group; i < rules; i += GROUPS) {
                yaml.append("  - alert: a")
                        .append(i)
                        .append("\n    expr: avg_over_time(load{host=\"host-")
                        .append(i)
                        .append("\"}[5m]) > 1e6\n");
            }
        }
        return yaml.toString();
    }

    private static double measure(long pid, int rules) throws IOException {
        var http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        while (!isReady(http)) {
            Server.pause(100);
        }
        var now = System.currentTimeMillis() / 60_000 * 60;
        for (var back = 5; back >= 0; back--) {
            send(http, rules, (now - back * 60L) * 1000);
        }
        Server.pause(3 * INTERVAL_S * 1_000); // the first passes are cold
        var before = Cpu.seconds(List.of(pid));
        var evaluated = evaluated(http);
        Server.pause(MEASURED_S * 1_000);
        var used = Cpu.seconds(List.of(pid)) - before;
        var evaluations = evaluated(http) - evaluated;
        System.out.printf(
                Locale.ROOT,
                "A1 reference, Prometheus, %,d rules: %,.0f evaluations per CPU-second (%,.0f in %d s,"
                        + " %.1f %% of a core)%n",
                rules,
                evaluations / used,
                evaluations,
                MEASURED_S,
                used / MEASURED_S * 100);
        return evaluations / used;
    }

    /// How many it says to have evaluated.
    private static double evaluated(HttpClient http) throws IOException {
        return text(http, "/metrics")
                .lines()
                .filter(line -> line.startsWith("prometheus_rule_evaluations_total{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private static void send(HttpClient http, int series, long milliseconds) throws IOException {
        for (var from = 0; from < series; from += SERIES_A_REQUEST) {
            var body = ByteString.newOutput();
            var out = CodedOutputStream.newInstance(body);
            for (var i = from; i < Math.min(series, from + SERIES_A_REQUEST); i++) {
                out.writeBytes(1, series("host-" + i, i % 97, milliseconds));
            }
            out.flush();
            var request =
                    HttpRequest.newBuilder(ROOT.resolve("/api/v1/write"))
                            .header("Content-Encoding", "snappy")
                            .header("Content-Type", "application/x-protobuf")
                            .header("X-Prometheus-Remote-Write-Version", "0.1.0")
                            .POST(
                                    HttpRequest.BodyPublishers.ofByteArray(
                                            Snappy.compress(body.toByteString().toByteArray())))
                            .build();
            try {
                var answer = http.send(request, HttpResponse.BodyHandlers.ofString());
                if (answer.statusCode() >= 300) {
                    throw new IllegalStateException(answer.body());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }

    /// A series (1) of labels (1: name 1, value 2) and a sample (2: value 1, milliseconds 2).
    private static ByteString series(String host, double value, long milliseconds)
            throws IOException {
        var bytes = ByteString.newOutput();
        var out = CodedOutputStream.newInstance(bytes);
        out.writeBytes(1, label("__name__", "load"));
        out.writeBytes(1, label("host", host));
        var sample = ByteString.newOutput();
        var inner = CodedOutputStream.newInstance(sample);
        inner.writeDouble(1, value);
        inner.writeInt64(2, milliseconds);
        inner.flush();
        out.writeBytes(2, sample.toByteString());
        out.flush();
        return bytes.toByteString();
    }

    private static ByteString label(String name, String value) throws IOException {
        var bytes = ByteString.newOutput();
        var out = CodedOutputStream.newInstance(bytes);
        out.writeString(1, name);
        out.writeString(2, value);
        out.flush();
        return bytes.toByteString();
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

    private static void delete(Path data) throws IOException {
        try (var files = Files.walk(data)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (UncheckedIOException gone) {
            throw gone.getCause();
        }
    }
}
