package io.pharos.logs.account;

import io.pharos.wire.Tenant;

import software.amazon.awssdk.services.cloudwatchlogs.model.AccountPolicy;
import software.amazon.awssdk.services.cloudwatchlogs.model.PolicyType;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutAccountPolicyRequest;

import java.util.List;

/// Account policies of one type: what their documents must be, and where they are kept. PutAccountPolicy,
/// DescribeAccountPolicies and DeleteAccountPolicy take the types that have a bean of this one, and
/// refuse the others.
public interface AccountPolicyType {
    PolicyType type();

    /// Puts or replaces the policy of the request's name. Names, lengths and the scope are checked.
    ///
    /// @throws RuntimeException AWS's error for a document, a criteria or a number of policies that can
    ///     not be
    AccountPolicy put(Tenant tenant, PutAccountPolicyRequest request, long nowMs);

    /// By name.
    List<AccountPolicy> list(Tenant tenant);

    /// @return false when there is none of this name
    boolean delete(Tenant tenant, String name, long nowMs);
}
