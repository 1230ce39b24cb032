package io.pharos.benchmarks;

import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;

import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/// R2: how much of a core does everything (services, Kafka, PostgreSQL) use with so many alarms defined
/// and nothing happening? Beside it the same without any.
///
/// `java -cp 'benchmarks/target/classes:benchmarks/target/lib/*' io.pharos.benchmarks.AlarmIdle
/// [alarms, 10000] [period, 60] [seconds, 60]` in the project's directory.
///
/// Last result: `docs/performance.md`, R2.
public final class AlarmIdle {
    private static final int CONCURRENT = 16;
    private static final int SETTLE_MS = 20_000;

    private AlarmIdle() {}

    /// See the class.
    public static void main(String[] args) {
        var alarms = args.length > 0 ? Integer.parseInt(args[0]) : 10_000;
        var period = args.length > 1 ? Integer.parseInt(args[1]) : 60;
        var seconds = args.length > 2 ? Integer.parseInt(args[2]) : 60;
        try (var server = Server.start()) {
            Server.pause(SETTLE_MS);
            report(server, 0, period, seconds / 2);
            define(server, alarms, period);
            Server.pause(SETTLE_MS);
            report(server, alarms, period, seconds);
        }
    }

    private static void define(Server server, int alarms, int period) {
        var places = new Semaphore(CONCURRENT);
        try (var client = server.client(CloudWatchClient.builder());
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var i = 0; i < alarms; i++) {
                var name = "alarm-" + i;
                places.acquireUninterruptibly();
                var _ =
                        threads.submit(() -> {
                            try {
                                client.putMetricAlarm(r ->
                                        r.alarmName(name)
                                                .namespace("Benchmark/Idle")
                                                .metricName("Load")
                                                .dimensions(d -> d.name("Host").value(name))
                                                .statistic("Average")
                                                .period(period)
                                                .evaluationPeriods(5)
                                                .datapointsToAlarm(3)
                                                .threshold(50.0)
                                                .comparisonOperator("GreaterThanThreshold"));
                            } finally {
                                places.release();
                            }
                        });
            }
            places.acquireUninterruptibly(CONCURRENT);
            var last = "alarm-" + (alarms - 1);
            if (client.describeAlarms(r -> r.alarmNames(last)).metricAlarms().isEmpty()) {
                throw new IllegalStateException("alarms are missing");
            }
        }
    }

    private static void report(Server server, int alarms, int period, int seconds) {
        var before = server.cpuSeconds();
        var parts = server.cpuByPart();
        Server.pause(seconds * 1_000L);
        System.out.printf(
                Locale.ROOT,
                "R2 %,d alarms of %d s: %.1f %% of a core%n",
                alarms,
                period,
                (server.cpuSeconds() - before) / seconds * 100);
        server.cpuByPart().entrySet().stream()
                .map(part ->
                        Map.entry(
                                part.getKey(),
                                part.getValue() - parts.getOrDefault(part.getKey(), 0.0)))
                .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
                .limit(8)
                .forEach(part ->
                        System.out.printf(
                                Locale.ROOT,
                                "   %5.2f %% %s%n",
                                part.getValue() / seconds * 100,
                                part.getKey()));
    }
}
