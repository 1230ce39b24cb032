package io.pharos.logs.query;

import io.pharos.logs.LogsError;
import io.pharos.logs.group.LogGroup;
import io.pharos.logs.insights.QueryFault;

import java.util.List;

/// Rules of where and when a query looks.
public final class QuerySource {
    /// AWS: groups that a request names.
    public static final int MAX_NAMED = 50;

    /// AWS: groups that a SOURCE may mean.
    public static final int MAX_MEANT = 10_000;

    private static final long LEAST_MS = 100_000_000_000L;
    private static final long SECOND_MS = 1_000;

    private QuerySource() {}

    /// AWS: seconds, but what can only be milliseconds is taken as such.
    public static long startMs(long given) {
        return given > LEAST_MS ? given : given * SECOND_MS;
    }

    /// The end is inclusive: all of its second.
    public static long endMs(long given) {
        return given > LEAST_MS ? given : given * SECOND_MS + SECOND_MS - 1;
    }

    /// @throws software.amazon.awssdk.services.cloudwatchlogs.model.InvalidParameterException when the
    ///     end is before the start
    public static void checkRange(long startMs, long endMs) {
        if (endMs < startMs) {
            throw LogsError.invalid("End time should not be less than start time");
        }
    }

    /// @throws software.amazon.awssdk.services.cloudwatchlogs.model.MalformedQueryException when no
    ///     group can have events in the range
    public static void checkReach(List<LogGroup> groups, long endMs, long nowMs) {
        if (!groups.isEmpty()
                && groups.stream()
                        .allMatch(group ->
                                endMs < group.createdMs()
                                        || endMs < group.expiredBeforeMs(nowMs))) {
            throw QueryFault.of(
                    "Query's end date and time is either before the log groups creation time or"
                            + " exceeds the log groups log retention settings ([0,79])");
        }
    }
}
