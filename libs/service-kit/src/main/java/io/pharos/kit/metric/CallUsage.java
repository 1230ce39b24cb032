package io.pharos.kit.metric;

import io.pharos.wire.AwsOperation;
import io.pharos.wire.AwsService;
import io.pharos.wire.Tenant;

import jakarta.inject.Singleton;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/// `AWS/Usage`: `CallCount` of every operation that clients call, for their account and region, with AWS's
/// dimensions. Counted where a call comes in, whatever becomes of it; calls that services of Pharos make
/// among themselves are none.
@Singleton
public final class CallUsage {
    static final String NAMESPACE = "AWS/Usage";

    /// Metrics that are kept ready; more are made anew for each call.
    private static final int MAX_READY = 10_000;

    private record Called(Tenant tenant, AwsOperation operation) {}

    private final ConcurrentMap<Called, OwnMetric> ready = new ConcurrentHashMap<>();
    private final OwnMetrics metrics;

    public CallUsage(OwnMetrics metrics) {
        this.metrics = metrics;
    }

    public void count(Tenant tenant, AwsOperation operation) {
        var called = new Called(tenant, operation);
        var metric = ready.get(called);
        if (metric == null) {
            metric = metric(tenant, operation);
            if (ready.size() < MAX_READY) {
                ready.put(called, metric);
            }
        }
        metrics.add(metric, 1);
    }

    static OwnMetric metric(Tenant tenant, AwsOperation operation) {
        return OwnMetric.of(
                tenant,
                NAMESPACE,
                "CallCount",
                "None",
                "Class",
                "None",
                "Resource",
                operation.name(),
                "Service",
                service(operation.service()),
                "Type",
                "API");
    }

    /// As AWS's own metrics and quotas call them.
    private static String service(AwsService service) {
        return switch (service) {
            case CLOUDWATCH -> "CloudWatch";
            case LOGS -> "Logs";
            case EVENTS -> "EventBridge";
            case CLOUDTRAIL -> "CloudTrail";
            case SNS -> "SNS";
            case KINESIS -> "Kinesis";
            case AUTOSCALING -> "AutoScaling";
            case STS -> "STS";
            case IAM -> "IAM";
        };
    }
}
