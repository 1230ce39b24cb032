package io.pharos.logs.resourcepolicy.api;

import static io.pharos.logs.CurrentCall.nowMs;
import static io.pharos.logs.CurrentCall.tenant;

import static java.util.Objects.requireNonNullElse;

import io.pharos.logs.LogConstraints;
import io.pharos.logs.LogsError;
import io.pharos.logs.Page;
import io.pharos.logs.PageToken;
import io.pharos.logs.group.LogGroupArn;
import io.pharos.logs.resourcepolicy.ResourcePolicy;
import io.pharos.logs.resourcepolicy.pg.PgResourcePolicies;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteResourcePolicyRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteResourcePolicyResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeResourcePoliciesRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeResourcePoliciesResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.PolicyScope;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutResourcePolicyRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutResourcePolicyResponse;

import java.util.List;
import java.util.UUID;

/// Resource policies of the account, and of single groups with their revisions.
@Singleton
final class ResourcePolicyApi implements CloudWatchLogsClient {
    private static final String DESCRIBE = "DescribeResourcePolicies";
    private static final int MAX_NAME = 256;
    private static final int MAX_PAGE = 50;
    private static final List<PolicyScope> SCOPES =
            List.of(PolicyScope.ACCOUNT, PolicyScope.RESOURCE);

    private final PgResourcePolicies policies;

    ResourcePolicyApi(PgResourcePolicies policies) {
        this.policies = policies;
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}

    @Override
    public PutResourcePolicyResponse putResourcePolicy(PutResourcePolicyRequest request) {
        var check = LogConstraints.check();
        name(check, request.policyName());
        var document = request.policyDocument();
        check.constraints()
                .required("policyName", request.policyName())
                .required("policyDocument", document)
                .length("policyDocument", document, 1, ResourcePolicy.MAX_LENGTH);
        check.orThrow();
        if (document.indexOf('\0') >= 0) {
            throw LogsError.invalid("Syntax errors in policy.");
        }
        ResourcePolicy.check(document);
        var group = group(request.resourceArn());
        var policy =
                new ResourcePolicy(
                        request.policyName(), group, document, nowMs(), UUID.randomUUID());
        if (group == null) {
            refuseRevision(request.expectedRevisionId());
            policies.putOfAccount(tenant(), policy);
        } else {
            policies.putOfGroup(tenant(), policy, revision(request.expectedRevisionId()));
        }
        return PutResourcePolicyResponse.builder()
                .resourcePolicy(shown(policy))
                .revisionId(group == null ? null : policy.revision().toString())
                .build();
    }

    @Override
    public DescribeResourcePoliciesResponse describeResourcePolicies(
            DescribeResourcePoliciesRequest request) {
        var check = LogConstraints.check().limit(request.limit(), MAX_PAGE);
        check.constraints().oneOf("policyScope", request.policyScopeAsString(), SCOPES);
        check.nextToken(request.nextToken()).orThrow();
        var group = group(request.resourceArn());
        if (group != null && request.policyScope() == PolicyScope.ACCOUNT) {
            throw LogsError.invalid("A policy of a resource is not in the scope ACCOUNT.");
        }
        var limit = requireNonNullElse(request.limit(), MAX_PAGE);
        var token = request.nextToken();
        var place = token == null ? "\n" : PageToken.position(token, DESCRIBE, nowMs());
        var page =
                Page.of(
                        policies.list(
                                tenant(),
                                group != null || request.policyScope() == PolicyScope.RESOURCE,
                                group,
                                place.substring(place.indexOf('\n') + 1),
                                place.substring(0, Math.max(0, place.indexOf('\n'))),
                                limit + 1),
                        limit);
        return DescribeResourcePoliciesResponse.builder()
                .resourcePolicies(page.items().stream().map(ResourcePolicyApi::shown).toList())
                .nextToken(page.next(ResourcePolicyApi::token))
                .build();
    }

    private static String token(ResourcePolicy last) {
        var place = requireNonNullElse(last.group(), "") + '\n' + last.name();
        return new PageToken(DESCRIBE, nowMs(), place).encode();
    }

    @Override
    public DeleteResourcePolicyResponse deleteResourcePolicy(DeleteResourcePolicyRequest request) {
        var check = LogConstraints.check();
        name(check, request.policyName());
        var group = group(request.resourceArn());
        if (group == null) {
            check.constraints().required("policyName", request.policyName());
        }
        check.orThrow();
        boolean deleted;
        if (group == null) {
            refuseRevision(request.expectedRevisionId());
            deleted = policies.deleteOfAccount(tenant(), request.policyName());
        } else {
            var seen = revision(request.expectedRevisionId());
            deleted = policies.deleteOfGroup(tenant(), group, request.policyName(), seen);
        }
        if (!deleted) {
            throw LogsError.notFound(
                    "Policy with name [" + request.policyName() + "] does not exist.");
        }
        return DeleteResourcePolicyResponse.builder().build();
    }

    private static software.amazon.awssdk.services.cloudwatchlogs.model.ResourcePolicy shown(
            ResourcePolicy policy) {
        var shown =
                software.amazon.awssdk.services.cloudwatchlogs.model.ResourcePolicy.builder()
                        .policyName(policy.name())
                        .policyDocument(policy.document())
                        .lastUpdatedTime(policy.modifiedMs())
                        .policyScope(PolicyScope.ACCOUNT);
        if (policy.group() != null) {
            shown.policyScope(PolicyScope.RESOURCE)
                    .resourceArn(tenant().arn("logs", "log-group:" + policy.group()))
                    .revisionId(policy.revision().toString());
        }
        return shown.build();
    }

    private static void name(LogConstraints check, @Nullable String name) {
        check.constraints()
                .length("policyName", name, 1, MAX_NAME)
                .satisfied(
                        name == null || name.chars().noneMatch(c -> c == '\0' || c == '\n'),
                        "policyName",
                        "…",
                        "Member must be one line of text");
    }

    private static @Nullable String group(@Nullable String arn) {
        return arn == null ? null : LogGroupArn.nameOfArn(tenant(), arn);
    }

    private static void refuseRevision(@Nullable String expected) {
        if (expected != null) {
            throw LogsError.invalid("expectedRevisionId needs a resourceArn.");
        }
    }

    private static @Nullable UUID revision(@Nullable String expected) {
        try {
            return expected == null ? null : UUID.fromString(expected);
        } catch (IllegalArgumentException notOurs) {
            return new UUID(0, 0); // never given out
        }
    }
}
