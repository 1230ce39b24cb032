package io.pharos.logs.subscription.pg;

import io.pharos.kit.Database;
import io.pharos.logs.LogsError;
import io.pharos.logs.config.Logs;
import io.pharos.logs.filter.pg.FilterChanges;
import io.pharos.logs.group.pg.PgLogGroups;
import io.pharos.logs.pattern.FilterPattern;
import io.pharos.logs.subscription.SubscriptionFilter;
import io.pharos.logs.subscription.SubscriptionFilter.Distribution;
import io.pharos.logs.subscription.SubscriptionRules;
import io.pharos.wire.Tenant;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// Subscription filters in `logs.subscription_filter`.
@Singleton
public final class PgSubscriptionFilters {
    private static final String UPSERT =
            """
            INSERT INTO logs.subscription_filter (group_id, name, pattern, destination_arn, role_arn,
                distribution, system_fields, regexes, created_ms, on_transformed,
                field_selection)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (group_id, name) DO UPDATE SET
                pattern = excluded.pattern,
                destination_arn = excluded.destination_arn,
                role_arn = excluded.role_arn,
                distribution = excluded.distribution,
                system_fields = excluded.system_fields,
                regexes = excluded.regexes,
                on_transformed = excluded.on_transformed,
                field_selection = excluded.field_selection
            """;

    private static final String OTHERS =
            "SELECT count(*) FROM logs.subscription_filter WHERE group_id = ? AND name <> ?";

    private static final String DELETE =
            "DELETE FROM logs.subscription_filter WHERE group_id = ? AND name = ?";

    private static final String PAGE =
            """
            SELECT * FROM logs.subscription_filter
            WHERE group_id = ? AND (?::text IS NULL OR starts_with(name, ?)) AND name > ?
            ORDER BY name LIMIT ?
            """;

    private final Database database;
    private final PgLogGroups groups;

    public PgSubscriptionFilters(@Logs Database database, PgLogGroups groups) {
        this.database = database;
        this.groups = groups;
    }

    /// What [#put] would refuse, without putting anything.
    ///
    /// @throws RuntimeException AWS's error when there is no such group, or it is full
    public void requireRoom(Tenant tenant, String logGroup, SubscriptionFilter filter) {
        var group = groups.require(tenant, logGroup).requireStandard(LogsError::invalidOperation);
        database.read(connection -> {
            requireRoom(connection, group.id(), filter);
            return Boolean.TRUE;
        });
    }

    /// Puts or replaces.
    ///
    /// @throws RuntimeException AWS's error when there is no such group, or it is full
    public void put(Tenant tenant, String logGroup, SubscriptionFilter filter) {
        database.run(tx -> {
            var group = groups.requireLocked(tx, tenant, logGroup);
            FilterChanges.announce(tx);
            requireRoom(tx, group.id(), filter);
            upsert(tx, group.id(), filter);
        });
    }

    /// @throws RuntimeException AWS's error when there is no such group or filter
    public void delete(Tenant tenant, String logGroup, String name) {
        database.run(tx -> {
            var group = groups.requireLocked(tx, tenant, logGroup);
            FilterChanges.announce(tx);
            try (var delete = tx.prepareStatement(DELETE)) {
                delete.setLong(1, group.id());
                delete.setString(2, name);
                if (delete.executeUpdate() == 0) {
                    throw LogsError.notFound("The specified subscription filter does not exist.");
                }
            }
        });
    }

    /// By name, those after `after`.
    public List<SubscriptionFilter> describe(
            long groupId, @Nullable String prefix, String after, int limit) {
        return database.read(connection -> page(connection, groupId, prefix, after, limit));
    }

    /// Every filter of a group.
    public static List<SubscriptionFilter> of(Connection connection, long groupId)
            throws SQLException {
        return page(connection, groupId, null, "", Integer.MAX_VALUE);
    }

    private static List<SubscriptionFilter> page(
            Connection connection, long groupId, @Nullable String prefix, String after, int limit)
            throws SQLException {
        try (var select = connection.prepareStatement(PAGE)) {
            select.setLong(1, groupId);
            select.setString(2, prefix);
            select.setString(3, prefix);
            select.setString(4, after);
            select.setInt(5, limit);
            var found = new ArrayList<SubscriptionFilter>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    found.add(filter(row));
                }
            }
            return found;
        }
    }

    private static void requireRoom(Connection connection, long groupId, SubscriptionFilter filter)
            throws SQLException {
        try (var select = connection.prepareStatement(OTHERS)) {
            select.setLong(1, groupId);
            select.setString(2, filter.name());
            try (var row = select.executeQuery()) {
                row.next();
                if (row.getInt(1) >= SubscriptionRules.MAX_FILTERS) {
                    throw LogsError.limitExceeded();
                }
            }
        }
        if (FilterPattern.parse(filter.pattern()).regexCount() > 0) {
            FilterChanges.requireRegexAllowance(
                    connection, groupId, "subscription_filter", filter.name());
        }
    }

    private static void upsert(Connection tx, long groupId, SubscriptionFilter filter)
            throws SQLException {
        try (PreparedStatement upsert = tx.prepareStatement(UPSERT)) {
            upsert.setLong(1, groupId);
            upsert.setString(2, filter.name());
            upsert.setString(3, filter.pattern());
            upsert.setString(4, filter.destinationArn());
            upsert.setString(5, filter.roleArn());
            upsert.setString(6, filter.distribution().name());
            upsert.setArray(7, tx.createArrayOf("text", filter.systemFields().toArray()));
            upsert.setInt(8, FilterPattern.parse(filter.pattern()).regexCount());
            upsert.setLong(9, filter.createdMs());
            upsert.setBoolean(10, filter.onTransformed());
            upsert.setString(11, filter.fieldSelection());
            upsert.executeUpdate();
        }
    }

    private static SubscriptionFilter filter(ResultSet row) throws SQLException {
        return new SubscriptionFilter(
                row.getString("name"),
                row.getString("pattern"),
                row.getString("destination_arn"),
                row.getString("role_arn"),
                Distribution.valueOf(row.getString("distribution")),
                List.of((String[]) row.getArray("system_fields").getArray()),
                row.getBoolean("on_transformed"),
                row.getString("field_selection"),
                row.getLong("created_ms"));
    }
}
