package io.pharos.logs.emf.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.pharos.logs.LogsError;
import io.pharos.logs.emf.ExtractionCriteria;
import io.pharos.logs.policy.PolicyKind;
import io.pharos.logs.policy.PolicyVersion;
import io.pharos.logs.policy.api.VersionedAccountPolicies;
import io.pharos.logs.policy.pg.PgPolicies;
import io.pharos.wire.Tenant;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatchlogs.model.PolicyType;

/// `METRIC_EXTRACTION_POLICY`: groups whose embedded metrics are not made. It is the policy that ends it;
/// AWS documents nothing that its document says.
@Singleton
public final class MetricExtractionPolicies extends VersionedAccountPolicies {
    private static final int MAX_POLICIES = 5;
    private static final ObjectMapper JSON = new ObjectMapper();

    public MetricExtractionPolicies(PgPolicies policies) {
        super(policies, PolicyKind.METRIC_EXTRACTION, MAX_POLICIES);
    }

    @Override
    public PolicyType type() {
        return PolicyType.METRIC_EXTRACTION_POLICY;
    }

    @Override
    protected void check(Tenant tenant, String document) {
        try {
            if (JSON.readTree(document).isObject()) {
                return;
            }
        } catch (JsonProcessingException e) {
            // told below
        }
        throw LogsError.invalid("The policy document is not a JSON object.");
    }

    /// Names are not only told by their start: they are looked at when events arrive.
    @Override
    protected @Nullable String prefix(@Nullable String criteria) {
        ExtractionCriteria.parse(criteria);
        return null;
    }

    @Override
    protected boolean overlaps(PgPolicies.Content put, PolicyVersion other) {
        return ExtractionCriteria.parse(put.criteria())
                .overlaps(ExtractionCriteria.parse(other.criteria()));
    }
}
