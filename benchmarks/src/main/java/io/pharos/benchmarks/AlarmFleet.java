package io.pharos.benchmarks;

import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.MetricDatum;
import software.amazon.awssdk.services.cloudwatch.model.StateValue;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// What does a fleet of alarms cost the whole service, while datapoints of all of them arrive and none
/// changes its state? Once all have left INSUFFICIENT_DATA and a minute has passed, CPU by part, heap after a collection, and how late the
/// actions of some more alarms are that change their state each period.
///
/// `java -Dheap=1g -cp 'benchmarks/target/classes:benchmarks/target/lib/*' io.pharos.benchmarks.AlarmFleet
/// [alarms of 60 s, 100000] [alarms of 10 s, 10000] [seconds, 60]` in the project's directory.
///
/// Last result: `docs/performance.md`, A3.
public final class AlarmFleet implements AutoCloseable {
    private static final String NAMESPACE = "Benchmark/Fleet";
    private static final int CONCURRENT = 32;
    private static final int DATA_A_REQUEST = 1_000;
    private static final int WARM_UP_MS = 60_000;

    private static final int BY_REQUEST = 2_000;
    private static final int COPIES = 5_000;
    private static final int COPIES_MS = 1_000;

    private static final String COPY =
            """
            WITH kind AS (SELECT ?::text AS it),
            made AS (
                INSERT INTO alarms.alarm
                SELECT (jsonb_populate_record(
                    alarm,
                    jsonb_build_object(
                        'name', it || '-' || i,
                        'dimension_values', jsonb_build_array(it || '-' || i),
                        'dimension_key', '["Host","' || it || '-' || i || '"]',
                        'state', 'OK'))).*
                FROM kind, alarms.alarm, generate_series(?, ?) AS i
                WHERE alarm.name = it || '-0'
                RETURNING account, region, name)
            INSERT INTO alarms.alarm_change (at_ms, account, region, name)
            SELECT extract(epoch FROM now()) * 1000, account, region, name FROM made
            """;

    private static final int PARTS = 15;

    private final Server server;
    private final CloudWatchClient client;
    private final int minutely;
    private final int fast;
    private final AtomicInteger late = new AtomicInteger();
    private volatile boolean stopping;

    private AlarmFleet(Server server, int minutely, int fast) {
        this.server = server;
        this.client = server.client(CloudWatchClient.builder());
        this.minutely = minutely;
        this.fast = fast;
    }

    /// See the class.
    public static void main(String[] args) throws IOException, InterruptedException, SQLException {
        var minutely = args.length > 0 ? Integer.parseInt(args[0]) : 100_000;
        var fast = args.length > 1 ? Integer.parseInt(args[1]) : 10_000;
        var seconds = args.length > 2 ? Integer.parseInt(args[2]) : 60;
        System.setProperty(
                "java.options",
                (System.getProperty("java.options", "") + " -Dpharos.alarms.max-alarms=1000000")
                        .strip());
        try (var server = Server.start();
                var fleet = new AlarmFleet(server, minutely, fast)) {
            Thread.ofPlatform().daemon().start(() -> fleet.feed("slow", minutely, 60, 60));
            Thread.ofPlatform().daemon().start(() -> fleet.feed("fast", fast, 10, 1));
            fleet.define("slow", minutely, 60);
            fleet.define("fast", fast, 10);
            fleet.awaitFirstStates();
            Server.pause(WARM_UP_MS);
            fleet.report(seconds);
            fleet.expectAllOk();
            AlarmLatency.run(server, 50, 8);
        }
    }

    /// Some by PutMetricAlarm, which tells what that costs; the others are copies of the first, in OK, made
    /// in PostgreSQL some thousands at a time, as if another process had put them.
    private void define(String kind, int alarms, int periodS) throws SQLException {
        var byRequest = Math.min(alarms, BY_REQUEST);
        request(kind, byRequest, periodS);
        try (var connection = server.database();
                var insert = connection.prepareStatement(COPY)) {
            for (var from = byRequest; from < alarms; from += COPIES) {
                insert.setString(1, kind);
                insert.setInt(2, from);
                insert.setInt(3, Math.min(alarms, from + COPIES) - 1);
                insert.execute();
                Server.pause(COPIES_MS);
            }
        }
    }

