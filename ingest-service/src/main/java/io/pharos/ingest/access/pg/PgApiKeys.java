package io.pharos.ingest.access.pg;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;

import io.pharos.ingest.access.Principal;
import io.pharos.kit.Database;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/// Bearer tokens in `ingest.api_key`, read through a bounded cache as access keys are.
public final class PgApiKeys {
    private static final int CACHED = 10_000;

    private final Database database;
    private final LoadingCache<String, Optional<Holder>> byDigest;
    private final LoadingCache<String, Optional<Holder>> byId;

    public PgApiKeys(Database database) {
        this.database = database;
        this.byDigest = cache("token_digest = decode(?, 'hex')");
        this.byId = cache("credential_id = ?");
    }

    private LoadingCache<String, Optional<Holder>> cache(String condition) {
        return Caffeine.newBuilder()
                .maximumSize(CACHED)
                .expireAfterWrite(PgAccessKeys.STALENESS)
                .build(value -> load(condition, value));
    }

    /// A key as its owner sees it later: without the token.
    public record ApiKey(
            String id,
            String userName,
            String serviceName,
            String alias,
            boolean active,
            Instant createdAt,
            @Nullable Instant expiresAt) {}

    /// Whom an active key stands for.
    public record Holder(String id, Principal principal, @Nullable Instant expiresAt) {
        public boolean isExpired(Instant now) {
            return expiresAt != null && !now.isBefore(expiresAt);
        }
    }

    /// Whom a token stands for; empty for an unknown and for an inactive one alike.
    public Optional<Holder> ofToken(String token) {
        return byDigest.get(HexFormat.of().formatHex(digest(token)));
    }

    /// Whom a key stands for, by its id.
    public Optional<Holder> find(String id) {
        return byId.get(id);
    }

    private static byte[] digest(String token) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private Optional<Holder> load(String condition, String value) {
        return database.read(connection -> {
            try (var select =
                    connection.prepareStatement(
                            """
                            SELECT k.credential_id, k.account, k.user_name, k.expires_at, u.user_id
                            FROM ingest.api_key k
                            JOIN ingest.iam_user u ON u.account = k.account AND u.name = k.user_name
                            WHERE k.active AND k.\
                            """
                                    + condition)) {
                select.setString(1, value);
                var row = select.executeQuery();
                if (!row.next()) {
                    return Optional.empty();
                }
                var account = row.getString("account");
                var user = row.getString("user_name");
                return Optional.of(
                        new Holder(
                                row.getString("credential_id"),
                                new Principal(
                                        account,
                                        user,
                                        row.getString("user_id"),
                                        PgAccessKeys.policies(connection, account, user)),
                                instant(row, "expires_at")));
            }
        });
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        var time = row.getTimestamp(column);
        return time == null ? null : time.toInstant();
    }

    public void create(String account, ApiKey key, String token) {
        database.run(connection -> {
            try (var insert =
                    connection.prepareStatement(
                            """
                            INSERT INTO ingest.api_key (credential_id, account, user_name,
                                service_name, alias, token_digest, active, created_at, expires_at)
                            VALUES (?, ?, ?, ?, ?, ?, ?, to_timestamp(?), to_timestamp(?))
                            """)) {
                insert.setString(1, key.id());
                insert.setString(2, account);
                insert.setString(3, key.userName());
                insert.setString(4, key.serviceName());
                insert.setString(5, key.alias());
                insert.setBytes(6, digest(token));
                insert.setBoolean(7, key.active());
                insert.setLong(8, key.createdAt().getEpochSecond());
                var expires = key.expiresAt();
                insert.setObject(9, expires == null ? null : (Long) expires.getEpochSecond());
                insert.executeUpdate();
            }
        });
    }

    /// By age.
    public List<ApiKey> list(String account, String userName) {
        return database.read(connection -> {
            try (var select =
                    connection.prepareStatement(
                            "SELECT * FROM ingest.api_key WHERE account = ? AND user_name = ?"
                                    + " ORDER BY created_at, credential_id")) {
                select.setString(1, account);
                select.setString(2, userName);
                var row = select.executeQuery();
                var keys = new ArrayList<ApiKey>();
                while (row.next()) {
                    keys.add(
                            new ApiKey(
                                    row.getString("credential_id"),
                                    row.getString("user_name"),
                                    row.getString("service_name"),
                                    row.getString("alias"),
                                    row.getBoolean("active"),
                                    row.getTimestamp("created_at").toInstant(),
                                    instant(row, "expires_at")));
                }
                return keys;
            }
        });
    }

    /// @return false when the user has no such key
    public boolean setActive(String account, String userName, String id, boolean active) {
        return change("UPDATE ingest.api_key SET active = " + active, account, userName, id);
    }

    /// @return false when the user has no such key
    public boolean delete(String account, String userName, String id) {
        return change("DELETE FROM ingest.api_key", account, userName, id);
    }

    private boolean change(String what, String account, String userName, String id) {
        return database.inTransaction(connection -> {
            try (var change =
                    connection.prepareStatement(
                            what + " WHERE account = ? AND user_name = ? AND credential_id = ?")) {
                change.setString(1, account);
                change.setString(2, userName);
                change.setString(3, id);
                return change.executeUpdate() == 1;
            }
        });
    }
}
