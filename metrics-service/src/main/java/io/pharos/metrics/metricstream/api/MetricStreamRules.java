package io.pharos.metrics.metricstream.api;

import io.pharos.metric.Statistic;
import io.pharos.metrics.metricstream.Destination;
import io.pharos.metrics.metricstream.StreamFormat;
import io.pharos.wire.Constraints;
import io.pharos.wire.Tenant;

import software.amazon.awssdk.services.cloudwatch.model.InvalidParameterCombinationException;
import software.amazon.awssdk.services.cloudwatch.model.InvalidParameterValueException;
import software.amazon.awssdk.services.cloudwatch.model.MetricStreamFilter;
import software.amazon.awssdk.services.cloudwatch.model.MetricStreamOutputFormat;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricStreamRequest;

import java.util.List;
import java.util.regex.Pattern;

/// AWS's checks of PutMetricStream that need no store.
final class MetricStreamRules {
    static final int MAX_FILTERS = 1_000;
    static final int MAX_METRIC_NAMES = 1_000;
    static final int MAX_CONFIGURATIONS = 100;
    static final int MAX_METRICS_OF_CONFIGURATION = 100;
    static final int MAX_STATISTICS = 20;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]+");

    private MetricStreamRules() {}

    /// @return where it is to end
    static Destination check(PutMetricStreamRequest request, Tenant tenant) {
        constraints(request);
        if (!NAME.matcher(request.name()).matches()) {
            throw invalid("The value for parameter Name contains invalid characters.");
        }
        if (request.hasIncludeFilters() && request.hasExcludeFilters()) {
            throw InvalidParameterCombinationException.builder()
                    .message(
                            "The parameters IncludeFilters and ExcludeFilters are mutually exclusive"
                                    + " and you have specified both.")
                    .build();
        }
        if (Boolean.TRUE.equals(request.includeLinkedAccountsMetrics())) {
            throw invalid("The parameter IncludeLinkedAccountsMetrics is not supported.");
        }
        checkNames("IncludeFilters", request.includeFilters());
        checkNames("ExcludeFilters", request.excludeFilters());
        checkStatistics(request);
        var destination = Destination.parse(request.firehoseArn());
        if (destination == null || !destination.owner().equals(tenant)) {
            throw invalid(
                    "The value "
                            + request.firehoseArn()
                            + " for parameter FirehoseArn is not an ARN of a delivery stream or a"
                            + " stream of this account and region.");
        }
        return destination;
    }

    private static void constraints(PutMetricStreamRequest request) {
        var constraints =
                Constraints.check()
                        .required("name", request.name())
                        .length("name", request.name(), 1, 255)
                        .required("firehoseArn", request.firehoseArn())
                        .length("firehoseArn", request.firehoseArn(), 1, 1_024)
                        .required("roleArn", request.roleArn())
                        .length("roleArn", request.roleArn(), 1, 1_024)
                        .required("outputFormat", request.outputFormatAsString())
                        .oneOf("outputFormat", request.outputFormatAsString(), StreamFormat.names())
                        .size("includeFilters", request.includeFilters(), 0, MAX_FILTERS)
                        .size("excludeFilters", request.excludeFilters(), 0, MAX_FILTERS)
                        .size(
                                "statisticsConfigurations",
                                request.statisticsConfigurations(),
                                0,
                                MAX_CONFIGURATIONS);
        filters(constraints, "includeFilters", request.includeFilters());
        filters(constraints, "excludeFilters", request.excludeFilters());
        for (var i = 0; i < request.statisticsConfigurations().size(); i++) {
            var path = "statisticsConfigurations." + (i + 1) + ".member.";
            var one = request.statisticsConfigurations().get(i);
            constraints
                    .required(
                            path + "includeMetrics",
                            one.hasIncludeMetrics() ? one.includeMetrics() : null)
                    .size(
                            path + "includeMetrics",
                            one.includeMetrics(),
                            0,
                            MAX_METRICS_OF_CONFIGURATION)
                    .required(
                            path + "additionalStatistics",
                            one.hasAdditionalStatistics() ? one.additionalStatistics() : null)
                    .size(
                            path + "additionalStatistics",
                            one.additionalStatistics(),
                            0,
                            MAX_STATISTICS);
            for (var metric : one.includeMetrics()) {
                constraints
                        .required(path + "includeMetrics.member.namespace", metric.namespace())
                        .length(
                                path + "includeMetrics.member.namespace",
                                metric.namespace(),
                                1,
                                255)
                        .required(path + "includeMetrics.member.metricName", metric.metricName())
                        .length(
                                path + "includeMetrics.member.metricName",
                                metric.metricName(),
                                1,
                                255);
            }
        }
        constraints.orThrow();
    }

    private static void filters(
            Constraints constraints, String member, List<MetricStreamFilter> filters) {
        for (var i = 0; i < filters.size(); i++) {
            var path = member + "." + (i + 1) + ".member.namespace";
            constraints
                    .required(path, filters.get(i).namespace())
                    .length(path, filters.get(i).namespace(), 1, 255);
        }
    }

    private static void checkNames(String member, List<MetricStreamFilter> filters) {
        var names = 0;
        for (var filter : filters) {
            names += filter.metricNames().size();
            for (var name : filter.metricNames()) {
                if (name.isEmpty() || name.length() > 255) {
                    throw invalid("A metric name of " + member + " is not 1 to 255 characters.");
                }
            }
        }
        if (names > MAX_METRIC_NAMES) {
            throw invalid(
                    "The parameter "
                            + member
                            + " has more than "
                            + MAX_METRIC_NAMES
                            + " metric names.");
        }
    }

    /// AWS: the OpenTelemetry formats have percentiles only.
    private static void checkStatistics(PutMetricStreamRequest request) {
        for (var configuration : request.statisticsConfigurations()) {
            for (var name : configuration.additionalStatistics()) {
                var statistic = Statistic.parseExtended(name);
                var fits =
                        request.outputFormat() == MetricStreamOutputFormat.JSON
                                ? statistic.isPresent()
                                : statistic.isPresent()
                                        && statistic.get() instanceof Statistic.Percentile;
                if (!fits) {
                    throw invalid(
                            "The value "
                                    + name
                                    + " for parameter AdditionalStatistics is not supported with"
                                    + " output format "
                                    + request.outputFormatAsString()
                                    + ".");
                }
            }
        }
    }

    private static InvalidParameterValueException invalid(String message) {
        return InvalidParameterValueException.builder().message(message).build();
    }
}
