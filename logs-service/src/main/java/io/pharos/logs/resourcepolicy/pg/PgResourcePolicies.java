package io.pharos.logs.resourcepolicy.pg;

import io.pharos.kit.Database;
import io.pharos.logs.LogsError;
import io.pharos.logs.config.Logs;
import io.pharos.logs.group.LogGroup;
import io.pharos.logs.group.pg.PgLogGroups;
import io.pharos.logs.resourcepolicy.ResourcePolicy;
import io.pharos.wire.Tenant;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatchlogs.model.OperationAbortedException;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/// Resource policies in `logs.resource_policy`.
@Singleton
public final class PgResourcePolicies {
    private static final String PUT_OF_ACCOUNT =
            """
            INSERT INTO logs.resource_policy (account, region, name, document, modified_ms, revision)
            SELECT ?, ?, ?, ?, ?, ?
            WHERE EXISTS (SELECT FROM logs.resource_policy
                    WHERE account = ? AND region = ? AND name = ? AND group_id IS NULL)
                OR (SELECT count(*) FROM logs.resource_policy
                    WHERE account = ? AND region = ? AND group_id IS NULL) < ?
            ON CONFLICT (account, region, name) WHERE group_id IS NULL DO UPDATE SET
                document = excluded.document,
                modified_ms = excluded.modified_ms
            """;

    private static final String PUT_OF_GROUP =
            """
            INSERT INTO logs.resource_policy
                (account, region, name, document, modified_ms, revision, group_id)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (group_id) DO UPDATE SET
                name = excluded.name,
                document = excluded.document,
                modified_ms = excluded.modified_ms,
                revision = excluded.revision
            """;

    private static final String PAGE =
            """
            SELECT p.name, p.document, p.modified_ms, p.revision, g.name AS group_name
            FROM logs.resource_policy p LEFT JOIN logs.log_group g ON g.id = p.group_id
            WHERE p.account = ? AND p.region = ? AND (p.group_id IS NOT NULL) = ?
                AND (?::text IS NULL OR g.name = ?) AND (p.name, coalesce(g.name, '')) > (?, ?)
            ORDER BY p.name, coalesce(g.name, '') LIMIT ?
            """;

    private final Database database;
    private final PgLogGroups groups;

    public PgResourcePolicies(@Logs Database database, PgLogGroups groups) {
        this.database = database;
        this.groups = groups;
    }

    /// Puts or replaces the account's of this name.
    ///
    /// @throws software.amazon.awssdk.services.cloudwatchlogs.model.LimitExceededException when there
    ///     are too many
    public void putOfAccount(Tenant tenant, ResourcePolicy policy) {
        database.run(tx -> {
            try (var put = tx.prepareStatement(PUT_OF_ACCOUNT)) {
                put.setString(1, tenant.account());
                put.setString(2, tenant.region());
                put.setString(3, policy.name());
                put.setString(4, policy.document());
                put.setLong(5, policy.modifiedMs());
                put.setObject(6, policy.revision());
                put.setString(7, tenant.account());
                put.setString(8, tenant.region());
                put.setString(9, policy.name());
                put.setString(10, tenant.account());
                put.setString(11, tenant.region());
                put.setInt(12, ResourcePolicy.MAX);
                if (put.executeUpdate() == 0) {
                    throw LogsError.limitExceeded();
                }
            }
        });
    }

    /// Puts or replaces the one of a group.
    ///
    /// @param seen the revision that is replaced; null: there is none
    /// @throws OperationAbortedException when it is another one
    public void putOfGroup(Tenant tenant, ResourcePolicy policy, @Nullable UUID seen) {
        database.run(tx -> {
            var group = requireSeen(tx, tenant, Objects.requireNonNull(policy.group()), seen);
            try (var put = tx.prepareStatement(PUT_OF_GROUP)) {
                put.setString(1, tenant.account());
                put.setString(2, tenant.region());
                put.setString(3, policy.name());
                put.setString(4, policy.document());
                put.setLong(5, policy.modifiedMs());
                put.setObject(6, policy.revision());
                put.setLong(7, group.id());
                put.executeUpdate();
            }
        });
    }

    /// @return whether there was one
    public boolean deleteOfAccount(Tenant tenant, String name) {
        var sql =
                "DELETE FROM logs.resource_policy"
                        + " WHERE account = ? AND region = ? AND name = ? AND group_id IS NULL";
        return database.inTransaction(tx -> {
            try (var delete = tx.prepareStatement(sql)) {
                delete.setString(1, tenant.account());
                delete.setString(2, tenant.region());
                delete.setString(3, name);
                return delete.executeUpdate() == 1;
            }
        });
    }

    /// @return whether there was one of this name
    /// @throws OperationAbortedException when its revision is another one
    public boolean deleteOfGroup(
            Tenant tenant, String groupName, @Nullable String name, @Nullable UUID seen) {
        var sql =
                "DELETE FROM logs.resource_policy WHERE group_id = ? AND (?::text IS NULL OR name = ?)";
        return database.inTransaction(tx -> {
            var group = requireSeen(tx, tenant, groupName, seen);
            try (var delete = tx.prepareStatement(sql)) {
                delete.setLong(1, group.id());
                delete.setString(2, name);
                delete.setString(3, name);
                return delete.executeUpdate() == 1;
            }
        });
    }

    /// Holds the group, so that nobody else changes its policy meanwhile.
    private LogGroup requireSeen(
            Connection tx, Tenant tenant, String groupName, @Nullable UUID seen)
            throws SQLException {
        var group = groups.requireLocked(tx, tenant, groupName);
        try (var select =
                tx.prepareStatement(
                        "SELECT revision FROM logs.resource_policy WHERE group_id = ?")) {
            select.setLong(1, group.id());
            try (var row = select.executeQuery()) {
                var current = row.next() ? row.getObject(1, UUID.class) : null;
                if (!Objects.equals(current, seen)) {
                    throw OperationAbortedException.builder()
                            .message("The policy's revision is not the expected one.")
                            .build();
                }
            }
        }
        return group;
    }

    /// Of the account, or of its groups, by name; those behind (`afterName`, `afterGroup`).
    ///
    /// @param group the only one that is asked for; null: all
    public List<ResourcePolicy> list(
            Tenant tenant,
            boolean ofGroups,
            @Nullable String group,
            String afterName,
            String afterGroup,
            int limit) {
        return database.read(connection -> {
            try (var select = connection.prepareStatement(PAGE)) {
                select.setString(1, tenant.account());
                select.setString(2, tenant.region());
                select.setBoolean(3, ofGroups);
                select.setString(4, group);
                select.setString(5, group);
                select.setString(6, afterName);
                select.setString(7, afterGroup);
                select.setInt(8, limit);
                var found = new ArrayList<ResourcePolicy>();
                try (var row = select.executeQuery()) {
                    while (row.next()) {
                        found.add(policy(row));
                    }
                }
                return found;
            }
        });
    }

    private static ResourcePolicy policy(ResultSet row) throws SQLException {
        return new ResourcePolicy(
                row.getString("name"),
                row.getString("group_name"),
                row.getString("document"),
                row.getLong("modified_ms"),
                row.getObject("revision", UUID.class));
    }
}
