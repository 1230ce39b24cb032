package io.pharos.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.kit.Backlog.Bounds;
import io.pharos.kit.StreamConsumers.Subscription;
import io.pharos.stream.Topic;
import io.pharos.testkit.Eventually;
import io.pharos.testkit.KafkaServer;
import io.pharos.testkit.TestDatabase;
import io.pharos.wire.AwsError;

import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// The doors close while what comes in can not be stored, whatever the reason, and open by themselves.
class BacklogIT {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String LOGS = "logs:PutLogEvents";
    private static final byte[] RECORD = {1};

    @TempDir Path directory;

    // Its own: names of topics and consumers are the services'.
    private final KafkaServer kafka = KafkaServer.temporary();
    private final String bootstrap = kafka.bootstrapServers();
    private final Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap));
    private final StreamProducer producer = new StreamProducer(bootstrap);
    private final StreamConsumers consumers = new StreamConsumers(bootstrap, producer);
    private final AtomicInteger stored = new AtomicInteger();
    private final List<Backlog> open = new ArrayList<>();

    @BeforeEach
    void topics() {
        Topics.create(bootstrap, 2);
    }

    @AfterEach
    void stop() throws Exception {
        for (var backlog : open) {
            backlog.close();
        }
        consumers.close();
        producer.close();
        admin.close();
        kafka.close();
    }

    @Test
    void closesWhenRecordsWaitTooLongAndOpensWhenTheyAreStored() {
        var backlog = backlog(new Bounds(Duration.ofSeconds(2), null, 0));
        backlog.admit(LOGS);
        backlog.admit("logs:DescribeLogGroups");
        send(10);
        closes(backlog);
        backlog.admit("cloudwatch:PutMetricData");
        backlog.admit("logs:DescribeLogGroups");
        start(this::count);
        opens(backlog);
        assertThat(stored).hasValue(10);
        send(10);
        stays(backlog, Duration.ofSeconds(4));
    }

    @Test
    void closesAtOnceWhileTheServiceSaysThatItsStoreIsFull() {
        var full = new AtomicBoolean(true);
        start(
                new StreamHandler() {
                    @Override
                    public void handle(StreamBatch batch) {
                        count(batch);
                    }

                    @Override
                    public boolean isFull() {
                        return full.get();
                    }
                });
        var backlog = backlog(new Bounds(Duration.ofHours(1), null, 0));
        closes(backlog);
        send(10);
        Eventually.within(SOON, () -> assertThat(stored).hasValue(10));
        full.set(false);
        opens(backlog);
    }

    @Test
    void closesWhilePostgresqlHasNoRoomAndLosesNothing() {
        var full = new AtomicBoolean(true);
        start(batch -> {
            if (full.get()) {
                throw new SQLException("No space left on device", "53100");
            }
            count(batch);
        });
        var backlog = backlog(new Bounds(Duration.ofHours(1), null, 0));
        backlog.admit(LOGS);
        send(10);
        closes(backlog);
        full.set(false);
        opens(backlog);
        Eventually.within(SOON, () -> assertThat(stored).hasValue(10));
    }

    @Test
    void closesEveryDoorWhileTheDiskIsNearlyFull() throws Exception {
        start(this::count);
        var free = Files.getFileStore(directory).getUsableSpace();
        opens(backlog(new Bounds(Duration.ofHours(1), directory, free / 2)));
        var full = backlog(new Bounds(Duration.ofHours(1), directory, free * 2));
        closes(full);
        Eventually.within(
                SOON,
                () ->
                        assertThatThrownBy(() -> full.admit("cloudwatch:PutMetricData"))
                                .isInstanceOf(AwsError.class));
    }

    private Backlog backlog(Bounds bounds) {
        var backlog =
                new Backlog(
                        admin, producer, InstantSource.system(), bounds, Duration.ofMillis(100));
        open.add(backlog);
        return backlog;
    }

    private void start(StreamHandler handler) {
        var database = new Database(TestDatabase.fresh("kit"));
        consumers.start(
                new Subscription(
                        "logs",
                        Set.of(Topic.LOG_EVENTS.topicName()),
                        database,
                        "kit",
                        Duration.ofMillis(50),
                        1 << 20,
                        handler));
    }

    private void count(StreamBatch batch) {
        batch.afterCommit(() -> stored.addAndGet(batch.records().size()));
    }

    private void send(int records) {
        var sends = new ArrayList<CompletableFuture<StreamProducer.Appended>>();
        for (var i = 0; i < records; i++) {
            sends.add(producer.send(Topic.LOG_EVENTS.topicName(), i % 2, null, RECORD));
        }
        StreamProducer.await(sends);
    }

    private static void closes(Backlog backlog) {
        Eventually.within(
                SOON,
                () ->
                        assertThatThrownBy(() -> backlog.admit(LOGS))
                                .isInstanceOfSatisfying(
                                        AwsError.class,
                                        refused -> {
                                            assertThat(refused.code())
                                                    .isEqualTo("ThrottlingException");
                                            assertThat(refused).hasMessage("Rate exceeded");
                                        }));
    }

    private static void opens(Backlog backlog) {
        Eventually.within(SOON, () -> backlog.admit(LOGS));
    }

    private static void stays(Backlog backlog, Duration length) {
        var end = System.nanoTime() + length.toNanos();
        while (System.nanoTime() < end) {
            backlog.admit(LOGS);
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
    }
}
