package io.pharos.metrics.ingest.stream;

import com.google.protobuf.InvalidProtocolBufferException;

import io.pharos.kit.PoisonRecordException;
import io.pharos.kit.StreamRecord;
import io.pharos.metric.Aggregate;
import io.pharos.metric.Dimension;
import io.pharos.metric.Dimensions;
import io.pharos.metric.Unit;
import io.pharos.metrics.ingest.Flush;
import io.pharos.metrics.series.IdentityKey;
import io.pharos.metrics.series.KnownSeries;
import io.pharos.metrics.series.Series;
import io.pharos.metrics.series.SeriesTable;
import io.pharos.stream.metric.MetricCursor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/// The records of one flush as they are read: datums of known series go into the flush at once, others
/// wait until the index has numbered their series.
final class Reading {
    /// How coarsely the index learns that a known series still has samples.
    static final Duration TOUCH = Duration.ofMinutes(10);

    private final IdentityKey keys;
    private final SeriesTable known;
    private final Flush flush = new Flush();
    private final List<Waiting> waiting = new ArrayList<>();
    private final Map<Long, Numbered> stale = new LinkedHashMap<>();
    private long seenMs;

    /// A datum whose series has no number yet.
    private record Waiting(
            Series series,
            long hash,
            long key,
            Unit unit,
            boolean isHighResolution,
            long timestampMs,
            Aggregate aggregate) {}

    /// A series as [SeriesTable] knows it.
    record Numbered(long hash, long key, long id, long seenMs) {}

    Reading(IdentityKey keys, SeriesTable known) {
        this.keys = keys;
        this.known = known;
    }

    Flush flush() {
        return flush;
    }

    /// When the last of the records reached a front door.
    long seenMs() {
        return seenMs;
    }

    /// Takes one record.
    ///
    /// @throws PoisonRecordException when it is none that a front door would write
    void take(StreamRecord record) {
        try {
            take(MetricCursor.of(record.value()));
        } catch (InvalidProtocolBufferException broken) {
            throw new PoisonRecordException(record, "not a MetricBatch", broken);
        } catch (IllegalArgumentException broken) {
            throw new PoisonRecordException(record, "broken sample", broken);
        }
    }

    private void take(MetricCursor datum) {
        var receivedMs = datum.receivedMs();
        seenMs = Math.max(seenMs, receivedMs);
        var tenancy =
                keys.then(
                        keys.then(keys.of(datum.account()), keys.of(datum.region())),
                        keys.of(datum.namespace()));
        var texts = new long[datum.textCount()];
        for (var i = 0; i < texts.length; i++) {
            texts[i] = keys.of(datum.text(i));
        }
        var dimensions = 0L;
        while (datum.next()) {
            if (!datum.repeatsDimensions()) {
                dimensions = dimensions(datum, tenancy, texts);
            }
            var name = datum.metricNameText();
            var key = keys.then(dimensions, name < 0 ? keys.of(datum.metricName()) : texts[name]);
            var id = find(datum.seriesHash(), key, receivedMs);
            if (id == 0) {
                await(datum, key);
            } else {
                add(datum, id);
            }
        }
    }

    private long dimensions(MetricCursor datum, long tenancy, long[] texts) {
        var key = tenancy;
        var isText = datum.metricNameText() >= 0;
        for (var i = 0; i < datum.dimensions(); i++) {
            key =
                    keys.then(
                            key,
                            isText
                                    ? texts[datum.dimensionText(2 * i)]
                                    : keys.of(datum.dimensionName(i)));
            key =
                    keys.then(
                            key,
                            isText
                                    ? texts[datum.dimensionText(2 * i + 1)]
                                    : keys.of(datum.dimensionValue(i)));
        }
        return key;
    }

    private void add(MetricCursor datum, long id) {
        var unit = datum.unit();
        var high = datum.isHighResolution();
        if (datum.isValue()) {
            flush.add(id, unit, high, datum.timestampMs(), datum.value());
        } else {
            flush.add(id, unit, high, datum.timestampMs(), aggregate(datum));
        }
    }

    private static Aggregate aggregate(MetricCursor datum) {
        var aggregate = new Aggregate();
        datum.addTo(aggregate);
        return aggregate;
    }

    private long find(long hash, long key, long receivedMs) {
        var id = known.find(hash, key);
        if (id != 0 && known.foundSeenMs() + TOUCH.toMillis() < receivedMs) {
            stale.putIfAbsent(id, new Numbered(hash, key, id, receivedMs));
        }
        return id;
    }

    private void await(MetricCursor datum, long key) {
        waiting.add(
                new Waiting(
                        series(datum),
                        datum.seriesHash(),
                        key,
                        datum.unit(),
                        datum.isHighResolution(),
                        datum.timestampMs(),
                        aggregate(datum)));
    }

    /// @throws IllegalArgumentException for a dimension named twice
    private static Series series(MetricCursor datum) {
        var dimensions = new ArrayList<Dimension>(datum.dimensions());
        for (var i = 0; i < datum.dimensions(); i++) {
            dimensions.add(new Dimension(datum.dimensionName(i), datum.dimensionValue(i)));
        }
        return new Series(
                datum.account(),
                datum.region(),
                datum.namespace(),
                datum.metricName(),
                Dimensions.of(dimensions));
    }

    /// The series that have no number yet.
    Collection<Series> unknown() {
        var unknown = new LinkedHashSet<Series>();
        waiting.forEach(one -> unknown.add(one.series()));
        return unknown;
    }

    /// Puts what waited into the flush.
    ///
    /// @param numbered every series of [#unknown]
    /// @return what may be known from the commit on
    Collection<Numbered> resolve(Map<Series, KnownSeries> numbered) {
        var fresh = new LinkedHashMap<Long, Numbered>();
        for (var one : waiting) {
            var series = numbered.get(one.series());
            if (series == null) {
                throw new IllegalStateException("a series without a number");
            }
            flush.add(
                    series.id(),
                    one.unit(),
                    one.isHighResolution(),
                    one.timestampMs(),
                    one.aggregate());
            fresh.put(
                    series.id(),
                    new Numbered(one.hash(), one.key(), series.id(), series.lastSeenMs()));
        }
        return fresh.values();
    }

    /// Known series of which the index is to hear again.
    Collection<Long> stale() {
        return stale.keySet();
    }

    Collection<Numbered> staleSeries() {
        return stale.values();
    }
}
