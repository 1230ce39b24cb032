package io.pharos.logs.account.api;

import io.pharos.logs.LogConstraints;
import io.pharos.logs.LogsError;
import io.pharos.logs.PageToken;
import io.pharos.logs.account.AccountPolicyType;
import io.pharos.logs.filter.FilterRules;
import io.pharos.wire.AwsError;
import io.pharos.wire.Caller;
import io.quarkus.arc.All;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteAccountPolicyRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteAccountPolicyResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeAccountPoliciesRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeAccountPoliciesResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.PolicyType;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutAccountPolicyRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutAccountPolicyResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.Scope;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// PutAccountPolicy, DescribeAccountPolicies, DeleteAccountPolicy for whatever types have an
/// [AccountPolicyType].
@Singleton
public final class AccountPolicyApi implements CloudWatchLogsClient {
    private static final String DESCRIBE = "DescribeAccountPolicies";
    private static final int MAX_PAGE = 50;
    private static final int MAX_NAME = 256;
    private static final int MAX_CRITERIA = 25 << 10;

    /// AWS's largest, of data protection; its own documents say less of the others.
    private static final int MAX_DOCUMENT = 30_720;

    private static final Pattern NAME = Pattern.compile("[^:*]*", Pattern.DOTALL);

    private final Map<PolicyType, AccountPolicyType> types = new EnumMap<>(PolicyType.class);

    @Inject
    public AccountPolicyApi(@All List<AccountPolicyType> types) {
        for (var type : types) {
            if (this.types.putIfAbsent(type.type(), type) != null) {
                throw new IllegalStateException(type.type() + " is kept twice");
            }
        }
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}

    @Override
    public PutAccountPolicyResponse putAccountPolicy(PutAccountPolicyRequest request) {
        var check = named(request.policyName(), request.policyType());
        check.constraints()
                .required("policyName", request.policyName())
                .required("policyDocument", request.policyDocument())
                .length("policyDocument", request.policyDocument(), 1, MAX_DOCUMENT)
                .length("selectionCriteria", request.selectionCriteria(), 0, MAX_CRITERIA)
                .required("policyType", request.policyTypeAsString())
                .oneOf("scope", request.scopeAsString(), List.of(Scope.ALL));
        FilterRules.text(check, "policyDocument", request.policyDocument());
        FilterRules.text(check, "selectionCriteria", request.selectionCriteria());
        check.orThrow();
        var caller = Caller.current();
        var put =
                type(request.policyTypeAsString())
                        .put(caller.tenant(), request, caller.receivedAt().toEpochMilli());
        return PutAccountPolicyResponse.builder().accountPolicy(put).build();
    }

    @Override
    public DescribeAccountPoliciesResponse describeAccountPolicies(
            DescribeAccountPoliciesRequest request) {
        var check =
                named(request.policyName(), request.policyType()).nextToken(request.nextToken());
        check.constraints().required("policyType", request.policyTypeAsString());
        check.orThrow();
        var caller = Caller.current();
        var account = caller.tenant().account();
        if (request.accountIdentifiers().stream().anyMatch(id -> !id.equals(account))) {
            throw AwsError.unsupported("Accounts are not linked here.");
        }
        var nowMs = caller.receivedAt().toEpochMilli();
        var after =
                request.nextToken() == null
                        ? ""
                        : PageToken.position(request.nextToken(), DESCRIBE, nowMs);
        var found =
                type(request.policyTypeAsString()).list(caller.tenant()).stream()
                        .filter(p ->
                                request.policyName() == null
                                        || p.policyName().equals(request.policyName()))
                        .filter(p -> p.policyName().compareTo(after) > 0)
                        .limit(MAX_PAGE + 1L)
                        .toList();
        if (request.policyName() != null && found.isEmpty()) {
            throw notFound(request.policyName());
        }
        var page = found.subList(0, Math.min(MAX_PAGE, found.size()));
        return DescribeAccountPoliciesResponse.builder()
                .accountPolicies(page)
                .nextToken(
                        found.size() > MAX_PAGE
                                ? new PageToken(DESCRIBE, nowMs, page.getLast().policyName())
                                        .encode()
                                : null)
                .build();
    }

    @Override
    public DeleteAccountPolicyResponse deleteAccountPolicy(DeleteAccountPolicyRequest request) {
        var check = named(request.policyName(), request.policyType());
        check.constraints()
                .required("policyName", request.policyName())
                .required("policyType", request.policyTypeAsString());
        check.orThrow();
        var caller = Caller.current();
        var deleted =
                type(request.policyTypeAsString())
                        .delete(
                                caller.tenant(),
                                request.policyName(),
                                caller.receivedAt().toEpochMilli());
        if (!deleted) {
            throw notFound(request.policyName());
        }
        return DeleteAccountPolicyResponse.builder().build();
    }

    private static RuntimeException notFound(String name) {
        return LogsError.notFound("Policy with name [" + name + "] does not exist.");
    }

    private static LogConstraints named(@Nullable String name, @Nullable PolicyType type) {
        var check = LogConstraints.check();
        check.constraints()
                .pattern("policyName", name, NAME)
                .length("policyName", name, 1, MAX_NAME)
                .satisfied(
                        type != PolicyType.UNKNOWN_TO_SDK_VERSION,
                        "policyType",
                        type,
                        "Member must satisfy enum value set: " + PolicyType.knownValues());
        FilterRules.text(check, "policyName", name);
        return check;
    }

    private AccountPolicyType type(String name) {
        var type = types.get(PolicyType.fromValue(name));
        if (type == null) {
            throw AwsError.unsupported("Account policies of type " + name + " are not supported.");
        }
        return type;
    }
}
