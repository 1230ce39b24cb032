package io.pharos.metrics.point;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;

import io.pharos.metric.Aggregate;
import io.pharos.metric.Histogram;
import io.pharos.metric.StatisticSet;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongPredicate;

/// Points of one resolution and bucket, sorted, packed in columns and compressed.
///
/// Bytes: version 1, length before compression (4 bytes, little-endian), a zstd frame of
/// * number of points and of series; for each series its number less the one before and its points;
/// * for each point: unit and resolution; how it is kept (see the constants); its period, counted in
///   the bucket, less that of the point before when series and kind are the same;
/// * minima of all points, counts of those that are not single samples, sums and maxima of those that
///   are not one value: doubles, each XOR the one before, stored byte plane by byte plane;
/// * histograms of those that have one.
///
/// Whole numbers are LEB128, signed ones in zigzag.
public final class PointBlock {
    /// Points of one block at most. A reader unpacks blocks whole.
    public static final int MAX_POINTS = 4_096;

    private static final byte VERSION = 1;
    private static final int HEADER_BYTES = 5;
    private static final int ZSTD_LEVEL = 1;
    // A point takes at most about 14 KB: 7 more columns and a histogram of every possible bin.
    private static final int MAX_BYTES = 64 << 20;

    private static final byte SINGLE_SAMPLE = 0;
    private static final byte ONE_VALUE = 1;
    private static final byte DISTRIBUTED = 2;
    private static final byte UNDISTRIBUTED = 3;

    private PointBlock() {}

    /// @param points sorted, of one bucket, no two with the same key, 1 to [#MAX_POINTS]
    public static byte[] encode(List<Point> points, Resolution resolution, long bucketS) {
        var out = new BlockWriter(points.size() * 16 + 64);
        writeSeries(out, points);
        var forms = new byte[points.size()];
        for (var point : points) {
            out.put(point.kind());
        }
        for (var i = 0; i < forms.length; i++) {
            forms[i] = form(points.get(i).aggregate());
            out.put(forms[i]);
        }
        writePeriods(out, points, resolution, bucketS);
        writeNumbers(out, points, forms);
        for (var i = 0; i < forms.length; i++) {
            if (forms[i] == DISTRIBUTED) {
                writeHistogram(out, points.get(i).aggregate());
            }
        }
        return compress(out);
    }

    private static byte form(Aggregate aggregate) {
        if (!aggregate.isDistributed()) {
            // One sample below zero: its sign says that there is no distribution.
            return aggregate.sampleCount() == 1
                            && aggregate.minimum() == aggregate.maximum()
                            && aggregate.minimum() < 0
                            && aggregate.sum() == aggregate.minimum()
                    ? SINGLE_SAMPLE
                    : UNDISTRIBUTED;
        }
        if (!aggregate.isOneValue()
                || aggregate.sum() != aggregate.minimum() * aggregate.sampleCount()) {
            return DISTRIBUTED;
        }
        return aggregate.sampleCount() == 1 ? SINGLE_SAMPLE : ONE_VALUE;
    }

    private static void writeSeries(BlockWriter out, List<Point> points) {
        out.putVarint(points.size());
        var runs = new BlockWriter(points.size() * 2);
        var seriesCount = 0;
        var before = 0L;
        for (var i = 0; i < points.size(); ) {
            var series = points.get(i).series();
            var end = i + 1;
            while (end < points.size() && points.get(end).series() == series) {
                end++;
            }
            runs.putVarint(series - before);
            runs.putVarint(end - i);
            seriesCount++;
            before = series;
            i = end;
        }
        out.putVarint(seriesCount);
        out.put(runs);
    }

    private static void writePeriods(
            BlockWriter out, List<Point> points, Resolution resolution, long bucketS) {
        var before = 0L;
        for (var i = 0; i < points.size(); i++) {
            var point = points.get(i);
            var period = (point.startS() - bucketS) / resolution.seconds();
            var continues =
                    i > 0
                            && points.get(i - 1).series() == point.series()
                            && points.get(i - 1).kind() == point.kind();
            out.putVarint(continues ? period - before : period);
            before = period;
        }
    }

    private static void writeNumbers(BlockWriter out, List<Point> points, byte[] forms) {
        var column = new double[points.size()];
        for (var i = 0; i < forms.length; i++) {
            column[i] = points.get(i).aggregate().minimum();
        }
        out.putDoubles(column, forms.length);
        var size = 0;
        for (var i = 0; i < forms.length; i++) {
            if (forms[i] != SINGLE_SAMPLE) {
                column[size++] = points.get(i).aggregate().sampleCount();
            }
        }
        out.putDoubles(column, size);
        size = 0;
        for (var i = 0; i < forms.length; i++) {
            if (forms[i] > ONE_VALUE) {
                column[size++] = points.get(i).aggregate().sum();
            }
        }
        out.putDoubles(column, size);
        size = 0;
        for (var i = 0; i < forms.length; i++) {
            if (forms[i] > ONE_VALUE) {
                column[size++] = points.get(i).aggregate().maximum();
            }
        }
        out.putDoubles(column, size);
    }

