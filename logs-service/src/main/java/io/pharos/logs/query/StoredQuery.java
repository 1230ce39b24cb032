package io.pharos.logs.query;

import io.pharos.logs.insights.plan.QueryStatistics;
import io.pharos.wire.Tenant;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatchlogs.model.QueryStatus;

import java.time.Duration;
import java.util.List;
import java.util.UUID;

/// A query as it is kept.
///
/// @param groups names
/// @param startedBy the ARN of who did; null: not known
/// @param startMs inclusive
/// @param endMs inclusive
/// @param aliveMs when it was last seen running, or ended
public record StoredQuery(
        UUID id,
        Tenant tenant,
        String text,
        List<String> groups,
        long startMs,
        long endMs,
        QueryStatus status,
        long createdMs,
        long aliveMs,
        QueryStatistics statistics,
        @Nullable String startedBy) {
    /// AWS: queries of one account and region that run at the same time.
    public static final int MAX_RUNNING = 100;

    /// AWS: how long results are kept.
    public static final Duration KEPT = Duration.ofDays(7);

    /// AWS: how long a query may take.
    public static final Duration TIMEOUT = Duration.ofMinutes(60);

    /// A query whose runner was not heard of for so long has failed with it.
    public static final Duration SILENCE = Duration.ofSeconds(15);

    /// What clients see: a query that nobody runs any more has failed.
    public QueryStatus status(long nowMs) {
        return isRunning() && nowMs - aliveMs > SILENCE.toMillis() ? QueryStatus.FAILED : status;
    }

    /// How long it ran; null: it has not ended.
    public @Nullable Long durationMs(long nowMs) {
        return switch (status(nowMs)) {
            case RUNNING, SCHEDULED -> null;
            default -> Math.max(0, aliveMs - createdMs);
        };
    }

    /// Whether it has not ended, as far as is written.
    public boolean isRunning() {
        return status == QueryStatus.RUNNING || status == QueryStatus.SCHEDULED;
    }
}
