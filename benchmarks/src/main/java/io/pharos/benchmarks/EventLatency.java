package io.pharos.benchmarks;

import com.sun.net.httpserver.HttpServer;

import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.ApiDestinationHttpMethod;
import software.amazon.awssdk.services.eventbridge.model.ConnectionAuthorizationType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;

/// E3: how long from a PutEvents call of one event until an HTTP target (API destination) has it, at a
/// steady rate? Times count from when each event was due, so that a stall is not hidden. Beside it in
/// the same run: raw Kafka on the same broker, producer to consumer, 1 KB records at the same rate.
///
/// `java -cp 'benchmarks/target/classes:benchmarks/target/lib/*' io.pharos.benchmarks.EventLatency
/// [events a second, 200] [seconds, 10]` in the project's directory.
///
/// Last result: `docs/performance.md`, E3.
public final class EventLatency {
    private static final Pattern NUMBER = Pattern.compile("\"n\":(\\d+)");
    private static final int DESTINATION_RATE = 10_000;

    private final int rate;
    private final int count;

    private EventLatency(int rate, int seconds) {
        this.rate = rate;
        this.count = rate * seconds;
    }

    /// See the class.
    public static void main(String[] args) throws IOException {
        var rate = args.length > 0 ? Integer.parseInt(args[0]) : 200;
        var seconds = args.length > 1 ? Integer.parseInt(args[1]) : 10;
        try (var server = Server.start()) {
            var run = new EventLatency(rate, seconds);
            run.events(server);
            KafkaLatency.report(server, "E3", rate, rate * seconds);
        }
    }

    private void events(Server server) throws IOException {
        var current = new AtomicReference<Arrivals>();
        var target =
                HttpServer.create(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1_000);
        target.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        target.createContext(
                "/",
                exchange -> {
                    var text =
                            new String(
                                    exchange.getRequestBody().readAllBytes(),
                                    StandardCharsets.UTF_8);
                    var number = NUMBER.matcher(text);
                    var arrivals = current.get();
                    if (arrivals != null && number.find()) {
                        arrivals.at(Integer.parseInt(number.group(1)));
                    }
                    exchange.sendResponseHeaders(200, -1);
                    exchange.close();
                });
        target.start();
        try {
            rule(server, "http://127.0.0.1:" + target.getAddress().getPort() + "/events");
            for (var name : List.of("events, warming up", "events")) {
                var arrivals = new Arrivals(count);
                current.set(arrivals);
                var cpu = server.cpuSeconds();
                sendEvents(server, arrivals);
                arrivals.report("E3 " + name, rate);
                System.out.printf(
                        "   %.1f ms CPU per event%n", (server.cpuSeconds() - cpu) * 1e3 / count);
            }
        } finally {
            target.stop(0);
        }
    }

    private static void rule(Server server, String url) {
        var client = server.client(EventBridgeClient.builder());
        var connection =
                client.createConnection(create ->
                        create.name("benchmark")
                                .authorizationType(ConnectionAuthorizationType.API_KEY)
                                .authParameters(auth ->
                                        auth.apiKeyAuthParameters(
                                                key -> key.apiKeyName("X-Key").apiKeyValue("k"))));
        var destination =
                client.createApiDestination(create ->
                        create.name("benchmark")
                                .connectionArn(connection.connectionArn())
                                .invocationEndpoint(url)
                                .invocationRateLimitPerSecond(DESTINATION_RATE)
                                .httpMethod(ApiDestinationHttpMethod.POST));
        client.putRule(
                rule -> rule.name("benchmark").eventPattern("{\"source\": [\"benchmark\"]}"));
        client.putTargets(targets ->
                targets.rule("benchmark")
                        .targets(one ->
                                one.id("http")
                                        .arn(destination.apiDestinationArn())
                                        .roleArn("arn:aws:iam::000000000000:role/b")));
    }

    private void sendEvents(Server server, Arrivals arrivals) {
        var frames = new ArrayList<Frame>();
        for (var i = 0; i < count; i++) {
            var body =
                    """
                    {"Entries": [{"Source": "benchmark", "DetailType": "Tick",
                     "Detail": "{\\"n\\":%d,\\"text\\":\\"%s\\"}"}]}\
                    """
                            .formatted(i, "x".repeat(700));
            frames.add(
                    Frame.json(
                            server.endpoint(),
                            "events",
                            "AWSEvents.PutEvents",
                            "application/x-amz-json-1.1",
                            body.getBytes(StandardCharsets.UTF_8),
                            false,
                            1));
        }
        var sender = new Sender();
        var requests = frames.stream().map(Frame::request).toList();
        arrivals.paced(rate, i -> sender.send(requests.get(i)));
    }
}
