package io.pharos.benchmarks;

import com.google.protobuf.InvalidProtocolBufferException;

import io.pharos.alarms.alarm.Alarm;
import io.pharos.alarms.alarm.AlarmKey;
import io.pharos.alarms.alarm.MetricAlarms;
import io.pharos.alarms.ledger.KeptAlarm;
import io.pharos.alarms.live.AlarmBook;
import io.pharos.metric.Dimension;
import io.pharos.metric.Dimensions;
import io.pharos.metric.SeriesHash;
import io.pharos.stream.MetricBatch;
import io.pharos.stream.WindowResponse;
import io.pharos.wire.Tenant;

import software.amazon.awssdk.services.cloudwatch.model.PutMetricAlarmRequest;
import software.amazon.awssdk.services.cloudwatch.model.StateValue;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A1: alarm evaluations per CPU-second, one series each, three of five periods, no state changes; the
/// reading of the roll-ups that feed them is in it, and so are all threads of this process. Beside it as
/// many rules of Prometheus, when `-Dprometheus` names its program.
public final class AlarmEvaluation {
    private static final Tenant TENANT = new Tenant("123456789012", "us-east-1");
    private static final Instant START = Instant.parse("2026-09-14T12:00:00Z");
    private static final int BATCH = 1_000;
    private static final int WARM_UP_S = 600;

    private final AlarmBook book = new AlarmBook(Duration.ofSeconds(10), Duration.ofMillis(500));
    private final int alarms;
    private final int periodS;
    private long offset;

    private AlarmEvaluation(int alarms, int periodS) {
        this.alarms = alarms;
        this.periodS = periodS;
    }

    public static void main(String[] arguments) throws IOException {
        var ours = run(10_000, 60, 3_600);
        run(100_000, 60, 900);
        run(10_000, 10, 900);
        var prometheus = System.getProperty("prometheus");
        if (prometheus != null) {
            var theirs = PrometheusRules.run(prometheus, 10_000);
            System.out.printf(Locale.ROOT, "A1 ratio: %.0f%n", ours / theirs);
        }
    }

    /// @return evaluations per CPU-second
    private static double run(int alarms, int periodS, int seconds) throws IOException {
        var heapBefore = heap();
        var run = new AlarmEvaluation(alarms, periodS);
        run.define();
        run.play(0, WARM_UP_S);
        var used = run.play(WARM_UP_S, seconds);
        var evaluations = (double) alarms * seconds / periodS;
        System.out.printf(
                Locale.ROOT,
                "A1 %,d alarms of %d s: %,.0f evaluations per CPU-second, %.1f %% of a core, %.0f MB"
                        + " heap%n",
                alarms,
                periodS,
                evaluations / used,
                used / seconds * 100,
                (heap() - heapBefore) / 1e6);
        if (run.book.size() != alarms) {
            throw new IllegalStateException("alarms were lost");
        }
        return evaluations / used;
    }

    private void define() {
        for (var i = 0; i < alarms; i++) {
            var key = new AlarmKey(TENANT, "alarm-" + i);
            var host = "host-" + i;
            var request =
                    PutMetricAlarmRequest.builder()
                            .alarmName(key.name())
                            .namespace("Benchmark")
                            .metricName("Load")
                            .dimensions(d -> d.name("Host").value(host))
                            .statistic("Average")
                            .period(periodS)
                            .evaluationPeriods(5)
                            .datapointsToAlarm(3)
                            .threshold(1e6)
                            .treatMissingData("ignore")
                            .comparisonOperator("GreaterThanThreshold")
                            .build();
            var alarm =
                    MetricAlarms.create(key, request, START).toBuilder()
                            .stateValue(StateValue.OK)
                            .build();
            book.put(new KeptAlarm(key, 1, Alarm.of(alarm)), START);
        }
        for (var now = START; ; now = now.plusSeconds(10)) {
            var fills = book.fills(now);
            for (var fill : fills) {
                book.filled(fill, WindowResponse.getDefaultInstance(), now);
            }
            if (fills.isEmpty() && now.isAfter(START.plusSeconds(20))) {
                return;
            }
        }
    }

    /// Time goes by second by second: datapoints come at once at the end of a period, alarms are judged
    /// when it is their turn.
    ///
    /// @return CPU seconds of this process, what only makes the datapoints left out
    private double play(int fromS, int seconds) throws InvalidProtocolBufferException {
        var used = 0L;
        for (var second = fromS; second < fromS + seconds; second++) {
            var now = START.plusSeconds(second);
            var batches = second % periodS == 0 ? batches(now) : List.<byte[]>of();
            var before = cpu();
            for (var batch : batches) {
                book.accept(0, offset++, null, batch);
            }
            if (!book.due(now).isEmpty()) {
                throw new IllegalStateException("no state was to change");
            }
            if (second % 60 == 0) {
                book.trim(now);
            }
            used += cpu() - before;
        }
        return used / 1e9;
    }

    /// As a front door writes them.
    private List<byte[]> batches(Instant now) {
        var batches = new ArrayList<byte[]>();
        for (var from = 0; from < alarms; from += BATCH) {
            var batch =
                    MetricBatch.newBuilder()
                            .setAccount(TENANT.account())
                            .setRegion(TENANT.region())
                            .setNamespace("Benchmark")
                            .setReceivedMs(now.toEpochMilli());
            var columns = batch.getColumnsBuilder().addTexts("Load").addTexts("Host");
            for (var i = from; i < Math.min(alarms, from + BATCH); i++) {
                columns.addTexts("host-" + i)
                        .addSeriesHashes(hash(i))
                        .addAllIdentities(List.of(0, 1, 1, columns.getTextsCount() - 1))
                        .addTimestampsMs(i == from ? now.toEpochMilli() : 0)
                        .addUnits(0)
                        .addHighResolutions(periodS < 60)
                        .addValues((i * 31 + now.getEpochSecond()) % 97);
            }
            batches.add(batch.build().toByteArray());
        }
        return batches;
    }

    private static long hash(int i) {
        return SeriesHash.of(
                TENANT.account(),
                TENANT.region(),
                "Benchmark",
                "Load",
                Dimensions.of(List.of(new Dimension("Host", "host-" + i))));
    }

    private static long cpu() {
        return ((com.sun.management.OperatingSystemMXBean)
                        ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    private static double heap() {
        System.gc();
        var runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
