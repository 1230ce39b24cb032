package io.pharos.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/// What the SDK's own signer signs holds, and nothing else does.
class SignatureVerifierTest {
    private static final Instant NOW = Instant.parse("2026-11-21T03:00:00Z");
    private static final AccessKeys.AccessKey KEY =
            new AccessKeys.AccessKey(
                    "AKIDEXAMPLE",
                    "secret",
                    "123456789012",
                    "arn:aws:iam::123456789012:user/alice");
    private static final AccessKeys KEYS =
            id -> id.equals(KEY.accessKeyId()) ? Optional.of(KEY) : Optional.empty();

    private final SignatureVerifier verifier = new SignatureVerifier(KEYS);

    @Test
    void acceptsWhatTheSdkSigns() {
        var random = new Random(7);
        for (var i = 0; i < 300; i++) {
            var path = random.nextInt(3) == 0 ? "/" : "/v1/" + text(random) + "/" + text(random);
            var url = URI.create("http://127.0.0.1:4582" + path + query(random));
            var signed =
                    sign(
                            url,
                            text(random),
                            random.nextBoolean() ? "x-y" : "x-amz-target",
                            Duration.ZERO,
                            NOW);
            assertThat(verifier.verify(signed, Set.of("monitoring"), NOW))
                    .isEqualTo(new Signed(KEY, "eu-central-1", "monitoring"));
        }
    }

    @Test
    void acceptsPresignedRequestsUntilTheyExpire() {
        var signed =
                sign(
                        URI.create("http://h/?Action=ListTopics"),
                        "",
                        "x-y",
                        Duration.ofHours(1),
                        NOW);
        verifier.verify(signed, Set.of(), NOW);
        verifier.verify(signed, Set.of(), NOW.plusSeconds(3600));
        refused(
                signed,
                NOW.plusSeconds(3601),
                "InvalidSignatureException",
                "Signature expired: 20261121T030000Z is now earlier than 20261121T030001Z (20261121T040001Z - 60 min.)");
    }

    @Test
    void refusesWhatWasChanged() {
        var signed = sign(URI.create("http://h/?a=1"), "body", "x-y", Duration.ZERO, NOW);
        var body =
                new WireRequest(
                        "POST",
                        signed.rawPath(),
                        signed.rawQuery(),
                        signed.headers(),
                        "bodY".getBytes(StandardCharsets.UTF_8),
                        "");
        var query =
                new WireRequest(
                        "POST", signed.rawPath(), "a=2", signed.headers(), signed.body(), "");
        var path =
                new WireRequest(
                        "POST", "/x", signed.rawQuery(), signed.headers(), signed.body(), "");
        var method =
                new WireRequest(
                        "PUT",
                        signed.rawPath(),
                        signed.rawQuery(),
                        signed.headers(),
                        signed.body(),
                        "");
        for (var changed : List.of(body, query, path, method, header(signed, "x-y", "other"))) {
            refused(
                    changed,
                    NOW,
                    "InvalidSignatureException",
                    "The request signature we calculated does not match");
        }
    }

    @Test
    void refusesOtherClocks() {
        var signed = sign(URI.create("http://h/"), "", "x-y", Duration.ZERO, NOW);
        verifier.verify(signed, Set.of(), NOW.plusSeconds(300));
        verifier.verify(signed, Set.of(), NOW.minusSeconds(300));
        refused(
                signed,
                NOW.plusSeconds(301),
                "InvalidSignatureException",
                "Signature expired: 20261121T030000Z is now earlier than 20261121T030001Z (20261121T030501Z - 5 min.)");
        refused(
                signed,
                NOW.minusSeconds(301),
                "InvalidSignatureException",
                "Signature not yet current: 20261121T030000Z is still later than 20261121T025959Z (20261121T025459Z + 5 min.)");
    }

