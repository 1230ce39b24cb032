package io.pharos.metrics.point;

import io.pharos.metric.Aggregate;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;

/// Sorted points of one resolution and bucket: what one flush adds to it. Columns, because a flush of many series
/// has many points of one sample. For one thread.
public final class Run {
    private final Resolution resolution;
    private final long bucketS;
    private int size;
    private final long[] series;
    private final byte[] kinds;
    private final int[] periods;
    private final double[] values;

    /// Of points that are more than one sample; the last is the run's own once samples were merged.
    private final @Nullable Aggregate[] aggregates;

    private boolean ownsLast;

    /// @param capacity samples at most
    public Run(Resolution resolution, long bucketS, int capacity) {
        this.resolution = resolution;
        this.bucketS = bucketS;
        series = new long[capacity];
        kinds = new byte[capacity];
        periods = new int[capacity];
        values = new double[capacity];
        aggregates = new Aggregate[capacity];
    }

    public Resolution resolution() {
        return resolution;
    }

    public long bucketS() {
        return bucketS;
    }

    /// How many points there are.
    public int size() {
        return size;
    }

    public long series(int i) {
        return series[i];
    }

    byte kind(int i) {
        return kinds[i];
    }

    /// Counted in the bucket.
    int period(int i) {
        return periods[i];
    }

    /// Start of the point's period, seconds since the epoch.
    public long startS(int i) {
        return bucketS + (long) periods[i] * resolution.seconds();
    }

    /// The value of a point of one sample: one that has no [#aggregate].
    double value(int i) {
        return values[i];
    }

    @Nullable Aggregate aggregate(int i) {
        return aggregates[i];
    }

    /// Adds samples behind what is here, or to the last point.
    ///
    /// @param startS of the period
    /// @param value of one sample, without an aggregate
    /// @param aggregate is not changed
    public void add(
            long ofSeries, byte kind, long startS, double value, @Nullable Aggregate aggregate) {
        var period = resolution.periodIn(bucketS, startS);
        var last = size - 1;
        if (last >= 0
                && series[last] == ofSeries
                && periods[last] == period
                && kinds[last] == kind) {
            merge(last, value, aggregate);
            return;
        }
        series[size] = ofSeries;
        kinds[size] = kind;
        periods[size] = period;
        values[size] = value;
        aggregates[size] = aggregate;
        ownsLast = false;
        size++;
    }

    private void merge(int last, double value, @Nullable Aggregate aggregate) {
        var merged = aggregates[last];
        if (merged == null || !ownsLast) {
            var own = new Aggregate();
            if (merged == null) {
                own.addSample(values[last], 1);
            } else {
                own.merge(merged);
            }
            merged = own;
            aggregates[last] = merged;
            ownsLast = true;
        }
        if (aggregate == null) {
            merged.addSample(value, 1);
        } else {
            merged.merge(aggregate);
        }
    }

    private record Key(Resolution resolution, long bucketS) {}

    /// Gathers points in any order; those of one key are merged.
    public static final class Builder {
        private final HashMap<Key, List<Point>> points = new HashMap<>();

        public void add(Resolution resolution, Point point) {
            points.computeIfAbsent(
                            new Key(resolution, resolution.bucketOf(point.startS())),
                            _ -> new ArrayList<>())
                    .add(point);
        }

        public List<Run> build() {
            var runs = new ArrayList<Run>(points.size());
            points.forEach((key, some) -> runs.add(of(key, some)));
            return runs;
        }

        private static Run of(Key key, List<Point> some) {
            var sorted = some.toArray(Point[]::new);
            Arrays.sort(sorted);
            var run = new Run(key.resolution(), key.bucketS(), sorted.length);
            for (var point : sorted) {
                run.add(point.series(), point.kind(), point.startS(), 0, point.aggregate());
            }
            return run;
        }
    }
}
