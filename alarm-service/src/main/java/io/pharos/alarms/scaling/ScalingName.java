package io.pharos.alarms.scaling;

import io.pharos.wire.Tenant;

import java.util.Optional;
import java.util.UUID;

/// ARNs of Auto Scaling. Group names have no colons here, so that a policy's ARN has one reading.
public final class ScalingName {
    private static final String GROUP = ":autoScalingGroupName/";
    private static final String POLICY = ":policyName/";

    private ScalingName() {}

    /// A policy as its ARN names it.
    public record PolicyName(Tenant tenant, String group, String policy) {}

    public static String group(Tenant tenant, UUID id, String name) {
        return arn(tenant, "autoScalingGroup", id, GROUP + name);
    }

    public static String policy(Tenant tenant, UUID id, String group, String name) {
        return arn(tenant, "scalingPolicy", id, GROUP + group + POLICY + name);
    }

    public static String scheduledAction(Tenant tenant, UUID id, String group, String name) {
        return arn(
                tenant,
                "scheduledUpdateGroupAction",
                id,
                GROUP + group + ":scheduledActionName/" + name);
    }

    public static String launchConfiguration(Tenant tenant, UUID id, String name) {
        return arn(tenant, "launchConfiguration", id, ":launchConfigurationName/" + name);
    }

    private static String arn(Tenant tenant, String type, UUID id, String end) {
        return tenant.arn("autoscaling", type + ":" + id + end);
    }

    /// Empty when it is no policy's ARN.
    public static Optional<PolicyName> policyOf(String arn) {
        var parts = arn.split(":", 7);
        if (parts.length < 7
                || !parts[2].equals("autoscaling")
                || !parts[5].equals("scalingPolicy")) {
            return Optional.empty();
        }
        var name = ":" + parts[6];
        var group = name.indexOf(GROUP);
        var policy = name.indexOf(POLICY, Math.max(group, 0));
        if (group < 0 || policy < 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new PolicyName(
                            new Tenant(parts[4], parts[3]),
                            name.substring(group + GROUP.length(), policy),
                            name.substring(policy + POLICY.length())));
        } catch (IllegalArgumentException noTenant) {
            return Optional.empty();
        }
    }
}
