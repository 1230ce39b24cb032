package io.pharos.logs.ingest.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pharos.kit.Database;
import io.pharos.kit.DatabaseException;
import io.pharos.kit.StreamConsumers;
import io.pharos.kit.StreamConsumers.Subscription;
import io.pharos.kit.StreamProducer;
import io.pharos.logs.Calls;
import io.pharos.logs.block.pg.PgBlockMerger;
import io.pharos.logs.block.pg.PgBlocks;
import io.pharos.logs.event.EventId;
import io.pharos.logs.group.pg.PgLogGroups;
import io.pharos.logs.ingest.LogTap;
import io.pharos.logs.read.EventPage;
import io.pharos.logs.read.EventQuery;
import io.pharos.logs.read.FoundEvent;
import io.pharos.logs.read.pg.EventReader;
import io.pharos.logs.stream.pg.PgLogStreams;
import io.pharos.stream.LogBatch;
import io.pharos.stream.Topic;
import io.pharos.stream.log.LogBatchCodec;
import io.pharos.stream.log.PackedEvents;
import io.pharos.testkit.Eventually;
import io.pharos.testkit.KafkaServer;
import io.pharos.testkit.TestDatabase;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/// From Kafka into blocks: what was acknowledged is readable within a second, once, whatever fails.
class LogConsumerIT {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final long NOW = 1_768_478_400_000L;
    private static final String TOPIC = Topic.LOG_EVENTS.topicName();

    private final String bootstrap = KafkaServer.shared().bootstrapServers();
    private final StreamProducer producer = new StreamProducer(bootstrap);
    private final Database database = new Database(TestDatabase.fresh("logs"));
    private final PgLogGroups groups = new PgLogGroups(database);
    private final PgLogStreams streams = new PgLogStreams(database, groups);
    private final PgBlocks blocks = new PgBlocks();
    private final EventReader reader = new EventReader(database, blocks, streams);
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final List<StreamConsumers> started = new ArrayList<>();

    @BeforeAll
    static void topics() throws Exception {
        try (var admin =
                Admin.create(
                        Map.of("bootstrap.servers", KafkaServer.shared().bootstrapServers()))) {
            admin.createTopics(
                            List.of(
                                    new NewTopic(TOPIC, 4, (short) 1),
                                    new NewTopic(Topic.LOG_EVENTS.deadLetters(), 1, (short) 1)))
                    .all()
                    .get();
        }
    }

    @AfterEach
    void stop() {
        started.forEach(StreamConsumers::close);
        producer.close();
    }

    /// One test, as the topic's past is part of what a new consumer reads.
    @Test
    void storesOnceWhateverFails() {
        var group = "it-" + System.nanoTime();
        groups.create(Calls.TENANT, group, Map.of(), false, 1);
        for (var i = 0; i < 5; i++) {
            streams.create(Calls.TENANT, group, "s" + i, 1);
        }
        var calls = new AtomicInteger();
        var failures = new AtomicInteger();
        // Fails after the rows were written: the transaction rolls back and the batch comes again.
        LogTap failing =
                (_, _, _) -> {
                    var call = calls.incrementAndGet();
                    if (failures.get() < 4 && call % 20 == 7) {
                        failures.incrementAndGet();
                        throw new DatabaseException(new SQLException("crash", "40001"));
                    }
                };
        send(group, 0, 300);
        start(failing);
        Eventually.within(SOON, () -> assertThat(all(group)).hasSize(300));
        started.getLast().close();
        send(group, 300, 400);
        producer.send(TOPIC, 0, null, "not a batch".getBytes(StandardCharsets.UTF_8)).join();
        producer.send(TOPIC, 1, null, lying(group).toByteArray()).join();
        producer.send(TOPIC, 2, null, batch("deleted", "s", 1).toByteArray()).join();
        var missing = batch(group + "-new", "trail", 1).toBuilder().setCreateMissing(true).build();
        producer.send(TOPIC, 3, null, missing.toByteArray()).join();
        start(failing);
        Eventually.within(SOON, () -> assertThat(all(group)).hasSize(400));
        assertThat(failures).hasValue(4);

        var merger = new PgBlockMerger(database, blocks);
        merger.mergeDue(NOW);
        var events = all(group);
        assertThat(events.stream().map(FoundEvent::message))
                .containsExactlyElementsOf(
                        IntStream.range(0, 400).mapToObj(i -> "line " + i).toList());
        assertThat(events.stream().map(event -> event.id().toString()))
                .doesNotHaveDuplicates()
                .isSorted();
        Eventually.within(
                SOON,
                () -> {
                    assertThat(all(group + "-new")).hasSize(1);
                    assertThat(meters.counter("pharos.logs.batches.dropped").count()).isEqualTo(1);
                });
        // What could not be taken holds nothing up.
        var sent = System.nanoTime();
        send(group, 400, 401);
        Eventually.within(SOON, () -> assertThat(all(group)).hasSize(401));
        assertThat(Duration.ofNanos(System.nanoTime() - sent)).isLessThan(Duration.ofSeconds(2));
        aFullDiskHoldsThemUpAndLosesNone(group);
    }

