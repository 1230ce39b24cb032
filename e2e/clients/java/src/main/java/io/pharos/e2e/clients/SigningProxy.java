package io.pharos.e2e.clients;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Locale;
import java.util.Set;

/// Passes requests on with a signature, as the sidecar does that people put before clients without
/// AWS's signing.
public final class SigningProxy implements AutoCloseable {
    private static final Set<String> PASSED_ON =
            Set.of("content-type", "content-encoding", "user-agent");

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final HttpServer server;
    private final URI endpoint;
    private final String service;
    private final AwsCredentialsIdentity key;

    /// @param service what the signatures are scoped to
    public SigningProxy(URI endpoint, String service, String keyId, String secret)
            throws IOException {
        this.endpoint = endpoint;
        this.service = service;
        this.key = AwsCredentialsIdentity.create(keyId, secret);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
        server.createContext("/", this::pass);
        server.start();
    }

    /// Where clients send to.
    public String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void pass(HttpExchange exchange) throws IOException {
        try (exchange) {
            var body = exchange.getRequestBody().readAllBytes();
            var target = endpoint.resolve(pathAndQuery(exchange.getRequestURI()));
            var method = exchange.getRequestMethod();
            var unsigned =
                    SdkHttpRequest.builder().method(SdkHttpMethod.fromValue(method)).uri(target);
            exchange.getRequestHeaders()
                    .forEach((name, values) -> {
                        if (PASSED_ON.contains(name.toLowerCase(Locale.ROOT))) {
                            unsigned.putHeader(name, values.getFirst());
                        }
                    });
            var request =
                    HttpRequest.newBuilder(target).method(method, BodyPublishers.ofByteArray(body));
            signed(unsigned.build(), body)
                    .forEachHeader((name, values) -> {
                        if (!name.equalsIgnoreCase("host")) {
                            values.forEach(value -> request.header(name, value));
                        }
                    });
            var answer = client.send(request.build(), BodyHandlers.ofByteArray());
            answer.headers()
                    .firstValue("content-type")
                    .ifPresent(type -> exchange.getResponseHeaders().add("Content-Type", type));
            var length = answer.body().length;
            exchange.sendResponseHeaders(answer.statusCode(), length == 0 ? -1 : length);
            if (length > 0) {
                exchange.getResponseBody().write(answer.body());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String pathAndQuery(URI asked) {
        var query = asked.getRawQuery();
        return query == null ? asked.getRawPath() : asked.getRawPath() + '?' + query;
    }

    private SdkHttpRequest signed(SdkHttpRequest request, byte[] body) {
        return AwsV4HttpSigner.create()
                .sign(r ->
                        r.identity(key)
                                .request(request)
                                .payload(() -> new ByteArrayInputStream(body))
                                .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, service)
                                .putProperty(AwsV4HttpSigner.REGION_NAME, "us-east-1"))
                .request();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
