package io.pharos.alarms.scaling;

import io.pharos.wire.AwsError;
import io.pharos.wire.Constraints;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.autoscaling.model.AutoScalingGroup;
import software.amazon.awssdk.services.autoscaling.model.AvailabilityZoneDistribution;
import software.amazon.awssdk.services.autoscaling.model.CapacityDistributionStrategy;
import software.amazon.awssdk.services.autoscaling.model.CreateAutoScalingGroupRequest;
import software.amazon.awssdk.services.autoscaling.model.LaunchTemplateSpecification;
import software.amazon.awssdk.services.autoscaling.model.UpdateAutoScalingGroupRequest;

import java.time.Instant;
import java.util.List;

/// What CreateAutoScalingGroup and UpdateAutoScalingGroup take, and the group that comes of them. What
/// Pharos can not do for a group is refused, never ignored.
public final class GroupRules {
    static final int DEFAULT_COOLDOWN_S = 300;
    static final int MAX_CAPACITY = 10_000;

    private GroupRules() {}

    /// @throws AwsError `ValidationError`
    public static void check(CreateAutoScalingGroupRequest request) {
        Constraints.check()
                .required("autoScalingGroupName", request.autoScalingGroupName())
                .length("autoScalingGroupName", request.autoScalingGroupName(), 1, 255)
                .length("launchConfigurationName", request.launchConfigurationName(), 1, 255)
                .required("minSize", request.minSize())
                .required("maxSize", request.maxSize())
                .orThrow();
        if (request.autoScalingGroupName().contains(":")) {
            throw AwsError.validation("AutoScalingGroupName must not contain a colon.");
        }
        refuseOnCreate(request);
        checkSource(request);
        if (request.availabilityZones().isEmpty() && isBlank(request.vpcZoneIdentifier())) {
            throw AwsError.validation("At least one Availability Zone or VPC Subnet is required.");
        }
        checkNumbers(
                request.defaultCooldown(),
                request.healthCheckGracePeriod(),
                request.defaultInstanceWarmup());
        checkHealth(request.healthCheckType());
        checkTermination(request.terminationPolicies());
        request.tags().forEach(GroupTags::check);
    }

    private static void checkSource(CreateAutoScalingGroupRequest request) {
        if ((request.launchConfigurationName() == null) == (request.launchTemplate() == null)) {
            throw AwsError.validation(
                    "Valid requests must contain either LaunchTemplate, LaunchConfigurationName,"
                            + " InstanceId or MixedInstancesPolicy parameter.");
        }
        checkTemplate(request.launchTemplate());
    }

    private static void checkTemplate(@Nullable LaunchTemplateSpecification template) {
        if (template != null
                && (template.launchTemplateId() == null)
                        == (template.launchTemplateName() == null)) {
            throw AwsError.validation(
                    "Valid requests must contain either launchTemplateId or LaunchTemplateName");
        }
    }

    private static void refuseOnCreate(CreateAutoScalingGroupRequest request) {
        refuse(request.instanceId(), "InstanceId");
        refuse(request.mixedInstancesPolicy(), "MixedInstancesPolicy");
        refuse(orNull(request.loadBalancerNames()), "LoadBalancerNames");
        refuse(orNull(request.targetGroupARNs()), "TargetGroupARNs");
        refuse(orNull(request.trafficSources()), "TrafficSources");
        refuse(orNull(request.maxInstanceLifetime()), "MaxInstanceLifetime");
        refuse(orNull(request.capacityRebalance()), "CapacityRebalance");
        refuse(request.instanceMaintenancePolicy(), "InstanceMaintenancePolicy");
        refuse(request.availabilityZoneImpairmentPolicy(), "AvailabilityZoneImpairmentPolicy");
        refuse(request.capacityReservationSpecification(), "CapacityReservationSpecification");
        refuse(request.instanceLifecyclePolicy(), "InstanceLifecyclePolicy");
        refuseDistribution(request.availabilityZoneDistribution());
        refuseUnits(request.desiredCapacityType());
    }

