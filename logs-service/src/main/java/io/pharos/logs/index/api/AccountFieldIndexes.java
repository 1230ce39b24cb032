package io.pharos.logs.index.api;

import io.pharos.logs.index.IndexPolicy;
import io.pharos.logs.policy.PolicyKind;
import io.pharos.logs.policy.api.VersionedAccountPolicies;
import io.pharos.logs.policy.pg.PgPolicies;
import io.pharos.wire.Tenant;

import jakarta.inject.Singleton;

import software.amazon.awssdk.services.cloudwatchlogs.model.PolicyType;

/// `FIELD_INDEX_POLICY`: for groups that have no index policy of their own.
@Singleton
public final class AccountFieldIndexes extends VersionedAccountPolicies {
    private static final int MAX_POLICIES = 20;

    public AccountFieldIndexes(PgPolicies policies) {
        super(policies, PolicyKind.FIELD_INDEX, MAX_POLICIES);
    }

    @Override
    public PolicyType type() {
        return PolicyType.FIELD_INDEX_POLICY;
    }

    @Override
    protected void check(Tenant tenant, String document) {
        IndexPolicy.parse(document);
    }
}
