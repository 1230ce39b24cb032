package io.pharos.ingest.prometheus.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Message;

import io.pharos.ingest.prometheus.proto.BucketSpan;
import io.pharos.ingest.prometheus.proto.Label;
import io.pharos.ingest.prometheus.proto.NativeHistogram;
import io.pharos.ingest.prometheus.proto.Request;
import io.pharos.ingest.prometheus.proto.Sample;
import io.pharos.ingest.prometheus.proto.SymbolSeries;
import io.pharos.ingest.prometheus.proto.TimeSeries;
import io.pharos.ingest.prometheus.proto.WriteRequest;
import io.pharos.wire.AwsError;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.xerial.snappy.Snappy;

import java.io.IOException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/// Hostile writes: nothing but the protocol's own error escapes, in bounded time.
@Timeout(60)
class RemoteWriteFuzzTest {
    private static final long NOW = Instant.parse("2026-01-15T12:00:30Z").toEpochMilli();
    private static final int MUTATIONS = 15_000;

    private final Random random = new Random(20261121);

    private static NativeHistogram histogram() {
        return NativeHistogram.newBuilder()
                .setCountInt(6)
                .setSum(12)
                .setSchema(2)
                .setZeroThreshold(0.001)
                .setZeroCountInt(1)
                .addPositiveSpans(BucketSpan.newBuilder().setOffset(-1).setLength(2))
                .addPositiveSpans(BucketSpan.newBuilder().setOffset(3).setLength(1))
                .addAllPositiveDeltas(List.of(1L, 1L, 0L))
                .setTimestamp(NOW)
                .build();
    }

    private static Message first() {
        return WriteRequest.newBuilder()
                .addTimeseries(
                        TimeSeries.newBuilder()
                                .addLabels(Label.newBuilder().setName("__name__").setValue("up"))
                                .addLabels(Label.newBuilder().setName("job").setValue("api"))
                                .addSamples(Sample.newBuilder().setTimestamp(NOW).setValue(1)))
                .addTimeseries(
                        TimeSeries.newBuilder()
                                .addLabels(Label.newBuilder().setName("__name__").setValue("h"))
                                .addHistograms(histogram()))
                .build();
    }

    private static Message second() {
        return Request.newBuilder()
                .addAllSymbols(List.of("", "__name__", "up", "job", "api"))
                .addTimeseries(
                        SymbolSeries.newBuilder()
                                .addAllLabelsRefs(List.of(1, 2, 3, 4))
                                .addSamples(Sample.newBuilder().setTimestamp(NOW).setValue(1)))
                .addTimeseries(
                        SymbolSeries.newBuilder()
                                .addAllLabelsRefs(List.of(1, 4))
                                .addHistograms(histogram()))
                .build();
    }

    private static void tryOut(boolean second, byte[] body) {
        try {
            RemoteWriteHandler.read(second, body, NOW);
        } catch (AwsError expected) {
            assertThat(expected.status()).isIn(400, 413);
        } catch (RuntimeException | StackOverflowError escaped) {
            throw new AssertionError(HexFormat.of().formatHex(body), escaped);
        }
    }

    private byte[] mutated(byte[] seed) {
        var bytes = seed.clone();
        for (var j = random.nextInt(4); j >= 0; j--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
        return bytes;
    }

    @Test
    void nothingElseEscapes() throws IOException {
        for (var second : List.of(true, false)) {
            var message = (second ? second() : first()).toByteArray();
            var taken = RemoteWriteHandler.read(second, Snappy.compress(message), NOW);
            assertThat(taken.refused()).isZero();
            var compressed = Snappy.compress(message);
            for (var i = 0; i < MUTATIONS; i++) {
                tryOut(second, Snappy.compress(mutated(message)));
                tryOut(second, mutated(compressed));
            }
        }
    }

    /// Bodies that say that they are larger than they are.
    @Test
    void aLengthThatIsNoneIsRefused() {
        for (var hex :
                List.of("", "ff", "ffffffffff", "ffffffff0f", "ffffffff07", "80808008", "00")) {
            tryOut(true, HexFormat.of().parseHex(hex));
        }
        assertThatThrownBy(() ->
                        RemoteWriteHandler.read(true, HexFormat.of().parseHex("ffffffff07"), NOW))
                .isInstanceOf(AwsError.class);
    }
}
