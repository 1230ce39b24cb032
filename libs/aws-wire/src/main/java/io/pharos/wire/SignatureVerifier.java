package io.pharos.wire;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;

/// Verifies AWS Signature Version 4, in the `Authorization` header or in the query string: key, scope,
/// time, and the signature over the request exactly as it was sent, so over compressed bytes when they
/// are. Thread-safe.
///
/// Not verified here: whether the key may do what it asks.
public final class SignatureVerifier {
    /// How far the client's clock may be from ours.
    public static final Duration MAX_SKEW = Duration.ofMinutes(5);

    private static final String TERMINATOR = "aws4_request";
    private static final String UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD";
    private static final String MISMATCH =
            "The request signature we calculated does not match the signature you provided. Check"
                    + " your AWS Secret Access Key and signing method. Consult the service"
                    + " documentation for details.";

    private final AccessKeys keys;
    private final boolean acceptUnsignedPayload;
    private final SigningKeys signingKeys = new SigningKeys();

    /// Refuses requests that leave their body unsigned.
    public SignatureVerifier(AccessKeys keys) {
        this(keys, false);
    }

    /// @param acceptUnsignedPayload whether `UNSIGNED-PAYLOAD` is good enough: only behind TLS
    public SignatureVerifier(AccessKeys keys, boolean acceptUnsignedPayload) {
        this.keys = keys;
        this.acceptUnsignedPayload = acceptUnsignedPayload;
    }

    /// @param services the signing names the scope may carry; empty means any
    /// @param now the time of the call
    /// @throws AwsError what AWS answers for this failure
    public Signed verify(WireRequest request, Set<String> services, Instant now) {
        var claim = SignatureClaim.of(request);
        var scope = claim.scope();
        var key = keys.find(scope.accessKeyId()).orElseThrow(SignatureVerifier::unrecognized);
        if (key.sessionToken().isPresent() && !hasToken(claim, key.sessionToken().get())) {
            throw unrecognized();
        }
        checkScope(claim, services);
        checkTime(claim, now);
        // HTTP/2 clients sign the pseudo-header that stands for the host there.
        if (!claim.signedHeaders().contains("host")
                && !claim.signedHeaders().contains(":authority")) {
            throw invalid(
                    "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
        }
        checkSignature(request, claim, key);
        return new Signed(key, scope.region(), scope.service());
    }

    private static boolean hasToken(SignatureClaim claim, String token) {
        return isSame(claim.sessionToken().orElse(""), token);
    }

    private static void checkScope(SignatureClaim claim, Set<String> services) {
        var scope = claim.scope();
        if (!scope.terminator().equals(TERMINATOR)) {
            throw invalid("Credential should be scoped with a valid terminator: 'aws4_request'");
        }
        if (!Tenant.isRegion(scope.region())) {
            throw invalid("Credential should be scoped to a valid region.");
        }
        if (!services.isEmpty() && !services.contains(scope.service())) {
            throw invalid(
                    "Credential should be scoped to correct service: '"
                            + services.stream().sorted().findFirst().orElse("")
                            + "'.");
        }
        var signedAt = claim.signedAtText();
        var date = signedAt.substring(0, 8);
        if (!scope.date().equals(date)) {
            throw invalid(
                    "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date"
                            + " from HTTP: '"
                            + scope.date()
                            + "' != '"
                            + date
                            + "', from '"
                            + signedAt
                            + "'.");
        }
    }

    private static void checkTime(SignatureClaim claim, Instant now) {
        var lifetime = claim.expiresSeconds().map(Duration::ofSeconds).orElse(MAX_SKEW);
        var earliest = now.minus(lifetime);
        var latest = now.plus(MAX_SKEW);
        if (claim.signedAt().isBefore(earliest)) {
            throw invalid(
                    "Signature expired: %s is now earlier than %s (%s - %s)"
                            .formatted(
                                    basic(claim.signedAt()),
                                    basic(earliest),
                                    basic(now),
                                    minutes(lifetime)));
        }
        if (claim.signedAt().isAfter(latest)) {
            throw invalid(
                    "Signature not yet current: %s is still later than %s (%s + %s)"
                            .formatted(
                                    basic(claim.signedAt()),
                                    basic(latest),
                                    basic(now),
                                    minutes(MAX_SKEW)));
        }
    }

    private static String basic(Instant time) {
        return SignatureClaim.BASIC_TIME.format(time);
    }

    private static String minutes(Duration duration) {
        return duration.toMinutes() + " min.";
    }

    private void checkSignature(
            WireRequest request, SignatureClaim claim, AccessKeys.AccessKey key) {
        var payloadHash = payloadHash(request, claim);
        var signingKey = signingKeys.key(key.secret(), claim.scope());
        var query = CanonicalRequest.query(request.rawQuery());
        if (!isSignedAs(request, claim, signingKey, query, payloadHash)) {
            var raw = CanonicalRequest.rawQuery(request.rawQuery());
            if (raw.equals(query) || !isSignedAs(request, claim, signingKey, raw, payloadHash)) {
                throw invalid(MISMATCH);
            }
        }
        signingKeys.keep(key.secret(), claim.scope(), signingKey);
    }

    private static boolean isSignedAs(
            WireRequest request,
            SignatureClaim claim,
            SigningKeys.Key signingKey,
            String query,
            String payloadHash) {
        var canonical = CanonicalRequest.of(request, query, claim.signedHeaders(), payloadHash);
        return isSame(claim.signature(), signature(claim, signingKey, canonical));
    }

    private static String signature(
            SignatureClaim claim, SigningKeys.Key signingKey, String canonical) {
        var hash = SigningKeys.sha256(canonical.getBytes(StandardCharsets.UTF_8));
        var text =
                String.join(
                        "\n",
                        SigningKeys.ALGORITHM,
                        claim.signedAtText(),
                        claim.scope().scope(),
                        HexFormat.of().formatHex(hash));
        return HexFormat.of().formatHex(signingKey.sign(text));
    }

    /// What stands for the body in the canonical request: what the client says, once it is true.
    private String payloadHash(WireRequest request, SignatureClaim claim) {
        var claimed = claim.payloadHash().orElse("");
        if (claimed.equals(UNSIGNED_PAYLOAD)) {
            if (acceptUnsignedPayload) {
                return claimed;
            }
            throw invalid("The payload must be signed.");
        }
        var hash = HexFormat.of().formatHex(SigningKeys.sha256(request.body()));
        if (!claimed.isEmpty() && !claimed.toLowerCase(Locale.ROOT).equals(hash)) {
            throw invalid(MISMATCH);
        }
        return claimed.isEmpty() ? hash : claimed;
    }

    private static boolean isSame(String one, String other) {
        return MessageDigest.isEqual(
                one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }

    private static AwsError unrecognized() {
        return new AwsError(
                "UnrecognizedClientException",
                400,
                "The security token included in the request is invalid.");
    }

    private static AwsError invalid(String message) {
        return new AwsError("InvalidSignatureException", 400, message);
    }
}
