package io.pharos.logs.policy.pg;

import io.pharos.kit.Database;
import io.pharos.logs.LogsError;
import io.pharos.logs.config.Logs;
import io.pharos.logs.filter.pg.FilterChanges;
import io.pharos.logs.group.LogGroup;
import io.pharos.logs.group.pg.PgLogGroups;
import io.pharos.logs.policy.PolicyHistory;
import io.pharos.logs.policy.PolicyKind;
import io.pharos.logs.policy.PolicyVersion;
import io.pharos.wire.Tenant;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Policies in `logs.policy_version`. A change ends the version in force and starts another one; with
/// it grows the number that consumers ask for, so that they see it at their next batch.
@Singleton
public final class PgPolicies {
    /// Versions of one policy that are kept: beyond, the two oldest become one, with the rules of the
    /// younger one.
    static final int MAX_VERSIONS = 100;

    private static final String CURRENT =
            """
            SELECT * FROM logs.policy_version
            WHERE kind = ? AND account = ? AND region = ? AND until_ms IS NULL
                AND group_id IS NOT DISTINCT FROM ? AND name = ?
            """;

    private static final String INSERT =
            """
            INSERT INTO logs.policy_version (kind, account, region, group_id, name, name_prefix,
                criteria, document, created_ms, modified_ms, from_ms)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING *
            """;

    private static final String END =
            "UPDATE logs.policy_version SET until_ms = greatest(from_ms, ?) WHERE id = ?";

    private static final String MERGE_OLDEST =
            """
            WITH oldest AS (
                SELECT id, from_ms FROM logs.policy_version
                WHERE kind = ? AND account = ? AND region = ?
                    AND group_id IS NOT DISTINCT FROM ? AND name = ?
                ORDER BY id DESC OFFSET ?
            ), gone AS (
                DELETE FROM logs.policy_version v USING oldest o WHERE v.id = o.id RETURNING v.from_ms
            )
            UPDATE logs.policy_version SET from_ms = (SELECT min(from_ms) FROM gone)
            WHERE EXISTS (SELECT 1 FROM gone) AND id = (
                SELECT id FROM logs.policy_version
                WHERE kind = ? AND account = ? AND region = ?
                    AND group_id IS NOT DISTINCT FROM ? AND name = ?
                ORDER BY id DESC OFFSET ? LIMIT 1)
            """;

    private static final String OF_GROUP =
            """
            SELECT * FROM logs.policy_version WHERE group_id = ?
            UNION ALL
            SELECT * FROM logs.policy_version
            WHERE group_id IS NULL AND account = ? AND region = ?
                AND (name_prefix IS NULL OR starts_with(?, name_prefix))
                AND kind <> 'METRIC_EXTRACTION'
            ORDER BY id
            """;

    private static final String EVER_OF_ACCOUNT =
            """
            SELECT * FROM logs.policy_version
            WHERE group_id IS NULL AND account = ? AND region = ? AND kind = ?
            ORDER BY id
            """;

    private static final String OF_ACCOUNT =
            """
            SELECT * FROM logs.policy_version
            WHERE group_id IS NULL AND account = ? AND region = ? AND kind = ?
                AND until_ms IS NULL
            ORDER BY name
            """;

    private final Database database;
    private final PgLogGroups groups;

    public PgPolicies(@Logs Database database, PgLogGroups groups) {
        this.database = database;
        this.groups = groups;
    }

    /// What a policy belongs to.
    private record Owner(PolicyKind kind, Tenant tenant, @Nullable Long groupId, String name) {
        int set(PreparedStatement statement, int first) throws SQLException {
            statement.setString(first, kind.name());
            statement.setString(first + 1, tenant.account());
            statement.setString(first + 2, tenant.region());
            statement.setObject(first + 3, groupId, Types.BIGINT);
            statement.setString(first + 4, name);
            return first + 5;
        }
    }

    /// Puts or replaces a group's policy.
    ///
    /// @throws RuntimeException AWS's error when there is no such group
    public PolicyVersion put(
            Tenant tenant, String logGroup, PolicyKind kind, String document, long nowMs) {
        return database.inTransaction(tx -> {
            var group =
                    groups.requireLocked(tx, tenant, logGroup)
                            .requireStandard(
                                    kind == PolicyKind.TRANSFORMER
                                            ? LogsError::invalidOperation
                                            : LogsError::invalid);
            var owner = new Owner(kind, tenant, group.id(), "");
            return put(tx, owner, new Content(document, null, null), nowMs);
        });
    }

    /// What a policy says.
    ///
    /// @param namePrefix of the groups it is for; null: all
    /// @param criteria the same as it was given
    public record Content(
            String document, @Nullable String namePrefix, @Nullable String criteria) {}

    /// Puts or replaces an account's policy.
    ///
    /// @param others what the others of its kind must be like, or throws
    public PolicyVersion putOfAccount(
            Tenant tenant,
            String name,
            PolicyKind kind,
            Content what,
            Consumer<List<PolicyVersion>> others,
            long nowMs) {
        return database.inTransaction(tx -> {
            FilterChanges.announce(tx); // and others wait
            others.accept(
                    ofAccount(tx, tenant, kind).stream()
                            .filter(version -> !version.name().equals(name))
                            .toList());
            return put(tx, new Owner(kind, tenant, null, name), what, nowMs);
        });
    }

    /// The policies of an account that are in force, by name.
    public List<PolicyVersion> ofAccount(Tenant tenant, PolicyKind kind) {
        return database.read(connection -> ofAccount(connection, tenant, kind));
    }

