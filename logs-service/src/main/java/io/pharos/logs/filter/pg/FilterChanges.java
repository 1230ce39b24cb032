package io.pharos.logs.filter.pg;

import io.pharos.logs.LogsError;
import io.pharos.logs.filter.FilterRules;

import java.sql.Connection;
import java.sql.SQLException;

/// The one number in `logs.filter_change`. It grows with every change of any filter, in the same
/// transaction: a reader that sees the number sees the change.
public final class FilterChanges {
    private static final String REGEX_FILTERS =
            """
            SELECT count(*) FROM (
                SELECT 1 FROM logs.metric_filter
                WHERE group_id = ? AND regexes > 0 AND NOT (? = 'metric_filter' AND name = ?)
                UNION ALL
                SELECT 1 FROM logs.subscription_filter
                WHERE group_id = ? AND regexes > 0 AND NOT (? = 'subscription_filter' AND name = ?)
            ) AS with_regex
            """;

    private FilterChanges() {}

    /// Says that filters change in this transaction, and makes other changes wait for its end: what
    /// is counted after this call stays true.
    public static void announce(Connection tx) throws SQLException {
        try (var update =
                tx.prepareStatement("UPDATE logs.filter_change SET version = version + 1")) {
            update.executeUpdate();
        }
    }

    static long version(Connection connection) throws SQLException {
        try (var select = connection.prepareStatement("SELECT version FROM logs.filter_change");
                var row = select.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    /// @param table where the filter that is about to be put will stand
    /// @throws software.amazon.awssdk.services.cloudwatchlogs.model.LimitExceededException when the
    ///     group has its share of filters with regular expressions already
    public static void requireRegexAllowance(
            Connection tx, long groupId, String table, String filterName) throws SQLException {
        try (var select = tx.prepareStatement(REGEX_FILTERS)) {
            select.setLong(1, groupId);
            select.setString(2, table);
            select.setString(3, filterName);
            select.setLong(4, groupId);
            select.setString(5, table);
            select.setString(6, filterName);
            try (var row = select.executeQuery()) {
                row.next();
                if (row.getInt(1) >= FilterRules.MAX_REGEX_FILTERS) {
                    throw LogsError.limitExceeded();
                }
            }
        }
    }
}
