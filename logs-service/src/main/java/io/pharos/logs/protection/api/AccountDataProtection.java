package io.pharos.logs.protection.api;

import io.pharos.logs.LogsError;
import io.pharos.logs.group.pg.PgLogGroups;
import io.pharos.logs.policy.PolicyKind;
import io.pharos.logs.policy.api.VersionedAccountPolicies;
import io.pharos.logs.policy.pg.PgPolicies;
import io.pharos.logs.protection.ProtectionPolicy;
import io.pharos.wire.Tenant;

import jakarta.inject.Singleton;

import software.amazon.awssdk.services.cloudwatchlogs.model.PolicyType;

/// `DATA_PROTECTION_POLICY`: one of an account and region, added to those of its groups.
@Singleton
public final class AccountDataProtection extends VersionedAccountPolicies {
    private final PgLogGroups groups;

    public AccountDataProtection(PgPolicies policies, PgLogGroups groups) {
        super(policies, PolicyKind.DATA_PROTECTION, 1);
        this.groups = groups;
    }

    @Override
    public PolicyType type() {
        return PolicyType.DATA_PROTECTION_POLICY;
    }

    @Override
    protected void check(Tenant tenant, String document) {
        requireFindingsGroup(groups, tenant, ProtectionPolicy.parse(document));
    }

    /// @throws RuntimeException AWS's error when findings go to a group that is not there
    static void requireFindingsGroup(PgLogGroups groups, Tenant tenant, ProtectionPolicy policy) {
        var findings = policy.findingsGroup();
        if (findings != null && groups.find(tenant, findings).isEmpty()) {
            throw LogsError.invalid("The findings destination log group does not exist.");
        }
    }
}
