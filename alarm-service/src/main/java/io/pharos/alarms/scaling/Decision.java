package io.pharos.alarms.scaling;

import org.jspecify.annotations.Nullable;

/// What comes of a policy's execution.
///
/// @param desired the group's desired capacity from now on
/// @param wanted what the policy asks for, in the group's bounds: other policies may want more
/// @param stay why nothing changes; null when it does
public record Decision(int desired, int wanted, @Nullable String stay) {
    static Decision stay(Standing standing, int wanted, String why) {
        return new Decision(standing.desired(), wanted, why);
    }

    public boolean changes() {
        return stay == null;
    }
}
