package io.pharos.logs.contributor;

import io.pharos.wire.Tenant;

import java.time.Duration;

/// A rule as it is kept.
///
/// @param revision grows when its definition changes; what an earlier one counted is forgotten
/// @param onTransformed whether it sees what a group's transformer makes of events
/// @param sinceMs when it was put or last enabled
public record InsightRule(
        long id,
        int revision,
        Tenant tenant,
        String name,
        String definition,
        boolean enabled,
        boolean onTransformed,
        long sinceMs) {
    /// AWS: rules an account and region.
    public static final int MAX_RULES = 100;

    /// What stands before the name in a rule's ARN.
    public static final String RESOURCE = "insight-rule/";

    /// The front door's clock may be this much behind the one that dated the rule.
    private static final long CLOCK_SKEW_MS = Duration.ofSeconds(5).toMillis();

    /// AWS: a rule evaluates events as they come in, none from before it was enabled.
    public boolean seesEventsOf(long receivedMs) {
        return enabled && receivedMs >= sinceMs - CLOCK_SKEW_MS;
    }
}
