package io.pharos.alarms;

import com.google.protobuf.InvalidProtocolBufferException;

import io.pharos.alarms.api.InProcess;
import io.pharos.alarms.deliver.ActionRelay;
import io.pharos.alarms.deliver.ActionTarget;
import io.pharos.alarms.deliver.BreachingValues;
import io.pharos.alarms.deliver.PolicyTarget;
import io.pharos.alarms.ledger.PendingAction;
import io.pharos.alarms.ledger.pg.ActionOutbox;
import io.pharos.alarms.ledger.pg.AlarmFeed;
import io.pharos.alarms.ledger.pg.AlarmLedger;
import io.pharos.alarms.ledger.pg.Evaluators;
import io.pharos.alarms.ledger.pg.MuteLedger;
import io.pharos.alarms.ledger.pg.PolicyAlarms;
import io.pharos.alarms.live.AlarmBook;
import io.pharos.alarms.live.Data;
import io.pharos.alarms.live.schedule.AlarmEvaluator;
import io.pharos.alarms.query.MetricAnswers;
import io.pharos.alarms.query.QueryBook;
import io.pharos.alarms.query.QueryEvaluator;
import io.pharos.alarms.query.ScriptedMetrics;
import io.pharos.alarms.scaling.driver.Bookkeeping;
import io.pharos.alarms.scaling.driver.CapacityDriver;
import io.pharos.alarms.scaling.pg.GroupLedger;
import io.pharos.alarms.scaling.pg.PolicyLedger;
import io.pharos.alarms.scaling.pg.Reconciler;
import io.pharos.alarms.scaling.pg.ScheduleLedger;
import io.pharos.alarms.scaling.schedule.ScalingKeeper;
import io.pharos.kit.Database;
import io.pharos.stream.PartitionPosition;
import io.pharos.stream.WindowRequest;
import io.pharos.stream.WindowResponse;

import org.postgresql.ds.PGSimpleDataSource;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/// The process that [AlarmsKillIT] kills. What its alarms look at is a function of the time, so that
/// every life sees the same; a fast clock runs on while it is dead.
final class KilledAlarms {
    static final String TOPIC = "arn:aws:sns:us-east-1:123456789012:ops";
    static final int SPEED = 200;

    private static final int HIGH_MINUTES = 3;
    private static final int METRICS = 10;

    private final Database database;
    private final InstantSource clock;
    private final long noiseEndMs;
    private final Death death;
    private final AtomicInteger left;

    /// Where a life ends by itself: when a topic has taken a message, when a policy was executed, when
    /// the driver has worked; each before anybody has written it down. Or nowhere.
    enum Death {
        TAKEN,
        TRIGGERED,
        DRIVEN,
        NONE
    }

    private KilledAlarms(
            Database database, InstantSource clock, long noiseEndMs, Death death, int after) {
        this.database = database;
        this.clock = clock;
        this.noiseEndMs = noiseEndMs;
        this.death = death;
        this.left = new AtomicInteger(after);
    }

    /// Runs [#SPEED] times as fast, and began at `baseMs` when it was `startedMs`.
    static InstantSource clock(long startedMs, long baseMs) {
        return () ->
                Instant.ofEpochMilli(baseMs + (System.currentTimeMillis() - startedMs) * SPEED);
    }

    /// The database's URL, when the clock began, what it showed then, when the noise ends, where it
    /// dies, and at which time there.
    public static void main(String[] args) throws Exception {
        var source = new PGSimpleDataSource();
        source.setUrl(args[0]);
        source.setUser("postgres");
        var clock = clock(Long.parseLong(args[1]), Long.parseLong(args[2]));
        new KilledAlarms(
                        new Database(source),
                        clock,
                        Long.parseLong(args[3]),
                        Death.valueOf(args[4]),
                        Integer.parseInt(args[5]))
                .run();
    }

