package io.pharos.alarms.ledger;

import org.jspecify.annotations.Nullable;

/// Which history DescribeAlarmHistory is asked for; null asks for any.
///
/// @param startMs the earliest time wanted
/// @param endMs the latest time wanted
/// @param after where the page before this one ended
/// @param limit how many are wanted
public record HistoryFilter(
        @Nullable String name,
        @Nullable String type,
        long startMs,
        long endMs,
        boolean newestFirst,
        @Nullable Position after,
        int limit) {

    /// A place in the history of a tenant.
    public record Position(long atMs, long id) {}
}
