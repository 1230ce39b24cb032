package io.pharos.logs.ingest.stream;

import io.pharos.kit.metric.OwnMetric;
import io.pharos.kit.metric.OwnMetrics;
import io.pharos.logs.group.LogGroup;
import io.pharos.wire.Tenant;

import jakarta.inject.Singleton;

/// `AWS/Logs`: what comes into each log group and what its subscriptions send on, in the group's account.
@Singleton
public final class LogMetrics {
    private static final String NAMESPACE = "AWS/Logs";

    private final OwnMetrics metrics;

    public LogMetrics(OwnMetrics metrics) {
        this.metrics = metrics;
    }

    /// @param bytes as AWS counts them, uncompressed
    public void incoming(LogGroup group, long events, long bytes) {
        for (var dimensions : new String[][] {{}, {"LogGroupName", group.name()}}) {
            add(group.tenant(), "IncomingLogEvents", "None", events, dimensions);
            add(group.tenant(), "IncomingBytes", "Bytes", bytes, dimensions);
        }
    }

    /// A filter of a group, or of its account, and the type of what it sends to.
    public record Route(Tenant tenant, String logGroup, String filter, String destinationType) {
        private String[] dimensions() {
            return new String[] {
                "DestinationType", destinationType, "FilterName", filter, "LogGroupName", logGroup
            };
        }
    }

    /// @param bytes compressed
    public void forwarded(Route route, long events, long bytes) {
        add(route.tenant(), "ForwardedLogEvents", "None", events, route.dimensions());
        add(route.tenant(), "ForwardedBytes", "Bytes", bytes, route.dimensions());
    }

    /// Something could not be sent on.
    public void deliveryError(Route route) {
        add(route.tenant(), "DeliveryErrors", "None", 1, route.dimensions());
    }

    /// A destination wanted to be called less often.
    public void deliveryThrottling(Route route) {
        add(route.tenant(), "DeliveryThrottling", "None", 1, route.dimensions());
    }

    /// Events in which data protection found something.
    public void withFindings(LogGroup group, long events) {
        for (var dimensions : new String[][] {{}, {"LogGroupName", group.name()}}) {
            add(group.tenant(), "LogEventsWithFindings", "None", events, dimensions);
        }
    }

    /// What a transformer made, and how many events it failed on.
    public void transformed(LogGroup group, long events, long bytes, long errors) {
        add(group.tenant(), "TransformedLogEvents", "None", events, "LogGroupName", group.name());
        add(group.tenant(), "TransformedBytes", "Bytes", bytes, "LogGroupName", group.name());
        if (errors > 0) {
            add(
                    group.tenant(),
                    "TransformationErrors",
                    "None",
                    errors,
                    "LogGroupName",
                    group.name());
        }
    }

    private void add(Tenant tenant, String name, String unit, double value, String... dimensions) {
        metrics.add(OwnMetric.of(tenant, NAMESPACE, name, unit, dimensions), value);
    }
}
