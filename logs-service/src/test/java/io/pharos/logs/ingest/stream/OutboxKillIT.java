package io.pharos.logs.ingest.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pharos.kit.Database;
import io.pharos.kit.Loop;
import io.pharos.kit.StreamConsumers;
import io.pharos.kit.StreamConsumers.Subscription;
import io.pharos.kit.StreamProducer;
import io.pharos.kit.Topics;
import io.pharos.kit.metric.OwnMetrics;
import io.pharos.logs.Calls;
import io.pharos.logs.block.pg.PgBlocks;
import io.pharos.logs.block.pg.S3Server;
import io.pharos.logs.destination.config.OutletSettings;
import io.pharos.logs.destination.http.Outlets;
import io.pharos.logs.export.ExportTask;
import io.pharos.logs.export.config.BucketSettings;
import io.pharos.logs.export.http.Buckets;
import io.pharos.logs.export.pg.PgExportTasks;
import io.pharos.logs.export.schedule.ExportRunner;
import io.pharos.logs.group.pg.PgLogGroups;
import io.pharos.logs.policy.pg.PgPolicies;
import io.pharos.logs.read.pg.EventReader;
import io.pharos.logs.stream.pg.PgLogStreams;
import io.pharos.logs.subscription.SubscriptionFilter;
import io.pharos.logs.subscription.SubscriptionFilter.Distribution;
import io.pharos.logs.subscription.pg.PgDeliveries;
import io.pharos.logs.subscription.pg.PgSubscriptionFilters;
import io.pharos.logs.subscription.schedule.DeliveryWorkers;
import io.pharos.logs.subscription.stream.SubscriptionTap;
import io.pharos.logs.view.pg.EventViews;
import io.pharos.stream.LogBatch;
import io.pharos.stream.Topic;
import io.pharos.stream.log.LogBatchCodec;
import io.pharos.stream.log.PackedEvents;
import io.pharos.testkit.Eventually;
import io.pharos.testkit.KafkaServer;
import io.pharos.testkit.TestDatabase;
import io.pharos.testkit.Victims;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

import software.amazon.awssdk.services.cloudwatchlogs.model.ExportTaskStatusCode;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;

