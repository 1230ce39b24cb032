package io.pharos.logs.transform;

/// One processor, ready for events.
@FunctionalInterface
interface Step {
    /// @return false: it failed, and with it the transformation of this event
    boolean apply(Draft draft);
}
