package io.pharos.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

/// Hostile bytes: nothing but an [AwsError] escapes, in bounded time and memory.
@Timeout(60)
class FuzzTest {
    private static final int MUTATIONS = 400;

    private final AwsWire wire = new AwsWire();
    private final Random random = new Random(20261121);

    @Test
    void nothingElseEscapesFromMutatedRequests() throws IOException {
        try (var in = getClass().getResourceAsStream("/conformance/requests.json")) {
            for (var c : new ObjectMapper().readTree(in)) {
                var request = c.get("request");
                var headers = Headers.builder();
                request.get("headers")
                        .properties()
                        .forEach(h -> headers.add(h.getKey(), h.getValue().asText()));
                var body =
                        request.has("hex")
                                ? HexFormat.of().parseHex(request.get("hex").asText())
                                : request.path("body").asText().getBytes(UTF_8);
                for (var i = 0; i < MUTATIONS; i++) {
                    tryOut(
                            new WireRequest(
                                    "POST",
                                    mutate(request.get("path").asText()),
                                    mutate(request.get("query").asText()),
                                    headers.build(),
                                    mutate(body),
                                    ""));
                }
            }
        }
    }

    private void tryOut(WireRequest request) {
        var route = wire.route(request);
        try {
            assertThat(wire.decode(route, request).request()).isNotNull();
        } catch (AwsError error) {
            assertThat(wire.encodeError(route, error, "r").status()).isBetween(400, 413);
        }
    }

    private String mutate(String text) {
        return random.nextInt(4) > 0 ? text : new String(mutate(text.getBytes(UTF_8)), ISO_8859_1);
    }

    /// Flips, removes, repeats and cuts bytes.
    private byte[] mutate(byte[] body) {
        var bytes = body.clone();
        for (var i = random.nextInt(1, 5); i > 0 && bytes.length > 0; i--) {
            var at = random.nextInt(bytes.length);
            switch (random.nextInt(4)) {
                case 0 -> bytes[at] = (byte) random.nextInt();
                case 1 -> bytes[at] = (byte) "{}[],:\"&=.%+0919ex\\".charAt(random.nextInt(19));
                case 2 -> bytes = Arrays.copyOf(bytes, at);
                default -> {
                    var longer = new ByteArrayOutputStream();
                    longer.write(bytes, 0, at);
                    for (var n = random.nextInt(1, 20); n > 0; n--) {
                        longer.write(bytes, at, Math.min(8, bytes.length - at));
                    }
                    longer.write(bytes, at, bytes.length - at);
                    bytes = longer.toByteArray();
                }
            }
        }
        return bytes;
    }

    @Test
    void refusesDeepNesting() {
        for (var open : new String[] {"[", "{\"a\":"}) {
            refused(json(("{\"x\":" + open.repeat(300)).getBytes(UTF_8)), "SerializationException");
            refused(
                    json(("{\"x\":" + open.repeat(300_000)).getBytes(UTF_8)),
                    "SerializationException");
        }
        var deep = new byte[100_000];
        for (var b : new byte[] {(byte) 0x81, (byte) 0x9f, (byte) 0xc1, (byte) 0xbf}) {
            Arrays.fill(deep, b);
            System.arraycopy(new byte[] {(byte) 0xa1, 0x61, 'x'}, 0, deep, 0, 3);
            refused(cbor(deep), "SerializationException");
        }
        refused(
                query("Action=ListMetrics&Version=2010-08-01&" + "a.".repeat(300) + "=1"),
                "SerializationException");
    }

    @Test
    void refusesTooManyValues() {
        var many = "{\"MetricData\":[" + "{},".repeat(Budget.MAX_VALUES) + "{}]}";
        refused(
                new WireRequest(
                        "POST",
                        "/",
                        "",
                        Headers.builder()
                                .add("x-amz-target", "GraniteServiceVersion20100801.PutMetricData")
                                .build(),
                        many.getBytes(UTF_8),
                        ""),
                "SerializationException");
        refused(
                query("Action=ListMetrics&Version=2010-08-01" + "&x".repeat(Budget.MAX_VALUES)),
                "SerializationException");
    }

    @Test
    void refusesBombsWithoutInflatingThem() throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(bytes)) {
            var zeros = new byte[1 << 20];
            for (var i = 0; i < 200; i++) {
                out.write(zeros);
            }
        }
        var headers =
                Headers.builder()
                        .add("content-encoding", "gzip")
                        .add("x-amz-target", "Logs_20140328.PutLogEvents")
                        .build();
        var start = System.nanoTime();
        refused(
                new WireRequest("POST", "/", "", headers, bytes.toByteArray(), ""),
                "RequestEntityTooLargeException");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void refusesHugeNumbers() {
        refused(
                json(("{\"retentionInDays\":1e" + "9".repeat(20) + "}").getBytes(UTF_8)),
                "SerializationException");
        refused(
                json(("{\"retentionInDays\":" + "9".repeat(100_000) + "}").getBytes(UTF_8)),
                "SerializationException");
    }

    private static WireRequest json(byte[] body) {
        return new WireRequest(
                "POST",
                "/",
                "",
                Headers.builder().add("x-amz-target", "Logs_20140328.PutRetentionPolicy").build(),
                body,
                "");
    }

    private static WireRequest cbor(byte[] body) {
        return new WireRequest(
                "POST",
                "/service/GraniteServiceVersion20100801/operation/ListMetrics",
                "",
                Headers.builder().add("smithy-protocol", "rpc-v2-cbor").build(),
                body,
                "");
    }

    private static WireRequest query(String body) {
        return new WireRequest("POST", "/", "", Headers.none(), body.getBytes(UTF_8), "");
    }

    private void refused(WireRequest request, String code) {
        var route = wire.route(request);
        assertThatThrownBy(() -> wire.decode(route, request))
                .isInstanceOfSatisfying(AwsError.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}
