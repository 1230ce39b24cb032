package io.pharos.logs.ingest.stream;

import io.pharos.kit.metric.OwnMetric;
import io.pharos.kit.metric.OwnMetrics;
import io.pharos.logs.group.LogGroup;

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
            add(group, "IncomingLogEvents", "None", events, dimensions);
            add(group, "IncomingBytes", "Bytes", bytes, dimensions);
        }
    }

    /// @param bytes compressed
    public void forwarded(LogGroup group, String filter, long events, long bytes) {
        add(group, "ForwardedLogEvents", "None", events, to(group, filter));
        add(group, "ForwardedBytes", "Bytes", bytes, to(group, filter));
    }

    /// Something could not be sent on.
    public void deliveryError(LogGroup group, String filter) {
        add(group, "DeliveryErrors", "None", 1, to(group, filter));
    }

    private static String[] to(LogGroup group, String filter) {
        return new String[] {
            "DestinationType",
            "KinesisDataStream",
            "FilterName",
            filter,
            "LogGroupName",
            group.name()
        };
    }

    private void add(LogGroup group, String name, String unit, double value, String... dimensions) {
        metrics.add(OwnMetric.of(group.tenant(), NAMESPACE, name, unit, dimensions), value);
    }
}
