package io.pharos.kit.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

class BodyReaderIT {
    private final Vertx vertx = Vertx.vertx();
    private final ConcurrentLinkedQueue<BodyReader.Body> held = new ConcurrentLinkedQueue<>();

    @AfterEach
    void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void aHalfSentBodyEndsTheConnection() throws Exception {
        var port = serve(new BodyReader(vertx, Duration.ofMillis(200), 1 << 20));
        try (var socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(5_000);
            send(socket, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf");
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
        assertThat(held).isEmpty();
    }

    @Test
    void whatIsHeldAtOnceIsBounded() throws Exception {
        var port = serve(new BodyReader(vertx, Duration.ofSeconds(5), 10));
        assertThat(answer(port, "12345678")).isEqualTo(200);
        assertThat(answer(port, "12345678")).isEqualTo(400);
        held.remove().release();
        assertThat(answer(port, "12345678")).isEqualTo(200);
    }

    private int serve(BodyReader reader) throws Exception {
        var server =
                vertx.createHttpServer()
                        .requestHandler(request ->
                                reader.read(
                                        request,
                                        body -> {
                                            held.add(body);
                                            request.response().end();
                                        },
                                        error ->
                                                request.response()
                                                        .setStatusCode(error.status())
                                                        .end()))
                        .listen(0, "127.0.0.1")
                        .toCompletionStage()
                        .toCompletableFuture()
                        .get(10, TimeUnit.SECONDS);
        return server.actualPort();
    }

    private static int answer(int port, String body) throws Exception {
        try (var socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(5_000);
            send(
                    socket,
                    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: "
                            + body.length()
                            + "\r\n\r\n"
                            + body);
            var line =
                    new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
            return Integer.parseInt(line.substring(9));
        }
    }

    private static void send(Socket socket, String text) throws Exception {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }
}