/// `kill -9` of a process that delivers to a web server and exports into a bucket, several times: the
/// server gets every event of a stream in order, none is lost, few come again; the task completes and
/// its files are whole.
class OutboxKillIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final int STREAMS = 3;
    private static final int BATCHES = 100; // a stream
    private static final int EVENTS = 3; // a batch
    private static final int KILLS = 2;
    private static final int EXPORTED_STREAMS = 150;
    private static final int EXPORTED_EVENTS = 20; // a stream
    private static final String LIVE = "live";
    private static final String OLD = "old";

    @TempDir Path directory;

    // Its own: a victim left behind would take partitions of other tests.
    private final KafkaServer kafka = KafkaServer.temporary();
    private final String bootstrap = kafka.bootstrapServers();
    private final Victims victims = new Victims();
    private final PGSimpleDataSource source = TestDatabase.fresh("logs");
    private final Database database = new Database(source);
    private final PgLogGroups groups = new PgLogGroups(database);
    private final PgLogStreams streams = new PgLogStreams(database, groups);
    private final Map<String, List<Integer>> got = new ConcurrentHashMap<>();
    private final long now = InstantSource.system().millis();
    private final UUID task = UUID.randomUUID();
    private S3Server bucket;
    private HttpServer receiver;

    @BeforeEach
    void start() throws Exception {
        bucket = new S3Server(directory);
        bucket.start();
        try (var client = bucket.client()) {
            client.createBucket(create -> create.bucket(S3Server.BUCKET));
        }
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        receiver.createContext("/", this::receive);
        receiver.start();
        Topics.create(bootstrap, 2);
        groups.create(Calls.TENANT, LIVE, Map.of(), false, 1);
        for (var stream = 0; stream < STREAMS; stream++) {
            streams.create(Calls.TENANT, LIVE, "s" + stream, 1);
        }
        new PgSubscriptionFilters(database, groups)
                .put(
                        Calls.TENANT,
                        LIVE,
                        new SubscriptionFilter(
                                "f", "", address(), null, Distribution.ByLogStream, List.of(), 1));
        store();
    }

    @AfterEach
    void stop() throws Exception {
        victims.close();
        receiver.stop(0);
        kafka.close();
        bucket.close();
    }

    private String address() {
        return "http://127.0.0.1:" + receiver.getAddress().getPort() + "/";
    }

    private void receive(HttpExchange call) throws IOException {
        try (var in =
                new GZIPInputStream(
                        new ByteArrayInputStream(call.getRequestBody().readAllBytes()))) {
            var message = JSON.readTree(in);
            var events =
                    got.computeIfAbsent(
                            message.path("logStream").asText(), _ -> new CopyOnWriteArrayList<>());
            for (JsonNode event : message.path("logEvents")) {
                events.add(event.path("message").asInt());
            }
        }
        call.sendResponseHeaders(200, -1);
        call.close();
    }

    /// What is exported.
    private void store() {
        groups.create(Calls.TENANT, OLD, Map.of(), false, 1);
        var batches = new ArrayList<LogBatch>();
        for (var stream = 0; stream < EXPORTED_STREAMS; stream++) {
            streams.create(Calls.TENANT, OLD, "s" + stream, 1);
            batches.add(batch(OLD, "s" + stream, 0, EXPORTED_EVENTS));
        }
        new Flush(database).flush(0, 0, batches);
        new PgExportTasks(database)
                .create(
                        new ExportTask(
                                task,
                                Calls.TENANT,
                                null,
                                OLD,
                                null,
                                now - 1_000,
                                now + 3_600_000,
                                S3Server.BUCKET,
                                "x",
                                ExportTaskStatusCode.PENDING,
                                null,
                                now,
                                null,
                                ""));
    }

    private LogBatch batch(String group, String stream, int first, int events) {
        var packed = new PackedEvents.Builder();
        for (var i = first; i < first + events; i++) {
            packed.add(now + i, Integer.toString(i));
        }
        return LogBatchCodec.fill(
                        LogBatch.newBuilder()
                                .setAccount(Calls.TENANT.account())
                                .setRegion(Calls.TENANT.region())
                                .setLogGroup(group)
                                .setLogStream(stream)
                                .setReceivedMs(now),
                        packed.build())
                .build();
    }

    @Test
    void everyEventIsDeliveredInOrderAndTheTaskCompletesHoweverOftenTheProcessIsKilled()
            throws Exception {
        try (var producer = new StreamProducer(bootstrap)) {
            for (var batch = 0; batch < BATCHES; batch++) {
                for (var stream = 0; stream < STREAMS; stream++) {
                    var record = batch(LIVE, "s" + stream, batch * EVENTS, EVENTS);
                    producer.send(
                                    Topic.LOG_EVENTS.topicName(),
                                    LogBatchCodec.key(record),
                                    record.toByteArray())
                            .join();
                }
            }
        }
        var all = STREAMS * BATCHES * EVENTS;
        for (var kill = 1; kill <= KILLS; kill++) {
            var victim = fork(kill);
            var deliveries = all * kill / (KILLS + 2);
            var exports = EXPORTED_STREAMS * kill / (KILLS + 2);
            Eventually.within(
                    LIMIT,
                    () ->
                            assertThat(received() >= deliveries || bucket.keys().size() >= exports)
                                    .isTrue());
            Victims.kill(victim);
            assertThat(received()).as("was killed amid delivery").isLessThan(all);
        }
        assertThat(number("SELECT count(*) FROM logs.export_task WHERE code = 'RUNNING'"))
                .as("was killed amid the export")
                .isEqualTo(1);
        fork(KILLS + 1);
        Eventually.within(
                LIMIT,
                () -> {
                    assertThat(number("SELECT count(*) FROM logs.delivery")).isZero();
                    assertThat(received()).isGreaterThanOrEqualTo(all);
                    assertThat(
                                    number(
                                            "SELECT count(*) FROM logs.export_task"
                                                    + " WHERE code = 'COMPLETED'"))
                            .isEqualTo(1);
                });
        for (var stream = 0; stream < STREAMS; stream++) {
            expectInOrder(got.getOrDefault("s" + stream, List.of()));
        }
        expectWholeFiles();
    }

    private int received() {
        return got.values().stream().mapToInt(List::size).sum();
    }

    /// Each next event, or those of the record before again.
    private static void expectInOrder(List<Integer> events) {
        var next = 0;
        var again = 0;
        for (var event : events) {
            if (event == next) {
                next++;
            } else {
                assertThat(event).isBetween(next - EVENTS, next - 1);
                again++;
            }
        }
        assertThat(next).isEqualTo(BATCHES * EVENTS);
        assertThat(again).isLessThanOrEqualTo(KILLS * EVENTS);
    }

    private void expectWholeFiles() throws IOException {
        assertThat(bucket.keys()).hasSize(EXPORTED_STREAMS);
        try (var client = bucket.client()) {
            for (var stream = 0; stream < EXPORTED_STREAMS; stream++) {
                var key = "x/" + task + "/s" + stream + "/000000.gz";
                var file =
                        client.getObjectAsBytes(get -> get.bucket(S3Server.BUCKET).key(key))
                                .asByteArray();
                var text =
                        new String(
                                new GZIPInputStream(new ByteArrayInputStream(file)).readAllBytes(),
                                StandardCharsets.UTF_8);
                assertThat(text.lines().map(line -> line.substring(line.indexOf(' ') + 1)))
                        .containsExactlyElementsOf(
                                IntStream.range(0, EXPORTED_EVENTS)
                                        .mapToObj(Integer::toString)
                                        .toList());
            }
        }
    }

    private long number(String sql) {
        return database.read(connection -> {
            try (var statement = connection.createStatement();
                    var rows = statement.executeQuery(sql)) {
                rows.next();
                return rows.getLong(1);
            }
        });
    }

    private Process fork(int number) {
        return victims.fork(
                Victim.class,
                bootstrap,
                Objects.requireNonNull(source.getUrl()),
                bucket.endpoint(),
                Integer.toString(number));
    }

    /// The process that is killed. Each lives two minutes later than the one before: what that one had
    /// leased is free again.
    static final class Victim {
        private Victim() {}

        public static void main(String[] args) {
            var source = new PGSimpleDataSource();
            source.setUrl(args[1]);
            source.setUser("postgres");
            var database = new Database(source);
            var clock =
                    Clock.offset(
                            Clock.systemUTC(), Duration.ofMinutes(2L * Integer.parseInt(args[3])));
            var producer = new StreamProducer(args[0]);
            var metrics = new LogMetrics(new OwnMetrics(producer, clock));
            var meters = new SimpleMeterRegistry();
            var tap = new SubscriptionTap(producer, metrics, clock, meters);
            var groups = new PgLogGroups(database);
            var streams = new PgLogStreams(database, groups);
            var exports =
                    new ExportRunner(
                            new PgExportTasks(database),
                            groups,
                            streams,
                            new EventReader(database, new PgBlocks(), streams),
                            new EventViews(new PgPolicies(database, groups), groups),
                            new Buckets(
                                    new BucketSettings(URI.create(args[2]), "test", "test-secret")),
                            clock);
            new Loop("export", Duration.ofMillis(50), exports::runOne).start();
            new DeliveryWorkers(
                            new PgDeliveries(database),
                            new Outlets(new OutletSettings(null, null, null, null)),
                            metrics,
                            clock)
                    .start();
            new StreamConsumers(args[0], producer)
                    .start(
                            new Subscription(
                                    "outbox-kill",
                                    Set.of(Topic.LOG_EVENTS.topicName()),
                                    database,
                                    "logs",
                                    Duration.ofMillis(5),
                                    4 << 10,
                                    Flush.consumer(database, List.of(tap), meters)));
            try {
                Thread.sleep(Duration.ofMinutes(5));
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
