package io.pharos.ingest.prometheus;

import io.pharos.ingest.prometheus.proto.Label;
import io.pharos.ingest.prometheus.proto.NativeHistogram;
import io.pharos.ingest.prometheus.proto.Request;
import io.pharos.ingest.prometheus.proto.Sample;
import io.pharos.ingest.prometheus.proto.WriteRequest;
import io.pharos.ingest.sample.HistogramSeries;
import io.pharos.ingest.sample.RefusedSample;
import io.pharos.ingest.sample.SampleSet;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// A write request, 1.0 or 2.0, as samples: what is wrong with one takes no other with it. Pure.
///
/// A stale marker says that a series ends: CloudWatch's series just have no more samples, so nothing
/// is stored. Nor for any other NaN, which CloudWatch has no sample of; neither is an error, since a
/// server sends them in the normal course of things.
public final class RemoteWrite {
    private static final String NAME = "__name__";

    /// The NaN that Prometheus ends a series with.
    static final long STALE_BITS = 0x7ff0000000000002L;

    private final SampleSet samples;
    private int writtenSamples;
    private int writtenHistograms;
    private int refused;
    private @Nullable String firstReason;

    private RemoteWrite(long receivedMs) {
        samples = new SampleSet(receivedMs);
    }

    /// @param refused samples, histograms and series that are not among the samples
    /// @param reason of the first of them; empty when there is none
    public record Written(
            SampleSet samples,
            int writtenSamples,
            int writtenHistograms,
            int refused,
            String reason) {}

    private Written written() {
        return new Written(
                samples,
                writtenSamples,
                writtenHistograms,
                refused,
                firstReason == null ? "" : firstReason);
    }

    public static Written of(WriteRequest request, long receivedMs) {
        var write = new RemoteWrite(receivedMs);
        for (var series : request.getTimeseriesList()) {
            write.series(
                    () -> labels(series.getLabelsList()),
                    series.getSamplesList(),
                    series.getHistogramsList());
        }
        return write.written();
    }

    public static Written of(Request request, long receivedMs) {
        var write = new RemoteWrite(receivedMs);
        for (var series : request.getTimeseriesList()) {
            write.series(
                    () -> labels(series.getLabelsRefsList(), request.getSymbolsList()),
                    series.getSamplesList(),
                    series.getHistogramsList());
        }
        return write.written();
    }

    @FunctionalInterface
    private interface Labels {
        SortedMap<String, String> read();
    }

    private static SortedMap<String, String> labels(List<Label> sent) {
        var labels = new TreeMap<String, String>();
        for (var label : sent) {
            put(labels, label.getName(), label.getValue());
        }
        return labels;
    }

    private static SortedMap<String, String> labels(List<Integer> refs, List<String> symbols) {
        if (refs.size() % 2 != 0) {
            throw new RefusedSample("a label reference without its pair");
        }
        var labels = new TreeMap<String, String>();
        for (var i = 0; i < refs.size(); i += 2) {
            put(labels, symbol(refs.get(i), symbols), symbol(refs.get(i + 1), symbols));
        }
        return labels;
    }

    private static String symbol(int reference, List<String> symbols) {
        if (reference < 0 || reference >= symbols.size()) {
            throw new RefusedSample("a label reference beyond the symbols");
        }
        return symbols.get(reference);
    }

    private static void put(SortedMap<String, String> labels, String name, String value) {
        if (labels.put(name, value) != null) {
            throw new RefusedSample("duplicate label name: " + name);
        }
    }

    private void series(Labels sent, List<Sample> values, List<NativeHistogram> histograms) {
        SortedMap<String, String> labels;
        SampleSet.Series series;
        String name;
        try {
            labels = sent.read();
            name = labels.getOrDefault(NAME, "");
            labels.remove(NAME);
            series = SampleSet.series(name, labels);
        } catch (RefusedSample refusal) {
            refuse(refusal, values.size() + histograms.size());
            return;
        }
        for (var sample : values) {
            try {
                sample(series, sample);
            } catch (RefusedSample refusal) {
                refuse(new RefusedSample(refusal.getMessage() + " in series " + name), 1);
            }
        }
        for (var histogram : histograms) {
            try {
                histogram(name, labels, histogram);
            } catch (RefusedSample refusal) {
                refuse(new RefusedSample(refusal.getMessage() + " in series " + name), 1);
            }
        }
    }

    private void refuse(RefusedSample refusal, int count) {
        refused += count;
        if (firstReason == null && count > 0) {
            firstReason = refusal.getMessage();
        }
    }

    private void sample(SampleSet.Series series, Sample sample) {
        samples.checkTime(sample.getTimestamp());
        if (!Double.isNaN(sample.getValue())) {
            SampleSet.checkValue(sample.getValue());
            samples.add(series, sample.getTimestamp(), sample.getValue(), null);
        }
        writtenSamples++;
    }

    private void histogram(
            String name, SortedMap<String, String> labels, NativeHistogram histogram) {
        samples.checkTime(histogram.getTimestamp());
        if (Double.doubleToRawLongBits(histogram.getSum()) != STALE_BITS) {
            new HistogramSeries(samples, name, labels, histogram.getTimestamp())
                    .histogram(
                            NativeBuckets.cumulative(histogram),
                            NativeBuckets.count(histogram),
                            histogram.getSum(),
                            null);
        }
        writtenHistograms++;
    }
}
