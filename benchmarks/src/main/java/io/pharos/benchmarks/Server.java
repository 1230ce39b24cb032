package io.pharos.benchmarks;

import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.core.client.builder.SdkSyncClientBuilder;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

/// A Pharos of this run's own: `standalone` from its build directory, on a new data directory below
/// the system's temporary one, which goes away at the end.
///
/// System properties: `port` (6800; five more are taken), `java.options` (added to the server's).
final class Server implements AutoCloseable {
    static final String REGION = "us-east-1";
    static final AwsBasicCredentials KEY =
            AwsBasicCredentials.create("AKIABENCHBENCHBENCH0", "benchmark-secret-access-key");

    private static final Duration START_LIMIT = Duration.ofMinutes(3);

    private final Path data;
    private final int port = Integer.getInteger("port", 6800);
    private final Process process;

    private Server() throws IOException {
        var jar = Path.of("standalone/target/quarkus-app/quarkus-run.jar");
        if (!Files.exists(jar)) {
            throw new IllegalStateException("not built, or not the project's directory: " + jar);
        }
        data = Files.createTempDirectory("pharos-benchmark");
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "-XX:+UseSerialGC",
                        "-XX:NewSize=256m",
                        "-Xmx" + System.getProperty("heap", "3g"),
                        "--enable-native-access=ALL-UNNAMED",
                        "-Dpharos.launcher=true"));
        var more = System.getProperty("java.options", "");
        if (!more.isBlank()) {
            command.addAll(List.of(more.split(" ")));
        }
        command.addAll(List.of("-jar", jar.toAbsolutePath().toString()));
        command.addAll(List.of("up", "--data", data.toString(), "--port", String.valueOf(port)));
        var builder =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(data.resolve("server.log").toFile());
        builder.environment().put("PHAROS_ACCESS_KEY_ID", KEY.accessKeyId());
        builder.environment().put("PHAROS_SECRET_ACCESS_KEY", KEY.secretAccessKey());
        process = builder.start();
    }

    /// Returns once it is ready.
    static Server start() {
        try {
            var server = new Server();
            var limit = System.nanoTime() + START_LIMIT.toNanos();
            while (!Files.exists(server.data.resolve("pharos.pid"))) {
                if (!server.process.isAlive() || System.nanoTime() > limit) {
                    server.process.destroy();
                    throw new IllegalStateException("does not start: see " + server.data);
                }
                pause(100);
            }
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + port);
    }

    String kafka() {
        return "127.0.0.1:" + (port + 1);
    }

    /// Of the services, Kafka and PostgreSQL together.
    double cpuSeconds() {
        var roots = new ArrayList<Long>();
        roots.add(process.pid());
        postmaster().ifPresent(roots::add);
        return Cpu.seconds(roots);
    }

    /// PostgreSQL, past the services.
    Connection database() throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + (port + 2) + "/postgres?user=postgres");
    }

    /// What is in use after a collection.
    long heapBytes() throws IOException, InterruptedException {
        ask("GC.run");
        var text = ask("GC.heap_info");
        var used = Pattern.compile("(?:DefNew|Tenured) .*?used (\\d+)K").matcher(text);
        var kilobytes = 0L;
        while (used.find()) {
            kilobytes += Long.parseLong(used.group(1));
        }
        return kilobytes << 10;
    }

    private String ask(String what) throws IOException, InterruptedException {
        var jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        var asked = new ProcessBuilder(jcmd, String.valueOf(process.pid()), what).start();
        var text = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        asked.waitFor();
        return text;
    }

    /// The same by part: threads of the services and Kafka, and `PostgreSQL`.
    Map<String, Double> cpuByPart() {
        var parts = Cpu.threads(process.pid());
        postmaster().ifPresent(pid -> parts.put("PostgreSQL", Cpu.seconds(List.of(pid))));
        return parts;
    }

    /// PostgreSQL's first process belongs to no one once it runs.
    private Optional<Long> postmaster() {
        try (var files = Files.find(data, 5, (path, _) -> path.endsWith("postmaster.pid"))) {
            var file = files.findFirst();
            return file.isPresent()
                    ? Optional.of(Long.parseLong(Files.readAllLines(file.get()).getFirst().strip()))
                    : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// An SDK client's builder made to call here.
    <B extends AwsClientBuilder<B, C> & SdkSyncClientBuilder<B, C>, C> C client(B builder) {
        return builder.httpClientBuilder(UrlConnectionHttpClient.builder())
                .endpointOverride(endpoint())
                .region(Region.of(REGION))
                .credentialsProvider(StaticCredentialsProvider.create(KEY))
                .build();
    }

    static void pause(long milliseconds) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(milliseconds));
    }

    @Override
    public void close() {
        var postgres = postmaster().flatMap(ProcessHandle::of);
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            postgres.ifPresent(ProcessHandle::destroy);
            while (postgres.isPresent() && postgres.get().isAlive()) {
                pause(100);
            }
            if (Boolean.getBoolean("keep")) {
                System.out.println("kept: " + data);
                return;
            }
            try (var files = Files.walk(data)) {
                for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