    /// @throws AwsError `ValidationError`
    public static void check(UpdateAutoScalingGroupRequest request) {
        Constraints.check()
                .required("autoScalingGroupName", request.autoScalingGroupName())
                .length("autoScalingGroupName", request.autoScalingGroupName(), 1, 255)
                .length("launchConfigurationName", request.launchConfigurationName(), 1, 255)
                .orThrow();
        refuse(request.mixedInstancesPolicy(), "MixedInstancesPolicy");
        refuse(orNull(request.maxInstanceLifetime()), "MaxInstanceLifetime");
        refuse(orNull(request.capacityRebalance()), "CapacityRebalance");
        refuse(request.instanceMaintenancePolicy(), "InstanceMaintenancePolicy");
        refuse(request.availabilityZoneImpairmentPolicy(), "AvailabilityZoneImpairmentPolicy");
        refuse(request.capacityReservationSpecification(), "CapacityReservationSpecification");
        refuse(request.instanceLifecyclePolicy(), "InstanceLifecyclePolicy");
        refuseDistribution(request.availabilityZoneDistribution());
        refuseUnits(request.desiredCapacityType());
        if (request.launchConfigurationName() != null && request.launchTemplate() != null) {
            throw AwsError.validation(
                    "Only one of LaunchTemplate and LaunchConfigurationName may be specified.");
        }
        checkTemplate(request.launchTemplate());
        checkNumbers(
                request.defaultCooldown(),
                request.healthCheckGracePeriod(),
                request.defaultInstanceWarmup());
        checkHealth(request.healthCheckType());
        checkTermination(request.terminationPolicies());
    }

    private static void refuseUnits(@Nullable String type) {
        if (type != null && !type.isEmpty() && !type.equals("units")) {
            refuse(type, "DesiredCapacityType");
        }
    }

    /// The default is Terraform's way of saying nothing.
    private static void refuseDistribution(@Nullable AvailabilityZoneDistribution distribution) {
        if (distribution != null
                && distribution.capacityDistributionStrategy()
                        != CapacityDistributionStrategy.BALANCED_BEST_EFFORT) {
            refuse(distribution, "AvailabilityZoneDistribution");
        }
    }

    private static void refuse(@Nullable Object value, String name) {
        if (value != null) {
            throw AwsError.validation(name + " is not supported.");
        }
    }

    private static @Nullable Object orNull(List<?> list) {
        return list.isEmpty() ? null : list;
    }

    /// 0 is AWS's "none".
    private static @Nullable Object orNull(@Nullable Integer number) {
        return number == null || number == 0 ? null : number;
    }

    private static @Nullable Object orNull(@Nullable Boolean flag) {
        return Boolean.TRUE.equals(flag) ? flag : null;
    }

    private static boolean isBlank(@Nullable String text) {
        return text == null || text.isBlank();
    }

    private static void checkNumbers(
            @Nullable Integer cooldown, @Nullable Integer grace, @Nullable Integer warmup) {
        Constraints.check()
                .atLeast("defaultCooldown", cooldown, 0)
                .atLeast("healthCheckGracePeriod", grace, 0)
                // -1 takes a warm-up away again.
                .atLeast("defaultInstanceWarmup", warmup, -1)
                .orThrow();
    }

    private static void checkHealth(@Nullable String type) {
        if (type == null) {
            return;
        }
        for (var one : type.split(",", -1)) {
            if (!one.equals("EC2") && !one.equals("ELB")) {
                throw AwsError.validation(
                        "Health check types other than EC2 and ELB are not supported: " + type);
            }
        }
    }

    private static void checkTermination(List<String> policies) {
        for (var policy : policies) {
            if (!Termination.POLICIES.contains(policy)) {
                throw AwsError.validation("Unsupported termination policy: " + policy);
            }
        }
    }

    /// @throws AwsError when the numbers do not stand in a row
    public static void checkSizes(int min, int max, int desired) {
        if (min < 0 || max > MAX_CAPACITY) {
            throw AwsError.validation("Group sizes must be between 0 and " + MAX_CAPACITY + ".");
        }
        if (min > max) {
            throw AwsError.validation(
                    "Max bound, " + max + ", must be greater than or equal to min bound, " + min);
        }
        if (desired < min || desired > max) {
            throw AwsError.validation(
                    "Desired capacity:"
                            + desired
                            + " must be between the specified min size:"
                            + min
                            + " and max size:"
                            + max);
        }
    }

