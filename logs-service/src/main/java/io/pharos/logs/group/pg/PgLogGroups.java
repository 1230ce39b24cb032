package io.pharos.logs.group.pg;

import io.pharos.kit.Database;
import io.pharos.logs.LogsError;
import io.pharos.logs.config.Logs;
import io.pharos.logs.group.DescribedLogGroup;
import io.pharos.logs.group.LogGroup;
import io.pharos.logs.group.LogGroupSelection;
import io.pharos.wire.Tenant;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatchlogs.model.LogGroupClass;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Log groups in `logs.log_group`.
@Singleton
public final class PgLogGroups {
    /// Groups of one account and region.
    private static final int MAX_GROUPS = 1_000_000;

    private static final int MAX_TAGS = 50;
    private static final String COLUMNS =
            "g.id, g.account, g.region, g.name, g.created_ms, g.retention_days,"
                    + " g.deletion_protected, g.class, g.bearer_tokens";
    private static final String BY_NAME = " WHERE g.account = ? AND g.region = ? AND g.name = ? ";

    private final Database database;
    private final int maxGroups;

    @Inject
    public PgLogGroups(@Logs Database database) {
        this(database, MAX_GROUPS);
    }

    /// @param maxGroups AWS's quota, smaller in tests
    public PgLogGroups(Database database, int maxGroups) {
        this.database = database;
        this.maxGroups = maxGroups;
    }

    public Optional<LogGroup> find(Tenant tenant, String name) {
        return database.read(connection -> find(connection, tenant, name, ""));
    }

    /// The group with this id, whosever it is.
    public static Optional<LogGroup> find(Connection connection, long id) throws SQLException {
        var sql = "SELECT " + COLUMNS + " FROM logs.log_group g WHERE g.id = ?";
        try (var select = connection.prepareStatement(sql)) {
            select.setLong(1, id);
            try (var rows = select.executeQuery()) {
                return rows.next() ? Optional.of(group(rows)) : Optional.empty();
            }
        }
    }

    /// The group with this id, when it is this tenant's.
    public Optional<LogGroup> find(Tenant tenant, long id) {
        var sql =
                "SELECT "
                        + COLUMNS
                        + " FROM logs.log_group g WHERE g.id = ? AND g.account = ? AND g.region = ?";
        return database.read(connection -> {
            try (var select = connection.prepareStatement(sql)) {
                select.setLong(1, id);
                select.setString(2, tenant.account());
                select.setString(3, tenant.region());
                try (var rows = select.executeQuery()) {
                    return rows.next() ? Optional.of(group(rows)) : Optional.empty();
                }
            }
        });
    }

    /// @throws software.amazon.awssdk.services.cloudwatchlogs.model.ResourceNotFoundException with
    ///     AWS's text
    public LogGroup require(Tenant tenant, String name) {
        return find(tenant, name).orElseThrow(LogsError::noSuchGroup);
    }

    /// The group, kept from being deleted until the transaction ends.
    ///
    /// @throws software.amazon.awssdk.services.cloudwatchlogs.model.ResourceNotFoundException with
    ///     AWS's text
    public LogGroup requireLocked(Connection tx, Tenant tenant, String name) throws SQLException {
        return find(tx, tenant, name, "FOR KEY SHARE").orElseThrow(LogsError::noSuchGroup);
    }

    /// Those groups that exist, kept from being deleted until the transaction ends. Locked in the
    /// order of their ids, so that two flushes never wait for each other in a circle.
    public List<LogGroup> lock(Connection tx, List<Tenant> tenants, List<String> names)
            throws SQLException {
        var sql =
                "SELECT "
                        + COLUMNS
                        + """
                         FROM logs.log_group g
                        JOIN unnest(?::text[], ?::text[], ?::text[]) AS v (account, region, name)
                            USING (account, region, name)
                        ORDER BY g.id FOR KEY SHARE OF g
                        """;
        try (var select = tx.prepareStatement(sql)) {
            select.setArray(1, texts(tx, tenants.stream().map(Tenant::account).toList()));
            select.setArray(2, texts(tx, tenants.stream().map(Tenant::region).toList()));
            select.setArray(3, texts(tx, names));
            var found = new ArrayList<LogGroup>();
            try (var rows = select.executeQuery()) {
                while (rows.next()) {
                    found.add(group(rows));
                }
            }
            return found;
        }
    }

