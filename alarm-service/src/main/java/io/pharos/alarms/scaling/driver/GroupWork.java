package io.pharos.alarms.scaling.driver;

import io.pharos.alarms.scaling.GroupInstance;
import io.pharos.alarms.scaling.KeptGroup;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.autoscaling.model.LaunchConfiguration;
import software.amazon.awssdk.services.autoscaling.model.LifecycleState;

import java.util.List;

/// A group with instances on their way in or out.
///
/// @param instances all of the group
/// @param launchConfiguration null when the group launches from a template
public record GroupWork(
        KeptGroup group,
        List<GroupInstance> instances,
        @Nullable LaunchConfiguration launchConfiguration) {

    /// Oldest first.
    public List<GroupInstance> launching() {
        return instances.stream()
                .filter(instance -> instance.state() == LifecycleState.PENDING)
                .toList();
    }

    /// Oldest first.
    public List<GroupInstance> terminating() {
        return instances.stream().filter(GroupInstance::isGoing).toList();
    }

    /// Instances there are to be when all that is under way is done.
    public int wanted() {
        return instances.size() - terminating().size();
    }

    public boolean isDone() {
        return launching().isEmpty() && terminating().isEmpty();
    }
}
