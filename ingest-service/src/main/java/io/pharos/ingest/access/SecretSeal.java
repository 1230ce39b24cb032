package io.pharos.ingest.access;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;

import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// Keeps secret access keys unreadable in the database: AES-256-GCM under a key derived from the
/// installation's secret, bound to the access key id. They must be recoverable, since a signature is
/// checked with the secret itself.
public final class SecretSeal {
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final SecretKeySpec key;
    private final SecureRandom random = new SecureRandom();

    public SecretSeal(String installationSecret) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update("pharos access keys\n".getBytes(StandardCharsets.UTF_8));
            key =
                    new SecretKeySpec(
                            digest.digest(installationSecret.getBytes(StandardCharsets.UTF_8)),
                            "AES");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public byte[] seal(String accessKeyId, String secret) {
        var nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        var sealed =
                run(
                        Cipher.ENCRYPT_MODE,
                        nonce,
                        accessKeyId,
                        secret.getBytes(StandardCharsets.UTF_8));
        var both = Arrays.copyOf(nonce, NONCE_BYTES + sealed.length);
        System.arraycopy(sealed, 0, both, NONCE_BYTES, sealed.length);
        return both;
    }

    /// @throws IllegalStateException when it was sealed under another installation secret
    public String open(String accessKeyId, byte[] sealed) {
        var nonce = Arrays.copyOf(sealed, NONCE_BYTES);
        var secret = Arrays.copyOfRange(sealed, NONCE_BYTES, sealed.length);
        return new String(
                run(Cipher.DECRYPT_MODE, nonce, accessKeyId, secret), StandardCharsets.UTF_8);
    }

    private byte[] run(int mode, byte[] nonce, String accessKeyId, byte[] text) {
        try {
            var cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
            cipher.updateAAD(accessKeyId.getBytes(StandardCharsets.UTF_8));
            return cipher.doFinal(text);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("access key can not be opened: " + accessKeyId, e);
        }
    }
}