    /// @throws software.amazon.awssdk.services.cloudwatchlogs.model.ResourceAlreadyExistsException
    ///     with AWS's text
    public void create(
            Tenant tenant,
            String name,
            Map<String, String> tags,
            boolean deletionProtected,
            long nowMs) {
        create(tenant, name, tags, deletionProtected, LogGroupClass.STANDARD, nowMs);
    }

    /// @throws software.amazon.awssdk.services.cloudwatchlogs.model.ResourceAlreadyExistsException
    ///     with AWS's text
    public void create(
            Tenant tenant,
            String name,
            Map<String, String> tags,
            boolean deletionProtected,
            LogGroupClass logGroupClass,
            long nowMs) {
        var sql =
                """
                INSERT INTO logs.log_group
                    (account, region, name, created_ms, deletion_protected, class, tags,
                    retention_days)
                SELECT ?, ?, ?, ?, ?, ?, jsonb_object(?, ?), ?
                WHERE (SELECT count(*) FROM logs.log_group WHERE account = ? AND region = ?) < ?
                ON CONFLICT DO NOTHING
                """;
        database.run(tx -> {
            try (var insert = tx.prepareStatement(sql)) {
                key(insert, 1, tenant, name);
                insert.setLong(4, nowMs);
                insert.setBoolean(5, deletionProtected);
                insert.setString(6, logGroupClass.toString());
                insert.setArray(7, texts(tx, tags.keySet()));
                insert.setArray(8, texts(tx, tags.values()));
                insert.setObject(9, LogGroup.retentionDays(logGroupClass), Types.INTEGER);
                insert.setString(10, tenant.account());
                insert.setString(11, tenant.region());
                insert.setInt(12, maxGroups);
                if (insert.executeUpdate() == 0) {
                    throw find(tx, tenant, name, "").isPresent()
                            ? LogsError.exists("The specified log group already exists")
                            : LogsError.limitExceeded();
                }
            }
        });
    }

    /// Creates the group when it is missing, on an open transaction.
    public void createMissing(Connection tx, Tenant tenant, String name, long nowMs)
            throws SQLException {
        var sql =
                """
                INSERT INTO logs.log_group (account, region, name, created_ms) VALUES (?, ?, ?, ?)
                ON CONFLICT DO NOTHING
                """;
        try (var insert = tx.prepareStatement(sql)) {
            insert.setString(1, tenant.account());
            insert.setString(2, tenant.region());
            insert.setString(3, name);
            insert.setLong(4, nowMs);
            insert.executeUpdate();
        }
    }

    /// The group is gone at once; its streams, filters and blocks are swept away later. Waits for a
    /// flush that is writing into the group.
    ///
    /// @throws software.amazon.awssdk.services.cloudwatchlogs.model.ResourceNotFoundException with
    ///     AWS's text
    public void delete(Tenant tenant, String name, long nowMs) {
        database.run(tx -> {
            var group = find(tx, tenant, name, "FOR UPDATE").orElseThrow(LogsError::noSuchGroup);
            if (group.deletionProtected()) {
                throw LogsError.validation(
                        "The specified log group has deletion protection enabled.");
            }
            try (var delete = tx.prepareStatement("DELETE FROM logs.log_group WHERE id = ?");
                    var leave =
                            tx.prepareStatement(
                                    "INSERT INTO logs.leftover (group_id, deleted_ms)"
                                            + " VALUES (?, ?)")) {
                delete.setLong(1, group.id());
                delete.executeUpdate();
                leave.setLong(1, group.id());
                leave.setLong(2, nowMs);
                leave.executeUpdate();
            }
        });
    }

    /// @param days null: events never expire
    /// @throws software.amazon.awssdk.services.cloudwatchlogs.model.ResourceNotFoundException with
    ///     AWS's text
    public void setRetention(Tenant tenant, String name, @Nullable Integer days) {
        database.run(tx -> {
            var group = find(tx, tenant, name, "FOR UPDATE").orElseThrow(LogsError::noSuchGroup);
            if (group.isForDelivery()) {
                throw LogsError.invalid(
                        "The retention of log groups of the class DELIVERY can not be changed.");
            }
            var sql = "UPDATE logs.log_group g SET retention_days = ?" + BY_NAME;
            try (var update = tx.prepareStatement(sql)) {
                update.setObject(1, days, Types.INTEGER);
                key(update, 2, tenant, name);
                requireOne(update.executeUpdate());
            }
        });
    }

