package io.pharos.ingest.sample;

import io.pharos.metric.Datum;
import io.pharos.metric.Dimension;
import io.pharos.metric.PutMetricDataRules;
import io.pharos.wire.AwsError;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/// What one request of an open protocol puts: samples of high resolution, each checked on its own,
/// and what was wrong with the others. For one thread.
public final class SampleSet {
    /// CloudWatch: labels of an OpenTelemetry metric.
    public static final int MAX_LABELS = 150;

    public static final int MAX_NAME = PutMetricDataRules.MAX_NAME_LENGTH;
    public static final int MAX_LABEL_VALUE = PutMetricDataRules.MAX_DIMENSION_VALUE_LENGTH;

    /// Values of one datum; more take another.
    public static final int MAX_VALUES = PutMetricDataRules.MAX_VALUES;

    /// Characters and numbers of all samples together, each with its own labels: few labels of a large
    /// resource become many.
    public static final long MAX_SIZE = 32L << 20;

    private static final int DATUM_SIZE = 64;
    private static final int HIGH_RESOLUTION = 1;

    private final long receivedMs;
    private final List<Datum> datums = new ArrayList<>();
    private long size;

    public SampleSet(long receivedMs) {
        this.receivedMs = receivedMs;
    }

    /// A series as its samples name it, checked.
    ///
    /// @param labels ascending, names unique
    public record Series(String name, List<Dimension> labels, int size) {}

    /// @param labels those with an empty value are as good as absent
    /// @throws RefusedSample when it can not be kept
    public static Series series(String name, SortedMap<String, String> labels) {
        text("metric name", name, MAX_NAME);
        if (name.isEmpty()) {
            throw new RefusedSample("a metric without a name");
        }
        var size = name.length();
        var kept = new ArrayList<Dimension>(labels.size());
        for (Map.Entry<String, String> label : labels.entrySet()) {
            if (label.getValue().isEmpty()) {
                continue;
            }
            if (label.getKey().isEmpty()) {
                throw new RefusedSample("a label without a name");
            }
            text("label name", label.getKey(), MAX_NAME);
            text("label value", label.getValue(), MAX_LABEL_VALUE);
            kept.add(new Dimension(label.getKey(), label.getValue()));
            size += label.getKey().length() + label.getValue().length();
        }
        if (kept.size() > MAX_LABELS) {
            throw new RefusedSample(
                    "more than " + MAX_LABELS + " labels: " + kept.size() + " of " + name);
        }
        return new Series(name, kept, size);
    }

    private static void text(String what, String text, int longest) {
        if (text.length() > longest) {
            throw new RefusedSample(
                    "%s longer than %d characters: %s…"
                            .formatted(what, longest, text.substring(0, 64)));
        }
        for (var i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            var pairs =
                    Character.isHighSurrogate(c)
                            && i + 1 < text.length()
                            && Character.isLowSurrogate(text.charAt(i + 1));
            if (pairs) {
                i++;
            } else if (c == 0 || Character.isSurrogate(c)) {
                throw new RefusedSample(what + " with a character that is none");
            }
        }
    }

    /// @throws RefusedSample unless the time is within two weeks and two hours, as for PutMetricData
    public void checkTime(long timestampMs) {
        var oldest =
                receivedMs
                        - PutMetricDataRules.OLDEST.toMillis()
                        - PutMetricDataRules.SLACK.toMillis();
        if (timestampMs < oldest) {
            throw new RefusedSample("out of bounds: a timestamp more than two weeks ago");
        }
        if (timestampMs > receivedMs + PutMetricDataRules.NEWEST.toMillis()) {
            throw new RefusedSample("out of bounds: a timestamp more than two hours in the future");
        }
    }

    /// @throws RefusedSample unless it is a number that CloudWatch keeps
    public static void checkValue(double value) {
        if (!(Math.abs(value) <= PutMetricDataRules.LARGEST)) { // NaN too
            throw new RefusedSample("a value that is not a number within ±2^360: " + value);
        }
    }

    /// Adds one value, checked before.
    ///
    /// @param unit CloudWatch's; null means None
    public void add(Series series, long timestampMs, double value, @Nullable String unit) {
        put(series, timestampMs, value, null, null, unit, 1);
    }

    /// Adds values with their weights, checked before, in as many samples as they need.
    public void add(
            Series series, long timestampMs, Distribution distribution, @Nullable String unit) {
        for (var from = 0; from < distribution.size(); from += MAX_VALUES) {
            var to = Math.min(distribution.size(), from + MAX_VALUES);
            put(
                    series,
                    timestampMs,
                    null,
                    distribution.values(from, to),
                    distribution.counts(from, to),
                    unit,
                    to - from);
        }
    }

    private void put(
            Series series,
            long timestampMs,
            @Nullable Double value,
            double @Nullable [] values,
            double @Nullable [] counts,
            @Nullable String unit,
            int numbers) {
        size += DATUM_SIZE + series.size() + 2L * Double.BYTES * numbers;
        if (size > MAX_SIZE) {
            throw new AwsError(
                    "RequestEntityTooLargeException",
                    413,
                    "The samples of the request are too large with all their labels.");
        }
        datums.add(
                new Datum(
                        series.name(),
                        series.labels(),
                        timestampMs,
                        value,
                        values,
                        counts,
                        null,
                        unit,
                        HIGH_RESOLUTION));
    }

    /// What is to be stored, in order of arrival.
    public List<Datum> datums() {
        return datums;
    }
}
