package io.pharos.logs.view.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pharos.kit.metric.OwnMetrics;
import io.pharos.logs.TapHarness;
import io.pharos.logs.ingest.stream.LogMetrics;
import io.pharos.logs.metricfilter.MetricFilter;
import io.pharos.logs.metricfilter.pg.PgMetricFilters;
import io.pharos.logs.metricfilter.stream.MetricFilterTap;
import io.pharos.logs.policy.PolicyKind;
import io.pharos.logs.view.Policies;
import io.pharos.stream.LogBatch;
import io.pharos.stream.MetricBatch;
import io.pharos.stream.log.LogBatchCodec;
import io.pharos.testkit.Eventually;
import io.pharos.testkit.SteppingClock;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.cloudwatchlogs.model.MetricTransformation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// What follows from arriving events under policies, over a real broker and database.
class ViewTapsIT {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final long NOW = TapHarness.NOW.toEpochMilli();

    private final TapHarness harness = new TapHarness();

    @AfterEach
    void stop() {
        harness.close();
    }

    @Test
    void sensitiveDataIsAuditedOnce() {
        harness.createGroup("app");
        harness.createGroup("audits");
        harness.policies()
                .put(
                        TapHarness.TENANT,
                        "app",
                        PolicyKind.DATA_PROTECTION,
                        Policies.protection("EmailAddress", "audits"),
                        NOW);
        var own = new OwnMetrics(harness.producer(), SteppingClock.at(TapHarness.NOW.toString()));
        harness.start(new FindingsTap(new LogMetrics(own)));
        harness.putEvents("app", "s", "fine", "to a@b.co and c@d.org", "nothing");
        Eventually.within(SOON, () -> assertThat(audits()).hasSize(1));
        assertThat(audits().getFirst())
                .isEqualTo(
                        "{\"auditTimestamp\":\"2026-01-15T12:00:30Z\","
                                + "\"resourceArn\":\"arn:aws:logs:eu-west-1:123456789012:log-group:app:*\","
                                + "\"dataIdentifiers\":[{\"name\":\"EmailAddress\",\"count\":2,"
                                + "\"detections\":[{\"start\":3,\"end\":9},{\"start\":14,\"end\":21}]}]}");
    }

    private List<String> audits() {
        var audits = new ArrayList<String>();
        for (var record : harness.records("log-events")) {
            try {
                var batch = LogBatch.parseFrom(record.value());
                if (batch.getLogGroup().equals("audits")) {
                    assertThat(batch.getLogStream()).isEqualTo("data-protection-audit/app");
                    var events = LogBatchCodec.open(batch);
                    for (var i = 0; i < events.count(); i++) {
                        audits.add(events.message(i));
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return audits;
    }

    @Test
    void metricFiltersSeeMaskedAndTransformedEvents() {
        harness.createGroup("app");
        harness.policies()
                .put(
                        TapHarness.TENANT,
                        "app",
                        PolicyKind.DATA_PROTECTION,
                        Policies.protection("EmailAddress", null),
                        NOW);
        harness.policies()
                .put(
                        TapHarness.TENANT,
                        "app",
                        PolicyKind.TRANSFORMER,
                        "[{\"csv\":{\"columns\":[\"user\",\"ms\"]}},"
                                + "{\"typeConverter\":{\"entries\":[{\"key\":\"ms\",\"type\":\"integer\"}]}}]",
                        NOW);
        harness.start(new MetricFilterTap(harness.producer(), new SimpleMeterRegistry()));
        put("Plain", "{ $.ms > 0 }", "1", false);
        put("Transformed", "{ $.ms > 0 }", "$.ms", true);
        put("Leaked", "\"b.co\"", "1", false);
        put("LeakedTransformed", "\"b.co\"", "1", true);
        put("Masked", "\"******\"", "1", true);
        harness.putEvents("app", "s", "a@b.co,12", "x,30");
        harness.await();
        Eventually.within(SOON, () -> assertThat(sum("Transformed")).isEqualTo(42));
        assertThat(sum("Masked")).isEqualTo(1);
        assertThat(sum("Plain")).isZero();
        assertThat(sum("Leaked")).isZero();
        assertThat(sum("LeakedTransformed")).isZero();
    }

    private void put(String metric, String pattern, String value, boolean onTransformed) {
        new PgMetricFilters(harness.database(), harness.groups())
                .put(
                        TapHarness.TENANT,
                        "app",
                        new MetricFilter(
                                metric,
                                pattern,
                                MetricTransformation.builder()
                                        .metricNamespace("N")
                                        .metricName(metric)
                                        .metricValue(value)
                                        .build(),
                                List.of(),
                                onTransformed,
                                null,
                                NOW));
    }

    private double sum(String metric) {
        var sum = 0.0;
        for (var record : harness.metricRecords()) {
            try {
                for (var sample : MetricBatch.parseFrom(record.value()).getSamplesList()) {
                    for (var i = 0;
                            sample.getMetricName().equals(metric) && i < sample.getValuesCount();
                            i++) {
                        sum += sample.getValues(i) * sample.getCounts(i);
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return sum;
    }
}