    private void run() throws InterruptedException, InvalidProtocolBufferException {
        database.run(tx -> {
            try (var insert = tx.createStatement()) {
                insert.execute("INSERT INTO lives DEFAULT VALUES");
            }
        });
        var ledger = new AlarmLedger(database, 1000);
        var mutes = new MuteLedger(database);
        var policyAlarms = new PolicyAlarms(100);
        var groups = new GroupLedger(database, policyAlarms, 100);
        var bookkeeping = new Bookkeeping(Duration.ofSeconds(5));
        CapacityDriver driver =
                (work, now) -> {
                    var outcomes = bookkeeping.advance(work, now);
                    if (!outcomes.isEmpty()) {
                        perhapsDie(Death.DRIVEN);
                    }
                    return outcomes;
                };
        var keeper =
                new ScalingKeeper(
                        new Reconciler(database, groups, driver, new SecureRandom()),
                        groups,
                        new ScheduleLedger(database),
                        (_, _, _) -> {},
                        clock,
                        Runnable::run);
        var policies =
                new PolicyTarget(
                        ledger,
                        mutes,
                        new PolicyLedger(database, policyAlarms),
                        new BreachingValues(_ -> new ScriptedMetrics()));
        ActionTarget dying =
                (action, now) -> {
                    var answer = policies.perform(action, now);
                    perhapsDie(Death.TRIGGERED);
                    return answer;
                };
        var relay =
                new ActionRelay(
                        new ActionOutbox(database),
                        Map.of("sns", (action, _) -> take(action), "autoscaling", dying),
                        Duration.ofHours(6),
                        clock,
                        Runnable::run);
        loop(() -> mutes.releaseDue(clock.instant()));
        loop(() -> relay.relayAll(clock.instant()));
        loop(() -> keeper.tick(clock.instant()));
        evaluate(ledger);
    }

    private void evaluate(AlarmLedger ledger)
            throws InterruptedException, InvalidProtocolBufferException {
        var book = new AlarmBook(Duration.ofSeconds(10), Duration.ofMillis(500));
        var evaluator =
                new AlarmEvaluator(
                        book,
                        new QueryEvaluator(
                                new QueryBook(),
                                ledger,
                                new MetricAnswers(_ -> new ScriptedMetrics()),
                                Runnable::run),
                        ledger,
                        new AlarmFeed(database),
                        new Evaluators(database),
                        this::windows,
                        Duration.ofDays(30),
                        Runnable::run,
                        () -> {});
        var minute = minute(clock.instant());
        while (true) {
            for (var now = minute(clock.instant()); minute < now; minute++) {
                for (var i = 0; i < METRICS; i++) {
                    var record =
                            Data.record(
                                    InProcess.TENANT,
                                    "a" + i,
                                    minute * 60,
                                    false,
                                    value("a" + i, minute));
                    book.accept(0, minute * METRICS + i, null, record);
                }
            }
            evaluator.tick(clock.instant());
            Thread.sleep(5);
        }
    }

    private static void loop(Runnable work) {
        Thread.ofPlatform()
                .start(() -> {
                    while (true) {
                        try {
                            work.run();
                            Thread.sleep(5);
                        } catch (RuntimeException failed) {
                            // As a loop of the service: again.
                        } catch (InterruptedException ended) {
                            return;
                        }
                    }
                });
    }

    private void perhapsDie(Death here) {
        if (here == death && left.decrementAndGet() <= 0) {
            Runtime.getRuntime().halt(137);
        }
    }

    /// A topic that takes a message: then the process may die before anybody knows.
    private ActionTarget.Answer take(PendingAction action) {
        database.run(tx -> {
            try (var insert = tx.prepareStatement("INSERT INTO taken VALUES (?, ?, ?, ?)")) {
                insert.setObject(1, action.id());
                insert.setString(2, action.alarm().name());
                insert.setString(3, action.subject().split(":", 2)[0]);
                insert.setLong(4, action.changedAt().toEpochMilli());
                insert.executeUpdate();
            }
        });
        perhapsDie(Death.TAKEN);
        return new ActionTarget.Answer.Ended(null);
    }

    private static long minute(Instant now) {
        return Math.floorDiv(now.getEpochSecond(), 60);
    }

    private WindowResponse windows(WindowRequest request) {
        var response = WindowResponse.newBuilder();
        var end = minute(clock.instant());
        for (var query : request.getQueriesList()) {
            for (var minute = end - 20; minute < end; minute++) {
                response.addRollups(
                        Data.rollup(
                                InProcess.TENANT,
                                query.getMetricName(),
                                minute * 60,
                                60,
                                value(query.getMetricName(), minute)));
            }
        }
        return response.addPositions(
                        PartitionPosition.newBuilder().setPartition(0).setNextOffset(end * METRICS))
                .build();
    }

    /// High for some minutes and low for as many, each metric at times of its own; quiet in the end.
    private double value(String metric, long minute) {
        var noisy = minute * 60_000 < noiseEndMs;
        return noisy && (minute + metric.charAt(1)) / HIGH_MINUTES % 2 == 0 ? 100 : 0;
    }
}
