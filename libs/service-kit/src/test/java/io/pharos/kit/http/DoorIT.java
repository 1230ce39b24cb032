package io.pharos.kit.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.kit.OwnerClients;
import io.pharos.testkit.Eventually;
import io.pharos.wire.Tenant;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;

import jakarta.inject.Inject;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.config.Config;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.CloudWatchLogsException;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceNotFoundException;
import software.amazon.awssdk.services.sns.SnsClient;

import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;

/// The door in a running application, asked as other services ask and as strangers do.
@QuarkusTest
@QuarkusTestResource(KafkaResource.class)
@SuppressWarnings("NullAway.Init") // injected
class DoorIT {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Tenant TENANT = new Tenant("123456789012", "eu-west-1");

    @TestHTTPResource URI address;
    @Inject InternalIdentity identity;
    @Inject InstantSource clock;
    @Inject Config config;
    @Inject Admin admin;

    private OwnerClients clients;
    private CloudWatchLogsClient logs;
    private InternalHttp internal;

    @BeforeEach
    void callers() {
        var here = new OwnerAddresses(config);
        clients = new OwnerClients(here, identity, clock);
        logs = clients.client(CloudWatchLogsClient.class, TENANT, "alarms.amazonaws.com");
        internal = new InternalHttp(here, identity, clock);
    }

    @Test
    void anSdkClientCallsAnApiAsATenant() {
        var answer = logs.describeLogGroups(r -> {});
        assertThat(answer.logGroups().getFirst().arn())
                .isEqualTo("arn:aws:logs:eu-west-1:123456789012:echo");
        assertThat(answer.logGroups().getFirst().logGroupName()).isEqualTo("alarms.amazonaws.com");
        assertThat(clients.client(CloudWatchLogsClient.class, TENANT, "alarms.amazonaws.com"))
                .isSameAs(logs);
    }

    @Test
    void anSdkClientOfTheQueryProtocolIsVouchedForToo() {
        var topics = clients.client(SnsClient.class, TENANT, "cloudwatch.amazonaws.com");
        var answer = topics.publish(r -> r.topicArn("arn:aws:sns:eu-west-1:1:t").message("ü & x"));
        assertThat(answer.messageId()).isEqualTo("123456789012 ü & x");
    }

    @Test
    void aHeaderOfACallReachesTheOperation() {
        var answer =
                logs.describeLogGroups(r ->
                        r.overrideConfiguration(o -> o.putHeader("x-pharos-message-id", "m-1")));
        assertThat(answer.nextToken()).isEqualTo("m-1");
    }

    @Test
    void whatIsAtHandIsAnsweredAtOnceAndWhatIsNotWhereItMayWait() {
        assertThat(logs.describeLogGroups(r -> r.logGroupNamePrefix("at hand")).nextToken())
                .isEqualTo("may not wait");
        assertThat(logs.describeLogGroups(r -> r.logGroupNamePrefix("far away")).nextToken())
                .isEqualTo("may wait");
    }

    /// As its consumer would say it.
    @Test
    void whatCanNotBeStoredIsThrottledUntilItCan() throws Exception {
        logs.putLogEvents(r -> {});
        tell("full");
        Eventually.within(
                SOON,
                () ->
                        assertThatThrownBy(() -> logs.putLogEvents(r -> {}))
                                .isInstanceOfSatisfying(
                                        CloudWatchLogsException.class,
                                        refused -> {
                                            assertThat(refused.awsErrorDetails().errorCode())
                                                    .isEqualTo("ThrottlingException");
                                            assertThat(refused.isThrottlingException()).isTrue();
                                        }));
        assertThat(logs.describeLogGroups(r -> {}).logGroups()).isNotEmpty();
        tell("");
        Eventually.within(SOON, () -> logs.putLogEvents(r -> {}));
    }

    private void tell(String metadata) throws Exception {
        admin.alterConsumerGroupOffsets(
                        "logs",
                        Map.of(
                                new TopicPartition("log-events", 0),
                                new OffsetAndMetadata(0, metadata)))
                .all()
                .get();
    }

    @Test
    void failuresComeAsAwsHasThem() {
        assertThatThrownBy(() -> logs.describeLogGroups(r -> r.logGroupNamePrefix("missing")))
                .isInstanceOf(ResourceNotFoundException.class)
                .hasMessageContaining("There is no group.");
        expectCode("bug", "InternalFailure", 500);
        expectCode("future", "ThrottlingException", 400);
        assertThatThrownBy(() -> logs.listTagsForResource(r -> r.resourceArn("arn:aws:logs:::x")))
                .isInstanceOf(CloudWatchLogsException.class)
                .hasMessageContaining("does not have the operation");
    }

