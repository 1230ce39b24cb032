package io.pharos.metrics.ingest.stream;

import com.google.protobuf.InvalidProtocolBufferException;

import io.pharos.kit.Database;
import io.pharos.kit.PoisonRecordException;
import io.pharos.kit.StreamBatch;
import io.pharos.kit.StreamConsumers;
import io.pharos.kit.StreamConsumers.Subscription;
import io.pharos.kit.StreamRecord;
import io.pharos.metric.Dimension;
import io.pharos.metric.Dimensions;
import io.pharos.metrics.config.Metrics;
import io.pharos.metrics.config.MetricsSettings;
import io.pharos.metrics.ingest.Rollups;
import io.pharos.metrics.ingest.Samples;
import io.pharos.metrics.point.Run;
import io.pharos.metrics.point.pg.PgRuns;
import io.pharos.metrics.series.KnownSeries;
import io.pharos.metrics.series.Series;
import io.pharos.metrics.series.SeriesCache;
import io.pharos.metrics.series.pg.PgSeriesIndex;
import io.pharos.stream.MetricBatch;
import io.pharos.stream.MetricSample;
import io.pharos.stream.Topic;
import io.quarkus.runtime.StartupEvent;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// `metric-data` → runs of blocks, the index of series, and `metric-rollups`. One flush a partition
/// and linger; everything commits with the position, so a sample counts once.
@Singleton
public final class MetricDataConsumer {
    /// The Kafka group, and the name under which positions are kept.
    public static final String NAME = "metrics";

    private static final int MAX_FLUSH_BYTES = 16 << 20;

    /// How coarsely the index learns that a known series still has samples.
    static final Duration TOUCH = Duration.ofMinutes(10);

    private final Database database;
    private final PgSeriesIndex index;
    private final PgRuns runs;
    private final InstantSource clock;
    private final SeriesCache cache;
    private final Duration linger;

    @Inject
    public MetricDataConsumer(
            @Metrics Database database,
            PgSeriesIndex index,
            PgRuns runs,
            InstantSource clock,
            MetricsSettings settings) {
        this.database = database;
        this.index = index;
        this.runs = runs;
        this.clock = clock;
        this.cache = new SeriesCache(settings.cachedSeries());
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

    /// The samples of one flush that no cached series was found for.
    private record Unresolved(StreamRecord record, Series series, MetricSample sample) {}

    private void flush(StreamBatch batch) throws SQLException {
        var builder = new Run.Builder();
        var byId = new HashMap<Long, KnownSeries>();
        var unresolved = new ArrayList<Unresolved>();
        var stale = new LinkedHashMap<Long, KnownSeries>();
        var seenMs = 0L;
        for (var record : batch.records()) {
            var data = parse(record);
            seenMs = Math.max(seenMs, data.getReceivedMs());
            for (var sample : data.getSamplesList()) {
                var known = cache.find(sample.getSeriesHash());
                if (known == null || !isOf(known.series(), data, sample)) {
                    unresolved.add(new Unresolved(record, series(record, data, sample), sample));
                    continue;
                }
                if (known.lastSeenMs() + TOUCH.toMillis() < data.getReceivedMs()) {
                    stale.put(known.id(), known);
                }
                byId.put(known.id(), known);
                add(record, builder, known.id(), sample);
            }
        }
        var registered = register(batch, unresolved, seenMs);
        for (var one : unresolved) {
            var known = identity(registered, one.series());
            byId.put(known.id(), known);
            add(one.record(), builder, known.id(), one.sample());
        }
        index.touch(batch.connection(), stale.keySet(), seenMs);
        var added = builder.build();
        var lastOffset = batch.records().getLast().offset();
        runs.add(batch.connection(), batch.partition(), lastOffset, added, clock.millis());
        derive(batch, added, byId);
        remember(batch, registered.values(), stale.values(), seenMs);
    }

    /// Only what is committed may be cached.
    private void remember(
            StreamBatch batch,
            Collection<KnownSeries> registered,
            Collection<KnownSeries> touched,
            long seenMs) {
        batch.afterCommit(() -> {
            registered.forEach(cache::put);
            touched.forEach(known -> cache.put(seen(known, seenMs)));
        });
    }

    private Map<Series, KnownSeries> register(
            StreamBatch batch, List<Unresolved> unresolved, long seenMs) throws SQLException {
        var distinct = new LinkedHashMap<Series, Boolean>();
        unresolved.forEach(one -> distinct.put(one.series(), true));
        return index.register(batch.connection(), distinct.keySet(), seenMs);
    }

    /// The origin is the flush's last record: the kit repeats a flush that derived exactly.
    private static void derive(StreamBatch batch, List<Run> added, Map<Long, KnownSeries> byId) {
        var last = batch.records().getLast();
        for (var rollups : Rollups.of(added, id -> identity(byId, id).series())) {
            var key = ByteBuffer.allocate(Long.BYTES);
            key.putLong(rollups.getRollups(0).getSeriesHash());
            batch.derive(
                    last,
                    Topic.METRIC_ROLLUPS.topicName(),
                    batch.partition(),
                    key.array(),
                    rollups.toByteArray());
        }
    }

    private static <K> KnownSeries identity(Map<K, KnownSeries> known, K key) {
        var one = known.get(key);
        if (one == null) {
            throw new IllegalStateException("a series without a number");
        }
        return one;
    }

    private static KnownSeries seen(KnownSeries known, long seenMs) {
        return new KnownSeries(known.id(), known.hash(), known.series(), seenMs);
    }

    private static MetricBatch parse(StreamRecord record) {
        try {
            return MetricBatch.parseFrom(record.value());
        } catch (InvalidProtocolBufferException broken) {
            throw new PoisonRecordException(record, "not a MetricBatch", broken);
        }
    }

    private static void add(
            StreamRecord record, Run.Builder builder, long series, MetricSample sample) {
        try {
            Samples.add(builder, series, sample);
        } catch (IllegalArgumentException broken) {
            throw new PoisonRecordException(record, "broken sample", broken);
        }
    }

    private static boolean isOf(Series series, MetricBatch data, MetricSample sample) {
        var dimensions = series.dimensions().asList();
        if (!series.metricName().equals(sample.getMetricName())
                || !series.namespace().equals(data.getNamespace())
                || !series.account().equals(data.getAccount())
                || !series.region().equals(data.getRegion())
                || dimensions.size() != sample.getDimensionsCount()) {
            return false;
        }
        for (var i = 0; i < dimensions.size(); i++) {
            var mine = dimensions.get(i);
            var theirs = sample.getDimensions(i);
            if (!mine.name().equals(theirs.getName()) || !mine.value().equals(theirs.getValue())) {
                return false;
            }
        }
        return true;
    }

    private static Series series(StreamRecord record, MetricBatch data, MetricSample sample) {
        var dimensions = new ArrayList<Dimension>(sample.getDimensionsCount());
        for (var dimension : sample.getDimensionsList()) {
            dimensions.add(new Dimension(dimension.getName(), dimension.getValue()));
        }
        try {
            return new Series(
                    data.getAccount(),
                    data.getRegion(),
                    data.getNamespace(),
                    sample.getMetricName(),
                    Dimensions.of(dimensions));
        } catch (IllegalArgumentException twice) {
            throw new PoisonRecordException(record, "dimension named twice", twice);
        }
    }
}
