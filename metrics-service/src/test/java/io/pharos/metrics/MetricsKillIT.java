package io.pharos.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.kit.Database;
import io.pharos.kit.StreamConsumers;
import io.pharos.kit.StreamProducer;
import io.pharos.kit.Topics;
import io.pharos.metric.Dimensions;
import io.pharos.metric.Unit;
import io.pharos.metrics.compact.pg.PgCompactor;
import io.pharos.metrics.config.MetricsSettings;
import io.pharos.metrics.ingest.stream.MetricDataConsumer;
import io.pharos.metrics.metricstream.pg.PgMetricStreams;
import io.pharos.metrics.metricstream.pg.StreamMarks;
import io.pharos.metrics.point.pg.PgRuns;
import io.pharos.metrics.query.PeriodGrid;
import io.pharos.metrics.query.SeriesRequest;
import io.pharos.metrics.query.pg.PgStatistics;
import io.pharos.metrics.series.Series;
import io.pharos.metrics.series.pg.PgSeriesIndex;
import io.pharos.testkit.Eventually;
import io.pharos.testkit.KafkaServer;
import io.pharos.testkit.TestDatabase;
import io.pharos.wire.Tenant;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// `kill -9` of a process that flushes, merges, seals and makes tiers coarser all at once, several times:
/// in the end the count and the sum of every period are exactly those of what was sent.
class MetricsKillIT {
    private static final int SENDERS = 4;
    private static final int SAMPLES = 1_500;
    private static final int KILLS = 4;
    private static final int PART = SAMPLES / (KILLS + 1);
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final Tenant TENANT = new Tenant("210987654321", "eu-west-1");

    /// How old samples are: of each tier, and of buckets that become coarser while they come.
    private static final List<Duration> AGES =
            List.of(
                    Duration.ZERO,
                    Duration.ofHours(14),
                    Duration.ofDays(16),
                    Duration.ofDays(17),
                    Duration.ofDays(70));

    // Its own: samples of other tests would be kept, and a victim left behind would take their
    // partitions.
    private final KafkaServer kafka = KafkaServer.temporary();
    private final String bootstrap = kafka.bootstrapServers();
    private final List<Process> victims = new ArrayList<>();
    private final PGSimpleDataSource source = TestDatabase.fresh("metrics");
    private final Database database = Pool.of(source);
    private final PgStatistics statistics =
            new PgStatistics(database, new PgSeriesIndex(), new PgRuns());
    private final Instant now = Instant.now();
    private final Map<Integer, TreeMap<Long, Integer>> sent = new ConcurrentHashMap<>();
    private final List<CountDownLatch> kills =
            Stream.generate(() -> new CountDownLatch(1)).limit(KILLS).toList();

    @AfterEach
    void stop() {
        victims.forEach(Process::destroyForcibly);
        kafka.close();
    }

    @Test
    void everyPeriodIsExactHoweverOftenTheProcessIsKilled() throws Exception {
        Topics.create(bootstrap, 2);
        try (var producer = new StreamProducer(bootstrap);
                var threads = Executors.newFixedThreadPool(SENDERS)) {
            var feed = new Feed(producer, TENANT, now);
            var load =
                    IntStream.range(0, SENDERS)
                            .mapToObj(sender -> threads.submit(() -> send(feed, sender)))
                            .toList();
            for (var kill = 1; kill <= KILLS; kill++) {
                var victim = fork();
                var enough = SENDERS * SAMPLES * kill / (KILLS + 2);
                Eventually.within(LIMIT, () -> assertThat(counted()).isGreaterThan(enough));
                victim.destroyForcibly().waitFor();
                kills.get(kill - 1).countDown();
            }
            assertThat(counted()).as("killed amid its work").isLessThan(SENDERS * SAMPLES);
            for (var one : load) {
                one.get();
            }
            var last = fork();
            Eventually.within(
                    LIMIT, () -> assertThat(counted()).isGreaterThanOrEqualTo(SENDERS * SAMPLES));
            Eventually.within(LIMIT, () -> assertThat(tiers()).containsOnly(60, 300, 3_600));
            last.destroyForcibly().waitFor();
        }
        expectExactly();
    }

    /// A sample of value 1 of its sender's series each; the ages take turns. Goes on after each kill, so
    /// that the next one is in the middle too.
    private @Nullable Void send(Feed feed, int sender) throws InterruptedException {
        var random = new Random(sender);
        var times = sent.computeIfAbsent(sender, _ -> new TreeMap<>());
        for (var i = 0; i < SAMPLES; i++) {
            if (i > 0 && i % PART == 0 && i / PART <= KILLS) {
                kills.get(i / PART - 1).await();
            }
            var age = AGES.get(i % AGES.size()).plusSeconds(random.nextInt(3_000));
            var at = now.minus(age);
            feed.value("Kill", "m", dimensions(sender), at, 1);
            times.merge(at.getEpochSecond(), 1, Integer::sum);
        }
        return null;
    }

