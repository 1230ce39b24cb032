package io.pharos.logs.vended;

import io.pharos.wire.Tenant;

import java.util.Map;

/// A log group whose events can be delivered. AWS has other services' resources here; Pharos's own
/// logs all come through log groups.
public record DeliverySource(
        Tenant tenant, String name, String logGroup, String logType, Map<String, String> tags) {
    public static final String RESOURCE = "delivery-source:";

    /// The service and the log type of every source.
    public static final String SERVICE = "logs";

    public static final String LOG_TYPE = "APPLICATION_LOGS";

    public DeliverySource {
        tags = Map.copyOf(tags);
    }

    public String arn() {
        return tenant.arn("logs", RESOURCE + name);
    }

    public String resourceArn() {
        return tenant.arn("logs", "log-group:" + logGroup);
    }
}
