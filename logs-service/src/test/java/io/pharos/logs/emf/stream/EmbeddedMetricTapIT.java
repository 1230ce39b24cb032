package io.pharos.logs.emf.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pharos.logs.TapHarness;
import io.pharos.logs.policy.PolicyKind;
import io.pharos.logs.policy.pg.PgPolicies;
import io.pharos.stream.MetricBatch;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EmbeddedMetricTapIT {
    private static final String EVENT =
            "{\"_aws\":{\"Timestamp\":%d,\"CloudWatchMetrics\":[{\"Namespace\":\"N\",\"Dimensions\":[[\"d\"]],\"Metrics\":[{\"Name\":\"m\"}]}]},\"m\":2,\"d\":\"v\"}"
                    .formatted(TapHarness.NOW.toEpochMilli());

    private final TapHarness harness = new TapHarness();

    @AfterEach
    void stop() {
        harness.close();
    }

    @Test
    void embeddedMetricsAreDerivedWithTheirOrigin() throws Exception {
        harness.createGroup("app");
        start();
        for (var i = 0; i < 20; i++) {
            harness.putEvents("app", "s" + i % 2, "plain", EVENT, EVENT);
        }
        harness.await();
        assertThat(sum()).isEqualTo(20 * 2 * 2);
    }

    @Test
    void aPolicyEndsThemForSomeGroups() throws Exception {
        harness.createGroup("app");
        harness.createGroup("quiet");
        start();
        harness.putEvents("quiet", "s", EVENT);
        harness.await();
        var now = TapHarness.NOW.toEpochMilli();
        put("LogGroupNamePrefix IN [\"other\"]", now);
        harness.putEvents("quiet", "s", EVENT);
        harness.await();
        put("LogGroupName IN [\"quiet\"]", now);
        harness.putEvents("quiet", "s", EVENT);
        harness.putEvents("app", "s", EVENT);
        harness.await();
        assertThat(sum()).isEqualTo(2 + 2 + 2);
    }

    private void put(String criteria, long nowMs) {
        harness.policies()
                .putOfAccount(
                        TapHarness.TENANT,
                        "p",
                        PolicyKind.METRIC_EXTRACTION,
                        new PgPolicies.Content("{}", null, criteria),
                        _ -> {},
                        nowMs);
    }

    private void start() {
        harness.start(new EmbeddedMetricTap(harness.producer(), new SimpleMeterRegistry()));
    }

    private double sum() throws InvalidProtocolBufferException {
        var sum = 0.0;
        for (var record : harness.metricRecords()) {
            assertThat(record.headers().lastHeader("pharos-origin")).isNotNull();
            for (var sample : MetricBatch.parseFrom(record.value()).getSamplesList()) {
                sum += sample.getValues(0) * sample.getCounts(0);
            }
        }
        return sum;
    }
}