    private static List<PolicyVersion> ofAccount(
            Connection connection, Tenant tenant, PolicyKind kind) throws SQLException {
        return ofAccount(connection, tenant, kind, OF_ACCOUNT);
    }

    /// All that were ever in force.
    public static List<PolicyVersion> everOfAccount(
            Connection connection, Tenant tenant, PolicyKind kind) throws SQLException {
        return ofAccount(connection, tenant, kind, EVER_OF_ACCOUNT);
    }

    private static List<PolicyVersion> ofAccount(
            Connection connection, Tenant tenant, PolicyKind kind, String sql) throws SQLException {
        try (var select = connection.prepareStatement(sql)) {
            select.setString(1, tenant.account());
            select.setString(2, tenant.region());
            select.setString(3, kind.name());
            var found = new ArrayList<PolicyVersion>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    found.add(version(row));
                }
            }
            return found;
        }
    }

    /// @return whether there was one
    public boolean deleteOfAccount(Tenant tenant, String name, PolicyKind kind, long nowMs) {
        return database.inTransaction(tx -> delete(tx, new Owner(kind, tenant, null, name), nowMs));
    }

    private static PolicyVersion put(Connection tx, Owner owner, Content what, long nowMs)
            throws SQLException {
        FilterChanges.announce(tx);
        var before = current(tx, owner);
        if (before.isPresent()) {
            end(tx, before.get(), nowMs);
        }
        var created = before.map(PolicyVersion::createdMs).orElse(nowMs);
        // Never before the end of the one before, whatever the clocks say.
        var from = before.map(version -> Math.max(version.fromMs(), nowMs)).orElse(nowMs);
        PolicyVersion put;
        try (var insert = tx.prepareStatement(INSERT)) {
            var at = owner.set(insert, 1);
            insert.setString(at, what.namePrefix());
            insert.setString(at + 1, what.criteria());
            insert.setString(at + 2, what.document());
            insert.setLong(at + 3, created);
            insert.setLong(at + 4, nowMs);
            insert.setLong(at + 5, from);
            try (var row = insert.executeQuery()) {
                row.next();
                put = version(row);
            }
        }
        try (var merge = tx.prepareStatement(MERGE_OLDEST)) {
            var at = owner.set(merge, 1);
            merge.setInt(at, MAX_VERSIONS);
            at = owner.set(merge, at + 1);
            merge.setInt(at, MAX_VERSIONS - 1);
            merge.executeUpdate();
        }
        return put;
    }

    /// @return whether there was one
    /// @throws RuntimeException AWS's error when there is no such group
    public boolean delete(Tenant tenant, String logGroup, PolicyKind kind, long nowMs) {
        return database.inTransaction(tx -> {
            var group = groups.requireLocked(tx, tenant, logGroup);
            return delete(tx, new Owner(kind, tenant, group.id(), ""), nowMs);
        });
    }

    private static boolean delete(Connection tx, Owner owner, long nowMs) throws SQLException {
        FilterChanges.announce(tx);
        var before = current(tx, owner);
        if (before.isPresent()) {
            end(tx, before.get(), nowMs);
        }
        return before.isPresent();
    }

    private static void end(Connection tx, PolicyVersion version, long nowMs) throws SQLException {
        try (var end = tx.prepareStatement(END)) {
            end.setLong(1, nowMs);
            end.setLong(2, version.id());
            end.executeUpdate();
        }
    }

    private static Optional<PolicyVersion> current(Connection connection, Owner owner)
            throws SQLException {
        try (var select = connection.prepareStatement(CURRENT)) {
            owner.set(select, 1);
            try (var row = select.executeQuery()) {
                return row.next() ? Optional.of(version(row)) : Optional.empty();
            }
        }
    }

    /// The policy of a group that is in force; of the group itself, not of its account.
    public Optional<PolicyVersion> find(LogGroup group, PolicyKind kind) {
        return database.read(
                connection -> current(connection, new Owner(kind, group.tenant(), group.id(), "")));
    }

    /// Everything that ever concerned what is shown of a group.
    public PolicyHistory history(LogGroup group) {
        return database.read(connection -> history(connection, group));
    }

    /// Everything that ever concerned what is shown of a group.
    public static PolicyHistory history(Connection connection, LogGroup group) throws SQLException {
        if (!group.isStandard()) {
            return PolicyHistory.NONE; // AWS: nor is it the account's business
        }
        try (var select = connection.prepareStatement(OF_GROUP)) {
            select.setLong(1, group.id());
            select.setString(2, group.tenant().account());
            select.setString(3, group.tenant().region());
            select.setString(4, group.name());
            List<PolicyVersion> found = new ArrayList<>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    found.add(version(row));
                }
            }
            return found.isEmpty() ? PolicyHistory.NONE : new PolicyHistory(found);
        }
    }

    private static PolicyVersion version(ResultSet row) throws SQLException {
        return new PolicyVersion(
                row.getLong("id"),
                PolicyKind.valueOf(row.getString("kind")),
                nullableLong(row, "group_id"),
                row.getString("name"),
                row.getString("name_prefix"),
                row.getString("criteria"),
                row.getString("document"),
                row.getLong("created_ms"),
                row.getLong("modified_ms"),
                row.getLong("from_ms"),
                nullableLong(row, "until_ms"));
    }

    private static @Nullable Long nullableLong(ResultSet row, String column) throws SQLException {
        var value = row.getLong(column);
        return row.wasNull() ? null : value;
    }
}
