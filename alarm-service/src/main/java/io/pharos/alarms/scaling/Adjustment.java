package io.pharos.alarms.scaling;

import org.jspecify.annotations.Nullable;

/// How a simple policy, or one step of a step policy, changes a capacity.
///
/// @param type `ChangeInCapacity`, `ExactCapacity` or `PercentChangeInCapacity`
/// @param minMagnitude for percentages: change by at least so many, if at all; null for no such rule
public record Adjustment(String type, int amount, @Nullable Integer minMagnitude) {
    public static final String CHANGE = "ChangeInCapacity";
    public static final String EXACT = "ExactCapacity";
    public static final String PERCENT = "PercentChangeInCapacity";

    /// The capacity wanted, before the group's bounds. AWS: percentages round toward zero, but what is
    /// not nothing is at least one instance.
    public int from(int base) {
        return switch (type) {
            case EXACT -> amount;
            case PERCENT -> bounded(base + percent(base));
            default -> bounded((long) base + amount);
        };
    }

    private long percent(int base) {
        var exact = base * (double) amount / 100;
        if (exact == 0) {
            return 0;
        }
        var sign = exact > 0 ? 1 : -1;
        if (minMagnitude != null && Math.abs(exact) < minMagnitude) {
            return (long) sign * minMagnitude;
        }
        return Math.abs(exact) <= 1 ? sign : (long) exact;
    }

    private static int bounded(long capacity) {
        return (int) Math.clamp(capacity, 0, Integer.MAX_VALUE);
    }
}