    /// What PostgreSQL does not take stays in Kafka until it does.
    private void aFullDiskHoldsThemUpAndLosesNone(String group) {
        execute(
                """
                CREATE SEQUENCE logs.refused;
                CREATE FUNCTION logs.full_disk() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    PERFORM nextval('logs.refused');
                    RAISE EXCEPTION 'No space left on device' USING ERRCODE = '53100';
                END $$;
                CREATE TRIGGER full_disk BEFORE INSERT ON logs.block EXECUTE FUNCTION logs.full_disk()
                """);
        send(group, 401, 440);
        Eventually.within(SOON, () -> assertThat(refused()).isGreaterThan(2));
        assertThat(all(group)).hasSize(401);
        execute("DROP TRIGGER full_disk ON logs.block");
        Eventually.within(SOON, () -> assertThat(all(group)).hasSize(440));
    }

    private long refused() {
        return database.read(connection -> {
            try (var statement = connection.createStatement();
                    var rows = statement.executeQuery("SELECT last_value FROM logs.refused")) {
                rows.next();
                return rows.getLong(1);
            }
        });
    }

    private void execute(String sql) {
        database.run(tx -> {
            try (var statement = tx.createStatement()) {
                statement.execute(sql);
            }
        });
    }

    private void start(LogTap tap) {
        var consumers = new StreamConsumers(bootstrap, producer);
        started.add(consumers);
        consumers.start(
                new Subscription(
                        "logs-it",
                        Set.of(TOPIC),
                        database,
                        "logs",
                        Duration.ofMillis(200),
                        4 << 20,
                        Flush.consumer(database, List.of(tap), meters)));
    }

    private void send(String group, int from, int to) {
        var sends = new ArrayList<CompletableFuture<StreamProducer.Appended>>();
        for (var i = from; i < to; i++) {
            var batch = batch(group, "s" + i % 5, i);
            sends.add(producer.send(TOPIC, LogBatchCodec.key(batch), batch.toByteArray()));
        }
        StreamProducer.await(sends);
    }

    private static LogBatch batch(String group, String stream, int number) {
        return LogBatchCodec.fill(
                        LogBatch.newBuilder()
                                .setAccount(Calls.TENANT.account())
                                .setRegion(Calls.TENANT.region())
                                .setLogGroup(group)
                                .setLogStream(stream)
                                .setReceivedMs(NOW),
                        new PackedEvents.Builder().add(NOW + number, "line " + number).build())
                .build();
    }

    private static LogBatch lying(String group) {
        return batch(group, "s0", 1).toBuilder().setCount(2).build();
    }

    private List<FoundEvent> all(String group) {
        var found = groups.find(Calls.TENANT, group);
        return found.isEmpty() ? List.of() : page(found.get().id()).events();
    }

    private EventPage page(long groupId) {
        return reader.read(
                new EventQuery(
                        groupId,
                        0,
                        EventId.MAX_TIMESTAMP_MS,
                        true,
                        EventId.FIRST,
                        null,
                        _ -> true,
                        _ -> true,
                        List.of(),
                        10_000));
    }
}
