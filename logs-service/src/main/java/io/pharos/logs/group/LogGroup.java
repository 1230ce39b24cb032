package io.pharos.logs.group;

import io.pharos.wire.Tenant;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatchlogs.model.LogGroupClass;

import java.time.Duration;
import java.util.function.Function;

/// A log group as it is kept. Its id is never used again: a group created anew under an old name has
/// another one.
///
/// @param retentionDays null: events never expire
/// @param logGroupClass never changes
/// @param bearerTokens whether API keys may write into it; null: nobody ever said, so no
public record LogGroup(
        long id,
        Tenant tenant,
        String name,
        long createdMs,
        @Nullable Integer retentionDays,
        boolean deletionProtected,
        LogGroupClass logGroupClass,
        @Nullable Boolean bearerTokens) {
    private static final long DAY_MS = Duration.ofDays(1).toMillis();

    /// AWS: its guide and Terraform say two days, its API reference one.
    private static final int DELIVERY_DAYS = 2;

    /// One of the class `STANDARD`.
    public LogGroup(
            long id,
            Tenant tenant,
            String name,
            long createdMs,
            @Nullable Integer retentionDays,
            boolean deletionProtected) {
        this(
                id,
                tenant,
                name,
                createdMs,
                retentionDays,
                deletionProtected,
                LogGroupClass.STANDARD,
                null);
    }

    /// What a new group's retention is; null: its events never expire.
    public static @Nullable Integer retentionDays(LogGroupClass logGroupClass) {
        return logGroupClass == LogGroupClass.DELIVERY ? DELIVERY_DAYS : null;
    }

    /// Whether its events are there to be delivered elsewhere and for nothing else.
    public boolean isForDelivery() {
        return logGroupClass == LogGroupClass.DELIVERY;
    }

    public boolean isStandard() {
        return logGroupClass == LogGroupClass.STANDARD;
    }

    /// This group, when it has all of AWS's features.
    ///
    /// @param failure what is thrown otherwise
    public LogGroup requireStandard(Function<String, ? extends RuntimeException> failure) {
        if (!isStandard()) {
            throw failure.apply(
                    "This operation is not supported for log groups of the class "
                            + logGroupClass
                            + ".");
        }
        return this;
    }

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