    private void request(String kind, int alarms, int periodS) {
        var places = new Semaphore(CONCURRENT);
        var began = System.nanoTime();
        var before = server.cpuSeconds();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var i = 0; i < alarms; i++) {
                var name = kind + "-" + i;
                places.acquireUninterruptibly();
                var _ =
                        threads.submit(() -> {
                            try {
                                put(name, periodS);
                            } finally {
                                places.release();
                            }
                        });
            }
            places.acquireUninterruptibly(CONCURRENT);
        }
        var seconds = (System.nanoTime() - began) / 1e9;
        System.out.printf(
                Locale.ROOT,
                "A3 PutMetricAlarm: %,d in %.0f s, %,.0f per CPU-second%n",
                alarms,
                seconds,
                alarms / (server.cpuSeconds() - before));
    }

    private void awaitFirstStates() {
        while (!client.describeAlarms(r -> r.stateValue(StateValue.INSUFFICIENT_DATA).maxRecords(1))
                .metricAlarms()
                .isEmpty()) {
            Server.pause(2_000);
        }
    }

    private void put(String name, int periodS) {
        client.putMetricAlarm(r ->
                r.alarmName(name)
                        .namespace(NAMESPACE)
                        .metricName("Load")
                        .dimensions(d -> d.name("Host").value(name))
                        .statistic("Average")
                        .period(periodS)
                        .evaluationPeriods(5)
                        .datapointsToAlarm(3)
                        .threshold(1_000.0)
                        .comparisonOperator("GreaterThanThreshold"));
    }

    /// A datapoint of each of them every period, spread over it.
    private void feed(String kind, int alarms, int periodS, int resolutionS) {
        var requests = (alarms + DATA_A_REQUEST - 1) / DATA_A_REQUEST;
        var next = System.nanoTime();
        for (var request = 0; !stopping && requests > 0; request = (request + 1) % requests) {
            var data = new ArrayList<MetricDatum>(DATA_A_REQUEST);
            var from = request * DATA_A_REQUEST;
            for (var i = from; i < Math.min(alarms, from + DATA_A_REQUEST); i++) {
                var host = kind + "-" + i;
                data.add(
                        MetricDatum.builder()
                                .metricName("Load")
                                .dimensions(d -> d.name("Host").value(host))
                                .value(i % 97.0)
                                .storageResolution(resolutionS)
                                .build());
            }
            client.putMetricData(r -> r.namespace(NAMESPACE).metricData(data));
            next += periodS * 1_000_000_000L / requests;
            if (next < System.nanoTime()) {
                late.incrementAndGet();
            }
            LockSupport.parkNanos(next - System.nanoTime());
        }
    }

    private void report(int seconds) throws IOException, InterruptedException {
        var before = server.cpuSeconds();
        var parts = server.cpuByPart();
        late.set(0);
        Server.pause(seconds * 1_000L);
        var used = (server.cpuSeconds() - before) / seconds;
        var by = server.cpuByPart();
        by.replaceAll((part, value) -> (value - parts.getOrDefault(part, 0.0)) / seconds);
        var alarms =
                by.entrySet().stream()
                        .filter(part -> part.getKey().startsWith("alarms-"))
                        .mapToDouble(Map.Entry::getValue)
                        .sum();
        System.out.printf(
                Locale.ROOT,
                "A3 %,d alarms of 60 s and %,d of 10 s: everything %.1f %% of a core, threads of"
                        + " alarms %.2f %%; heap after a collection %,d MB; %d requests late%n",
                minutely,
                fast,
                used * 100,
                alarms * 100,
                server.heapBytes() >> 20,
                late.get());
        by.entrySet().stream()
                .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
                .limit(PARTS)
                .forEach(part ->
                        System.out.printf(
                                Locale.ROOT,
                                "   %5.2f %% %s%n",
                                part.getValue() * 100,
                                part.getKey()));
    }

    private void expectAllOk() {
        var began = System.nanoTime();
        var states = new EnumMap<StateValue, Integer>(StateValue.class);
        client.describeAlarmsPaginator(r -> r.maxRecords(100)).metricAlarms().stream()
                .forEach(alarm -> states.merge(alarm.stateValue(), 1, Integer::sum));
        System.out.printf(
                Locale.ROOT,
                "A3 DescribeAlarms of all: %.1f s, %s%n",
                (System.nanoTime() - began) / 1e9,
                states);
        if (states.getOrDefault(StateValue.OK, 0) != minutely + fast) {
            throw new IllegalStateException("not all are OK");
        }
    }

    @Override
    public void close() {
        stopping = true;
        client.close();
    }
}
