package io.pharos.events.topic;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.Base64;

/// Signs messages as SNS does, so that receivers can check them with the public certificate.
///
/// @param name of the certificate: `SimpleNotificationService-<name>.pem`
public record Signer(String name, PrivateKey key) {

    /// @param canonical see [Notification#canonical]
    /// @param version `1` for SHA1withRSA, `2` for SHA256withRSA
    public String sign(String canonical, String version) {
        try {
            var signature =
                    Signature.getInstance(version.equals("2") ? "SHA256withRSA" : "SHA1withRSA");
            signature.initSign(key);
            signature.update(canonical.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(signature.sign());
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("signing failed", broken);
        }
    }
}
