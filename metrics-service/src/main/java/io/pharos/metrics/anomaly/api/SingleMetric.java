package io.pharos.metrics.anomaly.api;

import io.pharos.metric.Dimensions;
import io.pharos.metric.Statistic;
import io.pharos.metrics.query.BandSubject;
import io.pharos.metrics.query.api.MetricConstraints;
import io.pharos.metrics.series.Series;
import io.pharos.wire.Constraints;
import io.pharos.wire.Tenant;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.InvalidParameterValueException;
import software.amazon.awssdk.services.cloudwatch.model.MissingRequiredParameterException;
import software.amazon.awssdk.services.cloudwatch.model.SingleMetricAnomalyDetector;

import java.util.List;

/// A detector of one metric, written in either of AWS's two ways.
///
/// @param path where its members are, for messages
record SingleMetric(
        String path,
        @Nullable String accountId,
        @Nullable String namespace,
        @Nullable String metricName,
        List<Dimension> dimensions,
        @Nullable String stat) {
    private static final int MAX_STAT = 50;

    static SingleMetric of(SingleMetricAnomalyDetector one) {
        return new SingleMetric(
                "SingleMetricAnomalyDetector.",
                one.accountId(),
                one.namespace(),
                one.metricName(),
                one.dimensions(),
                one.stat());
    }

    boolean isNothing() {
        return namespace == null && metricName == null && dimensions.isEmpty() && stat == null;
    }

    BandSubject subject(Tenant tenant) {
        var member =
                path.isEmpty() ? "" : Character.toLowerCase(path.charAt(0)) + path.substring(1);
        var constraints =
                Constraints.check()
                        .length(member + "namespace", namespace, 1, MetricConstraints.MAX_NAME)
                        .length(member + "metricName", metricName, 1, MetricConstraints.MAX_NAME)
                        .length(member + "stat", stat, 1, MAX_STAT);
        MetricConstraints.dimensions(constraints, member + "dimensions", dimensions);
        constraints.orThrow();
        if (accountId != null && !accountId.equals(tenant.account())) {
            throw InvalidParameterValueException.builder()
                    .message("The AccountId of another account is not supported here.")
                    .build();
        }
        var statistic = required("Stat", stat);
        if (Statistic.parse(statistic).isEmpty()) {
            throw InvalidParameterValueException.builder()
                    .message(
                            "The value "
                                    + statistic
                                    + " for parameter "
                                    + path
                                    + "Stat is not supported.")
                    .build();
        }
        return BandSubject.of(
                new Series(
                        tenant.account(),
                        tenant.region(),
                        required("Namespace", namespace),
                        required("MetricName", metricName),
                        MetricConstraints.toDimensions(dimensions)),
                statistic);
    }

    private String required(String name, @Nullable String value) {
        if (value == null) {
            throw MissingRequiredParameterException.builder()
                    .message("The parameter " + path + name + " is required.")
                    .build();
        }
        return value;
    }

    static List<Dimension> dimensions(Dimensions dimensions) {
        return dimensions.asList().stream()
                .map(one -> Dimension.builder().name(one.name()).value(one.value()).build())
                .toList();
    }
}
