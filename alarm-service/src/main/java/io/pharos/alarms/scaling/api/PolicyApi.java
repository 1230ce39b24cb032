package io.pharos.alarms.scaling.api;

import io.pharos.alarms.scaling.PolicyRules;
import io.pharos.alarms.scaling.Reading;
import io.pharos.alarms.scaling.pg.ActivityLedger;
import io.pharos.alarms.scaling.pg.PolicyLedger;
import io.pharos.wire.AwsError;
import io.pharos.wire.Constraints;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.autoscaling.model.DeletePolicyRequest;
import software.amazon.awssdk.services.autoscaling.model.DeletePolicyResponse;
import software.amazon.awssdk.services.autoscaling.model.DescribePoliciesRequest;
import software.amazon.awssdk.services.autoscaling.model.DescribePoliciesResponse;
import software.amazon.awssdk.services.autoscaling.model.DescribeScalingActivitiesRequest;
import software.amazon.awssdk.services.autoscaling.model.DescribeScalingActivitiesResponse;
import software.amazon.awssdk.services.autoscaling.model.ExecutePolicyRequest;
import software.amazon.awssdk.services.autoscaling.model.ExecutePolicyResponse;
import software.amazon.awssdk.services.autoscaling.model.InvalidNextTokenException;
import software.amazon.awssdk.services.autoscaling.model.PutScalingPolicyRequest;
import software.amazon.awssdk.services.autoscaling.model.PutScalingPolicyResponse;
import software.amazon.awssdk.services.autoscaling.model.ScalingPolicy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;

/// Policies, and the activities that came of them.
@Singleton
final class PolicyApi implements AutoScalingClient {
    private final PolicyLedger policies;
    private final ActivityLedger activities;

    PolicyApi(PolicyLedger policies, ActivityLedger activities) {
        this.policies = policies;
        this.activities = activities;
    }

    @Override
    public PutScalingPolicyResponse putScalingPolicy(PutScalingPolicyRequest request) {
        PolicyRules.check(request);
        var policy = policies.put(GroupApi.tenant(), request, GroupApi.now());
        return PutScalingPolicyResponse.builder()
                .policyARN(policy.policyARN())
                .alarms(policy.alarms())
                .build();
    }

    @Override
    public DescribePoliciesResponse describePolicies(DescribePoliciesRequest request) {
        var limit = Page.limit(request.maxRecords(), Page.DEFAULT);
        var after = Page.after(request.nextToken());
        var found =
                policies.list(GroupApi.tenant(), request.autoScalingGroupName()).stream()
                        .filter(policy -> place(policy).compareTo(after) > 0)
                        .filter(policy -> isAskedFor(request, policy))
                        .sorted(Comparator.comparing(PolicyApi::place))
                        .toList();
        var page = Page.of(found, limit, PolicyApi::place);
        return DescribePoliciesResponse.builder()
                .scalingPolicies(page.items())
                .nextToken(page.nextToken())
                .build();
    }

    /// No group's name has a colon.
    private static String place(ScalingPolicy policy) {
        return policy.autoScalingGroupName() + ":" + policy.policyName();
    }

    private static boolean isAskedFor(DescribePoliciesRequest request, ScalingPolicy policy) {
        var names = request.policyNames();
        var types = request.policyTypes();
        return (names.isEmpty()
                        || names.contains(policy.policyName())
                        || names.contains(policy.policyARN()))
                && (types.isEmpty() || types.contains(policy.policyType()));
    }

    @Override
    public DeletePolicyResponse deletePolicy(DeletePolicyRequest request) {
        Constraints.check().required("policyName", request.policyName()).orThrow();
        policies.delete(
                GroupApi.tenant(),
                request.autoScalingGroupName(),
                request.policyName(),
                GroupApi.now());
        return DeletePolicyResponse.builder().build();
    }

    @Override
    public ExecutePolicyResponse executePolicy(ExecutePolicyRequest request) {
        Constraints.check().required("policyName", request.policyName()).orThrow();
        policies.execute(
                GroupApi.tenant(),
                request.autoScalingGroupName(),
                request.policyName(),
                reading(request),
                Boolean.TRUE.equals(request.honorCooldown()),
                GroupApi.now());
        return ExecutePolicyResponse.builder().build();
    }

    private static @Nullable Reading reading(ExecutePolicyRequest request) {
        var value = request.metricValue();
        var threshold = request.breachThreshold();
        if ((value == null) != (threshold == null)) {
            throw AwsError.validation(
                    "MetricValue and BreachThreshold must be specified together.");
        }
        return value == null || threshold == null
                ? null
                : new Reading(value, threshold, value >= threshold);
    }

    @Override
    public DescribeScalingActivitiesResponse describeScalingActivities(
            DescribeScalingActivitiesRequest request) {
        var limit = Page.limit(request.maxRecords(), Page.MAX);
        var found =
                activities.list(
                        GroupApi.tenant(),
                        request.autoScalingGroupName(),
                        ids(request.activityIds()),
                        Boolean.TRUE.equals(request.includeDeletedGroups()),
                        position(request.nextToken()),
                        limit + 1);
        var page = Page.of(found, limit, placed -> Long.toString(placed.position()));
        return DescribeScalingActivitiesResponse.builder()
                .activities(page.items().stream().map(ActivityLedger.Placed::activity).toList())
                .nextToken(page.nextToken())
                .build();
    }

    private static List<UUID> ids(List<String> given) {
        var ids = new ArrayList<UUID>();
        for (var id : given) {
            try {
                ids.add(UUID.fromString(id));
            } catch (IllegalArgumentException none) {
                throw AwsError.validation("Invalid activity id: " + id);
            }
        }
        return ids;
    }

    private static @Nullable Long position(@Nullable String token) {
        try {
            return token == null ? null : Long.valueOf(Page.after(token));
        } catch (NumberFormatException notOurs) {
            throw InvalidNextTokenException.builder()
                    .message("The NextToken value is not valid.")
                    .build();
        }
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}
}
