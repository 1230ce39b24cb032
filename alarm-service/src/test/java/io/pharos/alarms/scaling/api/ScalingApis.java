package io.pharos.alarms.scaling.api;

import io.pharos.alarms.api.OneClient;
import io.pharos.alarms.ledger.pg.PolicyAlarms;
import io.pharos.alarms.scaling.driver.CapacityDriver;
import io.pharos.alarms.scaling.pg.ActivityLedger;
import io.pharos.alarms.scaling.pg.GroupLedger;
import io.pharos.alarms.scaling.pg.InstanceLedger;
import io.pharos.alarms.scaling.pg.LaunchConfigurationLedger;
import io.pharos.alarms.scaling.pg.LifecycleLedger;
import io.pharos.alarms.scaling.pg.NotificationLedger;
import io.pharos.alarms.scaling.pg.PolicyLedger;
import io.pharos.alarms.scaling.pg.ScheduleLedger;
import io.pharos.kit.Database;
import io.pharos.wire.Caller;
import io.pharos.wire.Tenant;

import software.amazon.awssdk.services.autoscaling.AutoScalingClient;

import java.time.InstantSource;
import java.util.List;

/// The API classes of Auto Scaling as one client: every call as a caller of one tenant, at the clock's
/// time.
public final class ScalingApis {
    public static final Tenant TENANT = new Tenant("123456789012", "us-east-1");

    static final int MAX_GROUPS = 3;
    static final int MAX_CONFIGURATIONS = 2;

    private ScalingApis() {}

    /// What there is, kept in one database.
    public static AutoScalingClient client(
            Database database, InstantSource clock, CapacityDriver driver) {
        var alarms = new PolicyAlarms(100);
        var groups = new GroupLedger(database, alarms, MAX_GROUPS);
        var configurations = new LaunchConfigurationLedger(database, MAX_CONFIGURATIONS);
        var apis =
                List.of(
                        new GroupApi(groups, driver),
                        new LaunchConfigurationApi(configurations),
                        new PolicyApi(
                                new PolicyLedger(database, alarms), new ActivityLedger(database)),
                        new GroupSettingsApi(groups),
                        new InstancesApi(new InstanceLedger(database), driver),
                        new LifecycleApi(new LifecycleLedger(database), driver),
                        new ScheduleApi(new ScheduleLedger(database), groups),
                        new NotificationApi(new NotificationLedger(database)),
                        new TypesApi(groups, configurations, MAX_GROUPS, MAX_CONFIGURATIONS));
        return OneClient.of(AutoScalingClient.class, apis, () -> caller(clock));
    }

    private static Caller caller(InstantSource clock) {
        return new Caller(TENANT, "AKID", "arn", "request", clock.instant(), "ip", "test");
    }
}
