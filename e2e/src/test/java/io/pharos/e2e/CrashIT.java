package io.pharos.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;

import io.pharos.testkit.Eventually;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.Metric;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataQuery;
import software.amazon.awssdk.services.cloudwatch.model.MetricDatum;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.InputLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.MetricTransformation;
import software.amazon.awssdk.services.cloudwatchlogs.model.OutputLogEvent;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;
import software.amazon.awssdk.services.eventbridge.model.Target;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;
import software.amazon.awssdk.services.sns.SnsClient;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.GZIPInputStream;

/// A `kill -9` in the middle of a load: what was acknowledged is there, exactly once where AWS counts
/// and at least once with a stable id where it delivers. A request without an answer may have been
/// taken or not, but never twice; it is not sent again.
class CrashIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration BEFORE_KILL = Duration.ofSeconds(6);
    private static final Duration AFTER_START = Duration.ofSeconds(4);
    private static final Duration SETTLED = Duration.ofSeconds(60);
    // What the killed process was delivering comes due when its leases end, 45 s after they began.
    private static final Duration REDELIVERED = Duration.ofSeconds(120);
    private static final Duration PAUSE = Duration.ofMillis(25);
    private static final int REQUESTS = 400;
    private static final String GROUP = "crash";
    private static final String STREAM = "arn:aws:kinesis:us-east-1:000000000000:stream/crash";

    @TempDir Path directory;

    private final Map<String, String> delivered = new ConcurrentHashMap<>();
    private final Set<String> unstable = ConcurrentHashMap.newKeySet();
    private final Set<Integer> wanted = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean stopped = new AtomicBoolean();
    private Pharos pharos;
    private HttpServer receiver;
    private CloudWatchClient metrics;
    private CloudWatchLogsClient logs;
    private EventBridgeClient events;
    private KinesisClient streams;
    private SnsClient topics;

    @BeforeEach
    void up() throws IOException {
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext(
                "/",
                exchange -> {
                    receive(JSON.readTree(exchange.getRequestBody()));
                    exchange.sendResponseHeaders(200, -1);
                    exchange.close();
                });
        receiver.createContext(
                "/groups",
                exchange -> {
                    wanted.add(
                            JSON.readTree(exchange.getRequestBody())
                                    .path("desiredCapacity")
                                    .asInt());
                    exchange.sendResponseHeaders(200, -1);
                    exchange.close();
                });
        receiver.start();
        var groups = "http://127.0.0.1:" + receiver.getAddress().getPort() + "/groups";
        pharos =
                new Standalone(
                        directory.resolve("data"),
                        Map.of(
                                "PHAROS_SCALING_DRIVER",
                                "webhook",
                                "PHAROS_SCALING_WEBHOOK",
                                groups));
        metrics = Clients.of(pharos, CloudWatchClient.builder());
        logs = Clients.of(pharos, CloudWatchLogsClient.builder());
        events = Clients.of(pharos, EventBridgeClient.builder());
        streams = Clients.of(pharos, KinesisClient.builder());
        topics = Clients.of(pharos, SnsClient.builder());
    }

    @AfterEach
    void down() {
        receiver.stop(0);
        pharos.close();
    }

    private void receive(JsonNode message) throws IOException {
        if (message.path("Type").asText().equals("SubscriptionConfirmation")) {
            try (var in = URI.create(message.path("SubscribeURL").asText()).toURL().openStream()) {
                in.readAllBytes();
            }
            return;
        }
        var event = JSON.readTree(message.path("Message").asText());
        var request = event.path("detail").path("request").asText();
        var before = delivered.putIfAbsent(request, event.path("id").asText());
        if (before != null && !before.equals(event.path("id").asText())) {
            unstable.add(request);
        }
    }

    @Test
    void nothingAcknowledgedIsLostAndNothingIsCountedTwice() throws Exception {
        prepareLogs();
        prepareEvents();
        var aws = AwsCli.first(pharos);
        aws.run(
                ("autoscaling create-auto-scaling-group --auto-scaling-group-name crash --min-size 0"
                                + " --max-size 4 --availability-zones us-east-1a"
                                + " --launch-template LaunchTemplateName=template")
                        .split(" "));
        Load datums;
        Load lines;
        Load sent;
        try (var threads = Executors.newFixedThreadPool(3)) {
            var running =
                    List.of(
                            threads.submit(() -> load(this::putMetric)),
                            threads.submit(() -> load(this::putLine)),
                            threads.submit(() -> load(this::putEvent)));
            Thread.sleep(BEFORE_KILL);
            // Half done when everything dies.
            aws.run(
                    "autoscaling set-desired-capacity --auto-scaling-group-name crash --desired-capacity 3"
                            .split(" "));
            pharos.killAndRestart();
            Thread.sleep(AFTER_START);
            stopped.set(true);
            datums = ended(running.get(0));
            lines = ended(running.get(1));
            sent = ended(running.get(2));
        }
        for (var load : List.of(datums, lines, sent)) {
            assertThat(load.acknowledged()).hasSizeGreaterThan(20);
            assertThat(load.unanswered()).as("the kill was in the middle").isNotEmpty();
            assertThat(load.acknowledged().lastKey())
                    .as("answered again after the restart")
                    .isGreaterThan(load.unanswered().last());
        }
        assertMetrics(datums);
        assertLines(lines);
        assertEvents(sent);
        assertGroup(aws);
    }

    private void assertGroup(AwsCli aws) {
        Eventually.within(
                SETTLED,
                () ->
                        assertThat(
                                        aws.run("autoscaling", "describe-auto-scaling-groups")
                                                .at("/AutoScalingGroups/0/Instances")
                                                .findValuesAsText("LifecycleState"))
                                .containsExactly("InService", "InService", "InService"));
        assertThat(wanted).as("what the webhook was told").containsOnly(3);
        var activities = aws.run("autoscaling", "describe-scaling-activities");
        assertThat(activities.findValuesAsText("StatusCode"))
                .containsExactly("Successful", "Successful", "Successful");
    }

    private static Load ended(Future<Load> load) throws Exception {
        return load.get();
    }

    /// What a sender knows at its end: an answer (its id, or empty) by request, and the requests that
    /// got none.
    private record Load(TreeMap<Integer, String> acknowledged, TreeSet<Integer> unanswered) {}

    @FunctionalInterface
    private interface Put {
        /// The id that the answer gave.
        String send(int request);
    }

    private Load load(Put put) throws InterruptedException {
        var acknowledged = new TreeMap<Integer, String>();
        var unanswered = new TreeSet<Integer>();
        for (var request = 0; request < REQUESTS && !stopped.get(); request++) {
            try {
                acknowledged.put(request, put.send(request));
            } catch (SdkException e) {
                unanswered.add(request);
                // Nobody listens for a while; the numbers must last beyond the restart.
                Thread.sleep(500);
            }
            Thread.sleep(PAUSE);
        }
        return new Load(acknowledged, unanswered);
    }

    private void prepareLogs() {
        logs.createLogGroup(r -> r.logGroupName(GROUP));
        logs.createLogStream(r -> r.logGroupName(GROUP).logStreamName("a"));
        logs.putMetricFilter(r ->
                r.logGroupName(GROUP)
                        .filterName("even")
                        .filterPattern("even")
                        .metricTransformations(
                                MetricTransformation.builder()
                                        .metricNamespace("Crash")
                                        .metricName("Even")
                                        .metricValue("1")
                                        .build()));
        streams.createStream(r -> r.streamName("crash").shardCount(1));
        Eventually.within(
                SETTLED,
                () ->
                        assertThat(
                                        streams.describeStreamSummary(r -> r.streamName("crash"))
                                                .streamDescriptionSummary()
                                                .streamStatus())
                                .isEqualTo(StreamStatus.ACTIVE));
        logs.putSubscriptionFilter(r ->
                r.logGroupName(GROUP)
                        .filterName("even")
                        .filterPattern("even")
                        .roleArn("arn:aws:iam::000000000000:role/logs")
                        .destinationArn(STREAM));
    }

    private void prepareEvents() {
        var topic = topics.createTopic(r -> r.name("crash")).topicArn();
        var url = "http://127.0.0.1:" + receiver.getAddress().getPort() + "/";
        topics.subscribe(r -> r.topicArn(topic).protocol("http").endpoint(url));
        Eventually.within(
                SETTLED,
                () ->
                        assertThat(
                                        topics.listSubscriptionsByTopic(r -> r.topicArn(topic))
                                                .subscriptions())
                                .hasSize(1)
                                .noneMatch(s -> s.subscriptionArn().equals("PendingConfirmation")));
        events.putRule(r -> r.name("crash").eventPattern("{\"source\": [\"crash\"]}"));
        events.putTargets(
                r -> r.rule("crash").targets(Target.builder().id("topic").arn(topic).build()));
    }

    private String putMetric(int request) {
        var own =
                MetricDatum.builder()
                        .metricName("Own")
                        .dimensions(dimension(request))
                        .value(1.0)
                        .build();
        var shared = MetricDatum.builder().metricName("Shared").value(1.0).build();
        metrics.putMetricData(r -> r.namespace("Crash").metricData(own, shared));
        return "";
    }

    private static Dimension dimension(int request) {
        return Dimension.builder().name("Request").value(String.valueOf(request)).build();
    }

    private String putLine(int request) {
        var event =
                InputLogEvent.builder()
                        .timestamp(System.currentTimeMillis())
                        .message(line(request))
                        .build();
        logs.putLogEvents(r -> r.logGroupName(GROUP).logStreamName("a").logEvents(event));
        return "";
    }

    private static String line(int request) {
        return request + (request % 2 == 0 ? " even" : " odd");
    }

    private String putEvent(int request) {
        var entry =
                PutEventsRequestEntry.builder()
                        .source("crash")
                        .detailType("Request")
                        .detail("{\"request\": \"" + request + "\"}")
                        .build();
        return events.putEvents(r -> r.entries(entry)).entries().getFirst().eventId();
    }

    private void assertMetrics(Load load) {
        Eventually.within(
                SETTLED,
                () -> {
                    var total = 0.0;
                    var requests = new TreeSet<>(load.acknowledged().keySet());
                    requests.addAll(load.unanswered());
                    var sums = sums(requests);
                    for (var request : requests) {
                        var sum = sums.getOrDefault(request, 0.0);
                        if (load.acknowledged().containsKey(request)) {
                            assertThat(sum).as("acknowledged datum %s", request).isEqualTo(1);
                        } else {
                            assertThat(sum).as("unanswered datum %s", request).isIn(0.0, 1.0);
                        }
                        total += sum;
                    }
                    assertThat(sum("Shared")).as("both datums of each request").isEqualTo(total);
                });
    }

    private Map<Integer, Double> sums(Set<Integer> requests) {
        var queries = new ArrayList<MetricDataQuery>();
        for (var request : requests) {
            queries.add(
                    query(
                            "r" + request,
                            Metric.builder()
                                    .namespace("Crash")
                                    .metricName("Own")
                                    .dimensions(dimension(request))
                                    .build()));
        }
        var sums = new HashMap<Integer, Double>();
        for (var page :
                metrics.getMetricDataPaginator(
                        r -> r.metricDataQueries(queries).startTime(start()).endTime(end()))) {
            for (var result : page.metricDataResults()) {
                var sum = result.values().stream().mapToDouble(v -> v).sum();
                sums.merge(Integer.valueOf(result.id().substring(1)), sum, Double::sum);
            }
        }
        return sums;
    }

    private double sum(String name) {
        var query = query("m", Metric.builder().namespace("Crash").metricName(name).build());
        return metrics
                .getMetricData(r -> r.metricDataQueries(query).startTime(start()).endTime(end()))
                .metricDataResults()
                .getFirst()
                .values()
                .stream()
                .mapToDouble(v -> v)
                .sum();
    }

    private static MetricDataQuery query(String id, Metric metric) {
        return MetricDataQuery.builder()
                .id(id)
                .metricStat(s -> s.metric(metric).period(60).stat("Sum"))
                .build();
    }

    private static Instant start() {
        return Instant.now().truncatedTo(ChronoUnit.MINUTES).minus(10, ChronoUnit.MINUTES);
    }

    private static Instant end() {
        return start().plus(20, ChronoUnit.MINUTES);
    }

    private void assertLines(Load load) {
        Eventually.within(
                SETTLED,
                () -> {
                    var stored = storedLines();
                    assertThat(stored).doesNotHaveDuplicates();
                    assertThat(stored).isSorted();
                    assertThat(stored).containsAll(load.acknowledged().keySet());
                    var possible = new HashSet<>(load.acknowledged().keySet());
                    possible.addAll(load.unanswered());
                    assertThat(possible).containsAll(stored);
                    var even = stored.stream().filter(request -> request % 2 == 0).toList();
                    assertThat(sum("Even")).as("metric filter").isEqualTo(even.size());
                    var copies = streamRecords();
                    assertThat(copies.keySet()).containsExactlyInAnyOrderElementsOf(even);
                    assertThat(copies.values()).allSatisfy(ids -> assertThat(ids).hasSize(1));
                });
    }

    private List<Integer> storedLines() {
        var lines = new ArrayList<Integer>();
        @Nullable String token = null;
        while (true) {
            var from = token;
            var page =
                    logs.getLogEvents(r ->
                            r.logGroupName(GROUP)
                                    .logStreamName("a")
                                    .startFromHead(true)
                                    .nextToken(from));
            for (OutputLogEvent event : page.events()) {
                lines.add(number(event.message()));
            }
            if (page.nextForwardToken().equals(token)) {
                return lines;
            }
            token = page.nextForwardToken();
        }
    }

    private static Integer number(String message) {
        return Integer.valueOf(message.substring(0, message.indexOf(' ')));
    }

    /// The ids under which each line came, by line.
    private Map<Integer, Set<String>> streamRecords() throws IOException {
        var iterator =
                streams.getShardIterator(r ->
                                r.streamName("crash")
                                        .shardId("shardId-000000000000")
                                        .shardIteratorType(ShardIteratorType.TRIM_HORIZON))
                        .shardIterator();
        var copies = new TreeMap<Integer, Set<String>>();
        while (true) {
            var from = iterator;
            var page = streams.getRecords(r -> r.shardIterator(from));
            if (page.records().isEmpty()) {
                return copies;
            }
            for (var record : page.records()) {
                var data = new ByteArrayInputStream(record.data().asByteArray());
                try (var in = new GZIPInputStream(data)) {
                    var message = JSON.readTree(in);
                    if (!message.path("messageType").asText().equals("DATA_MESSAGE")) {
                        continue;
                    }
                    for (var event : message.path("logEvents")) {
                        copies.computeIfAbsent(
                                        number(event.path("message").asText()),
                                        _ -> new HashSet<>())
                                .add(event.path("id").asText());
                    }
                }
            }
            iterator = page.nextShardIterator();
        }
    }

    private void assertEvents(Load load) {
        Eventually.within(
                REDELIVERED,
                () ->
                        load.acknowledged()
                                .forEach((request, id) ->
                                        assertThat(delivered)
                                                .containsEntry(String.valueOf(request), id)));
        assertThat(unstable).as("one id for every copy").isEmpty();
    }
}
