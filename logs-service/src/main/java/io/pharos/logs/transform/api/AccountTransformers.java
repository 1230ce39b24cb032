package io.pharos.logs.transform.api;

import io.pharos.logs.LogsError;
import io.pharos.logs.policy.PolicyKind;
import io.pharos.logs.policy.api.VersionedAccountPolicies;
import io.pharos.logs.policy.pg.PgPolicies;
import io.pharos.logs.transform.ProcessorJson;
import io.pharos.logs.transform.Transformer;
import io.pharos.wire.Tenant;

import jakarta.inject.Singleton;

import software.amazon.awssdk.services.cloudwatchlogs.model.PolicyType;

/// `TRANSFORMER_POLICY`: for groups that have no transformer of their own.
@Singleton
public final class AccountTransformers extends VersionedAccountPolicies {
    private static final int MAX_POLICIES = 20;

    public AccountTransformers(PgPolicies policies) {
        super(policies, PolicyKind.TRANSFORMER, MAX_POLICIES);
    }

    @Override
    public PolicyType type() {
        return PolicyType.TRANSFORMER_POLICY;
    }

    @Override
    protected void check(Tenant tenant, String document) {
        var processors = ProcessorJson.read(document);
        if (processors.isEmpty() || processors.size() > TransformerApi.MAX_PROCESSORS) {
            throw LogsError.invalid(
                    "A transformer must have 1 to "
                            + TransformerApi.MAX_PROCESSORS
                            + " processors.");
        }
        Transformer.of(processors);
    }
}
