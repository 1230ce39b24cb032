package io.pharos.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.testkit.Eventually;

import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.Datapoint;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.Metric;
import software.amazon.awssdk.services.cloudwatch.model.Statistic;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// What others published, found by ListMetrics and read by GetMetricStatistics.
final class ReadBack {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Duration HOUR = Duration.ofHours(1);

    private final CloudWatchClient cloudWatch;

    ReadBack(Pharos pharos) {
        cloudWatch = Clients.of(pharos, CloudWatchClient.builder());
    }

    /// Exactly so much was published to the metric that has these dimensions, among others.
    void hasSum(String namespace, String name, Map<String, String> dimensions, double sum) {
        Eventually.within(
                SOON,
                () ->
                        assertThat(
                                        datapoints(namespace, name, dimensions).stream()
                                                .mapToDouble(Datapoint::sum)
                                                .sum())
                                .as("%s %s %s", namespace, name, dimensions)
                                .isCloseTo(sum, org.assertj.core.api.Assertions.within(1e-6)));
    }

    /// Nothing but this value was published to it.
    void has(String namespace, String name, Map<String, String> dimensions, double value) {
        Eventually.within(
                SOON,
                () ->
                        assertThat(datapoints(namespace, name, dimensions))
                                .as("%s %s %s", namespace, name, dimensions)
                                .isNotEmpty()
                                .allSatisfy(datapoint -> {
                                    assertThat(datapoint.minimum()).isEqualTo(value);
                                    assertThat(datapoint.maximum()).isEqualTo(value);
                                }));
    }

    private List<Datapoint> datapoints(
            String namespace, String name, Map<String, String> dimensions) {
        var now = Instant.now();
        var metric = find(namespace, name, dimensions);
        return cloudWatch
                .getMetricStatistics(r ->
                        r.namespace(namespace)
                                .metricName(name)
                                .dimensions(metric.dimensions())
                                .startTime(now.minus(HOUR))
                                .endTime(now.plus(HOUR))
                                .period(60)
                                .statistics(Statistic.SUM, Statistic.MINIMUM, Statistic.MAXIMUM))
                .datapoints();
    }

    private Metric find(String namespace, String name, Map<String, String> dimensions) {
        var metrics =
                cloudWatch.listMetrics(r -> r.namespace(namespace).metricName(name)).metrics();
        return metrics.stream()
                .filter(metric ->
                        named(metric.dimensions()).entrySet().containsAll(dimensions.entrySet()))
                .findFirst()
                .orElseThrow(() ->
                        new AssertionError(
                                "no %s %s %s among %s"
                                        .formatted(namespace, name, dimensions, metrics)));
    }

    private static Map<String, String> named(List<Dimension> dimensions) {
        return dimensions.stream().collect(Collectors.toMap(Dimension::name, Dimension::value));
    }
}