    private static void writeHistogram(BlockWriter out, Aggregate aggregate) {
        var histogram = aggregate.histogram();
        if (histogram == null) {
            throw new IllegalStateException("distributed without a histogram");
        }
        out.putWeight(histogram.zeroWeight());
        out.putVarint(histogram.binCount());
        var before = 0;
        for (var i = 0; i < histogram.binCount(); i++) {
            out.putSigned(histogram.bin(i) - before);
            out.putWeight(histogram.weight(i));
            before = histogram.bin(i);
        }
    }

    private static byte[] compress(BlockWriter out) {
        var bound = (int) Zstd.compressBound(out.size());
        var target = new byte[HEADER_BYTES + bound];
        target[0] = VERSION;
        for (var i = 0; i < 4; i++) {
            target[i + 1] = (byte) (out.size() >>> (8 * i));
        }
        var written =
                Zstd.compressByteArray(
                        target, HEADER_BYTES, bound, out.array(), 0, out.size(), ZSTD_LEVEL);
        return Arrays.copyOf(target, HEADER_BYTES + (int) written);
    }

    /// The points of the series that are wanted, in order.
    ///
    /// @throws IllegalStateException when the bytes are no block
    public static List<Point> decode(
            byte[] block, Resolution resolution, long bucketS, LongPredicate wanted) {
        var in = new BlockReader(decompress(block));
        var size = in.count(MAX_POINTS);
        var series = readSeries(in, size);
        var kinds = in.bytes(size);
        var forms = in.bytes(size);
        var periods = readPeriods(in, series, kinds);
        var minima = in.doubles(size);
        var counts = in.doubles(count(forms, ONE_VALUE));
        var sums = in.doubles(count(forms, DISTRIBUTED));
        var maxima = in.doubles(sums.length);
        var points = new ArrayList<Point>();
        var nextCount = 0;
        var nextSum = 0;
        for (var i = 0; i < size; i++) {
            var minimum = minima[i];
            var sampleCount = forms[i] == SINGLE_SAMPLE ? 1 : counts[nextCount++];
            Aggregate aggregate;
            if (forms[i] <= ONE_VALUE) {
                aggregate =
                        wanted.test(series[i]) ? Aggregate.ofSample(minimum, sampleCount) : null;
            } else {
                var set = new StatisticSet(sampleCount, sums[nextSum], minimum, maxima[nextSum]);
                nextSum++;
                var histogram = forms[i] == DISTRIBUTED ? readHistogram(in) : null;
                aggregate = wanted.test(series[i]) ? Aggregate.of(set, histogram) : null;
            }
            if (aggregate != null) {
                var startS = bucketS + periods[i] * resolution.seconds();
                points.add(Point.of(series[i], kinds[i], startS, aggregate));
            }
        }
        return points;
    }

    private static byte[] decompress(byte[] block) {
        if (block.length < HEADER_BYTES || block[0] != VERSION) {
            throw new IllegalStateException("not a block of points");
        }
        var size = 0;
        for (var i = 0; i < 4; i++) {
            size |= (block[i + 1] & 0xFF) << (8 * i);
        }
        if (size < 0 || size > MAX_BYTES) {
            throw new IllegalStateException("block too large: " + size);
        }
        var payload = new byte[size];
        try {
            var read =
                    Zstd.decompressByteArray(
                            payload, 0, size, block, HEADER_BYTES, block.length - HEADER_BYTES);
            if (read != size) {
                throw new IllegalStateException("zstd: block ends early");
            }
        } catch (ZstdException broken) {
            throw new IllegalStateException("zstd: broken block", broken);
        }
        return payload;
    }

    private static long[] readSeries(BlockReader in, int size) {
        var series = new long[size];
        var seriesCount = in.count(size);
        var id = 0L;
        var at = 0;
        for (var i = 0; i < seriesCount; i++) {
            id += in.varint();
            var points = in.count(size - at);
            Arrays.fill(series, at, at + points, id);
            at += points;
        }
        return series;
    }

    private static long[] readPeriods(BlockReader in, long[] series, byte[] kinds) {
        var periods = new long[series.length];
        for (var i = 0; i < periods.length; i++) {
            var continues = i > 0 && series[i - 1] == series[i] && kinds[i - 1] == kinds[i];
            periods[i] = in.varint() + (continues ? periods[i - 1] : 0);
        }
        return periods;
    }

    private static int count(byte[] forms, byte least) {
        var count = 0;
        for (var form : forms) {
            if (form >= least) {
                count++;
            }
        }
        return count;
    }

    private static Histogram readHistogram(BlockReader in) {
        var zeroWeight = in.weight();
        var size = in.count(MAX_BYTES);
        var bins = new int[size];
        var weights = new double[size];
        var before = 0;
        for (var i = 0; i < size; i++) {
            before += (int) in.signed();
            bins[i] = before;
            weights[i] = in.weight();
        }
        return Histogram.of(bins, weights, zeroWeight);
    }
}
