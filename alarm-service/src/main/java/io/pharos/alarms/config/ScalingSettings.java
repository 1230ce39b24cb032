package io.pharos.alarms.config;

import org.eclipse.microprofile.config.Config;

import java.time.Duration;

/// Auto Scaling's settings, see the README of alarm-service.
///
/// @param maxGroups how many groups a tenant may have
/// @param maxLaunchConfigurations how many launch configurations a tenant may have
/// @param pace how long an instance takes to come or go when nothing is scaled
public record ScalingSettings(
        String driver, int maxGroups, int maxLaunchConfigurations, Duration pace) {

    public ScalingSettings {
        if (maxGroups <= 0 || maxLaunchConfigurations <= 0 || pace.isNegative()) {
            throw new IllegalArgumentException("a setting of pharos.scaling is out of bounds");
        }
    }

    public static ScalingSettings from(Config config) {
        return new ScalingSettings(
                config.getValue("pharos.scaling.driver", String.class),
                config.getValue("pharos.scaling.max-groups", Integer.class),
                config.getValue("pharos.scaling.max-launch-configurations", Integer.class),
                config.getValue("pharos.scaling.pace", Duration.class));
    }
}
