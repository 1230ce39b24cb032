package io.pharos.logs.policy.api;

import io.pharos.logs.LogsError;
import io.pharos.logs.account.AccountPolicyType;
import io.pharos.logs.policy.PolicyKind;
import io.pharos.logs.policy.PolicyVersion;
import io.pharos.logs.policy.pg.PgPolicies;
import io.pharos.logs.policy.pg.PgPolicies.Content;
import io.pharos.wire.Tenant;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatchlogs.model.AccountPolicy;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutAccountPolicyRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.Scope;

import java.util.List;
import java.util.regex.Pattern;

/// Policies of an account that hold for the events received while they are in force.
public abstract class VersionedAccountPolicies implements AccountPolicyType {
    private static final Pattern PREFIX =
            Pattern.compile("\\s*LogGroupNamePrefix\\s*=\\s*\"([.\\-_/#A-Za-z0-9]{1,512})\"\\s*");

    private final PgPolicies policies;
    private final PolicyKind kind;

    /// AWS: of an account and region.
    private final int most;

    protected VersionedAccountPolicies(PgPolicies policies, PolicyKind kind, int most) {
        this.policies = policies;
        this.kind = kind;
        this.most = most;
    }

    /// @throws RuntimeException AWS's error for a document that can not be
    protected abstract void check(Tenant tenant, String document);

    @Override
    public AccountPolicy put(Tenant tenant, PutAccountPolicyRequest request, long nowMs) {
        check(tenant, request.policyDocument());
        var criteria = request.selectionCriteria();
        var content = new Content(request.policyDocument(), prefix(criteria), criteria);
        var put =
                policies.putOfAccount(
                        tenant,
                        request.policyName(),
                        kind,
                        content,
                        others -> requireRoom(others, content),
                        nowMs);
        return shown(tenant, put);
    }

    /// What the names of the groups start with that a policy is for.
    ///
    /// @return null: any group
    /// @throws RuntimeException AWS's error for a criteria that can not be
    protected @Nullable String prefix(@Nullable String criteria) {
        if (criteria == null || criteria.isBlank()) {
            return null;
        }
        var prefix = PREFIX.matcher(criteria);
        if (most == 1 || !prefix.matches()) {
            throw LogsError.invalid(
                    most == 1
                            ? "selectionCriteria is not allowed for " + type() + "."
                            : "The selectionCriteria must be of the form LogGroupNamePrefix ="
                                    + " \"prefix\".");
        }
        return prefix.group(1);
    }

    private void requireRoom(List<PolicyVersion> others, Content put) {
        if (others.size() >= most) {
            throw LogsError.limitExceeded();
        }
        for (var other : others) {
            if (overlaps(put, other)) {
                throw LogsError.invalid(
                        "The selectionCriteria overlaps with that of the policy "
                                + other.name()
                                + ".");
            }
        }
    }

    /// AWS: no two policies of a kind have prefixes of which one begins with the other; one without
    /// criteria is the only one.
    protected boolean overlaps(Content put, PolicyVersion other) {
        var prefix = put.namePrefix();
        var theirs = other.namePrefix();
        return prefix == null
                || theirs == null
                || prefix.startsWith(theirs)
                || theirs.startsWith(prefix);
    }

    @Override
    public List<AccountPolicy> list(Tenant tenant) {
        return policies.ofAccount(tenant, kind).stream().map(p -> shown(tenant, p)).toList();
    }

    @Override
    public boolean delete(Tenant tenant, String name, long nowMs) {
        return policies.deleteOfAccount(tenant, name, kind, nowMs);
    }

    private AccountPolicy shown(Tenant tenant, PolicyVersion policy) {
        return AccountPolicy.builder()
                .policyName(policy.name())
                .policyDocument(policy.document())
                .policyType(type())
                .scope(Scope.ALL)
                .selectionCriteria(policy.criteria())
                .lastUpdatedTime(policy.modifiedMs())
                .accountId(tenant.account())
                .build();
    }
}
