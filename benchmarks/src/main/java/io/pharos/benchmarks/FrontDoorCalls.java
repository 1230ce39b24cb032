package io.pharos.benchmarks;

import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;

/// P1: how many small signed calls (ListMetrics, one page of one metric) does a CPU-second of
/// everything answer? Beside it in the same run: a bare Vert.x server that answers the same bodies
/// with 12 bytes, in its own process.
///
/// `java -cp 'benchmarks/target/classes:benchmarks/target/lib/*' io.pharos.benchmarks.FrontDoorCalls
/// [calls, 20000] [warm-up calls, 10000]` in the project's directory.
///
/// Last result: `docs/performance.md`, P1.
public final class FrontDoorCalls {
    private static final int CONNECTIONS = 4;
    private static final int ROUNDS = 3;

    private FrontDoorCalls() {}

    /// See the class.
    public static void main(String[] args) throws IOException {
        var calls = args.length > 0 ? Integer.parseInt(args[0]) : 20_000;
        var warmUp = args.length > 1 ? Integer.parseInt(args[1]) : 10_000;
        var port = Integer.getInteger("port", 6800) + 11;
        var echo =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:+UseSerialGC",
                                "-cp",
                                System.getProperty("java.class.path"),
                                EchoServer.class.getName(),
                                String.valueOf(port))
                        .inheritIO()
                        .start();
        try (var server = Server.start()) {
            var frame = frame(server);
            var request = frame.request();
            var echoRequest =
                    new Frame(
                                    URI.create("http://127.0.0.1:" + port + "/"),
                                    frame.headers(),
                                    frame.body(),
                                    1)
                            .request();
            awaitEcho(echoRequest);
            new Sender().send(Collections.nCopies(warmUp, request), CONNECTIONS);
            new Sender().send(Collections.nCopies(warmUp, echoRequest), CONNECTIONS);
            for (var round = 1; round <= ROUNDS; round++) {
                var wall = System.nanoTime();
                var before = server.cpuSeconds();
                new Sender().send(Collections.nCopies(calls, request), CONNECTIONS);
                var pharos = calls / (server.cpuSeconds() - before);
                var seconds = (System.nanoTime() - wall) / 1e9;
                before = Cpu.seconds(List.of(echo.pid()));
                new Sender().send(Collections.nCopies(calls, echoRequest), CONNECTIONS);
                var bare = calls / (Cpu.seconds(List.of(echo.pid())) - before);
                System.out.printf(
                        "P1 round %d: %,.0f calls per CPU-second (%,.0f a second), echo %,.0f: %.0f %%%n",
                        round, pharos, calls / seconds, bare, 100 * pharos / bare);
            }
        } finally {
            echo.destroy();
        }
    }

    private static Frame frame(Server server) {
        var client = server.client(CloudWatchClient.builder());
        client.putMetricData(put ->
                put.namespace("Benchmark/Door")
                        .metricData(datum -> datum.metricName("Widgets").value(1.0)));
        for (var tries = 0;
                client.listMetrics(list -> list.namespace("Benchmark/Door")).metrics().isEmpty();
                tries++) {
            if (tries > 100) {
                throw new IllegalStateException("the metric does not show");
            }
            Server.pause(100);
        }
        var frame =
                Frame.json(
                        server.endpoint(),
                        "monitoring",
                        "GraniteServiceVersion20100801.ListMetrics",
                        "application/x-amz-json-1.0",
                        "{\"Namespace\":\"Benchmark/Door\",\"MetricName\":\"Widgets\"}"
                                .getBytes(StandardCharsets.UTF_8),
                        false,
                        1);
        var answer = send(frame.request());
        if (!answer.contains("Widgets")) {
            throw new IllegalStateException(answer);
        }
        return frame;
    }

    private static String send(HttpRequest request) {
        try (var http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
        } catch (ConnectException _) {
            return "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static void awaitEcho(HttpRequest request) {
        for (var tries = 0; send(request).isEmpty(); tries++) {
            if (tries > 100) {
                throw new IllegalStateException("the echo does not start");
            }
            Server.pause(100);
        }
    }
}
