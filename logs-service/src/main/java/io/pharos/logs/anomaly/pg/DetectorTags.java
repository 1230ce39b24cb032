package io.pharos.logs.anomaly.pg;

import io.pharos.logs.LogsError;
import io.pharos.logs.anomaly.AnomalyDetector;
import io.pharos.logs.group.TaggedResources;
import io.pharos.wire.Tenant;

import jakarta.inject.Singleton;

import java.util.Collection;
import java.util.Map;
import java.util.UUID;

/// Tags of anomaly detectors.
@Singleton
final class DetectorTags implements TaggedResources {
    private final PgAnomalyDetectors detectors;

    DetectorTags(PgAnomalyDetectors detectors) {
        this.detectors = detectors;
    }

    @Override
    public String prefix() {
        return AnomalyDetector.RESOURCE;
    }

    @Override
    public boolean tag(Tenant tenant, String arn, Map<String, String> tags) {
        return detectors.tag(tenant, id(tenant, arn), tags).orElseThrow(DetectorTags::none);
    }

    @Override
    public void untag(Tenant tenant, String arn, Collection<String> keys) {
        if (!detectors.untag(tenant, id(tenant, arn), keys)) {
            throw none();
        }
    }

    @Override
    public Map<String, String> tags(Tenant tenant, String arn) {
        return detectors
                .find(tenant, id(tenant, arn))
                .map(AnomalyDetector::tags)
                .orElseThrow(DetectorTags::none);
    }

    private static UUID id(Tenant tenant, String arn) {
        try {
            var prefix = tenant.arn("logs", AnomalyDetector.RESOURCE);
            return UUID.fromString(arn.substring(prefix.length()));
        } catch (IllegalArgumentException _) {
            throw none();
        }
    }

    private static RuntimeException none() {
        return LogsError.notFound("The specified resource does not exist.");
    }
}
