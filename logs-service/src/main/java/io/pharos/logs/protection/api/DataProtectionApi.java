package io.pharos.logs.protection.api;

import static io.pharos.logs.CurrentCall.nowMs;
import static io.pharos.logs.CurrentCall.tenant;

import io.pharos.logs.LogConstraints;
import io.pharos.logs.LogsError;
import io.pharos.logs.group.LogGroupArn;
import io.pharos.logs.group.pg.PgLogGroups;
import io.pharos.logs.policy.PolicyKind;
import io.pharos.logs.policy.pg.PgPolicies;
import io.pharos.logs.protection.ProtectionPolicy;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteDataProtectionPolicyRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteDataProtectionPolicyResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.GetDataProtectionPolicyRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.GetDataProtectionPolicyResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutDataProtectionPolicyRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutDataProtectionPolicyResponse;

/// Data protection of groups: PutDataProtectionPolicy, GetDataProtectionPolicy,
/// DeleteDataProtectionPolicy.
@Singleton
final class DataProtectionApi implements CloudWatchLogsClient {
    private final PgPolicies policies;
    private final PgLogGroups groups;

    DataProtectionApi(PgPolicies policies, PgLogGroups groups) {
        this.policies = policies;
        this.groups = groups;
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}

    @Override
    public PutDataProtectionPolicyResponse putDataProtectionPolicy(
            PutDataProtectionPolicyRequest request) {
        var check = identified(request.logGroupIdentifier());
        check.constraints().required("policyDocument", request.policyDocument());
        check.orThrow();
        var policy = ProtectionPolicy.parse(request.policyDocument());
        AccountDataProtection.requireFindingsGroup(groups, tenant(), policy);
        var put =
                policies.put(
                        tenant(),
                        name(request.logGroupIdentifier()),
                        PolicyKind.DATA_PROTECTION,
                        request.policyDocument(),
                        nowMs());
        return PutDataProtectionPolicyResponse.builder()
                .logGroupIdentifier(request.logGroupIdentifier())
                .policyDocument(put.document())
                .lastUpdatedTime(put.modifiedMs())
                .build();
    }

    /// AWS: a group without a policy is answered without a document.
    @Override
    public GetDataProtectionPolicyResponse getDataProtectionPolicy(
            GetDataProtectionPolicyRequest request) {
        identified(request.logGroupIdentifier()).orThrow();
        var group = groups.require(tenant(), name(request.logGroupIdentifier()));
        var answer =
                GetDataProtectionPolicyResponse.builder()
                        .logGroupIdentifier(request.logGroupIdentifier());
        policies.find(group, PolicyKind.DATA_PROTECTION)
                .ifPresent(found ->
                        answer.policyDocument(found.document())
                                .lastUpdatedTime(found.modifiedMs()));
        return answer.build();
    }

    @Override
    public DeleteDataProtectionPolicyResponse deleteDataProtectionPolicy(
            DeleteDataProtectionPolicyRequest request) {
        identified(request.logGroupIdentifier()).orThrow();
        var name = name(request.logGroupIdentifier());
        if (!policies.delete(tenant(), name, PolicyKind.DATA_PROTECTION, nowMs())) {
            throw LogsError.notFound("The specified data protection policy does not exist.");
        }
        return DeleteDataProtectionPolicyResponse.builder().build();
    }

    private static LogConstraints identified(@Nullable String identifier) {
        var check = LogConstraints.check();
        check.constraints().required("logGroupIdentifier", identifier);
        return check.identifier("logGroupIdentifier", identifier);
    }

    private static String name(String identifier) {
        return LogGroupArn.name(tenant(), identifier);
    }
}
