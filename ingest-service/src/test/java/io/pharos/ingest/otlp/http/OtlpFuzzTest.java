package io.pharos.ingest.otlp.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.pharos.ingest.otlp.OtlpMetrics;
import io.pharos.wire.AwsError;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.function.Function;

/// Hostile exports: nothing but the protocol's own error escapes, in bounded time.
@Timeout(60)
class OtlpFuzzTest {
    private static final long NOW = Instant.parse("2026-01-15T12:00:30Z").toEpochMilli();
    private static final int MUTATIONS = 15_000;
    private static final String SEED =
            """
            {"resourceMetrics":[{"resource":{"attributes":[
              {"key":"service.name","value":{"stringValue":"shop 1e99999"}},
              {"key":"l","value":{"arrayValue":{"values":[{"intValue":"1"},{"doubleValue":2.5}]}}}]},
             "schemaUrl":"https://x/1","scopeMetrics":[{"scope":{"name":"lib","version":"2"},"metrics":[
              {"name":"g","unit":"s","gauge":{"dataPoints":[{"timeUnixNano":"1768478430000000000","asDouble":1.5}]}},
              {"name":"s","sum":{"aggregationTemporality":1,"isMonotonic":true,"dataPoints":[
                {"timeUnixNano":"1768478430000000000","asInt":"3","flags":1}]}},
              {"name":"h","histogram":{"aggregationTemporality":2,"dataPoints":[
                {"timeUnixNano":"1768478430000000000","count":"3","sum":9,"bucketCounts":["1","2"],"explicitBounds":[5]}]}},
              {"name":"e","exponentialHistogram":{"aggregationTemporality":1,"dataPoints":[
                {"timeUnixNano":"1768478430000000000","count":"3","sum":9,"scale":2,"zeroCount":"1",
                 "positive":{"offset":-1,"bucketCounts":["1","1"]},"negative":{"offset":2,"bucketCounts":["0"]}}]}},
              {"name":"y","summary":{"dataPoints":[{"timeUnixNano":"1768478430000000000","count":"3","sum":9,
                "quantileValues":[{"quantile":0.5,"value":3}]}]}}]}]}]}
            """;

    private static final List<String> PIECES =
            List.of(
                    "\"",
                    "{",
                    "}",
                    "[",
                    "]",
                    "-",
                    "1e999",
                    "1e99999999",
                    "99999999999999999999",
                    "NaN",
                    "\"-Infinity\"",
                    "null",
                    "true",
                    "\\u0000",
                    "\\",
                    "\u00e9",
                    ",",
                    ":",
                    "2147483647",
                    "-2147483648",
                    "0.5",
                    "\"\"");

    private final Random random = new Random(20261121);

    @Test
    void theSeedIsTaken() {
        var taken = OtlpMetrics.of(OtlpMetricsHandler.fromJson(SEED.getBytes(UTF_8)), NOW);
        assertThat(taken.rejected()).isZero();
        assertThat(taken.samples().datums()).hasSizeGreaterThan(8);
    }

    private void tryOut(Function<byte[], ExportMetricsServiceRequest> parser, byte[] body) {
        try {
            OtlpMetrics.of(parser.apply(body), NOW);
        } catch (AwsError expected) {
            assertThat(expected.status()).isEqualTo(400);
        } catch (RuntimeException | StackOverflowError escaped) {
            throw new AssertionError(new String(body, UTF_8), escaped);
        }
    }

    @Test
    void nothingElseEscapesFromJson() {
        for (var i = 0; i < MUTATIONS; i++) {
            var text = new StringBuilder(SEED);
            for (var j = random.nextInt(3); j >= 0; j--) {
                var at = random.nextInt(text.length());
                var end = Math.min(text.length(), at + random.nextInt(6));
                text.replace(at, end, PIECES.get(random.nextInt(PIECES.size())));
            }
            tryOut(OtlpMetricsHandler::fromJson, text.toString().getBytes(UTF_8));
        }
    }

    @Test
    void nothingElseEscapesFromProtobuf() {
        var seed = OtlpMetricsHandler.fromJson(SEED.getBytes(UTF_8)).toByteArray();
        for (var i = 0; i < MUTATIONS; i++) {
            var bytes = seed.clone();
            for (var j = random.nextInt(4); j >= 0; j--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            tryOut(OtlpMetricsHandler::fromProtobuf, bytes);
        }
    }

    /// Each of these took a minute.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"1e99999999\"",
                "1e99999999",
                "1E+99999999",
                "\"1e0099999999\"",
                "\"1\\u006599999999\"",
                "\"1e\uff19\uff19\uff19\uff19\uff19\uff19\uff19\uff19\""
            })
    @Timeout(2)
    void aHugeExponentIsRefusedAtOnce(String number) {
        var body = SEED.replace("\"count\":\"3\"", "\"count\":" + number).getBytes(UTF_8);
        assertThatThrownBy(() -> OtlpMetricsHandler.fromJson(body)).isInstanceOf(AwsError.class);
        var array = SEED.replace("[\"1\",\"2\"]", "[\"1\"," + number + "]").getBytes(UTF_8);
        assertThatThrownBy(() -> OtlpMetricsHandler.fromJson(array)).isInstanceOf(AwsError.class);
    }
}
