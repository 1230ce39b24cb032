package io.pharos.metrics.ingest.stream;

import com.google.protobuf.InvalidProtocolBufferException;

import io.pharos.kit.PoisonRecordException;
import io.pharos.kit.StreamRecord;
import io.pharos.metric.Aggregate;
import io.pharos.metric.Dimension;
import io.pharos.metric.Dimensions;
import io.pharos.metrics.ingest.Flush;
import io.pharos.metrics.series.IdentityKey;
import io.pharos.metrics.series.KnownSeries;
import io.pharos.metrics.series.Series;
import io.pharos.metrics.series.SeriesTable;
import io.pharos.stream.metric.MetricCursor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/// The records of one flush as they are read: datums go into the flush; those of unknown series get their
/// numbers there once the index has numbered them.
final class Reading {
    /// How coarsely the index learns that a known series still has samples: each time costs as much as ten
    /// datapoints. Whoever asks who is active allows for it.
    static final Duration TOUCH = Duration.ofMinutes(30);

    /// How much earlier some series are due than others, in bits of milliseconds (nine minutes): a million that
    /// came together do not become due together.
    private static final int EARLIER_BITS = 19;

    private static final int FIRST = 1_024;

    private final IdentityKey keys;
    private final SeriesTable known;
    private final Flush flush = new Flush();
    private final List<Waiting> waiting = new ArrayList<>();
    private final Map<Long, Numbered> stale = new LinkedHashMap<>();
    private long seenMs;

    // The datums of one record.
    private int count;
    private long[] hashes = new long[FIRST];
    private long[] keyed = new long[FIRST];
    private long[] ids = new long[FIRST];
    private long[] heardMs = new long[FIRST];

    /// A datum whose series has no number yet.
    ///
    /// @param sample its place in the flush
    private record Waiting(Series series, long hash, long key, int sample) {}

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
            var first = flush.size();
            var receivedMs = add(MetricCursor.of(record.value()));
            seenMs = Math.max(seenMs, receivedMs);
            if (!find(first, receivedMs)) {
                await(MetricCursor.of(record.value()), first);
            }
        } catch (InvalidProtocolBufferException broken) {
            throw new PoisonRecordException(record, "not a MetricBatch", broken);
        } catch (IllegalArgumentException broken) {
            throw new PoisonRecordException(record, "broken sample", broken);
        }
    }

    /// Puts all datums into the flush, for the time being without numbers.
    ///
    /// @return when they were received
    private long add(MetricCursor datum) {
        count = 0;
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
            if (count == hashes.length) {
                grow();
            }
            var name = datum.metricNameText();
            hashes[count] = datum.seriesHash();
            keyed[count] =
                    keys.then(dimensions, name < 0 ? keys.of(datum.metricName()) : texts[name]);
            count++;
            addSample(datum);
        }
        return datum.receivedMs();
    }

    private void grow() {
        hashes = Arrays.copyOf(hashes, 2 * count);
        keyed = Arrays.copyOf(keyed, 2 * count);
        ids = new long[2 * count];
        heardMs = new long[2 * count];
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

    private void addSample(MetricCursor datum) {
        var unit = datum.unit();
        var high = datum.isHighResolution();
        if (datum.isValue()) {
            flush.add(unit, high, datum.timestampMs(), datum.value());
        } else {
            flush.add(unit, high, datum.timestampMs(), aggregate(datum));
        }
    }

    private static Aggregate aggregate(MetricCursor datum) {
        var aggregate = new Aggregate();
        datum.addTo(aggregate);
        return aggregate;
    }

    /// Numbers the samples of known series.
    ///
    /// @return whether all are known
    private boolean find(int first, long receivedMs) {
        known.find(hashes, keyed, count, ids, heardMs);
        var all = true;
        var staleMs = receivedMs - TOUCH.toMillis();
        for (var i = 0; i < count; i++) {
            var id = ids[i];
            all &= id != 0;
            flush.number(first + i, id);
            if (id != 0 && heardMs[i] < staleMs + (keyed[i] >>> Long.SIZE - EARLIER_BITS)) {
                stale.putIfAbsent(id, new Numbered(hashes[i], keyed[i], id, receivedMs));
            }
        }
        return all;
    }

    private void await(MetricCursor datum, int first) {
        for (var i = 0; datum.next(); i++) {
            if (ids[i] == 0) {
                waiting.add(new Waiting(series(datum), hashes[i], keyed[i], first + i));
            }
        }
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

    /// Numbers the samples that wait.
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
            flush.number(one.sample(), series.id());
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
