package io.pharos.kit;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;

import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// Keeps secrets that must be recoverable unreadable in the database: AES-256-GCM under a key derived
/// from the installation's secret and what they are for, bound to whose they are.
public final class SecretSeal {
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final SecretKeySpec key;
    private final SecureRandom random = new SecureRandom();

    /// @param purpose secrets of one purpose can not be opened as those of another
    public SecretSeal(String installationSecret, String purpose) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update(("pharos " + purpose + "\n").getBytes(StandardCharsets.UTF_8));
            key =
                    new SecretKeySpec(
                            digest.digest(installationSecret.getBytes(StandardCharsets.UTF_8)),
                            "AES");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /// @param owner whom the secret belongs to, e.g. an access key id or an ARN
    public byte[] seal(String owner, String secret) {
        var nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        var sealed =
                run(Cipher.ENCRYPT_MODE, nonce, owner, secret.getBytes(StandardCharsets.UTF_8));
        var both = Arrays.copyOf(nonce, NONCE_BYTES + sealed.length);
        System.arraycopy(sealed, 0, both, NONCE_BYTES, sealed.length);
        return both;
    }

    /// @throws IllegalStateException when it was sealed under another installation secret, or for another owner
    public String open(String owner, byte[] sealed) {
        var nonce = Arrays.copyOf(sealed, NONCE_BYTES);
        var secret = Arrays.copyOfRange(sealed, NONCE_BYTES, sealed.length);
        return new String(run(Cipher.DECRYPT_MODE, nonce, owner, secret), StandardCharsets.UTF_8);
    }

    private byte[] run(int mode, byte[] nonce, String owner, byte[] text) {
        try {
            var cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
            cipher.updateAAD(owner.getBytes(StandardCharsets.UTF_8));
            return cipher.doFinal(text);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a secret can not be opened: " + owner, e);
        }
    }
}
