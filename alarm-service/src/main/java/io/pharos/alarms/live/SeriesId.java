package io.pharos.alarms.live;

import io.pharos.alarms.alarm.AlarmQueries;
import io.pharos.metric.Dimension;
import io.pharos.metric.Dimensions;
import io.pharos.metric.SeriesHash;
import io.pharos.stream.Rollup;
import io.pharos.stream.WindowQuery;
import io.pharos.stream.metric.MetricCursor;
import io.pharos.wire.Tenant;

import software.amazon.awssdk.services.cloudwatch.model.MetricAlarm;

import java.util.List;

/// The identity of a series that an alarm names.
record SeriesId(Tenant tenant, String namespace, String metricName, Dimensions dimensions) {
    /// @param alarm on one series, in whichever form
    static SeriesId of(Tenant tenant, MetricAlarm alarm) {
        if (alarm.hasMetrics()) {
            var metric = AlarmQueries.of(alarm).onlyMetric().orElseThrow().metric();
            return new SeriesId(
                    tenant,
                    metric.namespace(),
                    metric.metricName(),
                    dimensions(metric.dimensions()));
        }
        return new SeriesId(
                tenant, alarm.namespace(), alarm.metricName(), dimensions(alarm.dimensions()));
    }

    private static Dimensions dimensions(
            List<software.amazon.awssdk.services.cloudwatch.model.Dimension> dimensions) {
        return Dimensions.of(
                dimensions.stream().map(d -> new Dimension(d.name(), d.value())).toList());
    }

    /// As in [MetricCursor#seriesHash()].
    long hash() {
        return SeriesHash.of(tenant.account(), tenant.region(), namespace, metricName, dimensions);
    }

    /// @param datum stands at one
    boolean isOf(MetricCursor datum) {
        if (!metricName.equals(datum.metricName())
                || !namespace.equals(datum.namespace())
                || dimensions.size() != datum.dimensions()
                || !tenant.account().equals(datum.account())
                || !tenant.region().equals(datum.region())) {
            return false;
        }
        var sorted = dimensions.asList();
        for (var i = 0; i < sorted.size(); i++) {
            if (!sorted.get(i).value().equals(datum.dimensionValue(i))
                    || !sorted.get(i).name().equals(datum.dimensionName(i))) {
                return false;
            }
        }
        return true;
    }

    boolean isOf(Tenant owner, Rollup rollup) {
        if (!tenant.equals(owner)
                || !metricName.equals(rollup.getMetricName())
                || !namespace.equals(rollup.getNamespace())
                || dimensions.size() != rollup.getDimensionsCount()) {
            return false;
        }
        var sorted = dimensions.asList();
        for (var i = 0; i < sorted.size(); i++) {
            var other = rollup.getDimensions(i);
            if (!sorted.get(i).name().equals(other.getName())
                    || !sorted.get(i).value().equals(other.getValue())) {
                return false;
            }
        }
        return true;
    }

    WindowQuery query(long startS, long endS, int resolutionS) {
        var query =
                WindowQuery.newBuilder()
                        .setNamespace(namespace)
                        .setMetricName(metricName)
                        .setStartS(startS)
                        .setEndS(endS)
                        .setResolutionS(resolutionS);
        for (var dimension : dimensions) {
            query.addDimensions(
                    io.pharos.stream.Dimension.newBuilder()
                            .setName(dimension.name())
                            .setValue(dimension.value()));
        }
        return query.build();
    }
}
