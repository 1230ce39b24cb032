package io.pharos.alarms.scaling.driver;

import io.pharos.alarms.scaling.GroupInstance;
import io.pharos.alarms.scaling.GroupKey;
import io.pharos.alarms.scaling.KeptGroup;
import io.pharos.wire.Tenant;

import software.amazon.awssdk.services.autoscaling.model.AutoScalingGroup;
import software.amazon.awssdk.services.autoscaling.model.LaunchConfiguration;
import software.amazon.awssdk.services.autoscaling.model.LifecycleState;
import software.amazon.awssdk.services.autoscaling.model.TagDescription;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Groups with instances on their way.
final class Work {
    static final Instant NOW = Instant.parse("2026-09-14T12:00:00Z");

    private Work() {}

    /// Instances are `s0…`, `l0…` and `t0…`, all in their state for a minute.
    static GroupWork of(int settled, int launching, int terminating, TagDescription... tags) {
        var key = new GroupKey(new Tenant("123456789012", "us-east-1"), "web");
        var group =
                AutoScalingGroup.builder()
                        .autoScalingGroupName("web")
                        .autoScalingGroupARN("arn:web")
                        .minSize(0)
                        .maxSize(9)
                        .desiredCapacity(settled + launching)
                        .tags(tags)
                        .build();
        var instances = new ArrayList<GroupInstance>();
        add(instances, "s", settled, LifecycleState.IN_SERVICE);
        add(instances, "l", launching, LifecycleState.PENDING);
        add(instances, "t", terminating, LifecycleState.TERMINATING);
        return new GroupWork(
                new KeptGroup(key, group, false, "", 0, null, 0, 0, 0),
                instances,
                LaunchConfiguration.builder()
                        .launchConfigurationName("lc")
                        .imageId("ami-1")
                        .instanceType("t3.micro")
                        .build());
    }

    private static void add(
            List<GroupInstance> to, String prefix, int count, LifecycleState state) {
        var since = NOW.minusSeconds(60).toEpochMilli();
        for (var i = 0; i < count; i++) {
            to.add(
                    new GroupInstance(
                            prefix + i,
                            null,
                            "z",
                            state,
                            true,
                            null,
                            false,
                            since,
                            since,
                            0,
                            0,
                            null));
        }
    }

    static TagDescription tag(String key, String value) {
        return TagDescription.builder().key(key).value(value).build();
    }
}
