package io.pharos.events.destination;

import io.pharos.wire.Tenant;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.UUID;

/// An HTTP endpoint that rules may call.
///
/// @param endpoint may hold `*`, filled from a target's path parameters
/// @param rateLimit calls a second that the owner allows
public record ApiDestination(
        Tenant tenant,
        String name,
        UUID id,
        @Nullable String description,
        String connectionArn,
        String endpoint,
        String method,
        int rateLimit,
        Instant createdAt,
        Instant modifiedAt) {
    public static final int DEFAULT_RATE = 300;

    public String arn() {
        return tenant.arn("events", "api-destination/" + name + "/" + id);
    }
}
