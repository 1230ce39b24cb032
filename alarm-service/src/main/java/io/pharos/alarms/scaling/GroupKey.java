package io.pharos.alarms.scaling;

import io.pharos.wire.Tenant;

/// A group of a tenant.
public record GroupKey(Tenant tenant, String name) {}
