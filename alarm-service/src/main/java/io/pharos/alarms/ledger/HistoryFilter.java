package io.pharos.alarms.ledger;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatch.model.AlarmType;

import java.util.Set;

/// Which history DescribeAlarmHistory is asked for; null asks for any.
///
/// @param alarmTypes items of alarms of other kinds are left out
/// @param startMs the earliest time wanted
/// @param endMs the latest time wanted
/// @param after where the page before this one ended
/// @param limit how many are wanted
public record HistoryFilter(
        Set<AlarmType> alarmTypes,
        @Nullable String name,
        @Nullable String contributor,
        @Nullable String type,
        long startMs,
        long endMs,
        boolean newestFirst,
        @Nullable Position after,
        int limit) {

    /// A place in the history of a tenant.
    public record Position(long atMs, long id) {}
}
