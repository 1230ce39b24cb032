package io.pharos.logs.metricfilter.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pharos.logs.TapHarness;
import io.pharos.logs.metricfilter.MetricFilter;
import io.pharos.logs.metricfilter.pg.PgMetricFilters;
import io.pharos.logs.metricfilter.schedule.DefaultValues;
import io.pharos.metric.Dimensions;
import io.pharos.metric.SeriesHash;
import io.pharos.stream.MetricBatch;
import io.pharos.testkit.Eventually;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.cloudwatchlogs.model.MetricTransformation;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;

/// From a record of `log-events` to records of `metric-data`, over a real broker and database.
class MetricFilterTapIT {
    private static final Duration SOON = Duration.ofSeconds(30);

    private final TapHarness harness = new TapHarness();
    private final PgMetricFilters filters =
            new PgMetricFilters(harness.database(), harness.groups());

    @AfterEach
    void stop() {
        harness.close();
    }

    @Test
    void everyMatchIsOneDatapointInItsSeriesPartition() {
        harness.createGroup("secure");
        harness.start(new MetricFilterTap(harness.producer(), new SimpleMeterRegistry()));
        put("invalid", "\"Invalid user\"", t -> {});
        for (var i = 0; i < 50; i++) {
            harness.putEvents("secure", "s" + i % 2, "Invalid user a", "ok", "Invalid user b");
        }
        Eventually.within(SOON, () -> assertThat(sum("M")).isEqualTo(100));
        var hash = SeriesHash.of("123456789012", "eu-west-1", "N", "M", Dimensions.NONE);
        var expected = SeriesHash.partition(hash, TapHarness.PARTITIONS);
        for (var record : harness.metricRecords()) {
            assertThat(record.partition()).isEqualTo(expected);
            assertThat(record.headers().lastHeader("pharos-origin")).isNotNull();
        }
    }

    @Test
    void seesChangesAtOnce() {
        harness.createGroup("secure");
        harness.start(new MetricFilterTap(harness.producer(), new SimpleMeterRegistry()));
        harness.putEvents("secure", "s", "a");
        harness.await();
        put("one", "a", t -> t.metricName("A"));
        harness.putEvents("secure", "s", "a", "b");
        harness.await();
        put("one", "b", t -> t.metricName("B"));
        harness.putEvents("secure", "s", "a", "b", "b");
        harness.await();
        filters.delete(TapHarness.TENANT, "secure", "one");
        harness.putEvents("secure", "s", "a", "b");
        harness.await();
        assertThat(sum("A")).isEqualTo(1);
        assertThat(sum("B")).isEqualTo(2);
    }

    @Test
    void publishesTheDefaultOfMinutesWithoutAMatch() {
        harness.createGroup("secure");
        harness.start(new MetricFilterTap(harness.producer(), new SimpleMeterRegistry()));
        put("errors", "ERROR", t -> t.defaultValue(7.0));
        var minute = TapHarness.NOW.toEpochMilli() / 60_000 * 60_000;
        harness.putEventsAt(minute, "secure", "s1", "ok");
        harness.putEventsAt(minute + 60_000, "secure", "s1", "ok");
        harness.putEventsAt(minute + 60_000, "secure", "s2", "ERROR");
        harness.await();
        var defaults =
                new DefaultValues(harness.database(), harness.producer(), () -> TapHarness.NOW);
        assertThat(defaults.publishDue(Instant.ofEpochMilli(minute + 59_999))).isZero();
        assertThat(defaults.publishDue(Instant.ofEpochMilli(minute + 300_000))).isEqualTo(1);
        assertThat(defaults.publishDue(Instant.ofEpochMilli(minute + 300_000))).isZero();
        harness.putEventsAt(minute, "secure", "s3", "late");
        harness.await();
        assertThat(defaults.publishDue(Instant.ofEpochMilli(minute + 600_000))).isZero();
        assertThat(sum("M")).isEqualTo(1 + 7);
    }

    @Test
    void seesOnlyWhatItsCriteriaSelect() {
        harness.createGroup("secure");
        harness.start(new MetricFilterTap(harness.producer(), new SimpleMeterRegistry()));
        select("here", "@aws.region = \"eu-west-1\"");
        select("elsewhere", "@aws.region != \"eu-west-1\"");
        harness.putEvents("secure", "s", "a", "b");
        harness.await();
        assertThat(sum("here")).isEqualTo(2);
        assertThat(sum("elsewhere")).isZero();
    }

    private void select(String name, String criteria) {
        filters.put(
                TapHarness.TENANT,
                "secure",
                new MetricFilter(
                        name,
                        "",
                        MetricTransformation.builder()
                                .metricNamespace("N")
                                .metricName(name)
                                .metricValue("1")
                                .build(),
                        List.of(),
                        false,
                        criteria,
                        TapHarness.NOW.toEpochMilli()));
    }

    private double sum(String metric) {
        return harness.metricRecords().stream()
                .map(record -> batch(record.value()))
                .flatMap(batch -> batch.getSamplesList().stream())
                .filter(sample -> sample.getMetricName().equals(metric))
                .mapToDouble(sample -> {
                    var sum = 0.0;
                    for (var i = 0; i < sample.getValuesCount(); i++) {
                        sum += sample.getValues(i) * sample.getCounts(i);
                    }
                    return sum;
                })
                .sum();
    }

    private static MetricBatch batch(byte[] value) {
        try {
            return MetricBatch.parseFrom(value);
        } catch (com.google.protobuf.InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    private void put(String name, String pattern, Consumer<MetricTransformation.Builder> change) {
        var transformation =
                MetricTransformation.builder()
                        .metricNamespace("N")
                        .metricName("M")
                        .metricValue("1");
        change.accept(transformation);
        filters.put(
                TapHarness.TENANT,
                "secure",
                new MetricFilter(
                        name,
                        pattern,
                        transformation.build(),
                        List.of(),
                        TapHarness.NOW.toEpochMilli()));
    }
}
