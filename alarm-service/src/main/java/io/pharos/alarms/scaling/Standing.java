package io.pharos.alarms.scaling;

/// How a group stands when a policy is executed.
///
/// @param settled instances in service whose warm-up is over
/// @param warming whether instances are on their way or warming up
/// @param busy whether an activity runs
/// @param cooling whether the cooldown of a simple policy runs
/// @param othersWant the largest capacity that other policies asked for within the last minute; 0 for none
public record Standing(
        int min,
        int max,
        int desired,
        int settled,
        boolean warming,
        boolean busy,
        boolean cooling,
        int othersWant) {

    int clamp(int capacity) {
        return Math.clamp(capacity, min, max);
    }
}
