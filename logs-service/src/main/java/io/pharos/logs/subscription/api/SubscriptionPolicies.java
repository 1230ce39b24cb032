package io.pharos.logs.subscription.api;

import io.pharos.logs.account.AccountPolicyType;
import io.pharos.logs.subscription.AccountSubscription;
import io.pharos.logs.subscription.pg.PgAccountSubscriptions;
import io.pharos.wire.Tenant;

import jakarta.inject.Singleton;

import software.amazon.awssdk.services.cloudwatchlogs.model.AccountPolicy;
import software.amazon.awssdk.services.cloudwatchlogs.model.PolicyType;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutAccountPolicyRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.Scope;

import java.util.List;

/// `SUBSCRIPTION_FILTER_POLICY`: one of an account and region, beside the two filters of each group.
@Singleton
public final class SubscriptionPolicies implements AccountPolicyType {
    private final PgAccountSubscriptions policies;
    private final Subscribing subscribing;

    public SubscriptionPolicies(PgAccountSubscriptions policies, Subscribing subscribing) {
        this.policies = policies;
        this.subscribing = subscribing;
    }

    @Override
    public PolicyType type() {
        return PolicyType.SUBSCRIPTION_FILTER_POLICY;
    }

    @Override
    public AccountPolicy put(Tenant tenant, PutAccountPolicyRequest request, long nowMs) {
        var policy =
                AccountSubscription.parse(
                        request.policyName(),
                        request.policyDocument(),
                        request.selectionCriteria(),
                        tenant,
                        nowMs);
        subscribing.requireReach(tenant, policy.filter().destinationArn(), nowMs);
        policies.put(tenant, policy);
        return shown(tenant, policy);
    }

    @Override
    public List<AccountPolicy> list(Tenant tenant) {
        return policies.find(tenant).stream().map(policy -> shown(tenant, policy)).toList();
    }

    @Override
    public boolean delete(Tenant tenant, String name, long nowMs) {
        return policies.delete(tenant, name);
    }

    private static AccountPolicy shown(Tenant tenant, AccountSubscription policy) {
        return AccountPolicy.builder()
                .policyName(policy.filter().name())
                .policyDocument(policy.document())
                .policyType(PolicyType.SUBSCRIPTION_FILTER_POLICY)
                .scope(Scope.ALL)
                .selectionCriteria(policy.criteria())
                .lastUpdatedTime(policy.filter().createdMs())
                .accountId(tenant.account())
                .build();
    }
}
