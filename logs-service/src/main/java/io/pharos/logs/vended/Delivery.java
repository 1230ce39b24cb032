package io.pharos.logs.vended;

import io.pharos.wire.Tenant;

import java.util.Map;

/// From a source to a destination.
public record Delivery(
        Tenant tenant,
        String id,
        String source,
        String destination,
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

    public Delivery with(DeliveryLayout changed) {
        return new Delivery(tenant, id, source, destination, changed, tags, createdMs);
    }
}
