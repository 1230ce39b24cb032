package io.pharos.alarms.alarm;

import io.pharos.wire.Tenant;

/// Names an alarm: names are case-sensitive and shared by all alarm types of a tenant.
public record AlarmKey(Tenant tenant, String name) {
    public String arn() {
        return tenant.arn("cloudwatch", "alarm:" + name);
    }
}