    /// The group as it is kept, without instances.
    public static AutoScalingGroup create(
            CreateAutoScalingGroupRequest request, String arn, String accountRole, Instant now) {
        var name = request.autoScalingGroupName();
        var desired =
                request.desiredCapacity() == null ? request.minSize() : request.desiredCapacity();
        checkSizes(request.minSize(), request.maxSize(), desired);
        return AutoScalingGroup.builder()
                .autoScalingGroupName(name)
                .autoScalingGroupARN(arn)
                .launchConfigurationName(request.launchConfigurationName())
                .launchTemplate(request.launchTemplate())
                .minSize(request.minSize())
                .maxSize(request.maxSize())
                .desiredCapacity(desired)
                .defaultCooldown(
                        request.defaultCooldown() == null
                                ? DEFAULT_COOLDOWN_S
                                : request.defaultCooldown())
                .availabilityZones(request.availabilityZones())
                .loadBalancerNames(List.of())
                .targetGroupARNs(List.of())
                .trafficSources(List.of())
                .healthCheckType(
                        request.healthCheckType() == null ? "EC2" : request.healthCheckType())
                .healthCheckGracePeriod(
                        request.healthCheckGracePeriod() == null
                                ? 0
                                : request.healthCheckGracePeriod())
                .createdTime(now)
                .suspendedProcesses(List.of())
                .placementGroup(request.placementGroup())
                .vpcZoneIdentifier(
                        request.vpcZoneIdentifier() == null ? "" : request.vpcZoneIdentifier())
                .enabledMetrics(List.of())
                .tags(GroupTags.told(name, request.tags()))
                .terminationPolicies(orDefault(request.terminationPolicies()))
                .newInstancesProtectedFromScaleIn(
                        Boolean.TRUE.equals(request.newInstancesProtectedFromScaleIn()))
                .serviceLinkedRoleARN(
                        request.serviceLinkedRoleARN() == null
                                ? accountRole
                                : request.serviceLinkedRoleARN())
                .capacityRebalance(request.capacityRebalance())
                .context(request.context())
                .desiredCapacityType(request.desiredCapacityType())
                .defaultInstanceWarmup(warmup(request.defaultInstanceWarmup()))
                .build();
    }

    private static List<String> orDefault(List<String> policies) {
        return policies.isEmpty() ? List.of("Default") : policies;
    }

    private static @Nullable Integer warmup(@Nullable Integer given) {
        return given == null || given < 0 ? null : given;
    }

    /// The group with the given members changed. A bound that passes the desired capacity takes it along,
    /// unless one is given too.
    public static AutoScalingGroup update(
            AutoScalingGroup group, UpdateAutoScalingGroupRequest request) {
        int min = request.minSize() == null ? group.minSize() : request.minSize();
        int max = request.maxSize() == null ? group.maxSize() : request.maxSize();
        var desired =
                request.desiredCapacity() == null
                        ? Math.min(Math.max(group.desiredCapacity(), min), max)
                        : request.desiredCapacity();
        checkSizes(min, max, desired);
        var to = group.toBuilder().minSize(min).maxSize(max).desiredCapacity(desired);
        if (request.launchConfigurationName() != null) {
            to.launchConfigurationName(request.launchConfigurationName());
            to.launchTemplate((LaunchTemplateSpecification) null);
        }
        if (request.launchTemplate() != null) {
            to.launchTemplate(request.launchTemplate());
            to.launchConfigurationName(null);
        }
        if (request.defaultCooldown() != null) {
            to.defaultCooldown(request.defaultCooldown());
        }
        if (!request.availabilityZones().isEmpty()) {
            to.availabilityZones(request.availabilityZones());
        }
        if (request.vpcZoneIdentifier() != null) {
            to.vpcZoneIdentifier(request.vpcZoneIdentifier());
        }
        if (request.healthCheckType() != null) {
            to.healthCheckType(request.healthCheckType());
        }
        if (request.healthCheckGracePeriod() != null) {
            to.healthCheckGracePeriod(request.healthCheckGracePeriod());
        }
        if (request.placementGroup() != null) {
            to.placementGroup(request.placementGroup());
        }
        if (request.hasTerminationPolicies()) {
            to.terminationPolicies(orDefault(request.terminationPolicies()));
        }
        if (request.newInstancesProtectedFromScaleIn() != null) {
            to.newInstancesProtectedFromScaleIn(request.newInstancesProtectedFromScaleIn());
        }
        if (request.serviceLinkedRoleARN() != null) {
            to.serviceLinkedRoleARN(request.serviceLinkedRoleARN());
        }
        if (request.context() != null) {
            to.context(request.context());
        }
        if (request.defaultInstanceWarmup() != null) {
            to.defaultInstanceWarmup(warmup(request.defaultInstanceWarmup()));
        }
        return to.build();
    }
}
