package io.pharos.logs.emf.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pharos.logs.TapHarness;
import io.pharos.stream.MetricBatch;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EmbeddedMetricTapIT {
    private final TapHarness harness = new TapHarness();

    @AfterEach
    void stop() {
        harness.close();
    }

    @Test
    void embeddedMetricsAreDerivedWithTheirOrigin() throws Exception {
        harness.createGroup("app");
        harness.start(new EmbeddedMetricTap(harness.producer(), new SimpleMeterRegistry()));
        var event =
                "{\"_aws\":{\"Timestamp\":%d,\"CloudWatchMetrics\":[{\"Namespace\":\"N\",\"Dimensions\":[[\"d\"]],\"Metrics\":[{\"Name\":\"m\"}]}]},\"m\":2,\"d\":\"v\"}"
                        .formatted(TapHarness.NOW.toEpochMilli());
        for (var i = 0; i < 20; i++) {
            harness.putEvents("app", "s" + i % 2, "plain", event, event);
        }
        harness.await();
        var sum = 0.0;
        for (var record : harness.metricRecords()) {
            assertThat(record.headers().lastHeader("pharos-origin")).isNotNull();
            for (var sample : MetricBatch.parseFrom(record.value()).getSamplesList()) {
                sum += sample.getValues(0) * sample.getCounts(0);
            }
        }
        assertThat(sum).isEqualTo(20 * 2 * 2);
    }
}
