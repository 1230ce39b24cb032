package io.pharos.ingest.access.pg;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;

import io.pharos.ingest.access.AccessKey;
import io.pharos.ingest.access.Policy;
import io.pharos.ingest.access.Principal;
import io.pharos.kit.Database;
import io.pharos.kit.SecretSeal;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The keys that may sign, read through a bounded cache: a revoked key or a changed policy takes
/// effect here within [#STALENESS]. Unknown ids are remembered as long, so that guessing costs little.
public final class PgAccessKeys {
    static final Duration STALENESS = Duration.ofSeconds(2);
    private static final int CACHED = 10_000;

    private final Database database;
    private final SecretSeal seal;
    private final LoadingCache<String, Optional<AccessKey>> cache;

    public PgAccessKeys(Database database, SecretSeal seal) {
        this.database = database;
        this.seal = seal;
        this.cache =
                Caffeine.newBuilder()
                        .maximumSize(CACHED)
                        .expireAfterWrite(STALENESS)
                        .build(this::load);
    }

    /// Empty for an unknown and for an inactive key alike.
    public Optional<AccessKey> find(String accessKeyId) {
        return cache.get(accessKeyId);
    }

    /// Makes sure that the installation's first key exists, as root of its account. A key given with
    /// another secret replaces the kept one.
    public void ensureRoot(String account, String accessKeyId, String secret, Instant now) {
        var sealed = seal.seal(accessKeyId, secret);
        database.run(connection -> {
            try (var insert =
                    connection.prepareStatement(
                            """
                            INSERT INTO ingest.access_key
                                (access_key_id, sealed_secret, account, active, created_at)
                            VALUES (?, ?, ?, true, to_timestamp(?))
                            ON CONFLICT (access_key_id) DO UPDATE
                                SET sealed_secret = excluded.sealed_secret, active = true
                            """)) {
                insert.setString(1, accessKeyId);
                insert.setBytes(2, sealed);
                insert.setString(3, account);
                insert.setLong(4, now.getEpochSecond());
                insert.executeUpdate();
            }
        });
        cache.invalidate(accessKeyId);
    }

    private Optional<AccessKey> load(String accessKeyId) {
        return database.read(connection -> {
            try (var select =
                    connection.prepareStatement(
                            """
                            SELECT k.sealed_secret, k.account, k.user_name, u.user_id
                            FROM ingest.access_key k
                            LEFT JOIN ingest.iam_user u
                                ON u.account = k.account AND u.name = k.user_name
                            WHERE k.access_key_id = ? AND k.active
                            """)) {
                select.setString(1, accessKeyId);
                var row = select.executeQuery();
                if (!row.next()) {
                    return Optional.empty();
                }
                var account = row.getString("account");
                var user = row.getString("user_name");
                var principal =
                        user == null
                                ? Principal.root(account)
                                : new Principal(
                                        account,
                                        user,
                                        row.getString("user_id"),
                                        policies(connection, account, user));
                var secret = seal.open(accessKeyId, row.getBytes("sealed_secret"));
                return Optional.of(new AccessKey(accessKeyId, secret, principal));
            }
        });
    }

    static List<Policy> policies(Connection connection, String account, String user)
            throws SQLException {
        try (var select =
                connection.prepareStatement(
                        """
                        SELECT document FROM ingest.user_policy
                        WHERE account = ? AND user_name = ?
                        """)) {
            select.setString(1, account);
            select.setString(2, user);
            var row = select.executeQuery();
            var policies = new ArrayList<Policy>();
            while (row.next()) {
                policies.add(Policy.parse(row.getString(1)));
            }
            return policies;
        }
    }
}
