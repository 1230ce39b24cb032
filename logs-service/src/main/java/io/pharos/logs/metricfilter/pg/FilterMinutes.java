package io.pharos.logs.metricfilter.pg;

import io.pharos.logs.metricfilter.MetricFilter;
import io.pharos.wire.Tenant;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// In which minutes the groups of filters with a default value got events, `logs.metric_filter_minute`.
/// Each partition of `log-events` has rows of its own, so that consumers do not wait for each other.
public final class FilterMinutes {
    private static final String ADD =
            """
            INSERT INTO logs.metric_filter_minute AS m
                (group_id, filter_name, minute_ms, partition, matched, touched_ms)
            SELECT ?, added.filter_name, added.minute_ms, ?, added.matched, ?
            FROM unnest(?::text[], ?::bigint[], ?::boolean[]) AS added (filter_name, minute_ms, matched)
                JOIN logs.metric_filter f ON f.group_id = ? AND f.name = added.filter_name
            ORDER BY added.filter_name, added.minute_ms
            FOR KEY SHARE OF f -- a filter that is deleted meanwhile must not fail the batch
            ON CONFLICT (group_id, filter_name, minute_ms, partition) DO UPDATE SET
                matched = m.matched OR excluded.matched,
                touched_ms = greatest(m.touched_ms, excluded.touched_ms)
            """;

    /// Minutes that are over and that no late event has touched for a while, with what is known of
    /// them from all partitions.
    private static final String DUE =
            """
            SELECT m.group_id, m.minute_ms, g.account, g.region, f.*
            FROM (
                SELECT w.group_id, w.filter_name, w.minute_ms
                FROM logs.metric_filter_minute w
                    JOIN logs.metric_filter d ON d.group_id = w.group_id AND d.name = w.filter_name
                WHERE d.default_value IS NOT NULL
                GROUP BY w.group_id, w.filter_name, w.minute_ms
                HAVING NOT bool_or(w.matched) AND w.minute_ms <= ? AND max(w.touched_ms) <= ?
                ORDER BY w.minute_ms, w.group_id, w.filter_name
                LIMIT ?
            ) AS m
                JOIN logs.metric_filter f ON f.group_id = m.group_id AND f.name = m.filter_name
                JOIN logs.log_group g ON g.id = m.group_id
            ORDER BY m.minute_ms, m.group_id, f.name
            """;

    private static final String SETTLE =
            """
            UPDATE logs.metric_filter_minute SET matched = true
            WHERE group_id = ? AND filter_name = ? AND minute_ms = ?
            """;

    private static final String FORGET =
            "DELETE FROM logs.metric_filter_minute WHERE touched_ms < ?";

    private FilterMinutes() {}

    /// A minute whose default value is to be published.
    public record Due(Tenant tenant, long groupId, MetricFilter filter, long minuteMs) {}

    /// @param minutes by filter name, then minute: whether an event matched
    public static void add(
            Connection tx,
            long groupId,
            int partition,
            Map<String, Map<Long, Boolean>> minutes,
            long nowMs)
            throws SQLException {
        if (minutes.isEmpty()) {
            return;
        }
        var names = new ArrayList<String>();
        var starts = new ArrayList<Long>();
        var matched = new ArrayList<Boolean>();
        minutes.forEach((name, ofFilter) ->
                ofFilter.forEach((minute, hit) -> {
                    names.add(name);
                    starts.add(minute);
                    matched.add(hit);
                }));
        try (var insert = tx.prepareStatement(ADD)) {
            insert.setLong(1, groupId);
            insert.setInt(2, partition);
            insert.setLong(3, nowMs);
            insert.setArray(4, tx.createArrayOf("text", names.toArray()));
            insert.setArray(5, tx.createArrayOf("bigint", starts.toArray()));
            insert.setArray(6, tx.createArrayOf("boolean", matched.toArray()));
            insert.setLong(7, groupId);
            insert.executeUpdate();
        }
    }

    /// @param overMs minutes that start then or before are over
    /// @param quietMs last touched then or before
    public static List<Due> due(Connection tx, long overMs, long quietMs, int limit)
            throws SQLException {
        try (var select = tx.prepareStatement(DUE)) {
            select.setLong(1, overMs);
            select.setLong(2, quietMs);
            select.setInt(3, limit);
            var due = new ArrayList<Due>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    due.add(
                            new Due(
                                    new Tenant(row.getString("account"), row.getString("region")),
                                    row.getLong("group_id"),
                                    PgMetricFilters.filter(row),
                                    row.getLong("minute_ms")));
                }
            }
            return due;
        }
    }

    /// Nothing more is published for this minute.
    public static void settle(Connection tx, Due due) throws SQLException {
        try (var update = tx.prepareStatement(SETTLE)) {
            update.setLong(1, due.groupId());
            update.setString(2, due.filter().name());
            update.setLong(3, due.minuteMs());
            update.executeUpdate();
        }
    }

    public static void forget(Connection tx, long touchedBeforeMs) throws SQLException {
        try (var delete = tx.prepareStatement(FORGET)) {
            delete.setLong(1, touchedBeforeMs);
            delete.executeUpdate();
        }
    }
}
