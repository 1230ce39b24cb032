package io.pharos.logs.emf;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.stream.MetricSample;
import io.pharos.stream.log.PackedEvents;
import io.pharos.wire.Tenant;

import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.List;

class EmbeddedMetricsTest {
    private static final long NOW = Instant.parse("2026-01-15T12:00:30.700Z").toEpochMilli();
    private static final Tenant TENANT = new Tenant("123456789012", "eu-west-1");

    private static String event(String name, int resolution, Object value) {
        return "{\"_aws\":{\"Timestamp\":%d,\"CloudWatchMetrics\":[{\"Namespace\":\"N\",\"Metrics\":[{\"Name\":\"%s\",\"StorageResolution\":%d}]}]},\"%s\":%s}"
                .formatted(NOW, name, resolution, name, value);
    }

    private static EmbeddedMetrics of(String... messages) {
        return of(false, messages);
    }

    private static EmbeddedMetrics of(boolean declared, String... messages) {
        var events = new PackedEvents.Builder();
        for (var message : messages) {
            events.add(NOW, message);
        }
        return EmbeddedMetrics.of(events.build(), declared, "g", NOW);
    }

    private static List<MetricSample> samples(EmbeddedMetrics metrics) {
        return metrics.batches(TENANT, NOW, 4).stream()
                .flatMap(addressed -> addressed.batch().getSamplesList().stream())
                .toList();
    }

    @Test
    void eventsOfAPeriodShareASample() {
        var metrics = of(event("m", 60, 1), "other", event("m", 60, "[1,2]"), event("m", 1, 1));
        var samples = samples(metrics);
        assertThat(samples).hasSize(2);
        assertThat(samples.getFirst().getValuesList()).containsExactly(1.0, 2.0);
        assertThat(samples.getFirst().getCountsList()).containsExactly(2.0, 1.0);
        assertThat(samples.getFirst().getTimestampMs()).isEqualTo(NOW - 30_700);
        assertThat(samples.getLast().getHighResolution()).isTrue();
        assertThat(samples.getLast().getTimestampMs()).isEqualTo(NOW - 700);
    }

    @Test
    void faultsAreCountedForTheGroup() {
        var metrics =
                of("{\"_aws\":{\"CloudWatchMetrics\":1}}", "{\"_aws\":{\"CloudWatchMetrics\":");
        var samples = samples(metrics);
        assertThat(samples)
                .extracting(s -> s.getMetricName() + "=" + s.getCounts(0))
                .containsExactlyInAnyOrder("EMFParsingErrors=1.0", "EMFValidationErrors=1.0");
        assertThat(samples)
                .allSatisfy(s -> {
                    assertThat(s.getDimensions(0).getName()).isEqualTo("LogGroupName");
                    assertThat(s.getDimensions(0).getValue()).isEqualTo("g");
                });
        assertThat(metrics.batches(TENANT, NOW, 1).getFirst().batch().getNamespace())
                .isEqualTo("AWS/Logs");
        assertThat(of("plain", "{\"a\":1}").isEmpty()).isTrue();
        assertThat(samples(of(true, "plain", "also plain")).getFirst().getCounts(0)).isEqualTo(2);
    }

    @Test
    void manyValuesTakeSeveralSamplesAndManySamplesSeveralRecords() {
        var messages = new String[EmbeddedMetrics.MAX_VALUES + 1];
        for (var i = 0; i < messages.length; i++) {
            messages[i] = event("m", 60, i);
        }
        assertThat(samples(of(messages)))
                .extracting(MetricSample::getValuesCount)
                .containsExactly(150, 1);
        var names = new String[EmbeddedMetrics.MAX_SAMPLES + 1];
        for (var i = 0; i < names.length; i++) {
            names[i] = event("m" + i, 60, 1);
        }
        assertThat(of(names).batches(TENANT, NOW, 1))
                .extracting(addressed -> addressed.batch().getSamplesCount())
                .containsExactly(1_000, 1);
    }
}
