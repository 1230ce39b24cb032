package io.pharos.wire;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import software.amazon.awssdk.core.SdkPojo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.function.Function;

/// A server on loopback that decodes what a client sends and answers what the test says.
final class WireServer implements AutoCloseable {
    private final AwsWire wire = new AwsWire();
    private final HttpServer server;
    private final Function<Call, SdkPojo> answer;

    WireServer(Function<Call, SdkPojo> answer) throws IOException {
        this.answer = answer;
        this.server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.start();
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            var response = respond(request(exchange));
            response.headers()
                    .asMap()
                    .forEach((name, values) -> exchange.getResponseHeaders().put(name, values));
            var length = response.body().length;
            exchange.sendResponseHeaders(response.status(), length == 0 ? -1 : length);
            if (length > 0) {
                exchange.getResponseBody().write(response.body());
            }
        }
    }

    private WireResponse respond(WireRequest request) {
        var route = wire.route(request);
        try {
            var call = wire.decode(route, request);
            return wire.encode(call, answer.apply(call), "request-1");
        } catch (RuntimeException | Error e) {
            return wire.encodeError(route, e, "request-1");
        }
    }

    private static WireRequest request(HttpExchange exchange) throws IOException {
        var headers = Headers.builder();
        exchange.getRequestHeaders()
                .forEach((name, values) -> values.forEach(value -> headers.add(name, value)));
        var uri = exchange.getRequestURI();
        return new WireRequest(
                exchange.getRequestMethod(),
                uri.getRawPath(),
                uri.getRawQuery() == null ? "" : uri.getRawQuery(),
                headers.build(),
                exchange.getRequestBody().readAllBytes(),
                "127.0.0.1");
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
