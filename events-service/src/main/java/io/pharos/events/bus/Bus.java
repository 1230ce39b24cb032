package io.pharos.events.bus;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/// A bus as it is described. The default bus has no times until somebody described it.
public record Bus(
        BusName name,
        @Nullable String description,
        @Nullable Instant createdAt,
        @Nullable Instant modifiedAt) {}
