package io.pharos.alarms.scaling.api;

import io.pharos.alarms.scaling.GroupMetrics;
import io.pharos.alarms.scaling.GroupTags;
import io.pharos.alarms.scaling.Processes;
import io.pharos.alarms.scaling.pg.GroupLedger;
import io.pharos.wire.AwsError;
import io.pharos.wire.Constraints;

import jakarta.inject.Singleton;

import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.autoscaling.model.CreateOrUpdateTagsRequest;
import software.amazon.awssdk.services.autoscaling.model.CreateOrUpdateTagsResponse;
import software.amazon.awssdk.services.autoscaling.model.DeleteTagsRequest;
import software.amazon.awssdk.services.autoscaling.model.DeleteTagsResponse;
import software.amazon.awssdk.services.autoscaling.model.DescribeLoadBalancerTargetGroupsRequest;
import software.amazon.awssdk.services.autoscaling.model.DescribeLoadBalancerTargetGroupsResponse;
import software.amazon.awssdk.services.autoscaling.model.DescribeLoadBalancersRequest;
import software.amazon.awssdk.services.autoscaling.model.DescribeLoadBalancersResponse;
import software.amazon.awssdk.services.autoscaling.model.DescribeTagsRequest;
import software.amazon.awssdk.services.autoscaling.model.DescribeTagsResponse;
import software.amazon.awssdk.services.autoscaling.model.DisableMetricsCollectionRequest;
import software.amazon.awssdk.services.autoscaling.model.DisableMetricsCollectionResponse;
import software.amazon.awssdk.services.autoscaling.model.EnableMetricsCollectionRequest;
import software.amazon.awssdk.services.autoscaling.model.EnableMetricsCollectionResponse;
import software.amazon.awssdk.services.autoscaling.model.Filter;
import software.amazon.awssdk.services.autoscaling.model.ResumeProcessesRequest;
import software.amazon.awssdk.services.autoscaling.model.ResumeProcessesResponse;
import software.amazon.awssdk.services.autoscaling.model.SuspendProcessesRequest;
import software.amazon.awssdk.services.autoscaling.model.SuspendProcessesResponse;
import software.amazon.awssdk.services.autoscaling.model.Tag;
import software.amazon.awssdk.services.autoscaling.model.TagDescription;

import java.util.List;
import java.util.function.BiFunction;

/// What is set on groups beside their capacity: processes, metrics, tags.
@Singleton
final class GroupSettingsApi implements AutoScalingClient {
    private final GroupLedger groups;

    GroupSettingsApi(GroupLedger groups) {
        this.groups = groups;
    }

    @Override
    public SuspendProcessesResponse suspendProcesses(SuspendProcessesRequest request) {
        var names = Processes.named(request.scalingProcesses());
        groups.configure(
                GroupApi.tenant(),
                GroupApi.requireName(request.autoScalingGroupName()),
                GroupApi.now(),
                group -> Processes.suspend(group, names, GroupApi.now()));
        return SuspendProcessesResponse.builder().build();
    }

    @Override
    public ResumeProcessesResponse resumeProcesses(ResumeProcessesRequest request) {
        var names = Processes.named(request.scalingProcesses());
        groups.configure(
                GroupApi.tenant(),
                GroupApi.requireName(request.autoScalingGroupName()),
                GroupApi.now(),
                group -> Processes.resume(group, names));
        return ResumeProcessesResponse.builder().build();
    }

    @Override
    public EnableMetricsCollectionResponse enableMetricsCollection(
            EnableMetricsCollectionRequest request) {
        Constraints.check().required("granularity", request.granularity()).orThrow();
        if (!request.granularity().equals(GroupMetrics.GRANULARITY)) {
            throw AwsError.validation("Valid metrics granularity type is: [1Minute].");
        }
        var names = GroupMetrics.named(request.metrics());
        groups.configure(
                GroupApi.tenant(),
                GroupApi.requireName(request.autoScalingGroupName()),
                GroupApi.now(),
                group -> GroupMetrics.enable(group, names));
        return EnableMetricsCollectionResponse.builder().build();
    }

