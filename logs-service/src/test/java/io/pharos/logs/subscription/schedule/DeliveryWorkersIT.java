package io.pharos.logs.subscription.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pharos.kit.metric.OwnMetrics;
import io.pharos.logs.TapHarness;
import io.pharos.logs.destination.config.OutletSettings;
import io.pharos.logs.destination.http.Outlets;
import io.pharos.logs.ingest.stream.LogMetrics;
import io.pharos.logs.subscription.AccountSubscription;
import io.pharos.logs.subscription.SubscriptionFilter;
import io.pharos.logs.subscription.SubscriptionFilter.Distribution;
import io.pharos.logs.subscription.pg.PgAccountSubscriptions;
import io.pharos.logs.subscription.pg.PgDeliveries;
import io.pharos.logs.subscription.pg.PgSubscriptionFilters;
import io.pharos.logs.subscription.stream.SubscriptionTap;
import io.pharos.testkit.Eventually;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPInputStream;

/// From a record of `log-events` to functions, delivery streams and web servers, over real HTTP.
class DeliveryWorkersIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String FUNCTION = "arn:aws:lambda:eu-west-1:123456789012:function:f";
    private static final String FIREHOSE =
            "arn:aws:firehose:eu-west-1:123456789012:deliverystream/d";

    private final TapHarness harness = new TapHarness();
    private final Map<String, List<String>> got = new ConcurrentHashMap<>();
    private final AtomicInteger refusals = new AtomicInteger();
    private final InstantSource clock = InstantSource.system();
    private final LogMetrics metrics = new LogMetrics(new OwnMetrics(harness.producer(), clock));
    private final PgSubscriptionFilters filters =
            new PgSubscriptionFilters(harness.database(), harness.groups());
    private final HttpServer server;
    private final String address;
    private final DeliveryWorkers workers;

    DeliveryWorkersIT() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::receive);
        server.start();
        address = "http://127.0.0.1:" + server.getAddress().getPort();
        var settings = new OutletSettings(address, address, "AKIDEXAMPLE", "secret");
        workers =
                new DeliveryWorkers(
                        new PgDeliveries(harness.database()),
                        new Outlets(settings),
                        metrics,
                        clock);
    }

    @BeforeEach
    void start() {
        harness.createGroup("app");
        harness.start(
                new SubscriptionTap(harness.producer(), metrics, clock, new SimpleMeterRegistry()));
        workers.start();
    }

    @AfterEach
    void stop() throws InterruptedException {
        workers.close();
        server.stop(0);
        harness.close();
    }

    private void receive(HttpExchange call) throws IOException {
        var path = call.getRequestURI().getPath();
        var body = call.getRequestBody().readAllBytes();
        var status = 200;
        if (path.equals("/dead") || (path.equals("/slow") && refusals.incrementAndGet() < 3)) {
            status = 503;
        } else if (path.equals("/no")) {
            status = 400;
        } else if (path.startsWith("/2015-03-31/functions/")) {
            assertThat(call.getRequestHeaders().getFirst("Authorization")).contains("/lambda/");
            var data = JSON.readTree(body).path("awslogs").path("data").asText();
            take("function", Base64.getDecoder().decode(data));
            status = 202;
        } else if (path.equals("/")) {
            assertThat(call.getRequestHeaders().getFirst("X-Amz-Target"))
                    .isEqualTo("Firehose_20150804.PutRecord");
            var data = JSON.readTree(body).path("Record").path("Data").asText();
            take("firehose", Base64.getDecoder().decode(data));
        } else {
            take(path, body);
        }
        call.sendResponseHeaders(status, -1);
        call.close();
    }

    private void take(String who, byte[] envelope) throws IOException {
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(envelope))) {
            var message = JSON.readTree(in);
            for (JsonNode event : message.path("logEvents")) {
                got.computeIfAbsent(who, _ -> new CopyOnWriteArrayList<>())
                        .add(message.path("logStream").asText() + event.path("message").asText());
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private void put(String name, String destination) {
        filters.put(
                TapHarness.TENANT,
                "app",
                new SubscriptionFilter(
                        name,
                        "",
                        destination,
                        null,
                        Distribution.ByLogStream,
                        List.of(),
                        TapHarness.NOW.toEpochMilli()));
    }

    private List<String> got(String who) {
        return got.getOrDefault(who, List.of());
    }

    @Test
    void functionsAndDeliveryStreamsGetWhatMatches() {
        put("function", FUNCTION);
        put("firehose", FIREHOSE);
        harness.putEvents("app", "s", "1", "2");
        harness.putEvents("app", "s", "3");
        Eventually.within(
                SOON,
                () -> {
                    assertThat(got("function")).containsExactly("s1", "s2", "s3");
                    assertThat(got("firehose")).containsExactly("s1", "s2", "s3");
                });
    }

    @Test
    void aDeadDestinationDelaysNobodyAndRetriesKeepTheOrder() {
        put("dead", address + "/dead");
        put("slow", address + "/slow");
        for (var i = 0; i < 30; i++) {
            harness.putEvents("app", "s" + i % 3, "-" + i);
        }
        Eventually.within(SOON, () -> assertThat(got("/slow")).hasSize(30));
        for (var stream = 0; stream < 3; stream++) {
            var name = "s" + stream + "-";
            assertThat(got("/slow"))
                    .filteredOn(line -> line.startsWith(name))
                    .hasSize(10)
                    .isSortedAccordingTo((a, b) ->
                            Integer.compare(
                                    Integer.parseInt(a.substring(3)),
                                    Integer.parseInt(b.substring(3))));
        }
        Eventually.within(SOON, () -> assertThat(waiting()).as("for the dead one").isEqualTo(30));
    }

    private long waiting() {
        return harness.database()
                .read(connection -> {
                    try (var select =
                                    connection.prepareStatement(
                                            "SELECT count(*) FROM logs.delivery");
                            var row = select.executeQuery()) {
                        row.next();
                        return row.getLong(1);
                    }
                });
    }

    @Test
    void whatIsRefusedIsDroppedAndNothingStays() {
        put("no", address + "/no");
        put("yes", address + "/yes");
        harness.putEvents("app", "s", "1");
        Eventually.within(
                SOON,
                () -> {
                    assertThat(got("/yes")).containsExactly("s1");
                    assertThat(waiting()).isZero();
                });
    }

    @Test
    void anAccountsPolicyIsForEveryGroupButSome() {
        harness.createGroup("left-out");
        var document = "{\"DestinationArn\":\"" + address + "/all\"}";
        var policy =
                AccountSubscription.parse(
                        "p",
                        document,
                        "LogGroupName NOT IN [\"left-out\"]",
                        TapHarness.TENANT,
                        TapHarness.NOW.toEpochMilli());
        new PgAccountSubscriptions(harness.database()).put(TapHarness.TENANT, policy);
        harness.putEvents("left-out", "s", "no");
        harness.putEvents("app", "s", "yes");
        Eventually.within(SOON, () -> assertThat(got("/all")).containsExactly("syes"));
    }
}
