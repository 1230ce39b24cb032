package io.pharos.metrics.ingest.stream;

import io.pharos.kit.Database;
import io.pharos.kit.StreamBatch;
import io.pharos.kit.StreamConsumers;
import io.pharos.kit.StreamConsumers.Subscription;
import io.pharos.metrics.config.Metrics;
import io.pharos.metrics.config.MetricsSettings;
import io.pharos.metrics.metricstream.pg.StreamMarks;
import io.pharos.metrics.point.pg.PgRuns;
import io.pharos.metrics.series.IdentityKey;
import io.pharos.metrics.series.SeriesTable;
import io.pharos.metrics.series.pg.PgSeriesIndex;
import io.pharos.stream.Topic;
import io.quarkus.runtime.StartupEvent;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;

/// `metric-data` → runs of blocks and the index of series. One flush a partition
/// and linger; everything commits with the position, so a sample counts once.
@Singleton
public final class MetricDataConsumer {
    /// The Kafka group, and the name under which positions are kept.
    public static final String NAME = "metrics";

    private static final int MAX_FLUSH_BYTES = 16 << 20;

    private final Database database;
    private final PgSeriesIndex index;
    private final PgRuns runs;
    private final StreamMarks marks;
    private final InstantSource clock;
    private final SeriesTable known;
    private final IdentityKey identityKey = new IdentityKey();
    private final Duration linger;

    @Inject
    public MetricDataConsumer(
            @Metrics Database database,
            PgSeriesIndex index,
            PgRuns runs,
            StreamMarks marks,
            InstantSource clock,
            MetricsSettings settings) {
        this.database = database;
        this.index = index;
        this.runs = runs;
        this.marks = marks;
        this.clock = clock;
        this.known = new SeriesTable(settings.cachedSeries());
        this.linger = settings.flush();
    }

    void start(@Observes StartupEvent started, StreamConsumers consumers) {
        start(consumers);
    }

    /// Begins to read where the positions stand.
    public void start(StreamConsumers consumers) {
        consumers.start(
                new Subscription(
                        NAME,
                        Set.of(Topic.METRIC_DATA.topicName()),
                        database,
                        "metrics",
                        linger,
                        MAX_FLUSH_BYTES,
                        this::flush));
    }

    private void flush(StreamBatch batch) throws SQLException {
        var reading = new Reading(identityKey, known);
        for (var record : batch.records()) {
            reading.take(record);
        }
        var registered = index.register(batch.connection(), reading.unknown(), reading.seenMs());
        var fresh = reading.resolve(registered);
        index.touch(batch.connection(), reading.stale(), reading.seenMs());
        var added = reading.flush().runs();
        var lastOffset = batch.records().getLast().offset();
        runs.add(batch.connection(), batch.partition(), lastOffset, added, clock.millis());
        batch.afterCommit(marks.note(batch.connection(), batch.partition(), added, clock.millis()));
        // Only what is committed may be known.
        batch.afterCommit(() -> {
            fresh.forEach(one -> known.put(one.hash(), one.key(), one.id(), one.seenMs()));
            reading.staleSeries()
                    .forEach(one -> known.put(one.hash(), one.key(), one.id(), reading.seenMs()));
        });
    }
}
