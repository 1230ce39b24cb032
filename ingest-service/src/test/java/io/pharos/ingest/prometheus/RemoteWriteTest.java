package io.pharos.ingest.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.ingest.prometheus.proto.BucketSpan;
import io.pharos.ingest.prometheus.proto.Label;
import io.pharos.ingest.prometheus.proto.NativeHistogram;
import io.pharos.ingest.prometheus.proto.Request;
import io.pharos.ingest.prometheus.proto.Sample;
import io.pharos.ingest.prometheus.proto.SymbolSeries;
import io.pharos.ingest.prometheus.proto.TimeSeries;
import io.pharos.ingest.prometheus.proto.WriteRequest;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Instant;
import java.util.List;

class RemoteWriteTest {
    private static final long NOW = Instant.parse("2026-01-15T12:00:30Z").toEpochMilli();

    private static TimeSeries.Builder series(String... labels) {
        var series = TimeSeries.newBuilder();
        for (var i = 0; i < labels.length; i += 2) {
            series.addLabels(Label.newBuilder().setName(labels[i]).setValue(labels[i + 1]));
        }
        return series;
    }

    private static Sample sample(long timestamp, double value) {
        return Sample.newBuilder().setTimestamp(timestamp).setValue(value).build();
    }

    private static RemoteWrite.Written write(TimeSeries.Builder... series) {
        var request = WriteRequest.newBuilder();
        for (var one : series) {
            request.addTimeseries(one);
        }
        return RemoteWrite.of(request.build(), NOW);
    }

    private static List<String> stored(RemoteWrite.Written written) {
        return written.samples().datums().stream()
                .map(d -> d.metricName() + d.dimensions() + " " + d.value())
                .toList();
    }

    @Test
    void labelsAreDimensionsInOrder() {
        var written =
                write(
                        series("job", "api", "__name__", "up", "empty", "", "instance", "a:1")
                                .addSamples(sample(NOW, 1))
                                .addSamples(sample(NOW - 1000, 0)));
        assertThat(stored(written))
                .containsExactly("up[instance=a:1, job=api] 1.0", "up[instance=a:1, job=api] 0.0");
        assertThat(written.samples().datums().getFirst().storageResolution()).isEqualTo(1);
        assertThat(written.writtenSamples()).isEqualTo(2);
        assertThat(written.refused()).isZero();
    }

    @Test
    void symbolsOfTheSecondVersionAreLabels() {
        var request =
                Request.newBuilder()
                        .addAllSymbols(List.of("", "__name__", "up", "job", "api"))
                        .addTimeseries(
                                SymbolSeries.newBuilder()
                                        .addAllLabelsRefs(List.of(1, 2, 3, 4))
                                        .addSamples(sample(NOW, 1)))
                        .addTimeseries(
                                SymbolSeries.newBuilder()
                                        .addAllLabelsRefs(List.of(1, 9))
                                        .addSamples(sample(NOW, 1)))
                        .addTimeseries(
                                SymbolSeries.newBuilder()
                                        .addAllLabelsRefs(List.of(1))
                                        .addSamples(sample(NOW, 1)))
                        .build();
        var written = RemoteWrite.of(request, NOW);
        assertThat(stored(written)).containsExactly("up[job=api] 1.0");
        assertThat(written.writtenSamples()).isEqualTo(1);
        assertThat(written.refused()).isEqualTo(2);
        assertThat(written.reason()).isEqualTo("a label reference beyond the symbols");
    }

    @Test
    void theEndOfASeriesStoresNothing() {
        var stale = Double.longBitsToDouble(RemoteWrite.STALE_BITS);
        var written =
                write(
                        series("__name__", "up")
                                .addSamples(sample(NOW, stale))
                                .addSamples(sample(NOW, Double.NaN)));
        assertThat(stored(written)).isEmpty();
        assertThat(written.refused()).isZero();
    }

