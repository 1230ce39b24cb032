package io.pharos.logs.metricfilter;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.metric.SeriesHash;
import io.pharos.stream.MetricSample;
import io.pharos.stream.log.PackedEvents;
import io.pharos.wire.Tenant;

import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.cloudwatchlogs.model.MetricTransformation;
import software.amazon.awssdk.services.cloudwatchlogs.model.StandardUnit;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;

class ArrivalMetricsTest {
    private static final Tenant TENANT = new Tenant("123456789012", "eu-west-1");
    private static final long MINUTE = 1_700_000_040_000L;

    @Test
    void countsMatchesByMinute() {
        var samples =
                samples(
                        filter("\"Invalid user\"", t -> t.metricValue("1").unit("Count")),
                        events("Invalid user a", "ok", "Invalid user b"));
        assertThat(samples).hasSize(1);
        var sample = samples.getFirst();
        assertThat(sample.getTimestampMs()).isEqualTo(MINUTE);
        assertThat(sample.getValuesList()).containsExactly(1.0);
        assertThat(sample.getCountsList()).containsExactly(2.0);
        assertThat(sample.getUnit()).isEqualTo("Count");
        assertThat(sample.getHighResolution()).isFalse();
    }

    @Test
    void takesTheValueFromTheEvent() {
        values("[ip, id, user, timestamp, request, status_code=4*, size]", "$size", "1534")
                .accept(
                        "127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] \"GET / HTTP/1.0\" 404 1534");
        values("{ $.latency = * }", "$.latency", "-1.5e2").accept("{\"latency\":-1.5e2}");
        values("{ $.latency = * }", "$.latency", "12").accept("{\"latency\":\"12\"}");
        values("{ $.a = 1 }", "$.b[1].c", "7").accept("{\"a\":1,\"b\":[0,{\"c\":7}]}");
        values("[..., last]", "$2", "5").accept("x 5 y");
    }

    @Test
    void leavesOutWhatIsNoNumber() {
        for (var message :
                List.of(
                        "{\"a\":1}",
                        "{\"a\":1,\"b\":null}",
                        "{\"a\":1,\"b\":true}",
                        "{\"a\":1,\"b\":{}}",
                        "{\"a\":1,\"b\":\"ten\"}",
                        "{\"a\":1,\"b\":1e109}",
                        "{\"a\":1,\"b\":1e999}",
                        "{\"a\":1,\"b\":\"NaN\"}")) {
            var filter = filter("{ $.a = 1 }", t -> t.metricValue("$.b").defaultValue(0.0));
            var metrics = ArrivalMetrics.of(List.of(extraction(filter)), events(message));
            assertThat(metrics.isEmpty()).as(message).isTrue();
            // It matched all the same: no default value for its minute.
            assertThat(metrics.minutes()).containsEntry("f", Map.of(MINUTE, true));
        }
    }

    @Test
    void describesByDimensions() {
        var filter =
                filter(
                        "{ $.type = * }",
                        t -> t.metricValue("1").dimensions(Map.of("Type", "$.type", "A", "$.b.c")));
        var samples =
                samples(
                        filter,
                        events(
                                "{\"type\":\"x\",\"b\":{\"c\":3}}",
                                "{\"type\":\"y\",\"b\":{\"c\":3}}",
                                "{\"type\":\"x\",\"b\":{\"c\":3}}",
                                "{\"type\":\"x\"}",
                                "{\"type\":\" \",\"b\":{\"c\":3}}",
                                "{\"type\":\"\\u0007\",\"b\":{\"c\":3}}"));
        assertThat(samples)
                .extracting(s ->
                        s.getDimensionsList().stream()
                                .map(d -> d.getName() + "=" + d.getValue())
                                .toList())
                .containsExactlyInAnyOrder(List.of("A=3", "Type=x"), List.of("A=3", "Type=y"));
    }

