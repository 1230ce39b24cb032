package io.pharos.alarms.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import io.pharos.alarms.http.Webhook;
import io.pharos.alarms.ledger.pg.ActionOutbox;
import io.pharos.alarms.ledger.pg.Outbox;
import io.pharos.kit.Database;
import io.pharos.testkit.SteppingClock;
import io.pharos.testkit.TestDatabase;
import io.pharos.wire.Tenant;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/// Functions and the webhook behind a real HTTP server, their actions in a real outbox.
class OutsideTargetsIT {
    private static final Tenant TENANT = new Tenant("123456789012", "us-east-1");
    private static final String FUNCTION =
            "arn:aws:lambda:us-east-1:123456789012:function:page:live";
    private static final String STOP = "arn:aws:automate:us-east-1:ec2:stop";
    private static final String TOPIC = "arn:aws:sns:us-east-1:123456789012:ops";

    private final SteppingClock clock = new SteppingClock(Instant.parse("2026-09-14T12:00:15Z"));
    private final Database database = new Database(TestDatabase.fresh("alarms"));
    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private final List<String> published = new CopyOnWriteArrayList<>();
    private HttpServer server;
    private FunctionTarget functions;
    private volatile int status = 202;
    private volatile CountDownLatch gate = new CountDownLatch(0);

    private record Call(String uri, Map<String, List<String>> headers, String body) {
        String header(String name) {
            return String.join(",", headers.getOrDefault(name, List.of()));
        }
    }

    @BeforeEach
    void listen() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
        functions =
                new FunctionTarget(
                        address().toString(),
                        StaticCredentialsProvider.create(
                                AwsBasicCredentials.create("AKIDEXAMPLE", "secret")));
    }

    @AfterEach
    void leave() {
        gate.countDown();
        functions.close();
        server.stop(0);
    }

    private URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    private void answer(HttpExchange exchange) throws IOException {
        var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        try {
            gate.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
        calls.add(
                new Call(
                        exchange.getRequestURI().toString(),
                        Map.copyOf(exchange.getRequestHeaders()),
                        body));
        exchange.sendResponseHeaders(status, -1);
        exchange.close();
    }

    private ActionRelay relay(java.util.concurrent.Executor executor) {
        return new ActionRelay(
                new ActionOutbox(database),
                Map.of(
                        "lambda",
                        functions,
                        "automate",
                        new WebhookTarget(new Webhook(address().resolve("/hook"), "sesame")),
                        "sns",
                        (action, _) -> {
                            published.add(action.message());
                            return new ActionTarget.Answer.Ended(null);
                        }),
                Duration.ofHours(6),
                clock,
                executor);
    }

    private void act(String arn, String message) {
        database.run(tx -> new Outbox(tx).message(TENANT, arn, "s", message, clock.instant()));
    }

    @Test
    void functionsAreInvokedAsTheSdkInvokesThem() {
        act(FUNCTION, "{\"source\":\"aws.cloudwatch\"}");
        relay(Runnable::run).relayAll(clock.instant());

        assertThat(calls).hasSize(1);
        var call = calls.getFirst();
        assertThat(call.uri()).isEqualTo("/2015-03-31/functions/page/invocations?Qualifier=live");
        assertThat(call.header("X-amz-invocation-type")).isEqualTo("Event");
        assertThat(call.header("Authorization"))
                .startsWith("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/")
                .contains("/us-east-1/lambda/aws4_request");
        assertThat(call.header("X-pharos-message-id")).isNotEmpty();
        assertThat(call.body()).isEqualTo("{\"source\":\"aws.cloudwatch\"}");
        assertThat(waiting()).isZero();
    }

    @Test
    void theWebhookIsAskedAgainUnderTheSameId() {
        act(STOP, "{\"action\":1}");
        status = 503;
        relay(Runnable::run).relayAll(clock.instant());
        assertThat(waiting()).isEqualTo(1);

        status = 204;
        relay(Runnable::run).relayAll(clock.instant());
        assertThat(calls).hasSize(1); // not yet
        clock.advance(Duration.ofSeconds(2));
        relay(Runnable::run).relayAll(clock.instant());

        assertThat(waiting()).isZero();
        assertThat(calls).hasSize(2);
        assertThat(calls)
                .extracting(call -> call.header("X-pharos-message-id"))
                .containsOnly(calls.getFirst().header("X-pharos-message-id"));
    }

    @Test
    void whatWasRefusedIsNotAskedAgain() {
        act(STOP, "{}");
        act(FUNCTION, "{}");
        status = 400;
        relay(Runnable::run).relayAll(clock.instant());
        assertThat(calls).hasSize(2);
        assertThat(waiting()).isZero();
    }

    @Test
    void anEndpointThatHangsDelaysNobodyElse() {
        gate = new CountDownLatch(1);
        for (var i = 0; i < 70; i++) {
            act(FUNCTION.replace("page", "page" + i), "{}");
        }
        clock.advance(Duration.ofSeconds(1));
        act(TOPIC, "heard");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var relay = relay(threads);
            relay.relayAll(clock.instant());
            eventually(() -> published.size() == 1);
            assertThat(calls).isEmpty();
            gate.countDown();
        }
    }

    private static void eventually(java.util.function.BooleanSupplier holds) {
        var end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!holds.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.onSpinWait();
        }
    }

    private int waiting() {
        return database.read(connection -> {
            try (var select =
                            connection.prepareStatement(
                                    "SELECT count(*) FROM alarms.action_outbox");
                    var row = select.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        });
    }
}
