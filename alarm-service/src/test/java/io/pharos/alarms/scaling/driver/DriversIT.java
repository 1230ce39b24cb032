package io.pharos.alarms.scaling.driver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.pharos.alarms.http.Webhook;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/// The drivers against real HTTP servers: a webhook, and the part of Kubernetes' API that scales.
class DriversIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration DEADLINE = Duration.ofMinutes(10);
    private static final String SCALE = "/apis/apps/v1/namespaces/shop/deployments/web/scale";

    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private HttpServer server;
    private volatile int status = 200;
    private volatile String answer = "";

    /// Of the Deployment.
    private volatile int replicas = 2;

    /// Pods there are.
    private volatile int pods = 2;

    private record Call(String method, String path, String id, String token, String body) {
        JsonNode json() throws IOException {
            return JSON.readTree(body);
        }
    }

    @BeforeEach
    void listen() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/hook", exchange -> reply(exchange, record(exchange), answer));
        server.createContext("/apis", this::kubernetes);
        server.start();
    }

    @AfterEach
    void leave() {
        server.stop(0);
    }

    private Call record(HttpExchange exchange) throws IOException {
        var headers = exchange.getRequestHeaders();
        var call =
                new Call(
                        exchange.getRequestMethod(),
                        exchange.getRequestURI().getPath(),
                        String.valueOf(headers.getFirst("x-pharos-message-id")),
                        String.valueOf(headers.getFirst("Authorization")),
                        new String(
                                exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        calls.add(call);
        return call;
    }

    private void reply(HttpExchange exchange, Call call, String text) throws IOException {
        assertThat(call.path()).isNotEmpty();
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    /// An API server with one Deployment; what is put must carry the version it was read with.
    private void kubernetes(HttpExchange exchange) throws IOException {
        var call = record(exchange);
        if (!call.path().equals(SCALE)) {
            status = 404;
            reply(exchange, call, "{\"kind\":\"Status\",\"code\":404,\"message\":\"not found\"}");
            return;
        }
        if (call.method().equals("PUT")) {
            assertThat(call.json().at("/metadata/resourceVersion").asText()).isEqualTo("7");
            replicas = call.json().at("/spec/replicas").asInt();
        }
        reply(
                exchange,
                call,
                """
                {"apiVersion":"autoscaling/v1","kind":"Scale",\
                "metadata":{"name":"web","namespace":"shop","resourceVersion":"7"},\
                "spec":{"replicas":%d},"status":{"replicas":%d,"selector":"app=web"}}\
                """
                        .formatted(replicas, pods));
    }

    private String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private WebhookDriver webhook() {
        return new WebhookDriver(new Webhook(URI.create(address() + "/hook"), "sesame"), DEADLINE);
    }

    private KubernetesDriver cluster() {
        var config =
                new ConfigBuilder(Config.empty())
                        .withMasterUrl(address())
                        .withOauthToken("sesame")
                        .withRequestRetryBackoffLimit(0)
                        .build();
        return new KubernetesDriver(
                new KubernetesClientBuilder().withConfig(config).build(), DEADLINE);
    }

    @Test
    void theWebhookIsToldTheCapacityAndMayTellTheActualOne() throws IOException {
        var work = Work.of(1, 2, 0, Work.tag("team", "shop"));
        answer = "{\"capacity\": 2}";
        assertThat(webhook().advance(work, Work.NOW)).isEqualTo(Map.of("l0", Outcome.DONE));
        answer = "";
        assertThat(webhook().advance(work, Work.NOW))
                .isEqualTo(Map.of("l0", Outcome.DONE, "l1", Outcome.DONE));

        assertThat(calls).extracting(Call::token).containsOnly("Bearer sesame");
        assertThat(calls).extracting(Call::id).containsOnly(calls.getFirst().id());
        var told = calls.getFirst().json();
        assertThat(told.path("autoScalingGroupName").asText()).isEqualTo("web");
        assertThat(told.path("desiredCapacity").asInt()).isEqualTo(3);
        assertThat(told.at("/launching/1").asText()).isEqualTo("l1");
        assertThat(told.at("/tags/team").asText()).isEqualTo("shop");
        assertThat(told.at("/launchConfiguration/imageId").asText()).isEqualTo("ami-1");
    }

    @Test
    void aWebhookThatDoesNotAnswerIsAskedAgainUntilItIsTooLate() {
        status = 503;
        var work = Work.of(0, 1, 0);
        assertThat(webhook().advance(work, Work.NOW)).isEmpty();
        assertThat(webhook().advance(work, Work.NOW.plus(DEADLINE)))
                .isEqualTo(Map.of("l0", new Outcome.Failed("The webhook answered 503.")));
        status = 422;
        assertThat(webhook().advance(work, Work.NOW))
                .isEqualTo(Map.of("l0", new Outcome.Failed("The webhook answered 422.")));
    }

    @Test
    void aDeploymentIsScaledAndItsPodsAreTheInstances() {
        var tag = Work.tag(KubernetesDriver.TAG, "shop/deployment/web");
        try (var cluster = cluster()) {
            var out = Work.of(2, 2, 0, tag);
            assertThat(cluster.advance(out, Work.NOW)).isEmpty();
            assertThat(replicas).isEqualTo(4);
            pods = 3;
            assertThat(cluster.advance(out, Work.NOW)).isEqualTo(Map.of("l0", Outcome.DONE));
            assertThat(calls).extracting(Call::method).containsExactly("GET", "PUT", "GET");
            assertThat(calls).extracting(Call::token).containsOnly("Bearer sesame");

            pods = 4;
            var in = Work.of(1, 0, 3, tag);
            assertThat(cluster.advance(in, Work.NOW)).isEmpty();
            assertThat(replicas).isEqualTo(1);
            pods = 1;
            assertThat(cluster.advance(in, Work.NOW)).hasSize(3);
        }
    }

    @Test
    void whatCanNotBeScaledFails() {
        try (var cluster = cluster()) {
            for (var tag : List.of("shop/pod/web", "Shop/deployment/web", "web", "../../x/y/z")) {
                var work = Work.of(0, 1, 0, Work.tag(KubernetesDriver.TAG, tag));
                assertThat(cluster.advance(work, Work.NOW))
                        .isEqualTo(
                                Map.of(
                                        "l0",
                                        new Outcome.Failed(
                                                "The group has no tag pharos/kubernetes ="
                                                        + " namespace/deployment/name.")));
            }
            var gone = Work.of(0, 1, 0, Work.tag(KubernetesDriver.TAG, "shop/statefulset/gone"));
            assertThat(cluster.advance(gone, Work.NOW).get("l0"))
                    .isInstanceOf(Outcome.Failed.class);

            server.stop(0);
            var tag = Work.tag(KubernetesDriver.TAG, "shop/deployment/web");
            assertThat(cluster.advance(Work.of(0, 1, 0, tag), Work.NOW)).isEmpty();
        }
    }
}
