package io.pharos.logs.ingest.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pharos.kit.Database;
import io.pharos.kit.StreamConsumers;
import io.pharos.kit.StreamConsumers.Subscription;
import io.pharos.kit.StreamProducer;
import io.pharos.kit.Topics;
import io.pharos.logs.Calls;
import io.pharos.logs.block.pg.PgBlockMerger;
import io.pharos.logs.block.pg.PgBlockMover;
import io.pharos.logs.block.pg.PgBlockSweep;
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
import io.pharos.testkit.Victims;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// `kill -9` of a process that flushes, merges, moves blocks to a bucket and expires events all at once,
/// several times, the bucket's server gone for a while too: in the end every event is there once, in
/// order, and what expired is nowhere.
class LogsKillIT {
    private static final int STREAMS = 2;
    private static final int BATCHES = 100; // a stream
    private static final int EVENTS = 50; // a batch
    private static final int KILLS = 3;
    private static final int PART = BATCHES / (KILLS + 1);
    private static final long DAY_MS = 86_400_000L;
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final String KEPT = "kept";
    private static final String SHORT = "short";

    @TempDir Path directory;

    // Its own: a victim left behind would take partitions of other tests.
    private final KafkaServer kafka = KafkaServer.temporary();
    private final String bootstrap = kafka.bootstrapServers();
    private final Victims victims = new Victims();
    private final PGSimpleDataSource source = TestDatabase.fresh("logs");
    private final Database database = new Database(source);
    private final PgLogGroups groups = new PgLogGroups(database);
    private final PgLogStreams streams = new PgLogStreams(database, groups);
    private final long now = InstantSource.system().millis();
    private final List<CountDownLatch> kills =
            Stream.generate(() -> new CountDownLatch(1)).limit(KILLS).toList();
    private S3Server server;

    @BeforeEach
    void start() throws Exception {
        server = new S3Server(directory);
        server.start();
        try (var client = server.client()) {
            client.createBucket(create -> create.bucket(S3Server.BUCKET));
        }
        for (var group : List.of(KEPT, SHORT)) {
            groups.create(Calls.TENANT, group, Map.of(), false, 1);
            for (var stream = 0; stream < STREAMS; stream++) {
                streams.create(Calls.TENANT, group, "s" + stream, 1);
            }
        }
        groups.setRetention(Calls.TENANT, SHORT, 7);
    }

    @AfterEach
    void stop() throws Exception {
        victims.close();
        kafka.close();
        server.close();
    }

    @Test
    void everyEventOnceInOrderHoweverOftenTheProcessIsKilled() throws Exception {
        Topics.create(bootstrap, 2);
        try (var producer = new StreamProducer(bootstrap);
                var threads = Executors.newFixedThreadPool(STREAMS)) {
            var load =
                    IntStream.range(0, STREAMS)
                            .mapToObj(stream -> threads.submit(() -> send(producer, stream)))
                            .toList();
            for (var kill = 1; kill <= KILLS; kill++) {
                var victim = fork();
                var enough = STREAMS * BATCHES * EVENTS * kill / (KILLS + 2);
                Eventually.within(LIMIT, () -> assertThat(stored(KEPT)).isGreaterThan(enough));
                if (kill == 2) {
                    Eventually.within(LIMIT, () -> assertThat(moved()).isPositive());
                }
                if (kill == 3) {
                    server.start();
                }
                Victims.kill(victim);
                if (kill == 2) {
                    server.stop();
                }
                kills.get(kill - 1).countDown();
            }
            for (var one : load) {
                one.get();
            }
            var last = fork();
            Eventually.within(
                    LIMIT,
                    () -> {
                        assertThat(stored(KEPT)).isEqualTo(STREAMS * BATCHES * EVENTS);
                        assertThat(stored(SHORT)).isEqualTo(STREAMS * BATCHES * EVENTS / 2);
                        assertThat(moved() + claimed()).isGreaterThanOrEqualTo(full());
                    });
            Victims.kill(last);
        }
        for (var stream = 0; stream < STREAMS; stream++) {
            assertThat(messages(KEPT, stream)).isEqualTo(sent(stream, BATCHES));
            assertThat(messages(SHORT, stream)).isEqualTo(sent(stream, BATCHES / 2));
        }
        laterMoveWhatTheDeadWereAt();
        assertThat(moved()).isEqualTo(full());
        assertThat(server.keys()).as("objects that blocks refer to").hasSize((int) moved());
    }

    private void laterMoveWhatTheDeadWereAt() {
        try (var client = server.client()) {
            var store = new S3BlockStore(client, S3Server.BUCKET, "", true);
            var mover = new PgBlockMover(database, new PgBlocks(store), store);
            var later = now + 2 * PgBlockMover.GRACE.toMillis();
            mover.clear(later);
            mover.moveDue(later);
        }
    }

