package io.pharos.alarms.scaling.api;

import io.pharos.alarms.scaling.driver.CapacityDriver;
import io.pharos.alarms.scaling.pg.InstanceLedger;
import io.pharos.wire.AwsError;
import io.pharos.wire.Constraints;

import jakarta.inject.Singleton;

import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.autoscaling.model.AttachInstancesRequest;
import software.amazon.awssdk.services.autoscaling.model.AttachInstancesResponse;
import software.amazon.awssdk.services.autoscaling.model.DetachInstancesRequest;
import software.amazon.awssdk.services.autoscaling.model.DetachInstancesResponse;
import software.amazon.awssdk.services.autoscaling.model.EnterStandbyRequest;
import software.amazon.awssdk.services.autoscaling.model.EnterStandbyResponse;
import software.amazon.awssdk.services.autoscaling.model.ExitStandbyRequest;
import software.amazon.awssdk.services.autoscaling.model.ExitStandbyResponse;
import software.amazon.awssdk.services.autoscaling.model.SetInstanceHealthRequest;
import software.amazon.awssdk.services.autoscaling.model.SetInstanceHealthResponse;
import software.amazon.awssdk.services.autoscaling.model.SetInstanceProtectionRequest;
import software.amazon.awssdk.services.autoscaling.model.SetInstanceProtectionResponse;

import java.util.List;
import java.util.regex.Pattern;

/// What is done to single instances: attaching, detaching, health, protection, standby.
@Singleton
final class InstancesApi implements AutoScalingClient {
    private static final int MAX_AT_ONCE = 20;
    private static final Pattern ID = Pattern.compile("i-([0-9a-f]{8}|[0-9a-f]{17})");

    private final InstanceLedger instances;
    private final CapacityDriver driver;

    InstancesApi(InstanceLedger instances, CapacityDriver driver) {
        this.instances = instances;
        this.driver = driver;
    }

    @Override
    public AttachInstancesResponse attachInstances(AttachInstancesRequest request) {
        check(request.instanceIds());
        for (var id : request.instanceIds()) {
            if (!ID.matcher(id).matches()) {
                throw AwsError.validation("Invalid Instance ID: " + id);
            }
        }
        instances.attach(
                GroupApi.tenant(),
                GroupApi.requireName(request.autoScalingGroupName()),
                request.instanceIds(),
                GroupApi.now());
        return AttachInstancesResponse.builder().build();
    }

    @Override
    public DetachInstancesResponse detachInstances(DetachInstancesRequest request) {
        Constraints.check()
                .required(
                        "shouldDecrementDesiredCapacity", request.shouldDecrementDesiredCapacity())
                .orThrow();
        check(request.instanceIds());
        var activities =
                instances.detach(
                        GroupApi.tenant(),
                        GroupApi.requireName(request.autoScalingGroupName()),
                        request.instanceIds(),
                        request.shouldDecrementDesiredCapacity(),
                        GroupApi.now());
        return DetachInstancesResponse.builder().activities(activities).build();
    }

    /// What a driver scales is its own: nothing can be put there, or taken away and live on.
    private void check(List<String> ids) {
        Constraints.check().size("instanceIds", ids, 1, MAX_AT_ONCE).orThrow();
        if (!driver.isBookkeeping()) {
            throw AwsError.validation(
                    "Instances of groups that a driver scales can neither be attached nor detached.");
        }
    }

    @Override
    public SetInstanceHealthResponse setInstanceHealth(SetInstanceHealthRequest request) {
        Constraints.check()
                .required("instanceId", request.instanceId())
                .required("healthStatus", request.healthStatus())
                .orThrow();
        var status = request.healthStatus();
        if (!status.equals("Healthy") && !status.equals("Unhealthy")) {
            throw AwsError.validation("Valid instance health states are: [Healthy, Unhealthy].");
        }
        instances.setHealth(
                GroupApi.tenant(),
                request.instanceId(),
                status.equals("Healthy"),
                !Boolean.FALSE.equals(request.shouldRespectGracePeriod()),
                GroupApi.now());
        return SetInstanceHealthResponse.builder().build();
    }

    @Override
    public SetInstanceProtectionResponse setInstanceProtection(
            SetInstanceProtectionRequest request) {
        Constraints.check()
                .required("protectedFromScaleIn", request.protectedFromScaleIn())
                .size("instanceIds", request.instanceIds(), 1, 50)
                .orThrow();
        instances.protect(
                GroupApi.tenant(),
                GroupApi.requireName(request.autoScalingGroupName()),
                request.instanceIds(),
                request.protectedFromScaleIn(),
                GroupApi.now());
        return SetInstanceProtectionResponse.builder().build();
    }

    @Override
    public EnterStandbyResponse enterStandby(EnterStandbyRequest request) {
        Constraints.check()
                .required(
                        "shouldDecrementDesiredCapacity", request.shouldDecrementDesiredCapacity())
                .size("instanceIds", request.instanceIds(), 1, 50)
                .orThrow();
        var activities =
                instances.standby(
                        GroupApi.tenant(),
                        GroupApi.requireName(request.autoScalingGroupName()),
                        request.instanceIds(),
                        request.shouldDecrementDesiredCapacity(),
                        GroupApi.now());
        return EnterStandbyResponse.builder().activities(activities).build();
    }

    @Override
    public ExitStandbyResponse exitStandby(ExitStandbyRequest request) {
        Constraints.check().size("instanceIds", request.instanceIds(), 1, 50).orThrow();
        var activities =
                instances.unstandby(
                        GroupApi.tenant(),
                        GroupApi.requireName(request.autoScalingGroupName()),
                        request.instanceIds(),
                        GroupApi.now());
        return ExitStandbyResponse.builder().activities(activities).build();
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}
}
