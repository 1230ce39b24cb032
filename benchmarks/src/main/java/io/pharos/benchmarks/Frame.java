package io.pharos.benchmarks;

import io.pharos.wire.Headers;
import io.pharos.wire.WireRequest;

import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/// A signed request, ready to be sent for the next five minutes.
///
/// @param headers without `Host`, which the sender adds
/// @param work what it carries, in the benchmark's unit
record Frame(URI endpoint, Map<String, List<String>> headers, byte[] body, long work) {
    /// A call of AWS's JSON protocols, signed by the SDK's own signer.
    ///
    /// @param target the header `X-Amz-Target`
    /// @param type e.g. `application/x-amz-json-1.0`
    static Frame json(
            URI endpoint,
            String service,
            String target,
            String type,
            byte[] body,
            boolean gzip,
            long work) {
        return signed(endpoint, service, target, type, gzip ? gzip(body) : body, gzip, work);
    }

    /// The same with a body as it goes over the wire.
    static Frame signed(
            URI endpoint,
            String service,
            String target,
            String type,
            byte[] sent,
            boolean gzip,
            long work) {
        var root = endpoint.resolve("/");
        var request = post(root, type).putHeader("X-Amz-Target", target);
        if (gzip) {
            request.putHeader("Content-Encoding", "gzip");
        }
        return signed(root, service, request, sent, work);
    }

    /// A call of the Query protocol.
    static Frame form(URI endpoint, String service, String form) {
        return signed(
                endpoint.resolve("/"),
                service,
                post(endpoint.resolve("/"), "application/x-www-form-urlencoded; charset=utf-8"),
                form.getBytes(StandardCharsets.UTF_8),
                1);
    }

    /// A call that is told by its path.
    ///
    /// @param headers besides the type
    static Frame to(
            URI address, String service, String type, Map<String, String> headers, byte[] sent) {
        var request = post(address, type);
        headers.forEach(request::putHeader);
        return signed(address, service, request, sent, 1);
    }

    private static SdkHttpRequest.Builder post(URI address, String type) {
        return SdkHttpRequest.builder()
                .uri(address)
                .method(SdkHttpMethod.POST)
                .putHeader("Content-Type", type);
    }

    private static Frame signed(
            URI address, String service, SdkHttpRequest.Builder request, byte[] sent, long work) {
        var signed =
                AwsV4HttpSigner.create()
                        .sign(sign ->
                                sign.identity(Server.KEY)
                                        .request(request.build())
                                        .payload(ContentStreamProvider.fromByteArray(sent))
                                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, service)
                                        .putProperty(AwsV4HttpSigner.REGION_NAME, Server.REGION));
        return new Frame(address, signed.request().headers(), sent, work);
    }

    /// What Java's client sends; it adds `Host` and `Content-Length` itself.
    HttpRequest request() {
        var request =
                HttpRequest.newBuilder(endpoint).POST(HttpRequest.BodyPublishers.ofByteArray(body));
        headers.forEach((name, values) -> {
            if (!name.equalsIgnoreCase("host") && !name.equalsIgnoreCase("content-length")) {
                values.forEach(value -> request.header(name, value));
            }
        });
        return request.build();
    }

    /// The same as the wire library sees it.
    WireRequest wire() {
        var all = Headers.builder();
        headers.forEach((name, values) -> values.forEach(value -> all.add(name, value)));
        return new WireRequest("POST", "/", "", all.build(), body, "127.0.0.1");
    }

    static byte[] gzip(byte[] body) {
        var bytes = new ByteArrayOutputStream(body.length / 8);
        try (var gzip = new GZIPOutputStream(bytes)) {
            gzip.write(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
