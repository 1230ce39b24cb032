package io.pharos.wire;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Signature Version 4's key derivation, remembered per secret, day, region and service.
final class SigningKeys {
    static final String ALGORITHM = "AWS4-HMAC-SHA256";

    /// Derived keys kept; all are forgotten together when there are more. Only keys that verified a
    /// signature are kept, so strangers cannot fill this.
    static final int MAX_KEPT = 1024;

    private record Source(String secret, CredentialScope scope) {}

    private final ConcurrentMap<Source, Key> kept = new ConcurrentHashMap<>();

    /// A derived key, ready to sign: a copy of the prepared code costs half of what a new one does.
    static final class Key {
        private final Mac prepared;

        private Key(byte[] key) {
            prepared = mac(key);
        }

        byte[] sign(String text) {
            try {
                var mac = (Mac) prepared.clone();
                return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
            } catch (CloneNotSupportedException e) {
                throw new IllegalStateException("Java's own HmacSHA256 can be copied", e);
            }
        }
    }

    /// The key for a scope, derived unless it was kept.
    Key key(String secret, CredentialScope scope) {
        var known = kept.get(new Source(secret, scope));
        return known != null ? known : new Key(derive(secret, scope));
    }

    void keep(String secret, CredentialScope scope, Key key) {
        if (kept.size() >= MAX_KEPT) {
            kept.clear();
        }
        kept.putIfAbsent(new Source(secret, scope), key);
    }

    int size() {
        return kept.size();
    }

    private static byte[] derive(String secret, CredentialScope scope) {
        var day = hmac(("AWS4" + secret).getBytes(StandardCharsets.UTF_8), scope.date());
        return hmac(hmac(hmac(day, scope.region()), scope.service()), scope.terminator());
    }

    static byte[] hmac(byte[] key, String text) {
        return mac(key).doFinal(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Mac mac(byte[] key) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HmacSHA256", e);
        }
    }

    /// Copied for each use: looking for an algorithm's provider costs as much as hashing some lines.
    private static final MessageDigest SHA_256 = newSha256();

    static byte[] sha256(byte[] bytes) {
        try {
            return ((MessageDigest) SHA_256.clone()).digest(bytes);
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("Java's own SHA-256 can be copied", e);
        }
    }

    private static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