    private void expectCode(String prefix, String code, int status) {
        assertThatThrownBy(() -> logs.describeLogGroups(r -> r.logGroupNamePrefix(prefix)))
                .isInstanceOfSatisfying(
                        CloudWatchLogsException.class,
                        error -> {
                            assertThat(error.awsErrorDetails().errorCode()).isEqualTo(code);
                            assertThat(error.statusCode()).isEqualTo(status);
                            assertThat(error.getMessage()).doesNotContain("secret detail");
                        });
    }

    /// Even what no handler can catch is answered.
    @Test
    void anOverflownStackIsAnswered() {
        assertThatThrownBy(() -> logs.describeLogGroups(r -> r.logGroupNamePrefix("deep")))
                .isInstanceOfSatisfying(
                        CloudWatchLogsException.class,
                        error -> assertThat(error.statusCode()).isEqualTo(500));
    }

    @Test
    void strangersAreTurnedAway() throws Exception {
        var answer = post("/", "{}".getBytes(StandardCharsets.UTF_8), "x-nothing", "here");
        assertThat(answer.statusCode()).isBetween(400, 403);
        assertThat(answer.body()).contains("MissingAuthenticationToken");
        var forged =
                post(
                        "/",
                        "{}".getBytes(StandardCharsets.UTF_8),
                        "x-pharos-caller",
                        "Zm9yZ2Vk",
                        "x-pharos-sent-at",
                        "0",
                        "x-pharos-mac",
                        "00");
        assertThat(forged.body()).contains("AccessDenied");
        assertThat(post("/_pharos/test/echo", new byte[] {1}, "x-nothing", "here").statusCode())
                .isEqualTo(403);
        assertThat(post("/_pharos/nothing", new byte[] {1}, "x-nothing", "here").statusCode())
                .isEqualTo(404);
    }

    @Test
    void servicesAskInternalRoutes() {
        assertThat(internal.ask(Owner.METRICS, "test/echo", new byte[] {1, 2}))
                .containsExactly(1, 2);
        assertThatThrownBy(() -> internal.ask(Owner.METRICS, "test/echo", new byte[0]))
                .hasMessageContaining("400");
    }

    @Test
    void aBodyAboveTheLimitIsRefusedInAwsForm() throws Exception {
        var tooBig = new byte[BodyReader.MAX_BODY_BYTES + 1];
        var declared = post("/", tooBig, "x-nothing", "here");
        assertThat(declared.statusCode()).isEqualTo(413);
        assertThat(declared.body()).contains("RequestEntityTooLargeException");
        assertThat(declared.headers().firstValue("x-amzn-requestid")).isPresent();
        var chunked =
                HttpClient.newHttpClient()
                        .send(
                                request("/")
                                        .POST(
                                                HttpRequest.BodyPublishers.fromPublisher(
                                                        HttpRequest.BodyPublishers.ofByteArray(
                                                                tooBig)))
                                        .build(),
                                HttpResponse.BodyHandlers.ofString());
        assertThat(chunked.statusCode()).isEqualTo(413);
    }

    @Test
    void healthIsNotAws() throws Exception {
        var health =
                HttpClient.newHttpClient()
                        .send(
                                request("/q/health/ready").GET().build(),
                                HttpResponse.BodyHandlers.ofString());
        assertThat(health.body()).contains("\"UP\"").contains("streams");
    }

    /// A client that waits for leave to send its body gets it.
    @Test
    void expectContinueIsAnswered() throws Exception {
        try (var socket = new Socket(address.getHost(), address.getPort())) {
            socket.setSoTimeout(5_000);
            var head =
                    "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-amz-json-1.1\r\n"
                            + "X-Amz-Target: Logs_20140328.DescribeLogGroups\r\n"
                            + "Content-Length: 2\r\nExpect: 100-continue\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            var first =
                    new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
            assertThat(first).isEqualTo("HTTP/1.1 100");
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(address.resolve(path))
                .version(HttpClient.Version.HTTP_1_1)
                .header("content-type", "application/x-amz-json-1.1")
                .header("x-amz-target", "Logs_20140328.DescribeLogGroups");
    }

    private HttpResponse<String> post(String path, byte[] body, String... headers)
            throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        request(path)
                                .headers(headers)
                                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }
}
