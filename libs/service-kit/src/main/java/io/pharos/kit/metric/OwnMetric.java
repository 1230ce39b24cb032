package io.pharos.kit.metric;

import io.pharos.metric.Dimensions;
import io.pharos.metric.SeriesHash;
import io.pharos.wire.Tenant;

/// A metric that Pharos publishes itself: whose, and which. Equal by all of it; made once and kept, it
/// costs little to add to.
public final class OwnMetric {
    private final Tenant tenant;
    private final String namespace;
    private final String name;
    private final String unit;
    private final Dimensions dimensions;
    private final long seriesHash;

    /// @param namespace e.g. `AWS/Usage`
    /// @param unit CloudWatch's name of it, e.g. `Count`
    public OwnMetric(
            Tenant tenant, String namespace, String name, String unit, Dimensions dimensions) {
        this.tenant = tenant;
        this.namespace = namespace;
        this.name = name;
        this.unit = unit;
        this.dimensions = dimensions;
        this.seriesHash =
                SeriesHash.of(tenant.account(), tenant.region(), namespace, name, dimensions);
    }

    /// @param dimensions names and values in turn
    public static OwnMetric of(
            Tenant tenant, String namespace, String name, String unit, String... dimensions) {
        return new OwnMetric(tenant, namespace, name, unit, Dimensions.of(dimensions));
    }

    Tenant tenant() {
        return tenant;
    }

    String namespace() {
        return namespace;
    }

    String name() {
        return name;
    }

    String unit() {
        return unit;
    }

    Dimensions dimensions() {
        return dimensions;
    }

    long seriesHash() {
        return seriesHash;
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || other instanceof OwnMetric metric
                        && seriesHash == metric.seriesHash
                        && name.equals(metric.name)
                        && namespace.equals(metric.namespace)
                        && unit.equals(metric.unit)
                        && tenant.equals(metric.tenant)
                        && dimensions.equals(metric.dimensions);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(seriesHash);
    }

    @Override
    public String toString() {
        return tenant + " " + namespace + "/" + name + dimensions;
    }
}