    @Test
    void refusesOtherScopes() {
        var signed = sign(URI.create("http://h/"), "", "x-y", Duration.ZERO, NOW);
        assertThatThrownBy(() -> verifier.verify(signed, Set.of("logs"), NOW))
                .hasMessage("Credential should be scoped to correct service: 'logs'.");
        refused(
                credential(signed, "AKIDEXAMPLE/20261120/us-east-1/logs/aws4_request"),
                NOW,
                "InvalidSignatureException",
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20261120' != '20261121', from '20261121T030000Z'.");
        refused(
                credential(signed, "AKIDEXAMPLE/20261121/EU!/logs/aws4_request"),
                NOW,
                "InvalidSignatureException",
                "Credential should be scoped to a valid region.");
        refused(
                credential(signed, "AKIDEXAMPLE/20261121/us-east-1/logs/aws5"),
                NOW,
                "InvalidSignatureException",
                "Credential should be scoped with a valid terminator: 'aws4_request'");
        refused(
                credential(signed, "AKIDOTHER/20261121/us-east-1/logs/aws4_request"),
                NOW,
                "UnrecognizedClientException",
                "The security token included in the request is invalid.");
    }

    @Test
    void refusesWhatCannotBeRead() {
        refused(
                with(Headers.none(), ""),
                NOW,
                "MissingAuthenticationTokenException",
                "Missing Authentication Token");
        refused(
                authorization(""),
                NOW,
                "IncompleteSignatureException",
                "Unsupported AWS 'algorithm'");
        refused(
                authorization("Bearer x"),
                NOW,
                "IncompleteSignatureException",
                "Unsupported AWS 'algorithm'");
        refused(
                authorization("AWS4-HMAC-SHA256 Credential=a/b"),
                NOW,
                "IncompleteSignatureException",
                "Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. Authorization header requires existence of either a 'X-Amz-Date'");
        refused(
                with(
                        Headers.of(
                                Map.of(
                                        "authorization",
                                        "AWS4-HMAC-SHA256 Credential=a/b,SignedHeaders=host,Signature=0",
                                        "x-amz-date",
                                        "20261121T030000Z")),
                        ""),
                NOW,
                "IncompleteSignatureException",
                "Credential must have exactly 5 slash-delimited elements");
        refused(
                with(
                        Headers.of(
                                Map.of(
                                        "authorization",
                                        "AWS4-HMAC-SHA256 Credential=a/b/c/d/e,SignedHeaders=host,Signature=0",
                                        "x-amz-date",
                                        "today")),
                        ""),
                NOW,
                "IncompleteSignatureException",
                "Date must be in ISO-8601 'basic format'.");
        refused(
                with(
                        Headers.of(
                                Map.of(
                                        "authorization",
                                        "AWS4-HMAC-SHA256 Credential=a/b/c/d/e,SignedHeaders=x,Signature=0")),
                        "X-Amz-Signature=1"),
                NOW,
                "InvalidArgument",
                "Only one auth mechanism allowed");
        refused(
                with(Headers.none(), "X-Amz-Algorithm=AWS4-HMAC-SHA256"),
                NOW,
                "IncompleteSignatureException",
                "AWS query-string parameters must include 'X-Amz-Credential'.");
    }

    @Test
    void wantsTheHostSignedAndTheSessionsToken() {
        var signed = sign(URI.create("http://h/"), "", "x-y", Duration.ZERO, NOW);
        var authorization =
                signed.headers()
                        .first("authorization")
                        .orElseThrow()
                        .replaceFirst("SignedHeaders=[^,]*", "SignedHeaders=x-amz-date");
        refused(
                header(signed, "authorization", authorization),
                NOW,
                "InvalidSignatureException",
                "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
        var session =
                new SignatureVerifier(id ->
                        Optional.of(
                                new AccessKeys.AccessKey(
                                        id,
                                        "secret",
                                        "123456789012",
                                        "arn",
                                        Optional.of("token"))));
        assertThatThrownBy(() -> session.verify(signed, Set.of(), NOW))
                .hasMessage("The security token included in the request is invalid.");
        session.verify(header(signed, "x-amz-security-token", "token"), Set.of(), NOW);
        verifier.verify(header(signed, "x-amz-security-token", "tolerated"), Set.of(), NOW);
    }

    @Test
    void leavesBodiesUnsignedOnlyWhenToldSo() {
        var unsigned = signer(URI.create("https://h/"), "body", "x-y", Duration.ZERO, NOW, false);
        refused(unsigned, NOW, "InvalidSignatureException", "The payload must be signed.");
        new SignatureVerifier(KEYS, true).verify(unsigned, Set.of(), NOW);
    }

    @Test
    void forgetsDerivedKeysRatherThanGrow() {
        var keys = new SigningKeys();
        for (var i = 0; i < 3 * SigningKeys.MAX_KEPT; i++) {
            var scope = new CredentialScope("a", "20261121", "region-" + i, "logs", "aws4_request");
            keys.keep("secret", scope, keys.key("secret", scope));
        }
        assertThat(keys.size()).isLessThanOrEqualTo(SigningKeys.MAX_KEPT);
    }

    @Test
    void neverEscapesOtherwise() {
        var random = new Random(11);
        var signed =
                sign(URI.create("http://h/?a=1&X=%20"), "body", "x-y", Duration.ofHours(1), NOW);
        var header = sign(URI.create("http://h/a/b"), "body", "x-y", Duration.ZERO, NOW);
        for (var i = 0; i < 3000; i++) {
            var query = mutate(random, signed.rawQuery());
            var authorization =
                    mutate(random, header.headers().first("authorization").orElseThrow());
            for (var hostile :
                    List.of(
                            with(signed.headers(), query),
                            header(header, "authorization", authorization))) {
                try {
                    verifier.verify(hostile, Set.of(), NOW);
                } catch (AwsError expected) {
                    assertThat(expected.code()).isNotEmpty();
                }
            }
        }
    }

    private static String mutate(Random random, String text) {
        var chars = new StringBuilder(text);
        for (var i = random.nextInt(1, 4); i > 0 && !chars.isEmpty(); i--) {
            chars.setCharAt(
                    random.nextInt(chars.length()), "%&=/,; aZ0\u00e9".charAt(random.nextInt(11)));
        }
        return chars.toString();
    }

    private static String text(Random random) {
        var text = new StringBuilder();
        for (var i = random.nextInt(6); i > 0; i--) {
            text.append(
                    List.of("a", "Z", "%20", "-", "%2F", "~", "7", "%C3%A9", ".")
                            .get(random.nextInt(9)));
        }
        return text.append('x').toString();
    }

    private static String query(Random random) {
        var pairs = new ArrayList<String>();
        for (var i = random.nextInt(4); i > 0; i--) {
            pairs.add(text(random) + "=" + text(random));
        }
        return pairs.isEmpty() ? "" : "?" + String.join("&", pairs);
    }

    private void refused(WireRequest request, Instant now, String code, String message) {
        assertThatThrownBy(() -> verifier.verify(request, Set.of(), now))
                .isInstanceOfSatisfying(AwsError.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageStartingWith(message);
    }

    private static WireRequest with(Headers headers, String query) {
        return new WireRequest("POST", "/", query, headers, new byte[0], "127.0.0.1");
    }

    private static WireRequest authorization(String text) {
        return with(Headers.of(Map.of("authorization", text)), "");
    }

    private static WireRequest credential(WireRequest signed, String credential) {
        var authorization = signed.headers().first("authorization").orElseThrow();
        return header(
                signed,
                "authorization",
                authorization.replaceFirst("Credential=[^,]*", "Credential=" + credential));
    }

    /// The request with one header replaced or added.
    private static WireRequest header(WireRequest request, String name, String value) {
        var headers = Headers.builder();
        request.headers()
                .asMap()
                .forEach((n, values) ->
                        values.stream()
                                .filter(_ -> !n.equals(name))
                                .forEach(v -> headers.add(n, v)));
        headers.add(name, value);
        return new WireRequest(
                request.method(),
                request.rawPath(),
                request.rawQuery(),
                headers.build(),
                request.body(),
                "");
    }

    private static WireRequest sign(
            URI url, String body, String header, Duration expires, Instant at) {
        return signer(url, body, header, expires, at, true);
    }

    private static WireRequest signer(
            URI url, String body, String header, Duration expires, Instant at, boolean payload) {
        var unsigned =
                SdkHttpRequest.builder()
                        .uri(url)
                        .method(SdkHttpMethod.POST)
                        .putHeader(header, " two  words ")
                        .build();
        var signed =
                AwsV4HttpSigner.create()
                        .sign(r -> {
                            r.identity(
                                            AwsCredentialsIdentity.create(
                                                    KEY.accessKeyId(), KEY.secret()))
                                    .request(unsigned)
                                    .payload(() ->
                                            new ByteArrayInputStream(
                                                    body.getBytes(StandardCharsets.UTF_8)))
                                    .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "monitoring")
                                    .putProperty(AwsV4HttpSigner.REGION_NAME, "eu-central-1")
                                    .putProperty(AwsV4HttpSigner.PAYLOAD_SIGNING_ENABLED, payload)
                                    .putProperty(
                                            HttpSigner.SIGNING_CLOCK,
                                            Clock.fixed(at, ZoneOffset.UTC));
                            if (!expires.isZero()) {
                                r.putProperty(
                                                AwsV4FamilyHttpSigner.AUTH_LOCATION,
                                                AwsV4FamilyHttpSigner.AuthLocation.QUERY_STRING)
                                        .putProperty(
                                                AwsV4FamilyHttpSigner.EXPIRATION_DURATION, expires);
                            }
                        })
                        .request();
        var headers = Headers.builder();
        signed.forEachHeader((name, values) -> values.forEach(value -> headers.add(name, value)));
        var uri = signed.getUri();
        return new WireRequest(
                "POST",
                uri.getRawPath().isEmpty() ? "/" : uri.getRawPath(),
                uri.getRawQuery() == null ? "" : uri.getRawQuery(),
                headers.build(),
                body.getBytes(StandardCharsets.UTF_8),
                "");
    }
}
