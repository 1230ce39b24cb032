package io.pharos.alarms.scaling.api;

import io.pharos.alarms.scaling.GroupMetrics;
import io.pharos.alarms.scaling.PolicyRules;
import io.pharos.alarms.scaling.Processes;
import io.pharos.alarms.scaling.Termination;
import io.pharos.alarms.scaling.pg.GroupLedger;
import io.pharos.alarms.scaling.pg.LaunchConfigurationLedger;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.inject.ConfigProperty;

import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.autoscaling.model.DescribeAccountLimitsRequest;
import software.amazon.awssdk.services.autoscaling.model.DescribeAccountLimitsResponse;
import software.amazon.awssdk.services.autoscaling.model.DescribeAdjustmentTypesRequest;
import software.amazon.awssdk.services.autoscaling.model.DescribeAdjustmentTypesResponse;
import software.amazon.awssdk.services.autoscaling.model.DescribeMetricCollectionTypesRequest;
import software.amazon.awssdk.services.autoscaling.model.DescribeMetricCollectionTypesResponse;
import software.amazon.awssdk.services.autoscaling.model.DescribeScalingProcessTypesRequest;
import software.amazon.awssdk.services.autoscaling.model.DescribeScalingProcessTypesResponse;
import software.amazon.awssdk.services.autoscaling.model.DescribeTerminationPolicyTypesRequest;
import software.amazon.awssdk.services.autoscaling.model.DescribeTerminationPolicyTypesResponse;

import java.util.List;

/// What there is to choose from, and how much of it.
@Singleton
final class TypesApi implements AutoScalingClient {
    private final GroupLedger groups;
    private final LaunchConfigurationLedger configurations;
    private final int maxGroups;
    private final int maxConfigurations;

    @Inject
    TypesApi(
            GroupLedger groups,
            LaunchConfigurationLedger configurations,
            @ConfigProperty(name = "pharos.scaling.max-groups") int maxGroups,
            @ConfigProperty(name = "pharos.scaling.max-launch-configurations")
                    int maxConfigurations) {
        this.groups = groups;
        this.configurations = configurations;
        this.maxGroups = maxGroups;
        this.maxConfigurations = maxConfigurations;
    }

    @Override
    public DescribeAccountLimitsResponse describeAccountLimits(
            DescribeAccountLimitsRequest request) {
        var tenant = GroupApi.tenant();
        return DescribeAccountLimitsResponse.builder()
                .maxNumberOfAutoScalingGroups(maxGroups)
                .maxNumberOfLaunchConfigurations(maxConfigurations)
                .numberOfAutoScalingGroups(groups.list(tenant, "", false).size())
                .numberOfLaunchConfigurations(configurations.list(tenant, List.of(), "").size())
                .build();
    }

    @Override
    public DescribeAdjustmentTypesResponse describeAdjustmentTypes(
            DescribeAdjustmentTypesRequest request) {
        var response = DescribeAdjustmentTypesResponse.builder();
        return response.adjustmentTypes(
                        PolicyRules.ADJUSTMENT_TYPES.stream()
                                .map(name ->
                                        software.amazon.awssdk.services.autoscaling.model
                                                .AdjustmentType.builder()
                                                .adjustmentType(name)
                                                .build())
                                .toList())
                .build();
    }

    @Override
    public DescribeScalingProcessTypesResponse describeScalingProcessTypes(
            DescribeScalingProcessTypesRequest request) {
        return DescribeScalingProcessTypesResponse.builder()
                .processes(
                        Processes.ALL.stream()
                                .map(name ->
                                        software.amazon.awssdk.services.autoscaling.model
                                                .ProcessType.builder()
                                                .processName(name)
                                                .build())
                                .toList())
                .build();
    }

    @Override
    public DescribeMetricCollectionTypesResponse describeMetricCollectionTypes(
            DescribeMetricCollectionTypesRequest request) {
        return DescribeMetricCollectionTypesResponse.builder()
                .metrics(
                        GroupMetrics.ALL.stream()
                                .map(name ->
                                        software.amazon.awssdk.services.autoscaling.model
                                                .MetricCollectionType.builder()
                                                .metric(name)
                                                .build())
                                .toList())
                .granularities(granularity -> granularity.granularity(GroupMetrics.GRANULARITY))
                .build();
    }

    @Override
    public DescribeTerminationPolicyTypesResponse describeTerminationPolicyTypes(
            DescribeTerminationPolicyTypesRequest request) {
        return DescribeTerminationPolicyTypesResponse.builder()
                .terminationPolicyTypes(Termination.POLICIES.stream().sorted().toList())
                .build();
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}
}
