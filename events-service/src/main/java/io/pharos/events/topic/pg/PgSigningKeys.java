package io.pharos.events.topic.pg;

import io.pharos.events.config.Events;
import io.pharos.events.topic.Signer;
import io.pharos.events.topic.SigningCertificate;
import io.pharos.kit.Database;

import jakarta.inject.Singleton;

import org.jspecify.annotations.Nullable;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.PKCS8EncodedKeySpec;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Optional;

/// The key that signs notifications: made once for all replicas, kept for ever, so that what was
/// signed can always be checked.
@Singleton
public final class PgSigningKeys {
    private static final int KEY_BITS = 2048;
    private static final int NAME_BYTES = 16;
    // Any number that no other advisory lock of this database has.
    private static final long MAKING = 0x5048_534e_534b_4559L;

    private final Database database;
    private final InstantSource clock;
    private volatile @Nullable Signer signer;

    public PgSigningKeys(@Events Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    public Signer signer() {
        var known = signer;
        if (known == null) {
            known = database.inTransaction(this::loadOrMake);
            signer = known;
        }
        return known;
    }

    /// The certificate of that name, PEM.
    public Optional<String> certificate(String name) {
        return database.read(connection -> {
            try (var select =
                    connection.prepareStatement(
                            "SELECT certificate FROM events.signing_key WHERE name = ?")) {
                select.setString(1, name);
                try (var rows = select.executeQuery()) {
                    return rows.next()
                            ? Optional.of(SigningCertificate.pem(rows.getBytes(1)))
                            : Optional.empty();
                }
            }
        });
    }

    private Signer loadOrMake(Connection connection) throws SQLException {
        try (var lock = connection.prepareStatement("SELECT pg_advisory_xact_lock(?)");
                var select =
                        connection.prepareStatement(
                                "SELECT name, private_key FROM events.signing_key ORDER BY created_at DESC LIMIT 1")) {
            lock.setLong(1, MAKING);
            lock.execute();
            try (var rows = select.executeQuery()) {
                if (rows.next()) {
                    var key =
                            KeyFactory.getInstance("RSA")
                                    .generatePrivate(new PKCS8EncodedKeySpec(rows.getBytes(2)));
                    return new Signer(rows.getString(1), key);
                }
            }
            return make(connection);
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("the signing key can not be read or made", broken);
        }
    }

    private Signer make(Connection connection) throws SQLException, GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(KEY_BITS);
        var keys = generator.generateKeyPair();
        var bytes = new byte[NAME_BYTES];
        new SecureRandom().nextBytes(bytes);
        var name = HexFormat.of().formatHex(bytes);
        var now = clock.instant();
        try (var insert =
                connection.prepareStatement("INSERT INTO events.signing_key VALUES (?, ?, ?, ?)")) {
            insert.setString(1, name);
            insert.setBytes(2, keys.getPrivate().getEncoded());
            insert.setBytes(3, SigningCertificate.of(keys, "Pharos notifications", now));
            insert.setTimestamp(4, Timestamp.from(now));
            insert.executeUpdate();
        }
        return new Signer(name, keys.getPrivate());
    }
}