    @Override
    public DisableMetricsCollectionResponse disableMetricsCollection(
            DisableMetricsCollectionRequest request) {
        var names = GroupMetrics.named(request.metrics());
        groups.configure(
                GroupApi.tenant(),
                GroupApi.requireName(request.autoScalingGroupName()),
                GroupApi.now(),
                group -> GroupMetrics.disable(group, names));
        return DisableMetricsCollectionResponse.builder().build();
    }

    @Override
    public CreateOrUpdateTagsResponse createOrUpdateTags(CreateOrUpdateTagsRequest request) {
        request.tags().forEach(GroupTags::check);
        changeTags(
                request.tags(),
                (group, tags) -> GroupTags.merged(tags.getFirst().resourceId(), group, tags));
        return CreateOrUpdateTagsResponse.builder().build();
    }

    @Override
    public DeleteTagsResponse deleteTags(DeleteTagsRequest request) {
        request.tags().forEach(GroupTags::check);
        changeTags(request.tags(), GroupTags::without);
        return DeleteTagsResponse.builder().build();
    }

    private void changeTags(
            List<Tag> tags,
            BiFunction<List<TagDescription>, List<Tag>, List<TagDescription>> change) {
        Constraints.check().size("tags", tags, 1, GroupTags.MAX_AT_ONCE).orThrow();
        for (var tag : tags) {
            groups.require(GroupApi.tenant(), GroupApi.requireName(tag.resourceId()));
        }
        for (var tag : tags) {
            groups.configure(
                    GroupApi.tenant(),
                    tag.resourceId(),
                    GroupApi.now(),
                    group ->
                            group.toBuilder()
                                    .tags(change.apply(group.tags(), List.of(tag)))
                                    .build());
        }
    }

    @Override
    public DescribeTagsResponse describeTags(DescribeTagsRequest request) {
        var limit = Page.limit(request.maxRecords(), Page.DEFAULT);
        var after = Page.after(request.nextToken());
        request.filters().forEach(GroupSettingsApi::check);
        var found =
                groups.list(GroupApi.tenant(), "", false).stream()
                        .flatMap(group -> group.tags().stream())
                        .filter(tag -> request.filters().stream().allMatch(f -> passes(f, tag)))
                        .filter(tag -> place(tag).compareTo(after) > 0)
                        .toList();
        var page = Page.of(found, limit, GroupSettingsApi::place);
        return DescribeTagsResponse.builder()
                .tags(page.items())
                .nextToken(page.nextToken())
                .build();
    }

    private static String place(TagDescription tag) {
        return tag.resourceId() + ":" + tag.key();
    }

    private static void check(Filter filter) {
        var names = List.of("auto-scaling-group", "key", "value", "propagate-at-launch");
        if (!names.contains(filter.name())) {
            throw AwsError.validation("Filter type " + filter.name() + " is not correct.");
        }
    }

    private static boolean passes(Filter filter, TagDescription tag) {
        var value =
                switch (filter.name()) {
                    case "auto-scaling-group" -> tag.resourceId();
                    case "key" -> tag.key();
                    case "value" -> tag.value();
                    default -> String.valueOf(tag.propagateAtLaunch());
                };
        return filter.values().contains(value);
    }

    /// No group has any: they are refused where they would come in.
    @Override
    public DescribeLoadBalancersResponse describeLoadBalancers(
            DescribeLoadBalancersRequest request) {
        groups.require(GroupApi.tenant(), GroupApi.requireName(request.autoScalingGroupName()));
        return DescribeLoadBalancersResponse.builder().loadBalancers(List.of()).build();
    }

    /// No group has any: they are refused where they would come in.
    @Override
    public DescribeLoadBalancerTargetGroupsResponse describeLoadBalancerTargetGroups(
            DescribeLoadBalancerTargetGroupsRequest request) {
        groups.require(GroupApi.tenant(), GroupApi.requireName(request.autoScalingGroupName()));
        return DescribeLoadBalancerTargetGroupsResponse.builder()
                .loadBalancerTargetGroups(List.of())
                .build();
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}
}
