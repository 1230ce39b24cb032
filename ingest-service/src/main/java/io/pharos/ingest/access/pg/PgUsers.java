package io.pharos.ingest.access.pg;

import io.pharos.kit.Database;
import io.pharos.kit.SecretSeal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Users of an account, their access keys and their inline policies. Limits and names are checked by
/// the API; that a user exists is checked here, by foreign key.
public final class PgUsers {
    private final Database database;
    private final SecretSeal seal;

    public PgUsers(Database database, SecretSeal seal) {
        this.database = database;
        this.seal = seal;
    }

    /// A user as IAM shows it.
    public record User(String account, String name, String userId, String path, Instant createdAt) {
        public String arn() {
            return "arn:aws:iam::" + account + ":user" + path + name;
        }
    }

    /// An access key without its secret.
    public record Key(String accessKeyId, String userName, boolean active, Instant createdAt) {}

    @FunctionalInterface
    private interface Row<T> {
        T of(ResultSet row) throws SQLException;
    }

    /// @throws io.pharos.kit.DatabaseException unique violation when the name is taken
    public void create(User user) {
        update(
                "INSERT INTO ingest.iam_user (account, name, user_id, path, created_at)"
                        + " VALUES (?, ?, ?, ?, to_timestamp(?))",
                user.account(),
                user.name(),
                user.userId(),
                user.path(),
                user.createdAt().getEpochSecond());
    }

    public Optional<User> find(String account, String name) {
        return list(
                        "SELECT * FROM ingest.iam_user WHERE account = ? AND name = ?",
                        PgUsers::user,
                        account,
                        name)
                .stream()
                .findFirst();
    }

    /// Up to `limit` users after a name, by name.
    public List<User> users(String account, String afterName, int limit) {
        return list(
                "SELECT * FROM ingest.iam_user WHERE account = ? AND name > ? ORDER BY name LIMIT ?",
                PgUsers::user,
                account,
                afterName,
                limit);
    }

    /// @throws io.pharos.kit.DatabaseException foreign key violation (23503) when keys or policies remain
    public boolean delete(String account, String name) {
        return update("DELETE FROM ingest.iam_user WHERE account = ? AND name = ?", account, name)
                == 1;
    }

    public void createKey(
            String account, String userName, String accessKeyId, String secret, Instant now) {
        update(
                "INSERT INTO ingest.access_key"
                        + " (access_key_id, sealed_secret, account, user_name, active, created_at)"
                        + " VALUES (?, ?, ?, ?, true, to_timestamp(?))",
                accessKeyId,
                seal.seal(accessKeyId, secret),
                account,
                userName,
                now.getEpochSecond());
    }

    /// By age.
    public List<Key> keys(String account, String userName) {
        return list(
                "SELECT * FROM ingest.access_key WHERE account = ? AND user_name = ?"
                        + " ORDER BY created_at, access_key_id",
                row ->
                        new Key(
                                row.getString("access_key_id"),
                                row.getString("user_name"),
                                row.getBoolean("active"),
                                row.getTimestamp("created_at").toInstant()),
                account,
                userName);
    }

    public boolean setActive(String account, String userName, String accessKeyId, boolean active) {
        return update(
                        "UPDATE ingest.access_key SET active = ?"
                                + " WHERE account = ? AND user_name = ? AND access_key_id = ?",
                        active,
                        account,
                        userName,
                        accessKeyId)
                == 1;
    }

    public boolean deleteKey(String account, String userName, String accessKeyId) {
        return update(
                        "DELETE FROM ingest.access_key"
                                + " WHERE account = ? AND user_name = ? AND access_key_id = ?",
                        account,
                        userName,
                        accessKeyId)
                == 1;
    }

    public void putPolicy(String account, String userName, String policyName, String document) {
        update(
                "INSERT INTO ingest.user_policy (account, user_name, policy_name, document)"
                        + " VALUES (?, ?, ?, ?) ON CONFLICT (account, user_name, policy_name)"
                        + " DO UPDATE SET document = excluded.document",
                account,
                userName,
                policyName,
                document);
    }

    public Optional<String> policy(String account, String userName, String policyName) {
        return list(
                        "SELECT document FROM ingest.user_policy"
                                + " WHERE account = ? AND user_name = ? AND policy_name = ?",
                        row -> row.getString(1),
                        account,
                        userName,
                        policyName)
                .stream()
                .findFirst();
    }

    public List<String> policyNames(String account, String userName) {
        return list(
                "SELECT policy_name FROM ingest.user_policy WHERE account = ? AND user_name = ?"
                        + " ORDER BY policy_name",
                row -> row.getString(1),
                account,
                userName);
    }

    public boolean deletePolicy(String account, String userName, String policyName) {
        return update(
                        "DELETE FROM ingest.user_policy"
                                + " WHERE account = ? AND user_name = ? AND policy_name = ?",
                        account,
                        userName,
                        policyName)
                == 1;
    }

    private static User user(ResultSet row) throws SQLException {
        return new User(
                row.getString("account"),
                row.getString("name"),
                row.getString("user_id"),
                row.getString("path"),
                row.getTimestamp("created_at").toInstant());
    }

    private int update(String sql, Object... values) {
        return database.inTransaction(connection -> {
            try (var statement = bind(connection, sql, values)) {
                return statement.executeUpdate();
            }
        });
    }

    private <T> List<T> list(String sql, Row<T> row, Object... values) {
        return database.read(connection -> {
            try (var statement = bind(connection, sql, values)) {
                var found = new ArrayList<T>();
                for (var rows = statement.executeQuery(); rows.next(); ) {
                    found.add(row.of(rows));
                }
                return found;
            }
        });
    }

    private static PreparedStatement bind(Connection connection, String sql, Object... values)
            throws SQLException {
        var statement = connection.prepareStatement(sql);
        for (var i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
        return statement;
    }
}
