package io.pharos.kit;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.stream.Origin;
import io.pharos.testkit.Eventually;
import io.pharos.testkit.FreePort;
import io.pharos.testkit.KafkaServer;
import io.pharos.testkit.PostgresServer;
import io.pharos.testkit.TestDatabase;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/// The promise of the streams, against a real broker and a real PostgreSQL: what was acknowledged
/// counts once, whatever fails in between.
class StreamConsumersIT {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final String bootstrap = KafkaServer.shared().bootstrapServers();
    private final StreamProducer producer = new StreamProducer(bootstrap);
    private final List<StreamConsumers> started = new ArrayList<>();
    private final Database database = new Database(TestDatabase.fresh("kit"));
    private String in = "";
    private String out = "";

    @BeforeEach
    void topics() throws Exception {
        in = "in" + NUMBER.incrementAndGet();
        out = "out" + NUMBER.get();
        try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            admin.createTopics(
                            List.of(
                                    new NewTopic(in, 4, (short) 1),
                                    new NewTopic(in + ".dead", 1, (short) 1),
                                    new NewTopic(out, 3, (short) 1)))
                    .all()
                    .get();
        }
    }

    @AfterEach
    void stop() {
        started.forEach(StreamConsumers::close);
        producer.close();
    }

    @Test
    void takesEveryPartitionInOrderAndCommitsRowsWithPositions() {
        send(0, 400);
        start("order", storing());
        Eventually.within(SOON, () -> expectRows(database, 400));
        send(400, 600);
        Eventually.within(SOON, () -> expectRows(database, 600));
        assertThat(
                        number(
                                """
                                SELECT count(*) FROM (
                                    SELECT message_offset - lag(message_offset)
                                        OVER (PARTITION BY partition ORDER BY id) AS step
                                    FROM kit.taken) s
                                WHERE step <> 1
                                """))
                .isZero();
        assertThat(number("SELECT sum(next_offset) FROM kit.stream_position")).isEqualTo(600);
    }

    @Test
    void goesOnWhereItStopped() {
        send(0, 100);
        var first = start("again", storing());
        Eventually.within(SOON, () -> expectRows(database, 100));
        first.close();
        send(100, 200);
        start("again", storing());
        Eventually.within(SOON, () -> expectRows(database, 200));
    }

    /// Positions are PostgreSQL's: when they are gone, all is read again, whatever the broker knows.
    @Test
    void readsFromTheStartWithoutAPosition() {
        send(0, 50);
        start("fresh", storing()).close();
        database.run(c -> execute(c, "TRUNCATE kit.stream_position, kit.taken"));
        start("fresh", storing());
        Eventually.within(SOON, () -> expectRows(database, 50));
    }

    @Test
    void aDerivedRecordCountsOnceAfterACrashBetweenSendAndCommit() {
        send(0, 300);
        var crashes = new AtomicInteger();
        // Sends everything, then the transaction fails at its very end: a deferred constraint.
        StreamHandler deriving =
                batch -> {
                    storing().handle(batch);
                    // One record for each, and one for the batch as a whole, as a roll-up is.
                    for (var record : batch.records()) {
                        batch.derive(record, out, record.key(), record.value());
                    }
                    var sum =
                            batch.records().stream()
                                    .mapToInt(r -> Integer.parseInt(text(r.value())))
                                    .sum();
                    batch.derive(
                            batch.records().getLast(),
                            out,
                            new byte[] {7},
                            utf8("sum " + sum + " of " + batch.records().size()));
                    if (crashes.incrementAndGet() <= 3) {
                        execute(batch.connection(), "INSERT INTO kit.fails_at_commit VALUES (1)");
                    }
                };
        start("deriver", deriving);
        Eventually.within(SOON, () -> expectRows(database, 300));
        assertThat(crashes.get()).isGreaterThan(3);
        assertThat(read(out)).as("sent again").hasSizeGreaterThan(300);

        var receiver = new Database(TestDatabase.fresh("kit"));
        var sums = new ConcurrentLinkedQueue<String>();
        start("receiver", receiver, out, collecting(sums));
        Eventually.within(
                SOON,
                () -> {
                    assertThat(sums.stream().filter(s -> !s.startsWith("sum"))).hasSize(300);
                    assertThat(total(sums)).isEqualTo(299 * 300 / 2);
                });
    }

    private static int total(ConcurrentLinkedQueue<String> values) {
        return values.stream()
                .filter(value -> value.startsWith("sum "))
                .mapToInt(value -> Integer.parseInt(value.split(" ")[1]))
                .sum();
    }

    private static StreamHandler collecting(ConcurrentLinkedQueue<String> values) {
        return batch -> batch.records().forEach(record -> values.add(text(record.value())));
    }

    @Test
    void aBatchThatBeganToSendIsTheSameAfterARestart() {
        send(0, 100);
        var batches = new ConcurrentLinkedQueue<String>();
        var broken = new Database(TestDatabase.fresh("kit"));
        StreamHandler failing =
                batch -> {
                    batches.add(span(batch));
                    batch.derive(batch.records().getLast(), out, new byte[] {1}, utf8(span(batch)));
                    execute(batch.connection(), "INSERT INTO kit.fails_at_commit VALUES (1)");
                };
        var first = start("planner", broken, in, failing);
        Eventually.within(SOON, () -> assertThat(batches).isNotEmpty());
        first.close();
        send(100, 400);
        var again = new ConcurrentLinkedQueue<String>();
        start("planner", broken, in, batch -> again.add(span(batch)));
        Eventually.within(SOON, () -> assertThat(again).contains(batches.peek()));
    }

    private static String span(StreamBatch batch) {
        return batch.partition()
                + ":"
                + batch.records().getFirst().offset()
                + "-"
                + batch.records().getLast().offset();
    }

    @Test
    void twoMembersShareAndHandOverWithoutLossOrRepeat() {
        send(0, 200);
        start("shared", storing());
        Eventually.within(SOON, () -> expectRows(database, 200));
        var second = start("shared", storing());
        send(200, 600);
        Eventually.within(SOON, () -> expectRows(database, 600));
        second.close();
        send(600, 1000);
        Eventually.within(SOON, () -> expectRows(database, 1000));
        assertThat(number("SELECT count(DISTINCT value) FROM kit.taken")).isEqualTo(1000);
    }

    @Test
    void aPoisonRecordGoesToTheDeadLettersAndTheRestIsTaken() {
        StreamHandler picky =
                batch -> {
                    for (var record : batch.records()) {
                        var value = Integer.parseInt(text(record.value()));
                        if (value == 40) {
                            throw new PoisonRecordException(
                                    record, "forty", new IllegalStateException());
                        }
                        if (value == 77) {
                            throw new IllegalStateException("a bug with 77");
                        }
                    }
                    storing().handle(batch);
                };
        send(0, 100);
        start("picky", picky);
        Eventually.within(SOON, () -> expectRows(database, 98));
        Eventually.within(SOON, () -> assertThat(read(in + ".dead")).hasSize(2));
        assertThat(read(in + ".dead"))
                .allSatisfy(letter -> {
                    assertThat(header(letter, BatchCommitter.CONSUMER)).isEqualTo("picky-" + in);
                    assertThat(header(letter, BatchCommitter.TOPIC)).isEqualTo(in);
                    assertThat(header(letter, BatchCommitter.REASON))
                            .containsAnyOf("forty", "a bug with 77");
                });
    }

    @Test
    void anUnreadableOriginIsPoison() {
        var bad = new ProducerRecord<>(in, 0, utf8("k"), utf8("1"));
        bad.headers().add(Origin.HEADER, utf8("nonsense"));
        StreamProducer.await(List.of(producer.send(bad)));
        send(0, 10);
        start("strict", storing());
        Eventually.within(SOON, () -> expectRows(database, 10));
        assertThat(read(in + ".dead")).hasSize(1);
    }

    @Test
    void derivedRecordsForADeletedTopicAreDropped() {
        send(0, 10);
        start(
                "orphan",
                batch -> {
                    storing().handle(batch);
                    for (var record : batch.records()) {
                        batch.derive(record, "deleted-stream", record.key(), record.value());
                    }
                });
        Eventually.within(SOON, () -> expectRows(database, 10));
    }

    @Test
    void waitsForPostgresToComeBack(@TempDir Path directory) {
        var port = FreePort.find();
        var postgres = PostgresServer.on(directory, port);
        var source = postgres.dataSource();
        PostgresServer.migrate(source, "kit");
        var away = new Database(source);
        try {
            send(0, 100);
            start("patient", away, in, storing());
            Eventually.within(SOON, () -> expectRows(away, 100));
        } finally {
            postgres.close();
        }
        send(100, 200);
        try (var _ = PostgresServer.on(directory, port)) {
            Eventually.within(SOON, () -> expectRows(away, 200));
            started.forEach(StreamConsumers::close);
        }
    }

    @Test
    void runsActionsOnlyAfterTheCommit() {
        var seen = new ConcurrentLinkedQueue<Long>();
        start(
                "after",
                batch -> {
                    storing().handle(batch);
                    batch.afterCommit(() -> seen.add(number("SELECT count(*) FROM kit.taken")));
                });
        send(0, 1);
        Eventually.within(SOON, () -> assertThat(seen).containsExactly(1L));
    }

    // ---- what the tests are made of ----

    private void send(int from, int to) {
        StreamProducer.await(
                IntStream.range(from, to)
                        .mapToObj(i -> producer.send(in, utf8("key" + i), utf8("" + i)))
                        .toList());
    }

    private StreamConsumers start(String name, StreamHandler handler) {
        return start(name, database, in, handler);
    }

    private StreamConsumers start(String name, Database db, String topic, StreamHandler handler) {
        var consumers = new StreamConsumers(bootstrap, producer);
        started.add(consumers);
        consumers.start(
                new StreamConsumers.Subscription(
                        name + "-" + in,
                        Set.of(topic),
                        db,
                        "kit",
                        Duration.ofMillis(20),
                        1 << 20,
                        handler));
        return consumers;
    }

    private static StreamHandler storing() {
        return batch -> {
            var sql = "INSERT INTO kit.taken (partition, message_offset, value) VALUES (?, ?, ?)";
            try (var insert = batch.connection().prepareStatement(sql)) {
                for (var record : batch.records()) {
                    insert.setInt(1, record.partition());
                    insert.setLong(2, record.offset());
                    insert.setInt(3, Integer.parseInt(text(record.value())));
                    insert.addBatch();
                }
                insert.executeBatch();
            }
        };
    }

    private static void expectRows(Database db, long rows) {
        assertThat(number(db, "SELECT count(*) FROM kit.taken")).isEqualTo(rows);
    }

    private long number(String sql) {
        return number(database, sql);
    }

    private static long number(Database db, String sql) {
        return db.read(connection -> {
            try (var statement = connection.createStatement();
                    var rows = statement.executeQuery(sql)) {
                rows.next();
                return rows.getLong(1);
            }
        });
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private List<ConsumerRecord<byte[], byte[]>> read(String topic) {
        var all = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        var plain = new ByteArrayDeserializer();
        try (var consumer =
                new KafkaConsumer<>(Map.of("bootstrap.servers", bootstrap), plain, plain)) {
            var partitions =
                    IntStream.range(0, producer.partitions(topic))
                            .mapToObj(i -> new TopicPartition(topic, i))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions);
            while (partitions.stream()
                    .anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
                consumer.poll(Duration.ofMillis(100)).forEach(all::add);
            }
        }
        return all;
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        return text(record.headers().lastHeader(name).value());
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
