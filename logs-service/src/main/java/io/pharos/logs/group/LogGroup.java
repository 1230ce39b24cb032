package io.pharos.logs.group;

import io.pharos.wire.Tenant;

import org.jspecify.annotations.Nullable;

import java.time.Duration;

/// A log group as it is kept. Its id is never used again: a group created anew under an old name has
/// another one.
///
/// @param retentionDays null: events never expire
public record LogGroup(
        long id,
        Tenant tenant,
        String name,
        long createdMs,
        @Nullable Integer retentionDays,
        boolean deletionProtected) {
    private static final long DAY_MS = Duration.ofDays(1).toMillis();

    /// The form that `TagResource` and `logGroupIdentifier` take.
    public String arn() {
        return tenant.arn("logs", "log-group:" + name);
    }

    /// The form with `:*` that IAM policies and the member `arn` use.
    public String wildcardArn() {
        return arn() + ":*";
    }

    /// Events before this time have expired at `nowMs`; 0 when they never do.
    public long expiredBeforeMs(long nowMs) {
        return retentionDays == null ? 0 : Math.max(0, nowMs - retentionDays * DAY_MS);
    }
}
