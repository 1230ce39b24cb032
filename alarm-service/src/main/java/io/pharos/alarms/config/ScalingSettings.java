package io.pharos.alarms.config;

import io.pharos.alarms.http.Webhook;

import org.eclipse.microprofile.config.Config;

import java.time.Duration;
import java.util.Optional;

/// Auto Scaling's settings, see the README of alarm-service.
///
/// @param maxGroups how many groups a tenant may have
/// @param maxLaunchConfigurations how many launch configurations a tenant may have
/// @param pace how long an instance takes to come or go when nothing is scaled
/// @param deadline an instance that takes longer to come or go has failed
/// @param webhook of the driver `webhook`
/// @param kubernetes of the driver `kubernetes`
public record ScalingSettings(
        String driver,
        int maxGroups,
        int maxLaunchConfigurations,
        Duration pace,
        Duration deadline,
        Optional<Webhook> webhook,
        Kubernetes kubernetes) {

    /// @param url empty for what the pod or `~/.kube/config` says
    public record Kubernetes(
            Optional<String> url, Optional<String> token, Optional<String> certificates) {}

    public ScalingSettings {
        if (maxGroups <= 0
                || maxLaunchConfigurations <= 0
                || pace.isNegative()
                || !deadline.isPositive()) {
            throw new IllegalArgumentException("a setting of pharos.scaling is out of bounds");
        }
    }

    public static ScalingSettings from(Config config) {
        return new ScalingSettings(
                config.getValue("pharos.scaling.driver", String.class),
                config.getValue("pharos.scaling.max-groups", Integer.class),
                config.getValue("pharos.scaling.max-launch-configurations", Integer.class),
                config.getValue("pharos.scaling.pace", Duration.class),
                config.getValue("pharos.scaling.deadline", Duration.class),
                AlarmSettings.webhook(config, "pharos.scaling.webhook"),
                new Kubernetes(
                        config.getOptionalValue("pharos.scaling.kubernetes-url", String.class),
                        config.getOptionalValue("pharos.scaling.kubernetes-token", String.class),
                        config.getOptionalValue(
                                "pharos.scaling.kubernetes-certificates", String.class)));
    }
}
