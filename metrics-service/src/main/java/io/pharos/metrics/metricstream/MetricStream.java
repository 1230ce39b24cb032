package io.pharos.metrics.metricstream;

import io.pharos.metrics.series.Series;
import io.pharos.wire.Tenant;

import software.amazon.awssdk.services.cloudwatch.model.MetricStreamFilter;
import software.amazon.awssdk.services.cloudwatch.model.MetricStreamStatisticsMetric;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricStreamRequest;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A metric stream as it was put, and what follows from it.
public final class MetricStream {
    private final Tenant tenant;
    private final PutMetricStreamRequest definition;
    private final boolean running;
    private final long createdMs;
    private final long updatedMs;
    private final Map<String, Set<String>> included;
    private final Map<String, Set<String>> excluded;
    private final Map<MetricStreamStatisticsMetric, Set<String>> statistics = new HashMap<>();

    public MetricStream(
            Tenant tenant,
            PutMetricStreamRequest definition,
            boolean running,
            long createdMs,
            long updatedMs) {
        this.tenant = tenant;
        this.definition = definition;
        this.running = running;
        this.createdMs = createdMs;
        this.updatedMs = updatedMs;
        this.included = namesByNamespace(definition.includeFilters());
        this.excluded = namesByNamespace(definition.excludeFilters());
        for (var configuration : definition.statisticsConfigurations()) {
            for (var metric : configuration.includeMetrics()) {
                statistics
                        .computeIfAbsent(metric, _ -> new LinkedHashSet<>())
                        .addAll(configuration.additionalStatistics());
            }
        }
    }

    /// An empty set stands for every name; a filter of the whole namespace outweighs others of it.
    private static Map<String, Set<String>> namesByNamespace(List<MetricStreamFilter> filters) {
        var names = new HashMap<String, Set<String>>();
        for (var filter : filters) {
            if (filter.metricNames().isEmpty()) {
                names.put(filter.namespace(), Set.of());
            } else if (!Set.of().equals(names.get(filter.namespace()))) {
                names.computeIfAbsent(filter.namespace(), _ -> new HashSet<>())
                        .addAll(filter.metricNames());
            }
        }
        return names;
    }

    public Tenant tenant() {
        return tenant;
    }

    public String name() {
        return definition.name();
    }

    public String arn() {
        return arn(tenant, name());
    }

    public static String arn(Tenant tenant, String name) {
        return tenant.arn("cloudwatch", "metric-stream/" + name);
    }

    public PutMetricStreamRequest definition() {
        return definition;
    }

    public boolean isRunning() {
        return running;
    }

    /// AWS's word for it.
    public String state() {
        return running ? "running" : "stopped";
    }

    public long createdMs() {
        return createdMs;
    }

    public long updatedMs() {
        return updatedMs;
    }

    /// Whether the filters let a series pass.
    public boolean wants(Series series) {
        return series.account().equals(tenant.account())
                && series.region().equals(tenant.region())
                && (included.isEmpty() || isNamed(included, series))
                && !isNamed(excluded, series);
    }

    private static boolean isNamed(Map<String, Set<String>> filters, Series series) {
        var names = filters.get(series.namespace());
        return names != null && (names.isEmpty() || names.contains(series.metricName()));
    }

    /// What is sent beside count, sum, minimum and maximum, in the order of its definition.
    public Set<String> additionalStatistics(Series series) {
        return statistics.getOrDefault(
                MetricStreamStatisticsMetric.builder()
                        .namespace(series.namespace())
                        .metricName(series.metricName())
                        .build(),
                Set.of());
    }
}
