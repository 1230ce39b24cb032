package io.pharos.kit;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.testkit.Eventually;
import io.pharos.testkit.KafkaServer;
import io.pharos.testkit.TestDatabase;
import io.pharos.testkit.Victims;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/// `kill -9` of a consuming process in the middle of its work, several times: every record has its
/// row once, and what was derived counts once at the next consumer.
class KillIT {
    private static final int RECORDS = 40_000;
    private static final int KILLS = 3;
    private static final Duration LIMIT = Duration.ofSeconds(90);

    private final String bootstrap = KafkaServer.shared().bootstrapServers();
    private final PGSimpleDataSource source = TestDatabase.fresh("kit");
    private final Database database = new Database(source);
    private final Victims victims = new Victims();

    @AfterEach
    void end() {
        victims.close();
    }

    @Test
    void killedConsumersLoseNothingAndCountNothingTwice() throws Exception {
        try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            admin.createTopics(
                            List.of(
                                    new NewTopic("kill-in", 4, (short) 1),
                                    new NewTopic("kill-out", 2, (short) 1)))
                    .all()
                    .get();
        }
        var downstream = new Database(TestDatabase.fresh("kit"));
        try (var producer = new StreamProducer(bootstrap);
                var receiver = new StreamConsumers(bootstrap, producer)) {
            receiver.start(subscription("kill-receiver", "kill-out", downstream, Victim::store));
            var load = CompletableFuture.runAsync(() -> load(producer));
            for (int kill = 1; kill <= KILLS; kill++) {
                var victim = fork();
                var enough = RECORDS * kill / (KILLS + 2);
                Eventually.within(LIMIT, () -> assertThat(rows(database)).isGreaterThan(enough));
                Victims.kill(victim);
            }
            assertThat(rows(database)).as("was killed amid its work").isLessThan(RECORDS);
            load.join();
            var last = fork();
            Eventually.within(LIMIT, () -> assertThat(rows(database)).isEqualTo(RECORDS));
            Eventually.within(LIMIT, () -> assertThat(rows(downstream)).isEqualTo(RECORDS));
            Victims.kill(last);
            assertThat(number(database, "SELECT count(DISTINCT value) FROM kit.taken"))
                    .isEqualTo(RECORDS);
            assertThat(number(downstream, "SELECT count(DISTINCT value) FROM kit.taken"))
                    .isEqualTo(RECORDS);
        }
    }

    private static void load(StreamProducer producer) {
        for (int from = 0; from < RECORDS; from += 100) {
            StreamProducer.await(
                    IntStream.range(from, from + 100)
                            .mapToObj(i -> utf8("" + i))
                            .map(value -> producer.send("kill-in", value, value))
                            .toList());
        }
    }

    private Process fork() {
        return victims.fork(Victim.class, bootstrap, Objects.requireNonNull(source.getUrl()));
    }

    /// The process that is killed: stores each record and sends it on, one by one.
    static final class Victim {
        private Victim() {}

        public static void main(String[] args) throws InterruptedException {
            var source = new PGSimpleDataSource();
            source.setUrl(args[1]);
            source.setUser("postgres");
            var producer = new StreamProducer(args[0]);
            var consumers = new StreamConsumers(args[0], producer);
            consumers.start(
                    subscription(
                            "kill-victim",
                            "kill-in",
                            new Database(source),
                            batch -> {
                                store(batch);
                                for (var record : batch.records()) {
                                    batch.derive(record, "kill-out", record.key(), record.value());
                                }
                            }));
            Thread.sleep(Duration.ofMinutes(5));
            consumers.close();
            producer.close();
        }

        static void store(StreamBatch batch) throws SQLException {
            var sql = "INSERT INTO kit.taken (partition, message_offset, value) VALUES (?, ?, ?)";
            try (var insert = batch.connection().prepareStatement(sql)) {
                for (var record : batch.records()) {
                    insert.setInt(1, record.partition());
                    insert.setLong(2, record.offset());
                    insert.setInt(
                            3,
                            Integer.parseInt(new String(record.value(), StandardCharsets.UTF_8)));
                    insert.addBatch();
                }
                insert.executeBatch();
            }
        }
    }

    private static StreamConsumers.Subscription subscription(
            String name, String topic, Database database, StreamHandler handler) {
        return new StreamConsumers.Subscription(
                name, Set.of(topic), database, "kit", Duration.ofMillis(50), 1 << 20, handler);
    }

    private static long rows(Database database) {
        return number(database, "SELECT count(*) FROM kit.taken");
    }

    private static long number(Database database, String sql) {
        return database.read(connection -> {
            try (var statement = connection.createStatement();
                    var rows = statement.executeQuery(sql)) {
                rows.next();
                return rows.getLong(1);
            }
        });
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