    @Test
    void whatIsWrongTakesNothingElseWithIt() {
        var good = series("__name__", "ok").addSamples(sample(NOW, 1));
        var twoWeeks = 14L * 24 * 3600 * 1000;
        record Case(TimeSeries.Builder series, String reason) {}
        var cases =
                List.of(
                        new Case(series("job", "x"), "a metric without a name"),
                        new Case(
                                series("__name__", "m", "a", "1", "a", "2"),
                                "duplicate label name: a"),
                        new Case(series("__name__", "m", "", "1"), "a label without a name"),
                        new Case(
                                series("__name__", "m", "a", "x\0"),
                                "label value with a character that is none"));
        for (var one : cases) {
            var written = write(one.series().addSamples(sample(NOW, 1)), good);
            assertThat(stored(written)).containsExactly("ok[] 1.0");
            assertThat(written.refused()).isEqualTo(1);
            assertThat(written.reason()).isEqualTo(one.reason());
        }
        var late = series("__name__", "m").addSamples(sample(NOW - twoWeeks - 300_001, 1));
        assertThat(write(late, good).reason())
                .isEqualTo("out of bounds: a timestamp more than two weeks ago in series m");
        var early = series("__name__", "m").addSamples(sample(NOW + 7_200_001, 1));
        assertThat(stored(write(early, good))).containsExactly("ok[] 1.0");
        var infinite = series("__name__", "m").addSamples(sample(NOW, Double.POSITIVE_INFINITY));
        assertThat(stored(write(infinite, good))).containsExactly("ok[] 1.0");
    }

    /// 1 in (0.5, 1], 3 in (1, 2], a gap, 2 in (4, 8]: 0, 1 and the zero bucket.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void nativeHistogramsBecomeSeriesOfBuckets(boolean isFloat) {
        var histogram =
                NativeHistogram.newBuilder()
                        .setTimestamp(NOW)
                        .setSum(20)
                        .setSchema(0)
                        .setZeroThreshold(0.001)
                        .addPositiveSpans(BucketSpan.newBuilder().setOffset(0).setLength(2))
                        .addPositiveSpans(BucketSpan.newBuilder().setOffset(1).setLength(1));
        if (isFloat) {
            histogram
                    .setCountFloat(7)
                    .setZeroCountFloat(1)
                    .addAllPositiveCounts(List.of(1.0, 3.0, 2.0));
        } else {
            histogram.setCountInt(7).setZeroCountInt(1).addAllPositiveDeltas(List.of(1L, 2L, -1L));
        }
        var written = write(series("__name__", "h", "job", "x").addHistograms(histogram));
        assertThat(written.reason()).isEmpty();
        assertThat(written.writtenHistograms()).isEqualTo(1);
        assertThat(stored(written))
                .containsExactly(
                        "h_bucket[job=x, le=0.001] 1.0",
                        "h_bucket[job=x, le=0.5] 1.0",
                        "h_bucket[job=x, le=1] 2.0",
                        "h_bucket[job=x, le=2] 5.0",
                        "h_bucket[job=x, le=4] 5.0",
                        "h_bucket[job=x, le=8] 7.0",
                        "h_bucket[job=x, le=+Inf] 7.0",
                        "h_count[job=x] 7.0",
                        "h_sum[job=x] 20.0");
    }

    @Test
    void nativeHistogramsWithBoundsOfTheirOwnToo() {
        var histogram =
                NativeHistogram.newBuilder()
                        .setTimestamp(NOW)
                        .setCountInt(4)
                        .setSum(9)
                        .setSchema(-53)
                        .addAllCustomValues(List.of(1.0, 5.0))
                        .addPositiveSpans(BucketSpan.newBuilder().setOffset(0).setLength(3))
                        .addAllPositiveDeltas(List.of(1L, 1L, -1L));
        assertThat(stored(write(series("__name__", "h").addHistograms(histogram))))
                .containsExactly(
                        "h_bucket[le=1] 1.0",
                        "h_bucket[le=5] 3.0",
                        "h_bucket[le=+Inf] 4.0",
                        "h_count[] 4.0",
                        "h_sum[] 9.0");
        histogram.clearPositiveSpans();
        assertThat(write(series("__name__", "h").addHistograms(histogram)).reason())
                .isEqualTo("a histogram whose spans and buckets do not fit in series h");
        histogram
                .addPositiveSpans(
                        BucketSpan.newBuilder().setOffset(Integer.MAX_VALUE).setLength(-1))
                .setSchema(0);
        assertThat(write(series("__name__", "h").addHistograms(histogram)).refused()).isEqualTo(1);
    }
}
