package io.pharos.alarms.scaling.driver;

import java.time.Instant;
import java.util.Map;

/// Makes instances come and go. Asked again and again until all are where they are to be, at times by
/// two processes at once: to ask twice for one instance must be no more than to ask once.
public interface CapacityDriver {
    /// Does what is to be done next for the launching and terminating instances, and tells of them.
    /// May block for seconds.
    ///
    /// @return by instance id; an instance that is left out is waiting
    Map<String, Outcome> advance(GroupWork work, Instant now);

    /// Whether it is told which instances come and go, so that a hook may hold one of them.
    default boolean knowsInstances() {
        return true;
    }

    /// Whether instances are rows and nothing else: then any may be put into a group, or taken out of
    /// it and live on.
    default boolean isBookkeeping() {
        return false;
    }
}
