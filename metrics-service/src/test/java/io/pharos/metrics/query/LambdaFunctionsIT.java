package io.pharos.metrics.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;

import io.pharos.metrics.math.ExpressionError;
import io.pharos.metrics.query.http.LambdaFunctions;
import io.pharos.wire.Tenant;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The real SDK calls a server that speaks Lambda's Invoke.
class LambdaFunctionsIT {
    private static final Tenant TENANT = new Tenant("123456789012", "eu-west-1");
    private static final PeriodGrid GRID = new PeriodGrid(1_697_060_700, 300, 2);

    private HttpServer server;
    private LambdaFunctions functions;
    private String path = "";
    private String body = "";
    private String error = "";

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    path = exchange.getRequestURI().getRawPath();
                    body =
                            new String(
                                    exchange.getRequestBody().readAllBytes(),
                                    StandardCharsets.UTF_8);
                    if (!error.isEmpty()) {
                        exchange.getResponseHeaders().add("X-Amz-Function-Error", error);
                    }
                    var answer =
                            "{\"MetricDataResults\":[{\"Label\":\"l\",\"Timestamps\":[1697061000],\"Values\":[4]}]}"
                                    .getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(path.contains("gone") ? 404 : 200, answer.length);
                    exchange.getResponseBody().write(answer);
                    exchange.close();
                });
        server.start();
        var keys = AwsBasicCredentials.create("AKIDEXAMPLE", "secret");
        functions =
                new LambdaFunctions(
                        "http://127.0.0.1:" + server.getAddress().getPort(),
                        StaticCredentialsProvider.create(keys));
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void invokesAFunctionAndReadsItsAnswer() {
        var series = functions.call(TENANT, "source", List.of("a", 1.0), GRID);
        assertThat(series).hasSize(1);
        assertThat(series.getFirst().values()).containsExactly(4);
        assertThat(path).isEqualTo("/2015-03-31/functions/source/invocations");
        assertThat(body).contains("\"Arguments\":[\"a\",1]");
        functions.call(
                TENANT, "arn:aws:lambda:us-east-1:123456789012:function:named", List.of(), GRID);
        assertThat(path).isEqualTo("/2015-03-31/functions/named/invocations");
    }

    @Test
    void tellsWhyThereIsNoAnswer() {
        assertThatThrownBy(() -> functions.call(TENANT, "gone", List.of(), GRID))
                .isInstanceOf(Functions.Failure.class);
        error = "Unhandled";
        assertThatThrownBy(() -> functions.call(TENANT, "source", List.of(), GRID))
                .isInstanceOfSatisfying(
                        Functions.Failure.class,
                        failure -> assertThat(failure.code()).isEqualTo("Unhandled"));
        for (var wrong :
                List.of("../x", "a b", "arn:aws:lambda:us-east-1:999999999999:function:f")) {
            assertThatThrownBy(() -> functions.call(TENANT, wrong, List.of(), GRID))
                    .isInstanceOf(ExpressionError.class);
        }
        var none =
                new LambdaFunctions(
                        null,
                        StaticCredentialsProvider.create(AwsBasicCredentials.create("a", "b")));
        assertThatThrownBy(() -> none.call(TENANT, "source", List.of(), GRID))
                .hasMessageContaining("pharos.metrics.lambda-endpoint");
    }
}
