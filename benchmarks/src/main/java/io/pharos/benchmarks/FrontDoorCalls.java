package io.pharos.benchmarks;

import io.pharos.stream.ApiRecords;

import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// P1: how many small signed calls does a CPU-second of everything answer? Beside it in the same run: a
/// bare Vert.x server that answers the same bodies with 12 bytes, in its own process.
///
/// Three calls: `listed`, ListMetrics of one page, which asks the index and is recorded for trails;
/// `identity`, GetCallerIdentity, recorded and nothing else; `unrecorded`, GetMetricStatistics of one
/// metric's last hour, which is a data call. Afterwards every recorded call must stand in the trail's stream.
///
/// `java -cp 'benchmarks/target/classes:benchmarks/target/lib/*' io.pharos.benchmarks.FrontDoorCalls
/// [seconds a round, 10] [seconds of warm-up for each call, 30] [rounds, 3] [calls]` in the project's directory.
///
/// Last result: `docs/performance.md`, P1.
public final class FrontDoorCalls {
    private static final int CONNECTIONS = Integer.getInteger("connections", 32);

    /// What a call leaves behind (records on their way to where they are kept) is paid in its round.
    private static final Duration REST = Duration.ofMillis(1_500);

    private final Server server;
    private final ClosedLoop loop;
    private final Process echo;
    private final URI echoEndpoint;
    private final Map<String, Long> recorded = new LinkedHashMap<>();

    private FrontDoorCalls(Server server, ClosedLoop loop, Process echo, URI echoEndpoint) {
        this.server = server;
        this.loop = loop;
        this.echo = echo;
        this.echoEndpoint = echoEndpoint;
    }

    /// See the class.
    public static void main(String[] args) throws IOException {
        var seconds = Duration.ofSeconds(args.length > 0 ? Integer.parseInt(args[0]) : 10);
        var warmUp = Duration.ofSeconds(args.length > 1 ? Integer.parseInt(args[1]) : 30);
        var rounds = args.length > 2 ? Integer.parseInt(args[2]) : 3;
        var calls = List.of((args.length > 3 ? args[3] : "listed,identity,unrecorded").split(","));
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
        try (var server = Server.start();
                var loop = new ClosedLoop(CONNECTIONS)) {
            var endpoint = URI.create("http://127.0.0.1:" + port);
            new FrontDoorCalls(server, loop, echo, endpoint).run(calls, warmUp, seconds, rounds);
        } finally {
            echo.destroy();
        }
    }

    private void run(List<String> calls, Duration warmUp, Duration seconds, int rounds) {
        prepare();
        for (var call : calls) {
            var made = take(call, warmUp);
            System.out.printf("warm-up %s: %,d calls%n", call, made);
            loop.run(echoFrame(call), warmUp.dividedBy(6));
        }
        for (var call : calls) {
            var ratios = new ArrayList<Double>();
            for (var round = 1; round <= rounds; round++) {
                Server.pause(REST.toMillis());
                var before = server.cpuSeconds();
                var partsBefore = server.cpuByPart();
                var made = take(call, seconds);
                Server.pause(REST.toMillis());
                var pharos = made / (server.cpuSeconds() - before);
                if (Boolean.getBoolean("parts")) {
                    printParts(partsBefore, made);
                }
                before = Cpu.seconds(List.of(echo.pid()));
                var bare = loop.run(echoFrame(call), seconds.dividedBy(3));
                var echoed = bare / (Cpu.seconds(List.of(echo.pid())) - before);
                ratios.add(100 * pharos / echoed);
                System.out.printf(
                        "P1 %s round %d: %,.0f calls per CPU-second (%,.0f a second), echo %,.0f: %.1f %%%n",
                        call,
                        round,
                        pharos,
                        made / (double) seconds.toSeconds(),
                        echoed,
                        ratios.getLast());
            }
            System.out.printf(
                    "P1 %s: median %.1f %%%n",
                    call, ratios.stream().sorted().toList().get(ratios.size() / 2));
        }
        verify();
    }