    /// Whether it can not be deleted.
    public void setDeletionProtection(Tenant tenant, String name, boolean isProtected) {
        database.run(tx -> {
            var sql = "UPDATE logs.log_group g SET deletion_protected = ?" + BY_NAME;
            try (var update = tx.prepareStatement(sql)) {
                update.setBoolean(1, isProtected);
                key(update, 2, tenant, name);
                requireOne(update.executeUpdate());
            }
        });
    }

    /// Whether API keys may write into it.
    public void setBearerTokens(Tenant tenant, String name, boolean taken) {
        database.run(tx -> {
            var sql = "UPDATE logs.log_group g SET bearer_tokens = ?" + BY_NAME;
            try (var update = tx.prepareStatement(sql)) {
                update.setBoolean(1, taken);
                key(update, 2, tenant, name);
                requireOne(update.executeUpdate());
            }
        });
    }

    /// Sorted by key.
    ///
    /// @throws software.amazon.awssdk.services.cloudwatchlogs.model.ResourceNotFoundException with
    ///     AWS's text
    public Map<String, String> tags(Tenant tenant, String name) {
        return database.read(connection -> {
            var sql =
                    "SELECT t.key, t.value FROM logs.log_group g LEFT JOIN LATERAL"
                            + " jsonb_each_text(g.tags) t ON true"
                            + BY_NAME;
            try (var select = connection.prepareStatement(sql)) {
                key(select, 1, tenant, name);
                return tags(select.executeQuery());
            }
        });
    }

    private static Map<String, String> tags(ResultSet rows) throws SQLException {
        var tags = new TreeMap<String, String>();
        var groups = 0;
        while (rows.next()) {
            groups++;
            if (rows.getString(1) != null) {
                tags.put(rows.getString(1), rows.getString(2));
            }
        }
        requireOne(groups);
        return tags;
    }

    /// Adds and replaces tags.
    ///
    /// @return whether they fit; nothing is changed when they do not
    /// @throws software.amazon.awssdk.services.cloudwatchlogs.model.ResourceNotFoundException with
    ///     AWS's text
    public boolean tag(Tenant tenant, String name, Map<String, String> tags) {
        return database.inTransaction(tx -> {
            var group =
                    find(tx, tenant, name, "FOR NO KEY UPDATE").orElseThrow(LogsError::noSuchGroup);
            var sql =
                    """
                    UPDATE logs.log_group SET tags = tags || jsonb_object(?, ?)
                    WHERE id = ? AND (SELECT count(*) FROM
                        jsonb_object_keys(tags || jsonb_object(?, ?))) <= ?
                    """;
            try (var update = tx.prepareStatement(sql)) {
                update.setArray(1, texts(tx, tags.keySet()));
                update.setArray(2, texts(tx, tags.values()));
                update.setLong(3, group.id());
                update.setArray(4, texts(tx, tags.keySet()));
                update.setArray(5, texts(tx, tags.values()));
                update.setInt(6, MAX_TAGS);
                return update.executeUpdate() == 1;
            }
        });
    }

    /// @throws software.amazon.awssdk.services.cloudwatchlogs.model.ResourceNotFoundException with
    ///     AWS's text
    public void untag(Tenant tenant, String name, Collection<String> keys) {
        database.run(tx -> {
            var sql = "UPDATE logs.log_group g SET tags = tags - ?" + BY_NAME;
            try (var update = tx.prepareStatement(sql)) {
                update.setArray(1, texts(tx, keys));
                key(update, 2, tenant, name);
                requireOne(update.executeUpdate());
            }
        });
    }