    private long full() {
        return number("SELECT count(*) FROM logs.block WHERE tier = 100");
    }

    /// Blocks that a process, alive or dead, is moving.
    private long claimed() {
        return number("SELECT count(*) FROM logs.block_garbage WHERE block_id IS NOT NULL");
    }

    /// Goes on after each kill, so that the next one is in the middle too.
    private @Nullable Void send(StreamProducer producer, int stream) throws InterruptedException {
        for (var batch = 0; batch < BATCHES; batch++) {
            if (batch > 0 && batch % PART == 0 && batch / PART <= KILLS) {
                kills.get(batch / PART - 1).await();
            }
            send(producer, batch(KEPT, stream, batch, now - DAY_MS));
            // Every other batch has expired long ago.
            send(
                    producer,
                    batch(SHORT, stream, batch / 2, now - DAY_MS * (batch % 2 == 0 ? 1 : 30)));
        }
        return null;
    }

    private static void send(StreamProducer producer, LogBatch batch) {
        producer.send(Topic.LOG_EVENTS.topicName(), LogBatchCodec.key(batch), batch.toByteArray())
                .join();
    }

    private static LogBatch batch(String group, int stream, int number, long time) {
        var events = new PackedEvents.Builder();
        for (var i = 0; i < EVENTS; i++) {
            var event = number * EVENTS + i;
            events.add(time + event, message(stream, event));
        }
        return LogBatchCodec.fill(
                        LogBatch.newBuilder()
                                .setAccount(Calls.TENANT.account())
                                .setRegion(Calls.TENANT.region())
                                .setLogGroup(group)
                                .setLogStream("s" + stream)
                                .setReceivedMs(time),
                        events.build())
                .build();
    }

    private static String message(int stream, int event) {
        var noise = new byte[250];
        new Random(31L * event + stream).nextBytes(noise);
        return "{\"n\":" + event + ",\"noise\":\"" + HexFormat.of().formatHex(noise) + "\"}";
    }

    private static List<String> sent(int stream, int batches) {
        return IntStream.range(0, batches * EVENTS)
                .mapToObj(event -> message(stream, event))
                .toList();
    }

    private List<String> messages(String group, int stream) {
        var id = groups.require(Calls.TENANT, group).id();
        var ids = streams.ids(id, List.of("s" + stream)).values();
        var found = new ArrayList<String>();
        try (var client = server.client()) {
            var store = new S3BlockStore(client, S3Server.BUCKET, "", true);
            var reader = new EventReader(database, new PgBlocks(store), streams);
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
                                        ids,
                                        ("s" + stream)::equals,
                                        _ -> true,
                                        List.of(),
                                        10_000));
                page.events().stream().map(FoundEvent::message).forEach(found::add);
                boundary = page.next();
            }
        }
        return found;
    }

    /// What the accounts say.
    private long stored(String group) {
        return number(
                "SELECT coalesce(sum(events), 0) FROM logs.group_usage WHERE group_id = "
                        + groups.require(Calls.TENANT, group).id());
    }

    private long moved() {
        return number("SELECT count(*) FROM logs.block WHERE object IS NOT NULL");
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

    private Process fork() {
        return victims.fork(
                Victim.class,
                bootstrap,
                Objects.requireNonNull(source.getUrl()),
                server.endpoint());
    }

    /// The process that is killed: flushes every few milliseconds, everything else without a pause.
    static final class Victim {
        private Victim() {}

        public static void main(String[] args) {
            var source = new PGSimpleDataSource();
            source.setUrl(args[1]);
            source.setUser("postgres");
            var database = new Database(source);
            var store = new S3BlockStore(S3Server.client(args[2]), S3Server.BUCKET, "k/", true);
            var blocks = new PgBlocks(store);
            var merger = new PgBlockMerger(database, blocks);
            var mover = new PgBlockMover(database, blocks, store);
            var sweep = new PgBlockSweep(database, merger);
            var clock = InstantSource.system();
            again(() -> merger.mergeDue(clock.millis()));
            again(() -> mover.moveDue(clock.millis()));
            again(() -> sweep.expire(clock.millis()));
            again(() -> mover.clear(clock.millis()));
            new StreamConsumers(args[0], new StreamProducer(args[0]))
                    .start(
                            new Subscription(
                                    "logs-kill",
                                    Set.of(Topic.LOG_EVENTS.topicName()),
                                    database,
                                    "logs",
                                    Duration.ofMillis(5),
                                    1 << 20,
                                    Flush.consumer(
                                            database, List.of(), new SimpleMeterRegistry())));
        }

        private static void again(Runnable work) {
            Thread.ofPlatform()
                    .start(() -> {
                        while (true) {
                            try {
                                work.run();
                                Thread.sleep(5);
                            } catch (RuntimeException failed) {
                                // The store is down: again.
                            } catch (InterruptedException ended) {
                                return;
                            }
                        }
                    });
        }
    }
}
