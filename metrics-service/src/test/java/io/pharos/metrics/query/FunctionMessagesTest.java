package io.pharos.metrics.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.List;

class FunctionMessagesTest {
    private static final PeriodGrid GRID = new PeriodGrid(1_697_060_700, 300, 3);

    @Test
    void asksAsAwsDoes() {
        var event = FunctionMessages.event(List.of("a \"b\"", 3.14, 7.0, true), GRID);
        assertThat(new String(event, StandardCharsets.UTF_8))
                .isEqualTo(
                        "{\"EventType\":\"GetMetricData\",\"GetMetricDataRequest\":{\"StartTime\":1697060700,"
                                + "\"EndTime\":1697061600,\"Period\":300,"
                                + "\"Arguments\":[\"a \\\"b\\\"\",3.14,7,true]}}");
    }

    @Test
    void readsSeriesInAnyOrderOnTheGrid() {
        var series =
                read(
                        """
                        {"MetricDataResults": [
                          {"StatusCode": "Complete", "Label": "CPUUtilization",
                           "Timestamps": [1697061300, 1697060700, 1697061001, 1697061600],
                           "Values": [16000, 15000, 1, 2]},
                          {"Timestamps": [], "Values": []}]}
                        """);
        assertThat(series).hasSize(2);
        assertThat(series.getFirst().label()).isEqualTo("CPUUtilization");
        assertThat(series.getFirst().timesS()).containsExactly(1_697_060_700, 1_697_061_300);
        assertThat(series.getFirst().values()).containsExactly(15_000, 16_000);
        assertThat(series.getLast().timesS()).isEmpty();
    }

    @Test
    void tellsTheFunctionsOwnError() {
        assertThatThrownBy(() -> read("{\"Error\": {\"Code\": \"Validation\", \"Value\": \"no\"}}"))
                .isInstanceOfSatisfying(
                        Functions.Failure.class,
                        failure -> {
                            assertThat(failure.code()).isEqualTo("Validation");
                            assertThat(failure.getMessage()).isEqualTo("no");
                        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "{",
                "[]",
                "{\"MetricDataResults\": {}}",
                "{\"MetricDataResults\": [{}]}",
                "{\"MetricDataResults\": [{\"Timestamps\": [1], \"Values\": []}]}",
                "{\"MetricDataResults\": [{\"Timestamps\": [\"x\"], \"Values\": [1]}]}",
                "{\"MetricDataResults\": [{\"Timestamps\": [1], \"Values\": [null]}]}"
            })
    void refusesWhatIsNoAnswer(String answer) {
        assertThatThrownBy(() -> read(answer))
                .isInstanceOfSatisfying(
                        Functions.Failure.class,
                        failure -> assertThat(failure.code()).isEqualTo("InvalidResponse"));
    }

    @Test
    void boundsAnswers() {
        var one = "{\"Timestamps\": [], \"Values\": []},";
        var many = one.repeat(Searches.MAX_SERIES) + one.replace(",{", "");
        assertThatThrownBy(() ->
                        read(
                                "{\"MetricDataResults\": ["
                                        + many.substring(0, many.length() - 1)
                                        + "]}"))
                .hasMessageContaining("more than");
        assertThatThrownBy(() ->
                        FunctionMessages.series(new byte[FunctionMessages.MAX_BYTES + 1], GRID))
                .hasMessageContaining("larger");
    }

    private static List<Functions.Series> read(String answer) {
        return FunctionMessages.series(answer.getBytes(StandardCharsets.UTF_8), GRID);
    }
}