    private static Dimensions dimensions(int sender) {
        return Dimensions.of("sender", "s" + sender);
    }

    private void expectExactly() {
        for (var sender = 0; sender < SENDERS; sender++) {
            expectExactly(sender, new PeriodGrid(hours(16), 60, 17 * 60));
            expectExactly(sender, new PeriodGrid(hours(18 * 24), 300, 19 * 24 * 12));
            expectExactly(sender, new PeriodGrid(hours(71 * 24), 3_600, 72 * 24));
        }
    }

    private long hours(int back) {
        return Math.floorDiv(now.getEpochSecond(), 3_600L) * 3_600 - back * 3_600L;
    }

    private void expectExactly(int sender, PeriodGrid grid) {
        var expected = new HashMap<Long, Double>();
        sent.getOrDefault(sender, new TreeMap<>())
                .forEach((second, count) -> {
                    var minute = Math.floorDiv(second, 60L) * 60;
                    if (minute >= grid.startS() && minute < grid.endS()) {
                        var slot = (minute - grid.startS()) / grid.periodS();
                        expected.merge(grid.startOf(slot), (double) count, Double::sum);
                    }
                });
        var series = new Series(TENANT.account(), TENANT.region(), "Kill", "m", dimensions(sender));
        var counts = new HashMap<Long, Double>();
        var sums = new HashMap<Long, Double>();
        var request = new SeriesRequest(series, grid, Unit.NONE);
        for (var column : statistics.read(List.of(request)).getFirst().periods().columns()) {
            for (var i = 0; i < column.size(); i++) {
                counts.put(column.startS(i), column.sampleCount(i));
                sums.put(column.startS(i), column.sum(i));
            }
        }
        assertThat(counts).as("counts of sender %s, %s", sender, grid).isEqualTo(expected);
        assertThat(sums).as("sums of sender %s, %s", sender, grid).isEqualTo(expected);
    }

    /// All samples that were flushed.
    private int counted() {
        var grid = new PeriodGrid(hours(71 * 24), 3_600, 72 * 24);
        var requests = new ArrayList<SeriesRequest>();
        for (var sender = 0; sender < SENDERS; sender++) {
            requests.add(
                    new SeriesRequest(
                            new Series(
                                    TENANT.account(),
                                    TENANT.region(),
                                    "Kill",
                                    "m",
                                    dimensions(sender)),
                            grid,
                            null));
        }
        var counted = 0;
        for (var answer : statistics.read(requests)) {
            for (var column : answer.periods().columns()) {
                for (var i = 0; i < column.size(); i++) {
                    counted += (int) column.sampleCount(i);
                }
            }
        }
        return counted;
    }

    private List<Integer> tiers() {
        return database.read(connection -> {
            var tiers = new ArrayList<Integer>();
            try (var query = connection.createStatement();
                    var rows =
                            query.executeQuery(
                                    "SELECT DISTINCT resolution FROM metrics.run ORDER BY 1")) {
                while (rows.next()) {
                    tiers.add(rows.getInt(1));
                }
            }
            return tiers;
        });
    }

    private Process fork() throws IOException {
        var java = ProcessHandle.current().info().command().orElseThrow();
        var victim =
                new ProcessBuilder(
                                java,
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Victim.class.getName(),
                                bootstrap,
                                Objects.requireNonNull(source.getUrl()))
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        victims.add(victim);
        return victim;
    }

    /// The process that is killed: flushes every few milliseconds and compacts without a pause.
    static final class Victim {
        private Victim() {}

        public static void main(String[] args) {
            var source = new PGSimpleDataSource();
            source.setUrl(args[1]);
            source.setUser("postgres");
            var database = new Database(source);
            var runs = new PgRuns();
            var producer = new StreamProducer(args[0]);
            var settings = new MetricsSettings(1_000, Duration.ofMillis(5), Duration.ofMillis(1));
            new MetricDataConsumer(
                            database,
                            new PgSeriesIndex(),
                            runs,
                            new StreamMarks(new PgMetricStreams(database)),
                            InstantSource.system(),
                            settings)
                    .start(new StreamConsumers(args[0], producer));
            var compactor = new PgCompactor(database, runs);
            while (true) {
                // Half the time buckets look quiet, so that sealing meets fresh runs as well.
                var ahead = System.nanoTime() % 2 == 0 ? Duration.ofMinutes(11) : Duration.ZERO;
                compactor.compact(InstantSource.system().instant().plus(ahead).toEpochMilli());
            }
        }
    }
}
