package io.pharos.alarms.scaling.api;

import io.pharos.alarms.scaling.GroupRules;
import io.pharos.alarms.scaling.LifecycleHooks;
import io.pharos.alarms.scaling.driver.CapacityDriver;
import io.pharos.alarms.scaling.pg.GroupLedger;
import io.pharos.wire.AwsError;
import io.pharos.wire.Caller;
import io.pharos.wire.Constraints;
import io.pharos.wire.Tenant;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.autoscaling.model.AutoScalingGroup;
import software.amazon.awssdk.services.autoscaling.model.AutoScalingInstanceDetails;
import software.amazon.awssdk.services.autoscaling.model.CreateAutoScalingGroupRequest;
import software.amazon.awssdk.services.autoscaling.model.CreateAutoScalingGroupResponse;
import software.amazon.awssdk.services.autoscaling.model.DeleteAutoScalingGroupRequest;
import software.amazon.awssdk.services.autoscaling.model.DeleteAutoScalingGroupResponse;
import software.amazon.awssdk.services.autoscaling.model.DescribeAutoScalingGroupsRequest;
import software.amazon.awssdk.services.autoscaling.model.DescribeAutoScalingGroupsResponse;
import software.amazon.awssdk.services.autoscaling.model.DescribeAutoScalingInstancesRequest;
import software.amazon.awssdk.services.autoscaling.model.DescribeAutoScalingInstancesResponse;
import software.amazon.awssdk.services.autoscaling.model.Filter;
import software.amazon.awssdk.services.autoscaling.model.SetDesiredCapacityRequest;
import software.amazon.awssdk.services.autoscaling.model.SetDesiredCapacityResponse;
import software.amazon.awssdk.services.autoscaling.model.TerminateInstanceInAutoScalingGroupRequest;
import software.amazon.awssdk.services.autoscaling.model.TerminateInstanceInAutoScalingGroupResponse;
import software.amazon.awssdk.services.autoscaling.model.UpdateAutoScalingGroupRequest;
import software.amazon.awssdk.services.autoscaling.model.UpdateAutoScalingGroupResponse;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/// Groups and their capacity.
@Singleton
final class GroupApi implements AutoScalingClient {
    private final GroupLedger groups;
    private final CapacityDriver driver;

    GroupApi(GroupLedger groups, CapacityDriver driver) {
        this.groups = groups;
        this.driver = driver;
    }

    static Tenant tenant() {
        return Caller.current().tenant();
    }

    /// AWS keeps milliseconds.
    static Instant now() {
        return Caller.current().receivedAt().truncatedTo(ChronoUnit.MILLIS);
    }

    static String requireName(@Nullable String group) {
        Constraints.check()
                .required("autoScalingGroupName", group)
                .length("autoScalingGroupName", group, 1, 255)
                .orThrow();
        return String.valueOf(group);
    }

    @Override
    public CreateAutoScalingGroupResponse createAutoScalingGroup(
            CreateAutoScalingGroupRequest request) {
        GroupRules.check(request);
        for (var hook : request.lifecycleHookSpecificationList()) {
            LifecycleApi.requireInstances(driver);
            LifecycleHooks.check(tenant(), LifecycleHooks.of(request.autoScalingGroupName(), hook));
        }
        groups.create(tenant(), request, now());
        return CreateAutoScalingGroupResponse.builder().build();
    }

    @Override
    public UpdateAutoScalingGroupResponse updateAutoScalingGroup(
            UpdateAutoScalingGroupRequest request) {
        GroupRules.check(request);
        groups.update(tenant(), request, now());
        return UpdateAutoScalingGroupResponse.builder().build();
    }

    @Override
    public DeleteAutoScalingGroupResponse deleteAutoScalingGroup(
            DeleteAutoScalingGroupRequest request) {
        var name = requireName(request.autoScalingGroupName());
        groups.delete(tenant(), name, Boolean.TRUE.equals(request.forceDelete()), now());
        return DeleteAutoScalingGroupResponse.builder().build();
    }

