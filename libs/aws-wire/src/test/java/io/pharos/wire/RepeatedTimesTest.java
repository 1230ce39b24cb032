package io.pharos.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.cloudwatch.model.GetMetricDataResponse;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataResult;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Lists of times that are the same as the list before are printed once; nobody may see that.
class RepeatedTimesTest {
    private static final Instant A = Instant.ofEpochSecond(1_768_910_880);
    private static final Instant B = A.plusMillis(126);

    @Test
    void lookAsIfPrintedEach() {
        var response = response(List.of(A, B), List.of(A, B), List.of(), List.of(B), List.of(B));
        assertThat(text(TokenEncoder.encode(response, TokenEncoder.Dialect.JSON)))
                .containsSubsequence(
                        "[1768910880.0,1768910880.126]",
                        "[1768910880.0,1768910880.126]",
                        "[]",
                        "[1768910880.126]",
                        "[1768910880.126]");
        var both =
                "<Timestamps><member>2026-01-20T12:08:00Z</member>"
                        + "<member>2026-01-20T12:08:00.126Z</member></Timestamps>";
        var one = "<Timestamps><member>2026-01-20T12:08:00.126Z</member></Timestamps>";
        assertThat(text(Xml.response("Op", "ns", response, true, "id")))
                .containsSubsequence(both, both, "<Timestamps/>", one, one)
                .contains("<Values><member>1.5</member></Values>");
    }

    @SafeVarargs
    private static GetMetricDataResponse response(List<Instant>... times) {
        var results = new ArrayList<MetricDataResult>();
        for (var list : times) {
            results.add(MetricDataResult.builder().timestamps(list).values(1.5).build());
        }
        return GetMetricDataResponse.builder().metricDataResults(results).build();
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
