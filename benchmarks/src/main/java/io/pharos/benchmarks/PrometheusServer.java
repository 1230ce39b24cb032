package io.pharos.benchmarks;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;

import org.xerial.snappy.Snappy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A Prometheus of its own, with data of its own, that takes remote write.
final class PrometheusServer implements AutoCloseable {
    private static final int PORT = Integer.getInteger("port", 6800) + 10;
    private static final URI ROOT = URI.create("http://127.0.0.1:" + PORT);

    static final String WRITE_TYPE = "application/x-protobuf";
    static final Map<String, String> WRITE_HEADERS =
            Map.of("Content-Encoding", "snappy", "X-Prometheus-Remote-Write-Version", "0.1.0");

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Path data;
    private final Process process;

    /// Returns once it is ready.
    ///
    /// @param executable Prometheus' program
    /// @param rules a file of rules, empty for none
    PrometheusServer(String executable, String configuration, String rules) throws IOException {
        data = Files.createTempDirectory("pharos-benchmark-prometheus");
        Files.writeString(data.resolve("rules.yml"), rules);
        var file = Files.writeString(data.resolve("prometheus.yml"), configuration);
        process =
                new ProcessBuilder(
                                executable,
                                "--config.file=" + file,
                                "--storage.tsdb.path=" + data.resolve("tsdb"),
                                "--web.listen-address=127.0.0.1:" + PORT,
                                "--log.level=error",
                                "--web.enable-remote-write-receiver")
                        .redirectErrorStream(true)
                        .redirectOutput(data.resolve("log").toFile())
                        .start();
        while (!isReady()) {
            if (!process.isAlive()) {
                throw new IOException(Files.readString(data.resolve("log")));
            }
            Server.pause(100);
        }
    }

    double cpuSeconds() {
        return Cpu.seconds(List.of(process.pid()));
    }

    private boolean isReady() {
        try {
            return text("/-/ready").contains("Ready");
        } catch (IOException e) {
            return false;
        }
    }

    String text(String path) throws IOException {
        return text(HttpRequest.newBuilder(ROOT.resolve(path)).build()).body();
    }

    HttpResponse<String> text(HttpRequest request) throws IOException {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /// Remote write 1.0 of some series, by hand: `prometheus.WriteRequest` (1: series).
    static HttpRequest write(List<byte[]> series) throws IOException {
        var request = HttpRequest.newBuilder(ROOT.resolve("/api/v1/write"));
        WRITE_HEADERS.forEach(request::header);
        return request.header("Content-Type", WRITE_TYPE)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body(series)))
                .build();
    }

    /// What such a request carries.
    static byte[] body(List<byte[]> series) throws IOException {
        return Snappy.compress(
                message(request -> {
                    for (var one : series) {
                        field(request, 1, one);
                    }
                }));
    }

    URI address(String path) {
        return ROOT.resolve(path);
    }

    /// A series (1) of labels (1: name 1, value 2) and a sample (2: value 1, milliseconds 2).
    ///
    /// @param labels names and values in turn, sorted by name
    static byte[] series(List<String> labels, double value, long milliseconds) throws IOException {
        return series(labels, new double[] {value}, milliseconds, 0);
    }

    /// The same with several samples, some time apart.
    static byte[] series(List<String> labels, double[] values, long milliseconds, long apart)
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
            for (var i = 0; i < values.length; i++) {
                var value = values[i];
                var at = milliseconds + i * apart;
                field(
                        series,
                        2,
                        message(out -> {
                            out.writeDouble(1, value);
                            out.writeInt64(2, at);
                        }));
            }
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

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            process.waitFor(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try (var files = Files.walk(data)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
