package io.pharos.ingest.sample;

import org.jspecify.annotations.Nullable;

import java.math.BigDecimal;
import java.util.SortedMap;
import java.util.TreeMap;

/// Cumulative histograms and summaries as Prometheus names their parts: `_bucket` with `le`,
/// `_count`, `_sum`, and the name itself with `quantile`. So `rate` and `histogram_quantile` work
/// without anything kept from one request to the next.
public final class HistogramSeries {
    public static final String LE = "le";
    public static final String QUANTILE = "quantile";

    private final SampleSet samples;
    private final String name;
    private final SortedMap<String, String> labels;
    private final long timestampMs;

    public HistogramSeries(
            SampleSet samples, String name, SortedMap<String, String> labels, long timestampMs) {
        this.samples = samples;
        this.name = name;
        this.labels = labels;
        this.timestampMs = timestampMs;
    }

    /// @param upTo bounds with the counts of all observations up to them, without `+Inf`
    /// @param sum NaN when unknown
    /// @throws RefusedSample before anything is added
    public void histogram(
            SortedMap<Double, Double> upTo, double count, double sum, @Nullable String unit) {
        SampleSet.checkValue(count);
        if (!Double.isNaN(sum)) {
            SampleSet.checkValue(sum);
        }
        var buckets = new TreeMap<String, SampleSet.Series>();
        var infinite = with("_bucket", LE, "+Inf");
        for (var bucket : upTo.headMap(Double.POSITIVE_INFINITY).entrySet()) {
            SampleSet.checkValue(bucket.getValue());
            var le = number(bucket.getKey());
            buckets.put(le, with("_bucket", LE, le));
        }
        upTo.forEach((bound, total) -> {
            var series = buckets.get(number(bound));
            if (series != null) {
                samples.add(series, timestampMs, total, null);
            }
        });
        samples.add(infinite, timestampMs, count, null);
        samples.add(SampleSet.series(name + "_count", labels), timestampMs, count, null);
        if (!Double.isNaN(sum)) {
            samples.add(SampleSet.series(name + "_sum", labels), timestampMs, sum, unit);
        }
    }

    /// @param values by quantile; NaN where there was no observation
    /// @throws RefusedSample before anything is added
    public void summary(
            SortedMap<Double, Double> values, double count, double sum, @Nullable String unit) {
        SampleSet.checkValue(count);
        SampleSet.checkValue(sum);
        values.values().removeIf(value -> Double.isNaN(value));
        values.values().forEach(SampleSet::checkValue);
        var counts = SampleSet.series(name + "_count", labels);
        values.forEach((quantile, value) ->
                samples.add(with("", QUANTILE, number(quantile)), timestampMs, value, unit));
        samples.add(counts, timestampMs, count, null);
        samples.add(SampleSet.series(name + "_sum", labels), timestampMs, sum, unit);
    }

    private SampleSet.Series with(String suffix, String label, String value) {
        var more = new TreeMap<>(labels);
        more.put(label, value);
        return SampleSet.series(name + suffix, more);
    }

    /// Without exponent, as Prometheus writes bounds that come from OpenTelemetry.
    static String number(double value) {
        if (Double.isInfinite(value)) {
            return value > 0 ? "+Inf" : "-Inf";
        }
        if (value == 0) {
            return "0";
        }
        return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }
}
