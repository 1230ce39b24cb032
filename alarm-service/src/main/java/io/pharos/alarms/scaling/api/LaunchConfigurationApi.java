package io.pharos.alarms.scaling.api;

import io.pharos.alarms.scaling.ScalingName;
import io.pharos.alarms.scaling.pg.LaunchConfigurationLedger;
import io.pharos.wire.AwsError;
import io.pharos.wire.Constraints;

import jakarta.inject.Singleton;

import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.autoscaling.model.CreateLaunchConfigurationRequest;
import software.amazon.awssdk.services.autoscaling.model.CreateLaunchConfigurationResponse;
import software.amazon.awssdk.services.autoscaling.model.DeleteLaunchConfigurationRequest;
import software.amazon.awssdk.services.autoscaling.model.DeleteLaunchConfigurationResponse;
import software.amazon.awssdk.services.autoscaling.model.DescribeLaunchConfigurationsRequest;
import software.amazon.awssdk.services.autoscaling.model.DescribeLaunchConfigurationsResponse;
import software.amazon.awssdk.services.autoscaling.model.InstanceMonitoring;
import software.amazon.awssdk.services.autoscaling.model.LaunchConfiguration;

import java.util.UUID;

/// Launch configurations. Pharos starts no machines: what a configuration says is kept, told, and
/// handed to the driver of its groups.
@Singleton
final class LaunchConfigurationApi implements AutoScalingClient {
    private final LaunchConfigurationLedger ledger;

    LaunchConfigurationApi(LaunchConfigurationLedger ledger) {
        this.ledger = ledger;
    }

    @Override
    public CreateLaunchConfigurationResponse createLaunchConfiguration(
            CreateLaunchConfigurationRequest request) {
        Constraints.check()
                .required("launchConfigurationName", request.launchConfigurationName())
                .length("launchConfigurationName", request.launchConfigurationName(), 1, 255)
                .length("imageId", request.imageId(), 1, 255)
                .length("instanceType", request.instanceType(), 1, 255)
                .length("userData", request.userData(), 0, 21_847)
                .orThrow();
        if (request.instanceId() != null) {
            throw AwsError.validation("InstanceId is not supported.");
        }
        if (request.imageId() == null || request.instanceType() == null) {
            throw AwsError.validation(
                    "Valid requests must contain either the InstanceID parameter or both the"
                            + " ImageId and InstanceType parameters.");
        }
        ledger.create(GroupApi.tenant(), configuration(request));
        return CreateLaunchConfigurationResponse.builder().build();
    }

    private static LaunchConfiguration configuration(CreateLaunchConfigurationRequest request) {
        var name = request.launchConfigurationName();
        return LaunchConfiguration.builder()
                .launchConfigurationName(name)
                .launchConfigurationARN(
                        ScalingName.launchConfiguration(GroupApi.tenant(), UUID.randomUUID(), name))
                .imageId(request.imageId())
                .keyName(request.keyName() == null ? "" : request.keyName())
                .securityGroups(request.securityGroups())
                .classicLinkVPCId(request.classicLinkVPCId())
                .classicLinkVPCSecurityGroups(request.classicLinkVPCSecurityGroups())
                .userData(request.userData() == null ? "" : request.userData())
                .instanceType(request.instanceType())
                .kernelId(request.kernelId() == null ? "" : request.kernelId())
                .ramdiskId(request.ramdiskId() == null ? "" : request.ramdiskId())
                .blockDeviceMappings(request.blockDeviceMappings())
                .instanceMonitoring(
                        request.instanceMonitoring() == null
                                ? InstanceMonitoring.builder().enabled(true).build()
                                : request.instanceMonitoring())
                .spotPrice(request.spotPrice())
                .iamInstanceProfile(request.iamInstanceProfile())
                .createdTime(GroupApi.now())
                .ebsOptimized(Boolean.TRUE.equals(request.ebsOptimized()))
                .associatePublicIpAddress(request.associatePublicIpAddress())
                .placementTenancy(request.placementTenancy())
                .metadataOptions(request.metadataOptions())
                .build();
    }

    @Override
    public DescribeLaunchConfigurationsResponse describeLaunchConfigurations(
            DescribeLaunchConfigurationsRequest request) {
        var limit = Page.limit(request.maxRecords(), Page.DEFAULT);
        var found =
                ledger.list(
                        GroupApi.tenant(),
                        request.launchConfigurationNames(),
                        Page.after(request.nextToken()));
        var page = Page.of(found, limit, LaunchConfiguration::launchConfigurationName);
        return DescribeLaunchConfigurationsResponse.builder()
                .launchConfigurations(page.items())
                .nextToken(page.nextToken())
                .build();
    }

    @Override
    public DeleteLaunchConfigurationResponse deleteLaunchConfiguration(
            DeleteLaunchConfigurationRequest request) {
        Constraints.check()
                .required("launchConfigurationName", request.launchConfigurationName())
                .orThrow();
        ledger.delete(GroupApi.tenant(), request.launchConfigurationName());
        return DeleteLaunchConfigurationResponse.builder().build();
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}
}
