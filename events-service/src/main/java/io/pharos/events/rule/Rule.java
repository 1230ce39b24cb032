package io.pharos.events.rule;

import io.pharos.events.bus.BusName;

import org.jspecify.annotations.Nullable;

/// A rule: what it matches, when it fires by itself, or both.
///
/// @param pattern null when it only fires by its schedule
/// @param schedule null when it only matches events
public record Rule(
        BusName bus,
        String name,
        @Nullable String pattern,
        @Nullable String schedule,
        State state,
        @Nullable String description,
        @Nullable String roleArn,
        String createdBy) {

    /// Names are AWS's.
    public enum State {
        ENABLED,
        DISABLED,
        /// Sees read-only calls among the `AWS API Call via CloudTrail` events too.
        ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS;

        public boolean isEnabled() {
            return this != DISABLED;
        }
    }

    public String arn() {
        return new RuleName(bus, name).arn();
    }
}
