package io.pharos.logs.vended;

import io.pharos.wire.Tenant;

import software.amazon.awssdk.services.cloudwatchlogs.model.DeliveryDestinationType;

import java.util.Map;

/// From a source to a destination.
///
/// @param destination of the account, in the same region
/// @param destinationAccount may be another one
public record Delivery(
        Tenant tenant,
        String id,
        String source,
        String destinationAccount,
        String destination,
        DeliveryDestinationType type,
        DeliveryLayout layout,
        Map<String, String> tags,
        long createdMs) {
    public static final String RESOURCE = "delivery:";

    public Delivery {
        tags = Map.copyOf(tags);
    }

    public String arn() {
        return tenant.arn("logs", RESOURCE + id);
    }

    /// Whom the destination belongs to.
    public Tenant destinationTenant() {
        return new Tenant(destinationAccount, tenant.region());
    }

    public Delivery with(DeliveryLayout changed) {
        return new Delivery(
                tenant,
                id,
                source,
                destinationAccount,
                destination,
                type,
                changed,
                tags,
                createdMs);
    }
}
