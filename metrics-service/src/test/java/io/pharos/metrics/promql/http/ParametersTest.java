package io.pharos.metrics.promql.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.metrics.promql.Budget;
import io.pharos.metrics.promql.PromqlException;
import io.pharos.wire.AwsError;
import io.pharos.wire.Headers;
import io.pharos.wire.WireRequest;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;

class ParametersTest {
    private static Parameters of(String query) {
        return Parameters.of(
                new WireRequest(
                        "GET", "/api/v1/query", query, Headers.builder().build(), new byte[0], ""));
    }

    @ParameterizedTest
    @CsvSource({"'',500", "limit=0,500", "limit=7,7", "limit=500,500", "limit=40000,500"})
    void aLimitIsAtMostTheMost(String query, int expected) {
        assertThat(of(query).limit(500)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"limit=-1", "limit=x", "timeout=0", "timeout=-5s", "timeout=soon"})
    void makesNoSense(String query) {
        assertThatThrownBy(
                        () -> {
                            of(query).limit(500);
                            of(query).timeout();
                        })
                .isInstanceOf(PromqlException.class)
                .hasMessageStartingWith("invalid parameter");
    }

    @Test
    void aTimeoutIsADurationOrSeconds() {
        assertThat(of("timeout=1500ms").timeout()).isEqualTo(Duration.ofMillis(1_500));
        assertThat(of("timeout=2.5").timeout()).isEqualTo(Duration.ofMillis(2_500));
        assertThat(of("").timeout()).isEqualTo(Budget.TIME);
    }

    @Test
    void nothingButAnErrorEscapes() {
        var random = new Random(20261121);
        var parts =
                List.of(
                        "time",
                        "limit",
                        "step",
                        "timeout",
                        "=",
                        "&",
                        "%",
                        "%zz",
                        "%41",
                        "+",
                        "1e999",
                        "NaN",
                        "-1",
                        "5m",
                        "1y2w",
                        "99999999999999999999y",
                        "2026-01-20T12:00:00Z",
                        "2026-99-99T99:99:99Z",
                        "\u00e9",
                        "\0");
        for (var i = 0; i < 20_000; i++) {
            var text = new StringBuilder(random.nextBoolean() ? "time=" : "");
            for (var j = random.nextInt(8); j >= 0; j--) {
                text.append(parts.get(random.nextInt(parts.size())));
            }
            var form = text.toString();
            var body = form.getBytes(StandardCharsets.UTF_8);
            var post = new WireRequest("POST", "/", form, Headers.builder().build(), body, "");
            try {
                var parameters = Parameters.of(post);
                parameters.time("time");
                parameters.duration("step");
                parameters.timeout();
                parameters.limit(500);
            } catch (PromqlException | AwsError expected) {
                assertThat(expected.getMessage()).isNotEmpty();
            } catch (RuntimeException escaped) {
                throw new AssertionError(form, escaped);
            }
        }
    }
}
