package io.pharos.metrics.metricstream.pg;

import io.pharos.metrics.metricstream.MetricStream;
import io.pharos.metrics.point.Resolution;
import io.pharos.metrics.point.Run;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/// Notes which minutes of which series are to be sent, in the transaction that keeps their samples:
/// what is kept is sent, and what is not kept is not. While no metric stream runs it costs nothing;
/// while one does every series is marked, and the filters are asked when the minute is over.
///
/// A series is marked once a minute while that lasts; afterwards every flush marks it again, as
/// its update was or will be sent already.
@Singleton
public final class StreamMarks {
    private static final int MINUTE_S = 60;
    private static final int MAX_MINUTES = 8;
    private static final BitSet NONE = new BitSet(0);

    private final PgMetricStreams streams;

    /// Null until it is known: samples that come right after a start are marked, too.
    private volatile @Nullable List<MetricStream> running;

    /// By partition: minutes that last, with the numbers of the series that are marked.
    private final Map<Integer, TreeMap<Long, BitSet>> seen = new ConcurrentHashMap<>();

    @Inject
    public StreamMarks(PgMetricStreams streams) {
        this.streams = streams;
    }

    /// Looks at what runs now. Who is new may want what was passed over before.
    public List<MetricStream> refresh() {
        var before = running;
        var now = List.copyOf(streams.running());
        running = now;
        if (before == null || !versions(before).equals(versions(now))) {
            seen.clear();
        }
        return now;
    }

    private static List<String> versions(List<MetricStream> streams) {
        return streams.stream().map(one -> one.arn() + " " + one.updatedMs()).sorted().toList();
    }

    /// Writes the marks of a flush. One thread a partition.
    ///
    /// @return to be run once the transaction has committed
    public Runnable note(Connection tx, int partition, List<Run> added, long nowMs)
            throws SQLException {
        var current = running;
        var wanting = current == null ? refresh() : current;
        if (wanting.isEmpty()) {
            return () -> {};
        }
        var known = seen.computeIfAbsent(partition, _ -> new TreeMap<>());
        var passed = new TreeMap<Long, BitSet>();
        var marked = new TreeMap<Long, List<Long>>();
        for (var run : added) {
            if (run.resolution() != Resolution.MINUTE) {
                continue;
            }
            for (var i = 0; i < run.size(); i++) {
                var minuteS = run.startS(i);
                var lasts = nowMs < (minuteS + MINUTE_S) * 1_000;
                var number = (int) run.series(i);
                if (lasts && number == run.series(i)) {
                    if (known.getOrDefault(minuteS, NONE).get(number)) {
                        continue;
                    }
                    passed.computeIfAbsent(minuteS, _ -> new BitSet()).set(number);
                }
                marked.computeIfAbsent(minuteS, _ -> new ArrayList<>()).add(run.series(i));
            }
        }
        write(tx, marked);
        return () -> remember(known, passed);
    }

    private static void remember(TreeMap<Long, BitSet> known, Map<Long, BitSet> passed) {
        passed.forEach(
                (minuteS, series) -> known.computeIfAbsent(minuteS, _ -> new BitSet()).or(series));
        while (known.size() > MAX_MINUTES) {
            known.pollFirstEntry();
        }
    }

    private static void write(Connection tx, Map<Long, List<Long>> marked) throws SQLException {
        if (marked.isEmpty()) {
            return;
        }
        try (var insert =
                tx.prepareStatement(
                        "INSERT INTO metrics.stream_mark (minute_s, series) VALUES (?, ?)")) {
            for (var minute : marked.entrySet()) {
                insert.setLong(1, minute.getKey());
                insert.setArray(2, tx.createArrayOf("bigint", minute.getValue().toArray()));
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }
}
