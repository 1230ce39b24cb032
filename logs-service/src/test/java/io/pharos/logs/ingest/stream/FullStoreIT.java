package io.pharos.logs.ingest.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pharos.kit.Backlog;
import io.pharos.kit.Database;
import io.pharos.kit.Loop;
import io.pharos.kit.StreamConsumers;
import io.pharos.kit.StreamConsumers.Subscription;
import io.pharos.kit.StreamProducer;
import io.pharos.kit.Topics;
import io.pharos.logs.Calls;
import io.pharos.logs.block.pg.MovingRoom;
import io.pharos.logs.block.pg.PgBlockMerger;
import io.pharos.logs.block.pg.PgBlockMover;
import io.pharos.logs.block.pg.PgBlocks;
import io.pharos.logs.block.pg.S3Server;
import io.pharos.logs.block.s3.S3BlockStore;
import io.pharos.logs.event.EventId;
import io.pharos.logs.group.pg.PgLogGroups;
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
import io.pharos.wire.AwsError;

import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/// A sender that goes on and on while the bucket's server is away, then PostgreSQL's disk is full: it
/// is throttled each time, is let in again by itself, and what was acknowledged is there once, in order.
class FullStoreIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int EVENTS = 100; // a batch
    private static final int MAX_WAITING = 2;
    private static final String GROUP = "g";
    private static final InstantSource CLOCK = InstantSource.system();

    @TempDir Path directory;

    // Its own: the consumer's name is the service's.
    private final KafkaServer kafka = KafkaServer.temporary();
    private final String bootstrap = kafka.bootstrapServers();
    private final StreamProducer producer = new StreamProducer(bootstrap);
    private final StreamConsumers consumers = new StreamConsumers(bootstrap, producer);
    private final Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap));
    private final Backlog backlog =
            new Backlog(
                    admin,
                    producer,
                    CLOCK,
                    new Backlog.Bounds(Duration.ofMinutes(5), null, 0),
                    Duration.ofMillis(100));
    private final Database database = new Database(TestDatabase.fresh("logs"));
    private final PgLogGroups groups = new PgLogGroups(database);
    private final PgLogStreams streams = new PgLogStreams(database, groups);
    private final long start = CLOCK.millis();
    private final List<Loop> loops = new ArrayList<>();
    private S3Server server;
    private int sent;

    @BeforeEach
    void start() throws Exception {
        server = new S3Server(directory);
        server.start();
        try (var client = server.client()) {
            client.createBucket(create -> create.bucket(S3Server.BUCKET));
        }
        Topics.create(bootstrap, 1);
        groups.create(Calls.TENANT, GROUP, Map.of(), false, 1);
        streams.create(Calls.TENANT, GROUP, "s", 1);
    }

    @AfterEach
    void stop() throws Exception {
        backlog.close();
        for (var loop : loops) {
            loop.close();
        }
        consumers.close();
        producer.close();
        admin.close();
        kafka.close();
        server.close();
    }

    @Test
    void aLostBucketAndAFullDiskThrottleUntilTheyAreBack() throws Exception {
        try (var client = server.client()) {
            var store = new S3BlockStore(client, S3Server.BUCKET, "", true);
            var blocks = new PgBlocks(store);
            var merger = new PgBlockMerger(database, blocks);
            var mover = new PgBlockMover(database, blocks, store);
            var room = new MovingRoom(database, mover, MAX_WAITING);
            again(() -> merger.mergeDue(CLOCK.millis()));
            again(() -> room.moveDue(CLOCK.millis()));
            consume(room);

            sendUntil(() -> moved() > 1);
            server.stop();
            sendUntilThrottled();
            assertThat(waiting()).isGreaterThan(MAX_WAITING);
            // What was acknowledged is readable all the same.
            Eventually.within(LIMIT, () -> assertThat(stored()).isEqualTo((long) sent * EVENTS));
            server.start();
            Eventually.within(LIMIT, this::send);
            Eventually.within(LIMIT, () -> assertThat(waiting()).isZero());

            execute(
                    """
                    CREATE FUNCTION logs.full_disk() RETURNS trigger LANGUAGE plpgsql AS $$
                    BEGIN
                        RAISE EXCEPTION 'No space left on device' USING ERRCODE = '53100';
                    END $$;
                    CREATE TRIGGER full_disk BEFORE INSERT ON logs.block
                        EXECUTE FUNCTION logs.full_disk()
                    """);
            sendUntilThrottled();
            execute("DROP TRIGGER full_disk ON logs.block");
            Eventually.within(LIMIT, this::send);

            Eventually.within(LIMIT, () -> assertThat(stored()).isEqualTo((long) sent * EVENTS));
            assertThat(messages(new EventReader(database, blocks, streams)))
                    .isEqualTo(
                            IntStream.range(0, sent * EVENTS)
                                    .mapToObj(FullStoreIT::message)
                                    .toList());
        }
    }

    private void consume(MovingRoom room) {
        consumers.start(
                new Subscription(
                        "logs",
                        Set.of(Topic.LOG_EVENTS.topicName()),
                        database,
                        "logs",
                        Duration.ofMillis(20),
                        1 << 20,
                        new LogConsumerStart.Storing(
                                Flush.consumer(database, List.of(), new SimpleMeterRegistry()),
                                room)));
    }

    private void again(Runnable work) {
        loops.add(new Loop("full-store-it", Duration.ofMillis(20), work).start());
    }

    @FunctionalInterface
    private interface Done {
        boolean holds();
    }

    private void sendUntil(Done done) {
        Eventually.within(
                LIMIT,
                () -> {
                    send();
                    assertThat(done.holds()).isTrue();
                });
    }

    private void sendUntilThrottled() {
        Eventually.within(
                LIMIT,
                () -> {
                    try {
                        send();
                    } catch (AwsError refused) {
                        assertThat(refused.code()).isEqualTo("ThrottlingException");
                        return;
                    }
                    throw new AssertionError("is taken");
                });
    }

    /// As the front door does it.
    private void send() {
        backlog.admit("logs:PutLogEvents");
        var events = new PackedEvents.Builder();
        for (var i = 0; i < EVENTS; i++) {
            events.add(start + sent, message(sent * EVENTS + i));
        }
        var batch =
                LogBatchCodec.fill(
                                LogBatch.newBuilder()
                                        .setAccount(Calls.TENANT.account())
                                        .setRegion(Calls.TENANT.region())
                                        .setLogGroup(GROUP)
                                        .setLogStream("s")
                                        .setReceivedMs(start + sent),
                                events.build())
                        .build();
        producer.send(Topic.LOG_EVENTS.topicName(), LogBatchCodec.key(batch), batch.toByteArray())
                .join();
        sent++;
    }

    private static String message(int event) {
        var noise = new byte[800];
        new Random(event).nextBytes(noise);
        return event + " " + HexFormat.of().formatHex(noise);
    }

    private List<String> messages(EventReader reader) {
        var id = groups.require(Calls.TENANT, GROUP).id();
        var found = new ArrayList<String>();
        var boundary = EventId.FIRST;
        while (boundary != null) {
            var page =
                    reader.read(
                            new EventQuery(
                                    id,
                                    0,
                                    EventId.MAX_TIMESTAMP_MS,
                                    true,
                                    boundary,
                                    null,
                                    _ -> true,
                                    _ -> true,
                                    List.of(),
                                    10_000));
            page.events().stream().map(FoundEvent::message).forEach(found::add);
            boundary = page.next();
        }
        return found;
    }

    private long stored() {
        return number("SELECT coalesce(sum(events), 0) FROM logs.group_usage");
    }

    private long moved() {
        return number("SELECT count(*) FROM logs.block WHERE object IS NOT NULL");
    }

    private long waiting() {
        return number("SELECT count(*) FROM logs.block WHERE tier = 100 AND object IS NULL");
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

    private void execute(String sql) {
        database.run(tx -> {
            try (var statement = tx.createStatement()) {
                statement.execute(sql);
            }
        });
    }
}
