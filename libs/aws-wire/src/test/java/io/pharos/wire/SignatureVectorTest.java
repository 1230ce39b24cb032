package io.pharos.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/// The signatures AWS publishes, and two of ours that botocore gives too.
class SignatureVectorTest {
    private static final String KEY = "AKIDEXAMPLE";
    private static final String SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    private static final String OTHER_SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    private static final Instant NOON = Instant.parse("2015-08-30T12:36:00Z");

    private final SignatureVerifier verifier =
            new SignatureVerifier(id ->
                    id.equals(KEY)
                            ? Optional.of(
                                    new AccessKeys.AccessKey(
                                            KEY,
                                            SECRET,
                                            "123456789012",
                                            "arn:aws:iam::123456789012:root"))
                            : Optional.empty());

    private static Headers.Builder suite() {
        return Headers.builder()
                .add("Host", "example.amazonaws.com")
                .add("X-Amz-Date", "20150830T123600Z");
    }

    @Test
    void holdsForThePublishedSuite() {
        expect(
                "GET",
                "/",
                "",
                suite(),
                "",
                "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
        expect(
                "GET",
                "/example/..",
                "",
                suite(),
                "",
                "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
        expect(
                "GET",
                "/",
                "Param2=value2&Param1=value1",
                suite(),
                "",
                "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500");
        expect(
                "GET",
                "/%E1%88%B4",
                "",
                suite(),
                "",
                "697b34846207a3f72246f99d74ae1ee4fe54f44bb06730c58a0d339eb079596d");
        expect(
                "GET",
                "/",
                "",
                suite().add("My-Header1", " value1").add("My-Header2", " \"a   b   c\""),
                "",
                "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736");
        expect(
                "GET",
                "/",
                "",
                suite().add("My-Header1", "value2")
                        .add("My-Header1", "value2")
                        .add("My-Header1", "value1"),
                "",
                "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea");
        expect(
                "POST",
                "/",
                "",
                suite(),
                "",
                "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b");
        expect(
                "POST",
                "/",
                "",
                suite().add("Content-Type", "application/x-www-form-urlencoded"),
                "Param1=value1",
                "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a");
    }

    @Test
    void holdsForPathsThatAreEncodedAlready() {
        var headers =
                Headers.builder()
                        .add("Host", "xray.us-east-1.amazonaws.com")
                        .add("X-Amz-Date", "20260101T000000Z");
        var request =
                request(
                        "GET",
                        "/v1/groups/a%3Ab%2Fc/x",
                        "k=a%20b&k=A&e=",
                        headers,
                        "",
                        "20260101/us-east-1/xray/aws4_request",
                        "c4cac02e281fc6e15fd5af32dad1ed0b05d64f4673d61960eddc435af3e63a63");
        assertThat(CanonicalRequest.path(request.rawPath()))
                .isEqualTo("/v1/groups/a%253Ab%252Fc/x");
        assertThat(CanonicalRequest.query(request.rawQuery())).isEqualTo("e=&k=A&k=a%20b");
        verify(request, Instant.parse("2026-01-01T00:00:00Z"));
    }

    @Test
    void holdsForJsonServices() {
        var headers =
                Headers.builder()
                        .add("Host", "events.us-east-1.amazonaws.com")
                        .add("Content-Type", "application/x-amz-json-1.1")
                        .add("X-Amz-Date", "20260101T000000Z")
                        .add("X-Amz-Target", "AWSEvents.PutEvents");
        var other =
                new SignatureVerifier(id ->
                        Optional.of(
                                new AccessKeys.AccessKey(id, OTHER_SECRET, "123456789012", "")));
        var request =
                request(
                        "POST",
                        "/",
                        "",
                        headers,
                        "{\"Entries\":[]}",
                        "20260101/us-east-1/events/aws4_request",
                        "00e2d612261c10f4f9eaed8d4d26c084dc4d3246372771dc225886ecc0093f61");
        assertThat(
                        other.verify(
                                        request,
                                        Set.of("events"),
                                        Instant.parse("2026-01-01T00:00:00Z"))
                                .region())
                .isEqualTo("us-east-1");
    }

    private void expect(
            String method,
            String path,
            String query,
            Headers.Builder headers,
            String body,
            String signature) {
        var request =
                request(
                        method,
                        path,
                        query,
                        headers,
                        body,
                        "20150830/us-east-1/service/aws4_request",
                        signature);
        verify(request, NOON);
        var other =
                request(
                        method,
                        path,
                        query + "&x=1",
                        headers,
                        body,
                        "20150830/us-east-1/service/aws4_request",
                        signature);
        assertThatThrownBy(() -> verify(other, NOON)).isInstanceOf(AwsError.class);
    }

    private void verify(WireRequest request, Instant now) {
        verifier.verify(request, Set.of(), now);
    }

    private static WireRequest request(
            String method,
            String path,
            String query,
            Headers.Builder headers,
            String body,
            String scope,
            String signature) {
        var signed = headers.build();
        var names =
                signed.asMap().keySet().stream()
                        .filter(n -> !n.equals("authorization"))
                        .sorted()
                        .toList();
        var all = Headers.builder();
        signed.asMap()
                .forEach((name, values) ->
                        values.forEach(value -> {
                            if (!name.equals("authorization")) {
                                all.add(name, value);
                            }
                        }));
        all.add(
                "Authorization",
                "AWS4-HMAC-SHA256 Credential="
                        + KEY
                        + "/"
                        + scope
                        + ", SignedHeaders="
                        + String.join(";", names)
                        + ", Signature="
                        + signature);
        return new WireRequest(
                method,
                path,
                query,
                all.build(),
                body.getBytes(StandardCharsets.UTF_8),
                "127.0.0.1");
    }
}
