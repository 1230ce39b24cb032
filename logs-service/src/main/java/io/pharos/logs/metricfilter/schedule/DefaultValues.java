package io.pharos.logs.metricfilter.schedule;

import io.pharos.kit.Database;
import io.pharos.kit.StreamProducer;
import io.pharos.logs.config.Logs;
import io.pharos.logs.metricfilter.ArrivalMetrics;
import io.pharos.logs.metricfilter.MetricFilter;
import io.pharos.logs.metricfilter.pg.FilterMinutes;
import io.pharos.stream.Topic;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import org.jboss.logging.Logger;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// Publishes a filter's default value once for each minute in which its group got events and none
/// matched. A minute is decided when it is over and has been quiet for [#SETTLE]; a match that comes
/// later just adds its datapoint. One replica at a time does this. A crash between Kafka's
/// acknowledgement and the commit repeats what was sent in that moment: these datapoints, unlike
/// those of matches, can count twice then.
@Singleton
public final class DefaultValues {
    /// How long after its last event a minute stays open for others.
    static final Duration SETTLE = Duration.ofSeconds(10);

    /// Minutes one pass publishes; the rest wait for the next.
    static final int LIMIT = 1000;

    private static final Logger LOG = Logger.getLogger(DefaultValues.class);
    private static final Duration TICK = Duration.ofSeconds(5);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    /// Late events of a minute that was decided longer ago may have its default published again.
    private static final Duration KEPT = Duration.ofHours(24);

    private static final long LOCK = 0x6c6f6773_64656676L; // "logsdefv"
    private static final String METRIC_DATA = Topic.METRIC_DATA.topicName();

    private final Database database;
    private final StreamProducer producer;
    private final InstantSource clock;
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("logs-default-values").factory());

    public DefaultValues(@Logs Database database, StreamProducer producer, InstantSource clock) {
        this.database = database;
        this.producer = producer;
        this.clock = clock;
    }

    void start(@Observes StartupEvent started) {
        timer.scheduleWithFixedDelay(
                this::tick, TICK.toMillis(), TICK.toMillis(), TimeUnit.MILLISECONDS);
    }

    void stop(@Observes ShutdownEvent stopping) {
        timer.shutdownNow();
    }

    private void tick() {
        try {
            publishDue(clock.instant());
        } catch (RuntimeException failure) { // the next tick tries again
            LOG.warnf(failure, "default values of metric filters are late");
        }
    }

    /// Returns how many minutes got their default value.
    public int publishDue(Instant now) {
        return database.inTransaction(tx -> isAlone(tx) ? publish(tx, now) : 0);
    }

    private int publish(Connection tx, Instant now) throws SQLException {
        var due =
                FilterMinutes.due(
                        tx,
                        now.minus(MINUTE).toEpochMilli(),
                        now.minus(SETTLE).toEpochMilli(),
                        LIMIT);
        var partitions = due.isEmpty() ? 0 : producer.partitions(METRIC_DATA);
        var sent = new CompletableFuture<?>[due.size()];
        for (var i = 0; i < sent.length; i++) {
            sent[i] = send(due.get(i), now, partitions);
            FilterMinutes.settle(tx, due.get(i));
        }
        CompletableFuture.allOf(sent).join();
        FilterMinutes.forget(tx, now.minus(KEPT).toEpochMilli());
        return due.size();
    }

    private CompletableFuture<?> send(FilterMinutes.Due due, Instant now, int partitions) {
        MetricFilter filter = due.filter();
        var addressed =
                ArrivalMetrics.defaultValue(
                        due.tenant(), filter, due.minuteMs(), now.toEpochMilli(), partitions);
        return producer.send(
                METRIC_DATA,
                addressed.partition(),
                filter.transformation().metricNamespace().getBytes(StandardCharsets.UTF_8),
                addressed.batch().toByteArray());
    }

    private static boolean isAlone(Connection tx) throws SQLException {
        try (var lock = tx.prepareStatement("SELECT pg_try_advisory_xact_lock(?)")) {
            lock.setLong(1, LOCK);
            try (var row = lock.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }
}
