package io.pharos.kit.http;

import io.pharos.wire.AwsError;
import io.pharos.wire.Caller;
import io.pharos.wire.Headers;
import io.pharos.wire.Tenant;

import jakarta.inject.Singleton;

import org.eclipse.microprofile.config.Config;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// How services of one installation vouch for a caller to each other: the caller in a header, and a
/// MAC under `pharos.internal.secret` over it, the request line, the body and the time.
@Singleton
public final class InternalIdentity {
    static final String CALLER = "x-pharos-caller";
    static final String SENT_AT = "x-pharos-sent-at";
    static final String MAC = "x-pharos-mac";
    private static final Duration WINDOW = Duration.ofMinutes(5);
    private static final int PARTS = 8;

    private final SecretKeySpec key;

    public InternalIdentity(Config config) {
        var secret = config.getValue("pharos.internal.secret", String.class);
        key = new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256");
    }

    /// The headers to send with a request.
    public Map<String, String> sign(
            Caller caller, String method, String pathAndQuery, byte[] body, Instant now) {
        var written = write(caller);
        var sentAt = String.valueOf(now.toEpochMilli());
        return Map.of(
                CALLER,
                written,
                SENT_AT,
                sentAt,
                MAC,
                mac(method, pathAndQuery, body, written, sentAt));
    }

    /// The caller that another service vouches for; empty when the request does not claim one.
    ///
    /// @throws AwsError when it claims one without knowing the secret, or too late
    public Optional<Caller> verify(
            Headers headers, String method, String pathAndQuery, byte[] body, Instant now) {
        var caller = headers.first(CALLER);
        if (caller.isEmpty()) {
            return Optional.empty();
        }
        var sentAt = headers.first(SENT_AT).orElse("");
        var expected = mac(method, pathAndQuery, body, caller.get(), sentAt);
        if (!isEqual(expected, headers.first(MAC).orElse("")) || !isRecent(sentAt, now)) {
            throw new AwsError("AccessDeniedException", 403, "Not a service of this installation.");
        }
        return Optional.of(read(caller.get()));
    }

    private static boolean isEqual(String one, String other) {
        return MessageDigest.isEqual(
                one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }

    /// Asked after the MAC held, so the text is one that [#sign] wrote.
    private static boolean isRecent(String sentAt, Instant now) {
        var age = Duration.between(Instant.ofEpochMilli(Long.parseLong(sentAt)), now).abs();
        return age.compareTo(WINDOW) <= 0;
    }

    private String mac(
            String method, String pathAndQuery, byte[] body, String caller, String sentAt) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(body);
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            var text = String.join("\n", method, pathAndQuery, caller, sentAt, "");
            mac.update(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(mac.doFinal(digest));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String write(Caller caller) {
        var text =
                String.join(
                        "\n",
                        caller.tenant().account(),
                        caller.tenant().region(),
                        caller.accessKeyId(),
                        caller.principalArn(),
                        caller.requestId(),
                        String.valueOf(caller.receivedAt().toEpochMilli()),
                        caller.sourceIp(),
                        caller.userAgent());
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Caller read(String written) {
        var text = new String(Base64.getDecoder().decode(written), StandardCharsets.UTF_8);
        var parts = text.split("\n", PARTS);
        return new Caller(
                new Tenant(parts[0], parts[1]),
                parts[2],
                parts[3],
                parts[4],
                Instant.ofEpochMilli(Long.parseLong(parts[5])),
                parts[6],
                parts[7]);
    }
}