    private void printParts(Map<String, Double> before, long calls) {
        server.cpuByPart().entrySet().stream()
                .map(part ->
                        Map.entry(
                                part.getKey(),
                                1e6
                                        * (part.getValue()
                                                - before.getOrDefault(part.getKey(), 0.0))
                                        / calls))
                .filter(part -> part.getValue() >= 0.5)
                .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
                .forEach(part ->
                        System.out.printf("  %6.1f us  %s%n", part.getValue(), part.getKey()));
    }

    private long take(String call, Duration length) {
        var frame = frame(call, server.endpoint());
        var made = loop.run(frame, length);
        if (!call.equals("unrecorded")) {
            recorded.merge(eventName(call), made, Long::sum);
        }
        return made;
    }

    private Frame echoFrame(String call) {
        return frame(call, echoEndpoint);
    }

    private static String eventName(String call) {
        return switch (call) {
            case "listed" -> "ListMetrics";
            case "identity" -> "GetCallerIdentity";
            case "unrecorded" -> "GetMetricStatistics";
            default -> throw new IllegalArgumentException("no such call: " + call);
        };
    }

    /// Signed now: good for five minutes.
    private static Frame frame(String call, URI endpoint) {
        var monitoring = "GraniteServiceVersion20100801.";
        return switch (call) {
            case "listed" ->
                    json(
                            endpoint,
                            monitoring + "ListMetrics",
                            "{\"Namespace\":\"Benchmark/Door\",\"MetricName\":\"Widgets\"}");
            case "identity" ->
                    Frame.form(endpoint, "sts", "Action=GetCallerIdentity&Version=2011-06-15");
            case "unrecorded" -> {
                var now = System.currentTimeMillis() / 60_000 * 60;
                yield json(
                        endpoint,
                        monitoring + "GetMetricStatistics",
                        """
                        {"Namespace":"Benchmark/Door","MetricName":"Widgets","Period":300,\
                        "Statistics":["Sum"],"StartTime":%d,"EndTime":%d}\
                        """
                                .formatted(now - 3_600, now + 60));
            }
            default -> throw new IllegalArgumentException("no such call: " + call);
        };
    }

    private static Frame json(URI endpoint, String target, String body) {
        return Frame.json(
                endpoint,
                "monitoring",
                target,
                "application/x-amz-json-1.0",
                body.getBytes(StandardCharsets.UTF_8),
                false,
                1);
    }

    private void prepare() {
        var client = server.client(CloudWatchClient.builder());
        client.putMetricData(put ->
                put.namespace("Benchmark/Door")
                        .metricData(datum -> datum.metricName("Widgets").value(1.0)));
        var tries = 0;
        while (true) {
            recorded.merge("ListMetrics", 1L, Long::sum);
            if (!client.listMetrics(list -> list.namespace("Benchmark/Door")).metrics().isEmpty()) {
                return;
            }
            if (++tries > 100) {
                throw new IllegalStateException("the metric does not show");
            }
            Server.pause(100);
        }
    }

    /// Reads the trail's stream from its beginning: as many records as calls were answered.
    private void verify() {
        var found = new LinkedHashMap<String, Long>();
        Map<String, Object> settings =
                Map.of(
                        "bootstrap.servers", server.kafka(),
                        "key.deserializer", ByteArrayDeserializer.class,
                        "value.deserializer", ByteArrayDeserializer.class);
        try (var consumer = new KafkaConsumer<byte[], byte[]>(settings)) {
            var partitions =
                    consumer.partitionsFor("api-records").stream()
                            .map(one -> new TopicPartition(one.topic(), one.partition()))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions);
            while (partitions.stream()
                    .anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
                for (var record : consumer.poll(Duration.ofMillis(200))) {
                    for (var call : ApiRecords.parseFrom(record.value()).getRecordsList()) {
                        found.merge(call.getEventName(), 1L, Long::sum);
                    }
                }
            }
        } catch (com.google.protobuf.InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
        recorded.forEach((name, calls) -> {
            if (!calls.equals(found.get(name))) {
                throw new IllegalStateException(
                        "%s: %d calls, %d records".formatted(name, calls, found.get(name)));
            }
        });
        System.out.println("every call is recorded once: " + recorded);
    }
}