    @Test
    void describesByOwnerWhenAsked() {
        var filter =
                new MetricFilter(
                        "f",
                        "",
                        transformation(t -> t.metricValue("2")),
                        List.of(MetricFilter.REGION, MetricFilter.ACCOUNT),
                        0);
        var sample = samples(filter, events("x")).getFirst();
        assertThat(sample.getDimensionsList())
                .extracting(d -> d.getName() + "=" + d.getValue())
                .containsExactly("@aws.account=123456789012", "@aws.region=eu-west-1");
    }

    @Test
    void splitsLongSamplesAndBoundsSeries() {
        var many =
                IntStream.range(0, 400).mapToObj(i -> "{\"a\":" + i + "}").toArray(String[]::new);
        assertThat(samples(filter("{ $.a = * }", t -> t.metricValue("$.a")), events(many)))
                .extracting(MetricSample::getValuesCount)
                .containsExactly(150, 150, 100);

        var wide =
                IntStream.range(0, ArrivalMetrics.MAX_SERIES + 5)
                        .mapToObj(i -> "{\"a\":" + i + "}")
                        .toArray(String[]::new);
        var filter = filter("{ $.a = * }", t -> t.metricValue("1").dimensions(Map.of("A", "$.a")));
        var metrics = ArrivalMetrics.of(List.of(extraction(filter)), events(wide));
        assertThat(metrics.dropped()).isEqualTo(5);
        var batches = metrics.batches(TENANT, 1, 4);
        assertThat(batches).hasSize(4);
        for (var addressed : batches) {
            for (var sample : addressed.batch().getSamplesList()) {
                assertThat(SeriesHash.partition(sample.getSeriesHash(), 4))
                        .isEqualTo(addressed.partition());
            }
        }
    }

    @Test
    void remembersMinutesForDefaultValues() {
        var events =
                new PackedEvents.Builder()
                        .add(MINUTE - 1, "hit")
                        .add(MINUTE, "miss")
                        .add(MINUTE + 59_999, "miss")
                        .build();
        var filter = filter("hit", t -> t.metricValue("1").defaultValue(0.0));
        var metrics = ArrivalMetrics.of(List.of(extraction(filter)), events);
        assertThat(metrics.minutes())
                .containsExactly(Map.entry("f", Map.of(MINUTE - 60_000, true, MINUTE, false)));
        var published = ArrivalMetrics.defaultValue(TENANT, filter, MINUTE, 5, 3).batch();
        assertThat(published.getSamples(0).getValuesList()).containsExactly(0.0);
        assertThat(published.getSamples(0).getTimestampMs()).isEqualTo(MINUTE);
    }

    private static Consumer<String> values(String pattern, String value, String expected) {
        return message -> {
            var samples = samples(filter(pattern, t -> t.metricValue(value)), events(message));
            assertThat(samples).as(message).hasSize(1);
            assertThat(samples.getFirst().getValues(0)).isEqualTo(Double.parseDouble(expected));
        };
    }

    private static List<MetricSample> samples(MetricFilter filter, PackedEvents events) {
        var batches = ArrivalMetrics.of(List.of(extraction(filter)), events).batches(TENANT, 1, 1);
        assertThat(batches).hasSizeLessThan(2);
        return batches.isEmpty() ? List.of() : batches.getFirst().batch().getSamplesList();
    }

    private static MetricExtraction extraction(MetricFilter filter) {
        return MetricExtraction.of(filter, TENANT);
    }

    private static MetricFilter filter(
            String pattern, Consumer<MetricTransformation.Builder> transformation) {
        return new MetricFilter("f", pattern, transformation(transformation), List.of(), 0);
    }

    private static MetricTransformation transformation(
            Consumer<MetricTransformation.Builder> change) {
        var builder =
                MetricTransformation.builder()
                        .metricNamespace("N")
                        .metricName("M")
                        .unit(StandardUnit.NONE);
        change.accept(builder);
        return builder.build();
    }

    private static PackedEvents events(String... messages) {
        var events = new PackedEvents.Builder();
        for (var i = 0; i < messages.length; i++) {
            events.add(MINUTE + i, messages[i]);
        }
        return events.build();
    }
}
