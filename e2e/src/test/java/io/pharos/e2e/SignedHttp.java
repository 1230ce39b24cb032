package io.pharos.e2e;

import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Set;

/// Requests that no SDK would send, signed as an SDK signs.
final class SignedHttp {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    /// Set by the client itself.
    private static final Set<String> CONNECTION = Set.of("host", "content-length");

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Pharos pharos;
    private final String keyId;
    private final String secret;
    private final Instant at;

    SignedHttp(Pharos pharos) {
        this(pharos, pharos.accessKeyId(), pharos.secretAccessKey(), Instant.now());
    }

    SignedHttp(Pharos pharos, String keyId, String secret, Instant at) {
        this.pharos = pharos;
        this.keyId = keyId;
        this.secret = secret;
        this.at = at;
    }

    HttpResponse<String> post(String service, Map<String, String> headers, String body) {
        return post(service, "/", headers, body.getBytes(StandardCharsets.UTF_8));
    }

    HttpResponse<String> post(
            String service, String path, Map<String, String> headers, byte[] body) {
        return send(SdkHttpMethod.POST, service, path, headers, body);
    }

    /// @param path with its query string
    HttpResponse<String> get(String service, String path) {
        return send(SdkHttpMethod.GET, service, path, Map.of(), new byte[0]);
    }

    /// An answer that may go on; to be closed.
    HttpResponse<InputStream> open(String service, Map<String, String> headers, String body) {
        var request =
                signed(
                        SdkHttpMethod.POST,
                        service,
                        "/",
                        headers,
                        body.getBytes(StandardCharsets.UTF_8));
        return send(request, BodyHandlers.ofInputStream());
    }

    private HttpResponse<String> send(
            SdkHttpMethod method,
            String service,
            String path,
            Map<String, String> headers,
            byte[] body) {
        return send(signed(method, service, path, headers, body));
    }

    private HttpRequest signed(
            SdkHttpMethod method,
            String service,
            String path,
            Map<String, String> headers,
            byte[] body) {
        var unsigned = SdkHttpRequest.builder().method(method).uri(pharos.endpoint().resolve(path));
        headers.forEach(unsigned::putHeader);
        var signed =
                AwsV4HttpSigner.create()
                        .sign(r ->
                                r.identity(AwsCredentialsIdentity.create(keyId, secret))
                                        .request(unsigned.build())
                                        .payload(() -> new ByteArrayInputStream(body))
                                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, service)
                                        .putProperty(AwsV4HttpSigner.REGION_NAME, "us-east-1")
                                        .putProperty(
                                                AwsV4HttpSigner.SIGNING_CLOCK,
                                                Clock.fixed(at, ZoneOffset.UTC)));
        var request =
                HttpRequest.newBuilder(pharos.endpoint().resolve(path))
                        .timeout(LIMIT)
                        .method(method.name(), BodyPublishers.ofByteArray(body));
        signed.request()
                .forEachHeader((name, values) -> {
                    if (!CONNECTION.contains(name.toLowerCase(java.util.Locale.ROOT))) {
                        values.forEach(value -> request.header(name, value));
                    }
                });
        return request.build();
    }

    HttpResponse<String> send(HttpRequest request) {
        return send(request, BodyHandlers.ofString());
    }

    private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> as) {
        try {
            return client.send(request, as);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
