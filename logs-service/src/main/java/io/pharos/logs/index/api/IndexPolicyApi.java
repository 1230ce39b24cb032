package io.pharos.logs.index.api;

import static io.pharos.logs.CurrentCall.nowMs;
import static io.pharos.logs.CurrentCall.tenant;

import io.pharos.logs.LogConstraints;
import io.pharos.logs.LogsError;
import io.pharos.logs.group.LogGroup;
import io.pharos.logs.group.LogGroupArn;
import io.pharos.logs.group.pg.PgLogGroups;
import io.pharos.logs.index.IndexPolicy;
import io.pharos.logs.index.pg.PgIndexTimes;
import io.pharos.logs.policy.PolicyHistory;
import io.pharos.logs.policy.PolicyKind;
import io.pharos.logs.policy.PolicyVersion;
import io.pharos.logs.policy.pg.PgPolicies;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteIndexPolicyRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteIndexPolicyResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeFieldIndexesRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeFieldIndexesResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeIndexPoliciesRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeIndexPoliciesResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.FieldIndex;
import software.amazon.awssdk.services.cloudwatchlogs.model.IndexSource;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutIndexPolicyRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutIndexPolicyResponse;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Field indexes of groups: PutIndexPolicy, DescribeIndexPolicies, DeleteIndexPolicy,
/// DescribeFieldIndexes. One page holds what 100 groups have.
@Singleton
final class IndexPolicyApi implements CloudWatchLogsClient {
    /// AWS: groups of one description.
    private static final int MAX_GROUPS = 100;

    private final PgPolicies policies;
    private final PgLogGroups groups;
    private final PgIndexTimes times;

    IndexPolicyApi(PgPolicies policies, PgLogGroups groups, PgIndexTimes times) {
        this.policies = policies;
        this.groups = groups;
        this.times = times;
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}

    @Override
    public PutIndexPolicyResponse putIndexPolicy(PutIndexPolicyRequest request) {
        var check = identified(request.logGroupIdentifier());
        check.constraints()
                .required("policyDocument", request.policyDocument())
                .length("policyDocument", request.policyDocument(), 1, 5_120);
        check.orThrow();
        IndexPolicy.parse(request.policyDocument());
        var name = LogGroupArn.name(tenant(), request.logGroupIdentifier());
        var put =
                policies.put(
                        tenant(), name, PolicyKind.FIELD_INDEX, request.policyDocument(), nowMs());
        return PutIndexPolicyResponse.builder()
                .indexPolicy(shown(groups.require(tenant(), name), put))
                .build();
    }

    @Override
    public DeleteIndexPolicyResponse deleteIndexPolicy(DeleteIndexPolicyRequest request) {
        identified(request.logGroupIdentifier()).orThrow();
        var name = LogGroupArn.name(tenant(), request.logGroupIdentifier());
        if (!policies.delete(tenant(), name, PolicyKind.FIELD_INDEX, nowMs())) {
            throw LogsError.notFound("The specified index policy does not exist.");
        }
        return DeleteIndexPolicyResponse.builder().build();
    }

    @Override
    public DescribeIndexPoliciesResponse describeIndexPolicies(
            DescribeIndexPoliciesRequest request) {
        check(
                request.hasLogGroupIdentifiers() ? request.logGroupIdentifiers() : null,
                request.nextToken());
        var found =
                new ArrayList<software.amazon.awssdk.services.cloudwatchlogs.model.IndexPolicy>();
        for (var identifier : request.logGroupIdentifiers()) {
            var group = groups.require(tenant(), LogGroupArn.name(tenant(), identifier));
            var policy = policies.history(group).at(PolicyKind.FIELD_INDEX, nowMs());
            if (policy != null) {
                found.add(shown(group, policy));
            }
        }
        return DescribeIndexPoliciesResponse.builder().indexPolicies(found).build();
    }

    @Override
    public DescribeFieldIndexesResponse describeFieldIndexes(DescribeFieldIndexesRequest request) {
        check(
                request.hasLogGroupIdentifiers() ? request.logGroupIdentifiers() : null,
                request.nextToken());
        var found = new ArrayList<FieldIndex>();
        for (var identifier : request.logGroupIdentifiers()) {
            var group = groups.require(tenant(), LogGroupArn.name(tenant(), identifier));
            found.addAll(indexes(group, policies.history(group)));
        }
        return DescribeFieldIndexesResponse.builder().fieldIndexes(found).build();
    }

    private List<FieldIndex> indexes(LogGroup group, PolicyHistory history) {
        var policy = history.at(PolicyKind.FIELD_INDEX, nowMs());
        if (policy == null) {
            return List.of();
        }
        var indexes = new ArrayList<FieldIndex>();
        IndexPolicy.parse(policy.document())
                .fields()
                .forEach((name, type) -> {
                    var index =
                            FieldIndex.builder()
                                    .logGroupIdentifier(group.arn())
                                    .fieldIndexName(name)
                                    .type(type);
                    var since =
                            IndexPolicy.since(history, Set.of(name), nowMs())
                                    .orElse(policy.fromMs());
                    var seen = times.since(group.id(), name, since);
                    if (seen != null) {
                        index.firstEventTime(seen.firstEventMs())
                                .lastEventTime(seen.lastEventMs())
                                .lastScanTime(seen.scannedMs());
                    }
                    indexes.add(index.build());
                });
        return indexes;
    }

    private static software.amazon.awssdk.services.cloudwatchlogs.model.IndexPolicy shown(
            LogGroup group, PolicyVersion policy) {
        return software.amazon.awssdk.services.cloudwatchlogs.model.IndexPolicy.builder()
                .logGroupIdentifier(group.arn())
                .lastUpdateTime(policy.modifiedMs())
                .policyDocument(policy.document())
                .policyName(policy.isOfAccount() ? policy.name() : null)
                .source(policy.isOfAccount() ? IndexSource.ACCOUNT : IndexSource.LOG_GROUP)
                .build();
    }

    /// All fits in one page, so no token was ever given out.
    private static void check(@Nullable List<String> identifiers, @Nullable String nextToken) {
        var check = LogConstraints.check().nextToken(nextToken);
        check.constraints()
                .required("logGroupIdentifiers", identifiers)
                .size("logGroupIdentifiers", identifiers, 1, MAX_GROUPS);
        if (identifiers != null) {
            identifiers.forEach(one -> check.identifier("logGroupIdentifiers", one));
        }
        check.orThrow();
        if (nextToken != null) {
            throw LogsError.badToken();
        }
    }

    private static LogConstraints identified(@Nullable String identifier) {
        var check = LogConstraints.check();
        check.constraints().required("logGroupIdentifier", identifier);
        return check.identifier("logGroupIdentifier", identifier);
    }
}
