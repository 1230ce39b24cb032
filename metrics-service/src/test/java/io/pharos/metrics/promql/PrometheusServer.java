package io.pharos.metrics.promql;

import io.pharos.testkit.Eventually;
import io.pharos.testkit.FreePort;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/// A Prometheus server of the distribution's package, with samples given at the start. Listens on
/// loopback alone and scrapes nothing.
final class PrometheusServer implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(60);

    private final HttpClient http = HttpClient.newHttpClient();
    private final Process process;
    private final String address;

    /// @param samples in OpenMetrics' text
    PrometheusServer(Path directory, String samples) throws IOException, InterruptedException {
        var text = Files.writeString(directory.resolve("samples.txt"), samples);
        var blocks = directory.resolve("blocks");
        var log = directory.resolve("prometheus.log").toFile();
        var filled =
                new ProcessBuilder(
                                "promtool",
                                "tsdb",
                                "create-blocks-from",
                                "openmetrics",
                                text.toString(),
                                blocks.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(log)
                        .start();
        if (!filled.waitFor(START.toSeconds(), TimeUnit.SECONDS) || filled.exitValue() != 0) {
            filled.destroyForcibly();
            throw new IllegalStateException(Files.readString(log.toPath()));
        }
        var config = Files.writeString(directory.resolve("prometheus.yml"), "");
        address = "127.0.0.1:" + FreePort.find();
        process =
                new ProcessBuilder(
                                "prometheus",
                                "--config.file=" + config,
                                "--storage.tsdb.path=" + blocks,
                                "--storage.tsdb.retention.time=100y",
                                "--web.listen-address=" + address)
                        .redirectErrorStream(true)
                        .redirectOutput(log)
                        .start();
        try {
            Eventually.within(
                    START,
                    () -> {
                        if (!get("/-/ready").contains("Ready")) {
                            throw new AssertionError("not ready");
                        }
                    });
        } catch (AssertionError failure) {
            process.destroyForcibly();
            throw failure;
        }
    }

    String query(String path, Map<String, String> parameters)
            throws IOException, InterruptedException {
        return get(path + "?" + form(parameters));
    }

    static String form(Map<String, String> parameters) {
        return parameters.entrySet().stream()
                .map(it ->
                        it.getKey()
                                + "="
                                + URLEncoder.encode(it.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    private String get(String pathAndQuery) throws IOException, InterruptedException {
        var request =
                HttpRequest.newBuilder(URI.create("http://" + address + pathAndQuery)).build();
        return http.send(request, BodyHandlers.ofString()).body();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        http.close();
    }
}
