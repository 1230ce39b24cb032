package io.pharos.kit.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.UnknownFieldSet;

import io.pharos.wire.AwsError;
import io.pharos.wire.AwsWire;
import io.pharos.wire.Headers;
import io.pharos.wire.WireRequest;
import io.pharos.wire.WireResponse;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.charset.StandardCharsets;
import java.util.Map;

class PathRefusalTest {
    private static WireResponse refused(PathApi api, String contentType, RuntimeException failure) {
        var headers = Headers.of(Map.of("Content-Type", contentType));
        var request = new WireRequest("POST", "/", "", headers, new byte[0], "127.0.0.1");
        return PathRefusal.of(new AwsWire(), api, request, failure, "r-1");
    }

    private static String text(WireResponse response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/metrics, OTLP_METRICS",
        "/api/v1/write, REMOTE_WRITE",
        "/api/v1/query_range, PROMQL",
        "/api/v1/label/job/values, PROMQL",
        "/v1/metrics/, ",
        "/, ",
        "/api/v2/write, ",
    })
    void aPathTellsTheApi(String path, PathApi api) {
        assertThat(PathApi.of(path).orElse(null)).isEqualTo(api);
    }

    @Test
    void otlpIsToldInTheEncodingOfTheRequest() throws Exception {
        var json =
                refused(PathApi.OTLP_METRICS, "application/json", AwsError.validation("no good"));
        assertThat(json.status()).isEqualTo(400);
        assertThat(text(json)).isEqualTo("{\"code\":3,\"message\":\"no good\"}");
        var binary =
                refused(
                        PathApi.OTLP_METRICS,
                        "application/x-protobuf",
                        AwsError.throttling("Rate exceeded"));
        assertThat(binary.status()).isEqualTo(429);
        assertThat(binary.headers().first("retry-after")).hasValue("1");
        assertThat(binary.headers().first("content-type")).hasValue("application/x-protobuf");
        var status = UnknownFieldSet.parseFrom(binary.body());
        assertThat(status.getField(1).getVarintList()).containsExactly(8L);
        assertThat(status.getField(2).getLengthDelimitedList().getFirst().toStringUtf8())
                .isEqualTo("Rate exceeded");
    }

    @Test
    void remoteWriteIsToldInText() {
        var failure = new AwsError("ServiceUnavailable", 503, "The stream does not answer");
        var told = refused(PathApi.REMOTE_WRITE, "application/x-protobuf", failure);
        assertThat(told.status()).isEqualTo(503);
        assertThat(told.headers().first("retry-after")).hasValue("1");
        assertThat(text(told)).isEqualTo("The stream does not answer\n");
    }

    @Test
    void queriesAreToldInPrometheusJson() {
        var failure = new AwsError("UnrecognizedClientException", 400, "Who?");
        var told = refused(PathApi.PROMQL, "", failure);
        assertThat(told.status()).isEqualTo(403);
        assertThat(told.headers().first("x-amzn-errortype"))
                .hasValue("UnrecognizedClientException");
        assertThat(text(told))
                .isEqualTo("{\"status\":\"error\",\"errorType\":\"forbidden\",\"error\":\"Who?\"}");
    }

    @Test
    void aFaultOfOursTellsNothingOfItself() {
        var told = refused(PathApi.REMOTE_WRITE, "", new IllegalStateException("secret"));
        assertThat(told.status()).isEqualTo(500);
        assertThat(text(told)).doesNotContain("secret");
    }
}