    /// Sorted by name; by the index on (account, region, name).
    public List<DescribedLogGroup> list(Tenant tenant, LogGroupSelection wanted, int limit) {
        var sql =
                "SELECT "
                        + COLUMNS
                        + """
                        , (SELECT coalesce(sum(u.bytes), 0) FROM logs.group_usage u
                               WHERE u.group_id = g.id) AS stored_bytes,
                          (SELECT count(*) FROM logs.metric_filter f
                               WHERE f.group_id = g.id) AS metric_filters,
                          (SELECT bool_or(p.until_ms IS NULL) FROM logs.policy_version p
                               WHERE p.group_id = g.id AND p.kind = 'DATA_PROTECTION')
                               AS data_protection,
                          EXISTS (SELECT 1 FROM logs.policy_version p
                               WHERE p.group_id IS NULL AND p.account = g.account
                                 AND p.region = g.region AND p.kind = 'DATA_PROTECTION'
                                 AND p.until_ms IS NULL) AS account_protection
                        FROM logs.log_group g
                        WHERE g.account = ? AND g.region = ? AND g.name > ?
                          AND (? OR (g.name >= ? AND g.name < ? || '~'))
                          AND (? OR position(? IN g.name) > 0)
                          AND (? OR g.name = ANY(?))
                          AND (? OR g.class = ?)
                        ORDER BY g.name LIMIT ?
                        """;
        return database.read(connection -> {
            try (var select = connection.prepareStatement(sql)) {
                select.setString(1, tenant.account());
                select.setString(2, tenant.region());
                select.setString(3, orEmpty(wanted.after()));
                select.setBoolean(4, wanted.prefix() == null);
                // Names are ASCII without '~', which sorts behind all they may hold.
                select.setString(5, orEmpty(wanted.prefix()));
                select.setString(6, orEmpty(wanted.prefix()));
                select.setBoolean(7, wanted.substring() == null);
                select.setString(8, orEmpty(wanted.substring()));
                select.setBoolean(9, wanted.names().isEmpty());
                select.setArray(10, texts(connection, wanted.names()));
                select.setBoolean(11, wanted.logGroupClass() == null);
                select.setString(12, text(wanted.logGroupClass()));
                select.setInt(13, limit);
                var groups = new ArrayList<DescribedLogGroup>();
                try (var rows = select.executeQuery()) {
                    while (rows.next()) {
                        groups.add(
                                new DescribedLogGroup(
                                        group(rows),
                                        rows.getLong("stored_bytes"),
                                        rows.getInt("metric_filters"),
                                        (Boolean) rows.getObject("data_protection"),
                                        rows.getBoolean("account_protection")));
                    }
                }
                return groups;
            }
        });
    }

    /// Sorted by name.
    ///
    /// @param regex that a name has a match of; null: any
    /// @param after only names behind this one
    public List<LogGroup> matching(
            Tenant tenant,
            @Nullable String regex,
            @Nullable LogGroupClass logGroupClass,
            String after,
            int limit) {
        var sql =
                "SELECT "
                        + COLUMNS
                        + """
                         FROM logs.log_group g WHERE g.account = ? AND g.region = ? AND g.name > ?
                            AND (? OR g.name ~ ?) AND (? OR g.class = ?) ORDER BY g.name LIMIT ?
                        """;
        return database.read(connection -> {
            try (var select = connection.prepareStatement(sql)) {
                key(select, 1, tenant, after);
                select.setBoolean(4, regex == null);
                select.setString(5, orEmpty(regex));
                select.setBoolean(6, logGroupClass == null);
                select.setString(7, text(logGroupClass));
                select.setInt(8, limit);
                var groups = new ArrayList<LogGroup>();
                try (var rows = select.executeQuery()) {
                    while (rows.next()) {
                        groups.add(group(rows));
                    }
                }
                return groups;
            }
        });
    }

    private static Optional<LogGroup> find(
            Connection connection, Tenant tenant, String name, String lock) throws SQLException {
        var sql = "SELECT " + COLUMNS + " FROM logs.log_group g" + BY_NAME + lock;
        try (var select = connection.prepareStatement(sql)) {
            key(select, 1, tenant, name);
            try (var rows = select.executeQuery()) {
                return rows.next() ? Optional.of(group(rows)) : Optional.empty();
            }
        }
    }

    private static void key(PreparedStatement statement, int first, Tenant tenant, String name)
            throws SQLException {
        statement.setString(first, tenant.account());
        statement.setString(first + 1, tenant.region());
        statement.setString(first + 2, name);
    }

    private static void requireOne(int rows) {
        if (rows == 0) {
            throw LogsError.noSuchGroup();
        }
    }

    private static Array texts(Connection connection, Collection<String> values)
            throws SQLException {
        return connection.createArrayOf("text", values.toArray());
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    private static String text(@Nullable LogGroupClass logGroupClass) {
        return logGroupClass == null ? "" : logGroupClass.toString();
    }

    private static LogGroup group(ResultSet row) throws SQLException {
        return new LogGroup(
                row.getLong("id"),
                new Tenant(row.getString("account"), row.getString("region")),
                row.getString("name"),
                row.getLong("created_ms"),
                nullableInt(row, "retention_days"),
                row.getBoolean("deletion_protected"),
                LogGroupClass.fromValue(row.getString("class")),
                (Boolean) row.getObject("bearer_tokens"));
    }

    private static @Nullable Integer nullableInt(ResultSet row, String column) throws SQLException {
        var value = row.getInt(column);
        return row.wasNull() ? null : value;
    }
}
