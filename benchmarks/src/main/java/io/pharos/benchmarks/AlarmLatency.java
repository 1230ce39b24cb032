package io.pharos.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.MetricDatum;
import software.amazon.awssdk.services.sns.SnsClient;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/// A2: how long after the end of its period does a breaching datapoint reach an HTTP subscriber of the
/// topic that a high-resolution alarm acts on? Datapoints are put within their period; each period every
/// alarm changes its state. Every action must come, once.
///
/// `java -cp 'benchmarks/target/classes:benchmarks/target/lib/*' io.pharos.benchmarks.AlarmLatency
/// [alarms, 50] [periods, 12]` in the project's directory.
///
/// Last result: `docs/performance.md`, A2.
public final class AlarmLatency {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NAMESPACE = "Benchmark/Alarms";
    private static final int PERIOD_S = 10;
    private static final int WARM_UP = 4;
    private static final Duration ARRIVAL_LIMIT = Duration.ofSeconds(60);

    private final int alarms;
    private final int periods;
    private final Map<String, List<Instant>> arrived = new HashMap<>();
    private final CountDownLatch confirmed = new CountDownLatch(1);

    private AlarmLatency(int alarms, int periods) {
        this.alarms = alarms;
        this.periods = periods + WARM_UP;
    }

    /// See the class.
    public static void main(String[] args) throws IOException, InterruptedException {
        var alarms = args.length > 0 ? Integer.parseInt(args[0]) : 50;
        var periods = args.length > 1 ? Integer.parseInt(args[1]) : 12;
        try (var server = Server.start()) {
            run(server, alarms, periods);
        }
    }

    static void run(Server server, int alarms, int periods)
            throws IOException, InterruptedException {
        new AlarmLatency(alarms, periods).run(server);
    }

    private void run(Server server) throws IOException, InterruptedException {
        var target =
                HttpServer.create(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1_000);
        target.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        target.createContext("/", this::receive);
        target.start();
        try {
            var topics = server.client(SnsClient.builder());
            var topic = topics.createTopic(r -> r.name("benchmark")).topicArn();
            var url = "http://127.0.0.1:" + target.getAddress().getPort() + "/";
            topics.subscribe(r -> r.topicArn(topic).protocol("http").endpoint(url));
            if (!confirmed.await(ARRIVAL_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException("the subscription was not confirmed");
            }
            var client = server.client(CloudWatchClient.builder());
            define(client, topic);
            report(put(client));
        } finally {
            target.stop(0);
        }
    }

    private void receive(HttpExchange exchange) throws IOException {
        var now = Instant.now();
        var message = JSON.readTree(exchange.getRequestBody().readAllBytes());
        exchange.sendResponseHeaders(200, -1);
        exchange.close();
        if (message.path("Type").asText().equals("SubscriptionConfirmation")) {
            URI.create(message.path("SubscribeURL").asText()).toURL().openStream().close();
            confirmed.countDown();
            return;
        }
        var told = JSON.readTree(message.path("Message").asText());
        synchronized (arrived) {
            arrived.computeIfAbsent(told.path("AlarmName").asText(), _ -> new ArrayList<>())
                    .add(now);
        }
    }

    private void define(CloudWatchClient client, String topic) {
        for (var i = 0; i < alarms; i++) {
            var name = "m" + i;
            client.putMetricAlarm(r ->
                    r.alarmName(name)
                            .namespace(NAMESPACE)
                            .metricName(name)
                            .statistic("Maximum")
                            .period(PERIOD_S)
                            .evaluationPeriods(1)
                            .threshold(50.0)
                            .comparisonOperator("GreaterThanThreshold")
                            .treatMissingData("ignore")
                            .okActions(topic)
                            .alarmActions(topic));
        }
    }

    /// A datapoint for each alarm in each period, the last of them a second before its end.
    ///
    /// @return when the periods ended
    private List<Instant> put(CloudWatchClient client) {
        var first = Instant.now().getEpochSecond() / PERIOD_S * PERIOD_S + 2 * PERIOD_S;
        var ends = new ArrayList<Instant>();
        for (var period = 0; period < periods; period++) {
            var start = Instant.ofEpochSecond(first + (long) period * PERIOD_S);
            sleepUntil(start.plusSeconds(PERIOD_S - 1));
            var value = period % 2 == 0 ? 100.0 : 0.0;
            var data = new ArrayList<MetricDatum>();
            for (var i = 0; i < alarms; i++) {
                var name = "m" + i;
                data.add(
                        MetricDatum.builder()
                                .metricName(name)
                                .value(value)
                                .storageResolution(1)
                                .timestamp(start.plusSeconds(PERIOD_S - 2))
                                .build());
            }
            client.putMetricData(r -> r.namespace(NAMESPACE).metricData(data));
            ends.add(start.plusSeconds(PERIOD_S));
        }
        return ends;
    }

    private static void sleepUntil(Instant time) {
        Server.pause(Math.max(0, Duration.between(Instant.now(), time).toMillis()));
    }

    private void report(List<Instant> ends) {
        var limit = System.nanoTime() + ARRIVAL_LIMIT.toNanos();
        while (count() < alarms * periods && System.nanoTime() < limit) {
            Server.pause(100);
        }
        Server.pause(1_000); // what comes twice
        if (count() != alarms * periods) {
            throw new IllegalStateException(
                    "actions: " + count() + " of " + alarms * periods + " came");
        }
        var waits = new double[alarms * (periods - WARM_UP)];
        var at = 0;
        for (var times : arrived.values()) {
            for (var period = WARM_UP; period < periods; period++) {
                waits[at++] = Duration.between(ends.get(period), times.get(period)).toNanos() / 1e6;
            }
        }
        Arrays.sort(waits);
        System.out.printf(
                "A2 period's end to the action at an HTTP subscriber, %d alarms of %d s: p50 %.0f ms,"
                        + " p99 %.0f ms, most %.0f ms of %d%n",
                alarms, PERIOD_S, waits[at / 2], waits[at * 99 / 100], waits[at - 1], at);
    }

    private int count() {
        synchronized (arrived) {
            return arrived.values().stream().mapToInt(List::size).sum();
        }
    }
}
