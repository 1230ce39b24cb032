package io.pharos.benchmarks;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;

/// The reference of P1: reads each body whole and answers the same 12 bytes. In its own process.
final class EchoServer {
    private EchoServer() {}

    /// @param args the port
    public static void main(String[] args) {
        var vertx =
                Vertx.vertx(
                        new VertxOptions().setEventLoopPoolSize(2).setPreferNativeTransport(true));
        var answer = Buffer.buffer("{\"ok\": true}");
        var _ =
                vertx.createHttpServer()
                        .requestHandler(request ->
                                request.body()
                                        .onSuccess(_ -> {
                                            var _ = request.response().end(answer);
                                        }))
                        .listen(Integer.parseInt(args[0]), "127.0.0.1");
    }
}