    @Override
    public SetDesiredCapacityResponse setDesiredCapacity(SetDesiredCapacityRequest request) {
        Constraints.check().required("desiredCapacity", request.desiredCapacity()).orThrow();
        groups.setDesired(
                tenant(),
                requireName(request.autoScalingGroupName()),
                request.desiredCapacity(),
                Boolean.TRUE.equals(request.honorCooldown()),
                now());
        return SetDesiredCapacityResponse.builder().build();
    }

    @Override
    public DescribeAutoScalingGroupsResponse describeAutoScalingGroups(
            DescribeAutoScalingGroupsRequest request) {
        var limit = Page.limit(request.maxRecords(), Page.DEFAULT);
        request.filters().forEach(GroupApi::check);
        var withInstances = !Boolean.FALSE.equals(request.includeInstances());
        var found =
                groups.list(tenant(), Page.after(request.nextToken()), withInstances).stream()
                        .filter(group -> isAskedFor(request, group))
                        .toList();
        var page = Page.of(found, limit, AutoScalingGroup::autoScalingGroupName);
        return DescribeAutoScalingGroupsResponse.builder()
                .autoScalingGroups(page.items())
                .nextToken(page.nextToken())
                .build();
    }

    private static void check(Filter filter) {
        Constraints.check().required("filters.1.member.name", filter.name()).orThrow();
        var name = filter.name();
        if (!name.equals("tag-key") && !name.equals("tag-value") && !name.startsWith("tag:")) {
            throw AwsError.validation(
                    "Filter type "
                            + name
                            + " is not correct. Allowed Filter"
                            + " types are: tag-key tag-value tag:<key>");
        }
    }

    private static boolean isAskedFor(
            DescribeAutoScalingGroupsRequest request, AutoScalingGroup group) {
        var names = request.autoScalingGroupNames();
        return (names.isEmpty() || names.contains(group.autoScalingGroupName()))
                && request.filters().stream().allMatch(filter -> passes(filter, group));
    }

    private static boolean passes(Filter filter, AutoScalingGroup group) {
        var values = filter.values();
        return group.tags().stream()
                .anyMatch(tag ->
                        switch (filter.name()) {
                            case "tag-key" -> values.contains(tag.key());
                            case "tag-value" -> values.contains(tag.value());
                            default ->
                                    filter.name().equals("tag:" + tag.key())
                                            && values.contains(tag.value());
                        });
    }

    @Override
    public DescribeAutoScalingInstancesResponse describeAutoScalingInstances(
            DescribeAutoScalingInstancesRequest request) {
        Constraints.check().size("instanceIds", request.instanceIds(), 0, 50).orThrow();
        // AWS: 50 at most here, the default too.
        Constraints.check().range("maxRecords", request.maxRecords(), 1, Page.DEFAULT).orThrow();
        var limit = Page.limit(request.maxRecords(), Page.DEFAULT);
        List<AutoScalingInstanceDetails> found =
                groups.instances(
                        tenant(),
                        request.instanceIds(),
                        Page.after(request.nextToken()),
                        limit + 1);
        var page = Page.of(found, limit, AutoScalingInstanceDetails::instanceId);
        return DescribeAutoScalingInstancesResponse.builder()
                .autoScalingInstances(page.items())
                .nextToken(page.nextToken())
                .build();
    }

    @Override
    public TerminateInstanceInAutoScalingGroupResponse terminateInstanceInAutoScalingGroup(
            TerminateInstanceInAutoScalingGroupRequest request) {
        Constraints.check()
                .required("instanceId", request.instanceId())
                .length("instanceId", request.instanceId(), 1, 19)
                .required(
                        "shouldDecrementDesiredCapacity", request.shouldDecrementDesiredCapacity())
                .orThrow();
        var activity =
                groups.terminate(
                        tenant(),
                        request.instanceId(),
                        request.shouldDecrementDesiredCapacity(),
                        now());
        return TerminateInstanceInAutoScalingGroupResponse.builder().activity(activity).build();
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}
}
