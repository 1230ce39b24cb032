package io.pharos.logs.anomaly.schedule;

import io.pharos.kit.Database;
import io.pharos.kit.Loop;
import io.pharos.kit.metric.OwnMetric;
import io.pharos.kit.metric.OwnMetrics;
import io.pharos.logs.anomaly.Anomaly;
import io.pharos.logs.anomaly.AnomalyDetector;
import io.pharos.logs.anomaly.Judging;
import io.pharos.logs.anomaly.Model;
import io.pharos.logs.anomaly.Window;
import io.pharos.logs.anomaly.pg.PgAnomalies;
import io.pharos.logs.anomaly.pg.PgAnomalyDetectors;
import io.pharos.logs.config.Logs;
import io.pharos.logs.group.LogGroup;
import io.pharos.logs.group.pg.PgLogGroups;
import io.pharos.logs.insights.eval.EventBlock;
import io.pharos.logs.query.QueryBlocks;
import io.pharos.logs.query.pg.ViewedBlocks;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import software.amazon.awssdk.services.cloudwatchlogs.model.AnomalyDetectorStatus;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Looks at what came into the groups of detectors, period by period, one detector at a time in a
/// process; processes share the detectors by locking their rows. What was learnt and what was found
/// commit together. A new detector first learns from the events there are.
@Singleton
public final class AnomalyLoop {
    private static final Duration PAUSE = Duration.ofSeconds(5);
    private static final Duration TRAINING = Duration.ofDays(14);
    private static final String NAMESPACE = "AWS/Logs";

    /// A period longer ago is not looked at any more.
    private static final Duration TOO_LATE = Duration.ofDays(1);

    private final Database database;
    private final PgLogGroups groups;
    private final QueryBlocks blocks;
    private final InstantSource clock;
    private final Consumer<Found> metric;
    private final Loop loop;

    /// Something that was found.
    record Found(AnomalyDetector detector, Anomaly anomaly) {}

    @Inject
    AnomalyLoop(
            @Logs Database database,
            PgLogGroups groups,
            ViewedBlocks blocks,
            OwnMetrics metrics,
            InstantSource clock) {
        this(database, groups, blocks, found -> count(metrics, found), clock);
    }

    /// @param metric what is told of what was found
    AnomalyLoop(
            Database database,
            PgLogGroups groups,
            QueryBlocks blocks,
            Consumer<Found> metric,
            InstantSource clock) {
        this.database = database;
        this.groups = groups;
        this.blocks = blocks;
        this.metric = metric;
        this.clock = clock;
        this.loop = new Loop("logs-anomalies", PAUSE, this::runAll);
    }

    void start(@Observes StartupEvent started) {
        loop.start();
    }

    void stop(@Observes ShutdownEvent stopping) throws InterruptedException {
        loop.close();
    }

    private void runAll() {
        while (!loop.isStopping() && runOne(clock.millis())) {
            // as long as one is due
        }
    }

    /// AWS: `AnomalyCount` by detector and priority.
    private static void count(OwnMetrics metrics, Found found) {
        var detector = found.detector();
        var name = detector.name() == null ? detector.id().toString() : detector.name();
        metrics.add(
                OwnMetric.of(
                        detector.tenant(),
                        NAMESPACE,
                        "AnomalyCount",
                        "Count",
                        "LogAnomalyDetector",
                        name,
                        "LogAnomalyPriority",
                        found.anomaly().priority().name()),
                1);
    }

    /// Lets the detector that waits longest have its next period.
    ///
    /// @return false: none was due
    boolean runOne(long nowMs) {
        return database.inTransaction(tx -> {
            var due = PgAnomalyDetectors.due(tx, nowMs);
            if (due == null) {
                return false;
            }
            var detector = due.detector();
            var group = groups.find(detector.tenant(), detector.group()).orElse(null);
            if (group == null) {
                PgAnomalyDetectors.fail(tx, detector.id());
            } else if (detector.status() == AnomalyDetectorStatus.ANALYZING) {
                judge(tx, detector, group, Model.decode(due.model()), nowMs);
            } else {
                train(tx, detector, group, nowMs);
            }
            return true;
        });
    }

    /// Events expire; what has is not learnt from.
    private void train(Connection tx, AnomalyDetector detector, LogGroup group, long nowMs)
            throws SQLException {
        var period = detector.periodMs();
        var end = Math.floorDiv(nowMs - AnomalyDetector.SETTLE.toMillis(), period) * period;
        var periods = (int) Math.min(Window.MAX_PERIODS, TRAINING.toMillis() / period);
        var model = new Model();
        var window =
                new Window(
                        model, detector.filterPattern(), end - periods * period, period, periods);
        read(group, window, Math.max(end - periods * period, group.expiredBeforeMs(nowMs)), end);
        window.learn();
        PgAnomalyDetectors.learnt(
                tx, detector.id(), AnomalyDetectorStatus.ANALYZING, end, model.encode());
    }

    private void judge(
            Connection tx, AnomalyDetector detector, LogGroup group, Model model, long nowMs)
            throws SQLException {
        var period = detector.periodMs();
        var end = detector.nextEndMs(nowMs);
        var tooLate = nowMs - TOO_LATE.toMillis();
        if (end >= 0 && end < tooLate) {
            end = Math.floorDiv(tooLate, period) * period + period;
        }
        if (end < 0) {
            return;
        }
        var start = end - period;
        var window = new Window(model, detector.filterPattern(), start, period, 1);
        read(group, window, Math.max(start, group.expiredBeforeMs(nowMs)), end);
        var unusual = window.learn();
        var active = PgAnomalies.active(tx, detector.id());
        var result = Judging.of(detector, model, window, unusual, active, start);
        for (var anomaly : result.changed()) {
            PgAnomalies.put(tx, anomaly);
        }
        var visibleFrom = nowMs - Duration.ofDays(detector.visibleDays()).toMillis();
        PgAnomalies.tidy(tx, detector.id(), visibleFrom);
        PgAnomalyDetectors.learnt(
                tx, detector.id(), AnomalyDetectorStatus.ANALYZING, end, model.encode());
        result.found().forEach(anomaly -> metric.accept(new Found(detector, anomaly)));
    }

    /// @param untilMs exclusive
    private void read(LogGroup group, Window window, long fromMs, long untilMs) {
        blocks.visit(
                List.of(group),
                fromMs,
                untilMs - 1,
                QueryBlocks.Wanted.ALL,
                new QueryBlocks.Visitor() {
                    @Override
                    public boolean block(Supplier<EventBlock> block) {
                        return window.take(block.get());
                    }

                    @Override
                    public void skipped(long records, long bytes) {
                        // nothing is
                    }
                });
    }
}
