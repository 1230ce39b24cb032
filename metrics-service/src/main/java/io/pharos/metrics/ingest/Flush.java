package io.pharos.metrics.ingest;

import io.pharos.metric.Aggregate;
import io.pharos.metric.Unit;
import io.pharos.metrics.point.Point;
import io.pharos.metrics.point.Resolution;
import io.pharos.metrics.point.Run;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The samples of one flush, gathered in columns, then sorted and merged into runs. AWS: samples of
/// standard resolution belong to their minute, those of high resolution to their second; the latter are
/// kept by minute as well.
public final class Flush {
    private static final int FIRST = 1_024;

    private int size;
    private long[] series = new long[FIRST];
    private long[] timestampsMs = new long[FIRST];
    private double[] values = new double[FIRST];
    private byte[] kinds = new byte[FIRST];
    private @Nullable Aggregate[] aggregates = new Aggregate[FIRST];

    /// How many samples there are.
    public int size() {
        return size;
    }

    /// Adds one sample of weight 1, of a series that [#number] tells.
    public void add(Unit unit, boolean highResolution, long timestampMs, double value) {
        addSample(unit, highResolution, timestampMs);
        values[size - 1] = value;
    }

    /// Adds samples that are already one aggregate; it must not change any more.
    public void add(Unit unit, boolean highResolution, long timestampMs, Aggregate aggregate) {
        addSample(unit, highResolution, timestampMs);
        aggregates[size - 1] = aggregate;
    }

    /// Says which series a sample belongs to.
    ///
    /// @param sample the how manieth it was
    public void number(int sample, long seriesId) {
        series[sample] = seriesId;
    }

    private void addSample(Unit unit, boolean highResolution, long timestampMs) {
        if (size == series.length) {
            grow();
        }
        timestampsMs[size] = timestampMs;
        kinds[size] = Point.kind(unit, highResolution);
        size++;
    }

    private void grow() {
        series = Arrays.copyOf(series, 2 * size);
        timestampsMs = Arrays.copyOf(timestampsMs, 2 * size);
        values = Arrays.copyOf(values, 2 * size);
        kinds = Arrays.copyOf(kinds, 2 * size);
        aggregates = Arrays.copyOf(aggregates, 2 * size);
    }

    /// The runs, by resolution and bucket.
    public List<Run> runs() {
        var runs = new ArrayList<Run>();
        for (var resolution : List.of(Resolution.SECOND, Resolution.MINUTE)) {
            var order = ordered(resolution);
            for (var from = 0; from < order.length; ) {
                var bucket = bucket(resolution, order[from]);
                var to = from + 1;
                while (to < order.length && bucket(resolution, order[to]) == bucket) {
                    to++;
                }
                runs.add(merged(resolution, bucket, order, from, to));
                from = to;
            }
        }
        return runs;
    }

    private long bucket(Resolution resolution, int sample) {
        return resolution.bucketOf(start(resolution, sample));
    }

    private long start(Resolution resolution, int sample) {
        return resolution.periodOf(timestampsMs[sample]);
    }

    /// The samples that this resolution keeps, by bucket, series, kind and period, those of one point in
    /// the order in which they came.
    private int[] ordered(Resolution resolution) {
        var order = new int[size];
        var count = 0;
        for (var i = 0; i < size; i++) {
            if (resolution == Resolution.MINUTE || Point.isHighResolution(kinds[i])) {
                order[count++] = i;
            }
        }
        order = Arrays.copyOf(order, count);
        if (count < 2) {
            return order;
        }
        var keys = new long[size];
        for (var sample : order) {
            keys[sample] = start(resolution, sample);
        }
        order = RadixOrder.sort(order, keys);
        for (var sample : order) {
            keys[sample] = kinds[sample];
        }
        order = RadixOrder.sort(order, keys);
        order = RadixOrder.sort(order, series);
        for (var sample : order) {
            keys[sample] = bucket(resolution, sample);
        }
        return RadixOrder.sort(order, keys);
    }

    private Run merged(Resolution resolution, long bucketS, int[] order, int from, int to) {
        var run = new Run(resolution, bucketS, to - from);
        for (var at = from; at < to; at++) {
            var sample = order[at];
            run.add(
                    series[sample],
                    kinds[sample],
                    start(resolution, sample),
                    values[sample],
                    aggregates[sample]);
        }
        return run;
    }
}
