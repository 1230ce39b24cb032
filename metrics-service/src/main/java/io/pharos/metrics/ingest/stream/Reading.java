package io.pharos.metrics.ingest.stream;

import com.google.protobuf.InvalidProtocolBufferException;

import io.pharos.kit.PoisonRecordException;
import io.pharos.kit.StreamRecord;
import io.pharos.metric.Unit;
import io.pharos.metrics.ingest.Flush;
import io.pharos.metrics.ingest.Samples;
import io.pharos.metrics.ingest.Sources;
import io.pharos.metrics.series.IdentityKey;
import io.pharos.metrics.series.KnownSeries;
import io.pharos.metrics.series.Series;
import io.pharos.metrics.series.SeriesTable;
import io.pharos.stream.MetricBatch;
import io.pharos.stream.MetricColumns;
import io.pharos.stream.MetricSample;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/// The records of one flush as they are read: samples of known series go into the flush at once, others
/// wait until the index has numbered their series.
final class Reading {
    /// How coarsely the index learns that a known series still has samples.
    static final Duration TOUCH = Duration.ofMinutes(10);

    private final IdentityKey keys;
    private final SeriesTable known;
    private final Flush flush = new Flush();
    private final Sources sources = new Sources();
    private final List<Waiting> waiting = new ArrayList<>();
    private final Map<Long, Numbered> stale = new LinkedHashMap<>();
    private long seenMs;

    /// A sample whose series has no number yet.
    private record Waiting(
            StreamRecord record,
            long source,
            Series series,
            long hash,
            long key,
            long timestampMs) {}

    /// A series as [SeriesTable] knows it.
    record Numbered(long hash, long key, long id, long seenMs) {}

    Reading(IdentityKey keys, SeriesTable known) {
        this.keys = keys;
        this.known = known;
    }

    Flush flush() {
        return flush;
    }

    Sources sources() {
        return sources;
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
            var data = MetricBatch.parseFrom(record.value());
            seenMs = Math.max(seenMs, data.getReceivedMs());
            sources.add(data);
            var tenancy =
                    keys.then(
                            keys.then(keys.of(data.getAccount()), keys.of(data.getRegion())),
                            keys.of(data.getNamespace()));
            takeSamples(record, data, tenancy);
            takeColumns(record, data, tenancy);
        } catch (InvalidProtocolBufferException broken) {
            throw new PoisonRecordException(record, "not a MetricBatch", broken);
        } catch (IllegalArgumentException broken) {
            throw new PoisonRecordException(record, "broken sample", broken);
        }
    }

    private void takeSamples(StreamRecord record, MetricBatch data, long tenancy) {
        for (var i = 0; i < data.getSamplesCount(); i++) {
            var sample = data.getSamples(i);
            var key = key(sample, tenancy);
            var source = sources.sample(i);
            var id = find(sample.getSeriesHash(), key, data.getReceivedMs());
            if (id == 0) {
                await(record, source, sample.getSeriesHash(), key, sample.getTimestampMs());
            } else {
                Samples.add(flush, id, sample, source);
            }
        }
    }

    private long key(MetricSample sample, long tenancy) {
        var key = keys.then(tenancy, keys.of(sample.getMetricName()));
        for (var dimension : sample.getDimensionsList()) {
            key = keys.then(key, keys.of(dimension.getName()));
            key = keys.then(key, keys.of(dimension.getValue()));
        }
        return key;
    }

    private void takeColumns(StreamRecord record, MetricBatch data, long tenancy) {
        if (!data.hasColumns()) {
            return;
        }
        var columns = data.getColumns();
        var textKeys = new long[columns.getTextsCount()];
        for (var i = 0; i < textKeys.length; i++) {
            textKeys[i] = keys.of(columns.getTexts(i));
        }
        var units = new Unit[columns.getTextsCount() + 1];
        var timestampMs = 0L;
        for (var i = 0; i < columns.getSeriesHashesCount(); i++) {
            timestampMs += columns.getTimestampsMs(i);
            var source = sources.column(i);
            var at = sources.identityAt(source);
            var key = keys.then(tenancy, textKeys[columns.getIdentities(at)]);
            var end = at + 2 + 2 * columns.getIdentities(at + 1);
            for (var text = at + 2; text < end; text++) {
                key = keys.then(key, textKeys[columns.getIdentities(text)]);
            }
            var hash = columns.getSeriesHashes(i);
            var id = find(hash, key, data.getReceivedMs());
            if (id == 0) {
                await(record, source, hash, key, timestampMs);
            } else {
                add(columns, i, units, id, timestampMs, source);
            }
        }
    }

    private void add(
            MetricColumns columns,
            int datum,
            @Nullable Unit[] units,
            long id,
            long timestampMs,
            long source) {
        var value = columns.getValues(datum);
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("a sample without a finite value");
        }
        flush.add(
                id,
                unit(columns, units, columns.getUnits(datum)),
                columns.getHighResolutions(datum),
                timestampMs,
                value,
                source);
    }

    private static Unit unit(MetricColumns columns, @Nullable Unit[] units, int number) {
        if (number < 0 || number >= units.length) {
            throw new IllegalArgumentException("no such unit");
        }
        var unit = units[number];
        if (unit == null) {
            unit = number == 0 ? Unit.NONE : Samples.unit(columns.getTexts(number - 1));
            units[number] = unit;
        }
        return unit;
    }

    private long find(long hash, long key, long receivedMs) {
        var id = known.find(hash, key);
        if (id != 0 && known.foundSeenMs() + TOUCH.toMillis() < receivedMs) {
            stale.putIfAbsent(id, new Numbered(hash, key, id, receivedMs));
        }
        return id;
    }

    private void await(StreamRecord record, long source, long hash, long key, long timestampMs) {
        waiting.add(new Waiting(record, source, sources.series(source), hash, key, timestampMs));
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
            try {
                var data = sources.record(one.source());
                var place = Sources.placeOf(one.source());
                if (Sources.isSample(one.source())) {
                    Samples.add(flush, series.id(), data.getSamples(place), one.source());
                } else {
                    var columns = data.getColumns();
                    var units = new Unit[columns.getTextsCount() + 1];
                    add(columns, place, units, series.id(), one.timestampMs(), one.source());
                }
            } catch (IllegalArgumentException broken) {
                throw new PoisonRecordException(one.record(), "broken sample", broken);
            }
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
