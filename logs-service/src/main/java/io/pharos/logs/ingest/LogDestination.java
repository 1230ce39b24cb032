package io.pharos.logs.ingest;

import io.pharos.wire.Tenant;

/// Where a batch wants to go, by name.
public record LogDestination(Tenant tenant, String logGroup, String logStream) {}
