package io.pharos.events.topic.schedule;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.GreenMailUtil;
import com.icegreen.greenmail.util.ServerSetup;

import io.pharos.events.json.JsonText;
import io.pharos.events.topic.Bell;
import io.pharos.events.topic.SubscriptionArn;
import io.pharos.events.topic.api.PublishApi;
import io.pharos.events.topic.api.SubscriptionApi;
import io.pharos.events.topic.api.TopicApi;
import io.pharos.events.topic.api.TopicTagApi;
import io.pharos.events.topic.config.TopicSettings;
import io.pharos.events.topic.http.HttpSender;
import io.pharos.events.topic.mail.MailSender;
import io.pharos.events.topic.pg.DurableTopicPublisher;
import io.pharos.events.topic.pg.PgOutbox;
import io.pharos.events.topic.pg.PgSigningKeys;
import io.pharos.events.topic.pg.PgSubscriptions;
import io.pharos.events.topic.pg.PgTopics;
import io.pharos.kit.Database;
import io.pharos.testkit.Eventually;
import io.pharos.testkit.FreePort;
import io.pharos.testkit.PostgresServer;
import io.pharos.testkit.SteppingClock;
import io.pharos.wire.Caller;
import io.pharos.wire.Headers;
import io.pharos.wire.Tenant;

import jakarta.mail.internet.MimeMessage;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.sns.model.NotFoundException;
import software.amazon.awssdk.services.sns.model.Tag;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/// Topics with a real PostgreSQL, a real mail server and a real HTTP receiver.
class TopicsIT {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Tenant TENANT = new Tenant("123456789012", "us-east-1");
    private static final String NAME = "topics";

    private static final Database DATABASE = database();
    private static final GreenMail MAILBOX =
            new GreenMail(new ServerSetup(FreePort.find(), "127.0.0.1", "smtp"));
    private static final WireMockServer RECEIVER =
            new WireMockServer(WireMockConfiguration.options().dynamicPort());

    private final SteppingClock clock = SteppingClock.at("2026-01-01T12:00:00Z");
    private final PgTopics topics = new PgTopics(DATABASE);
    private final PgSubscriptions subscriptions = new PgSubscriptions(DATABASE);
    private final PgOutbox outbox = new PgOutbox(DATABASE);
    private final PgSigningKeys keys = new PgSigningKeys(DATABASE, clock);
    private final Bell bell = new Bell();
    private final TopicApi topicApi = new TopicApi(topics);
    private final TopicTagApi tagApi = new TopicTagApi(topics);
    private final SubscriptionApi subscriptionApi =
            new SubscriptionApi(topics, subscriptions, bell);
    private final PublishApi publishApi = new PublishApi(topics, outbox, bell);
    private final TopicSettings settings =
            new TopicSettings(
                    "http://pharos.example",
                    new TopicSettings.Smtp(
                            "127.0.0.1",
                            MAILBOX.getSmtp().getPort(),
                            "no-reply@pharos.example",
                            "",
                            "",
                            false));
    private final DeliveryWorker worker =
            new DeliveryWorker(
                    outbox,
                    subscriptions,
                    List.of(new HttpSender(settings, keys), new MailSender(settings, keys)),
                    bell,
                    clock);

    static {
        MAILBOX.start();
        RECEIVER.start();
    }

    private static Database database() {
        PostgresServer.shared().createDatabase(NAME);
        var source = PostgresServer.shared().dataSource(NAME);
        PostgresServer.migrate(source, "events");
        return new Database(source);
    }

    @AfterAll
    static void stop() {
        MAILBOX.stop();
        RECEIVER.stop();
    }

    @BeforeEach
    void empty() throws Exception {
        DATABASE.run(connection -> {
            for (var table :
                    List.of(
                            "topic_delivery",
                            "topic_message",
                            "subscription",
                            "topic",
                            "signing_key")) {
                try (var delete = connection.createStatement()) {
                    delete.execute("DELETE FROM events." + table);
                }
            }
        });
        MAILBOX.purgeEmailFromAllMailboxes();
        RECEIVER.resetAll();
    }

    @Test
    void mailsOnceTheLinkWasFollowed() throws Exception {
        var topic = createTopic("alarms");
        assertThat(subscribe(topic, "email", "ops@example.org")).isEqualTo("pending confirmation");
        publish(topic, "too early");
        var confirmation = mails(1).getFirst();
        assertThat(confirmation.getSubject())
                .isEqualTo("AWS Notification - Subscription Confirmation");
        assertThat(confirmation.getFrom()[0]).hasToString("no-reply@pharos.example");

        var token = between(text(confirmation), "&Token=", "&Endpoint=");
        var arn = confirmByLink(topic, token);
        assertThat(arn).startsWith(topic + ":");
        assertThat(confirmByLink(topic, token)).isEqualTo(arn);

        call(() ->
                publishApi.publish(p ->
                        p.topicArn(topic)
                                .subject("ALARM: \"Widget\" in US East (N. Virginia)")
                                .messageStructure("json")
                                .message(
                                        "{\"default\":\"{}\",\"email\":\"You are receiving this € email\"}")));
        var mail = mails(2).get(1);
        assertThat(mail.getSubject()).isEqualTo("ALARM: \"Widget\" in US East (N. Virginia)");
        assertThat(text(mail)).startsWith("You are receiving this € email");
        assertThat(text(mail)).contains("?Action=Unsubscribe&SubscriptionArn=" + arn);
        assertThat(undelivered()).isZero();

        unsigned(() -> subscriptionApi.unsubscribe(u -> u.subscriptionArn(arn)));
        publish(topic, "nobody listens");
        deliver();
        assertThat(undelivered()).isZero();
        assertThat(MAILBOX.getReceivedMessages()).hasSize(2);
    }

    @Test
    void postsSignedNotificationsAndTriesAgain() throws Exception {
        RECEIVER.stubFor(post(urlEqualTo("/hook")).willReturn(ok()));
        var topic = createTopic("orders");
        subscribe(topic, "http", RECEIVER.baseUrl() + "/hook");
        var asked = posts(1).getFirst();
        assertThat(asked.getHeader("x-amz-sns-message-type")).isEqualTo("SubscriptionConfirmation");
        assertThat(asked.getHeader("x-amz-sns-topic-arn")).isEqualTo(topic);
        assertThat(asked.containsHeader("x-amz-sns-subscription-arn")).isFalse();
        assertThat(asked.getHeader("Content-Type")).isEqualTo("text/plain; charset=UTF-8");
        var arn =
                call(() ->
                        subscriptionApi
                                .confirmSubscription(
                                        c -> c.topicArn(topic).token(field(asked, "Token")))
                                .subscriptionArn());

        RECEIVER.stubFor(post(urlEqualTo("/hook")).willReturn(aResponse().withStatus(500)));
        var id = publish(topic, "hello");
        assertThat(posts(2).get(1).getHeader("x-amz-sns-message-id")).isEqualTo(id);
        Eventually.within(SOON, () -> assertThat(dueLater()).isEqualTo(1));
        RECEIVER.stubFor(post(urlEqualTo("/hook")).willReturn(ok()));
        deliver();
        assertThat(RECEIVER.findAll(postRequestedFor(urlEqualTo("/hook")))).hasSize(2);
        clock.advance(Duration.ofSeconds(23));
        var notification = posts(3).get(2);
        assertThat(notification.getHeader("x-amz-sns-message-id")).isEqualTo(id);
        assertThat(notification.getHeader("x-amz-sns-subscription-arn")).isEqualTo(arn);
        assertThat(field(notification, "Message")).isEqualTo("hello");
        assertThat(isSigned(notification)).isTrue();
        Eventually.within(SOON, () -> assertThat(undelivered()).isZero());
        assertThat(messagesKept()).isZero();

        call(() -> subscriptionApi.unsubscribe(u -> u.subscriptionArn(arn)));
        var gone = posts(4).get(3);
        assertThat(gone.getHeader("x-amz-sns-message-type")).isEqualTo("UnsubscribeConfirmation");
        assertThat(confirmByLink(topic, field(gone, "Token"))).isEqualTo(arn); // restored
    }

    @Test
    void givesUpWhatIsRefusedAndWhatFailedTooOften() throws Exception {
        var topic = createTopic("t");
        var arn = confirmedHook(topic, "/gone");
        RECEIVER.stubFor(post(urlEqualTo("/gone")).willReturn(aResponse().withStatus(403)));
        publish(topic, "refused");
        posts("/gone", 2);
        Eventually.within(SOON, () -> assertThat(undelivered()).isZero());

        RECEIVER.stubFor(post(urlEqualTo("/gone")).willReturn(aResponse().withStatus(503)));
        publish(topic, "unlucky");
        for (var attempt = 1; attempt <= 4; attempt++) {
            posts("/gone", 2 + attempt);
            var left = attempt < 4 ? 1 : 0;
            Eventually.within(SOON, () -> assertThat(dueLater()).isEqualTo(left));
            clock.advance(Duration.ofSeconds(23));
        }
        Eventually.within(SOON, () -> assertThat(undelivered()).isZero());
        assertThat(attributes(arn)).containsEntry("PendingConfirmation", "false");
    }

    @Test
    void aDeadSubscriberDelaysNobody() throws Exception {
        var topic = createTopic("t");
        confirmedHook(topic, "/dead");
        confirmedHook(topic, "/alive");
        RECEIVER.stubFor(post(urlEqualTo("/dead")).willReturn(ok().withFixedDelay(5_000)));
        for (var i = 0; i < 40; i++) {
            publish(topic, "m" + i);
        }
        posts("/alive", 1 + 40);
    }

    @Test
    void aRepeatedPublishWithTheSameIdChangesNothing() throws Exception {
        var topic = createTopic("t");
        confirmedHook(topic, "/hook");
        var id = UUID.randomUUID();
        var publisher = new DurableTopicPublisher(outbox, bell, clock);
        for (var i = 0; i < 3; i++) {
            assertThat(publisher.publish(TENANT, topic, id, null, "once", null)).isEqualTo(id);
        }
        var header = Headers.of(Map.of("X-Pharos-Message-Id", id.toString()));
        ScopedValue.where(Headers.SCOPE, header)
                .run(() -> assertThat(publish(topic, "once")).isEqualTo(id.toString()));
        assertThat(undelivered()).isEqualTo(1);
        posts("/hook", 2);
        Eventually.within(SOON, () -> assertThat(undelivered()).isZero());
        assertThat(messagesKept()).isEqualTo(1);
        clock.advance(Duration.ofDays(1).plusSeconds(1));
        outbox.purge(clock.instant());
        assertThat(messagesKept()).isZero();
        assertThatThrownBy(() -> publisher.publish(TENANT, topic + "x", id, null, "m", null))
                .isInstanceOf(NotFoundException.class)
                .hasMessage("Topic does not exist");
    }

    @Test
    void rawDeliveryAndFiltersAreHonoured() throws Exception {
        var topic = createTopic("t");
        var arn = confirmedHook(topic, "/hook");
        set(arn, "RawMessageDelivery", "true");
        set(arn, "FilterPolicy", "{\"kind\":[\"a\"]}");
        set(arn, "FilterPolicyScope", "MessageBody");
        publish(topic, "{\"kind\":\"b\"}");
        publish(topic, "{\"kind\":\"a\"}");
        var raw = posts("/hook", 2).get(1);
        assertThat(raw.getBodyAsString()).isEqualTo("{\"kind\":\"a\"}");
        assertThat(raw.getHeader("x-amz-sns-rawdelivery")).isEqualTo("true");
        assertThat(undelivered()).isLessThanOrEqualTo(1);
        assertThatThrownBy(() -> set(arn, "Colour", "red"))
                .hasMessage("Invalid parameter: AttributeName");
        assertThatThrownBy(() -> set(arn, "FilterPolicy", "{"))
                .hasMessageStartingWith("Invalid parameter: FilterPolicy: failed to parse JSON. ");
    }

    @Test
    void readsBackWhatWasPut() {
        var policy =
                "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"cloudwatch.amazonaws.com\"},\"Action\":\"sns:Publish\",\"Resource\":\"*\"}]}";
        var arn =
                call(() ->
                        topicApi.createTopic(c ->
                                        c.name("t")
                                                .attributes(Map.of("DisplayName", "T"))
                                                .tags(tag("team", "a")))
                                .topicArn());
        assertThat(arn).isEqualTo("arn:aws:sns:us-east-1:123456789012:t");
        assertThat(createTopic("t")).isEqualTo(arn);
        assertThatThrownBy(() ->
                        call(() ->
                                topicApi.createTopic(
                                        c -> c.name("t").attributes(Map.of("DisplayName", "U")))))
                .hasMessage(
                        "Invalid parameter: Attributes Reason: Topic already exists with different attributes");
        assertThatThrownBy(() ->
                        call(() -> topicApi.createTopic(c -> c.name("t").tags(tag("x", "y")))))
                .hasMessage(
                        "Invalid parameter: Tags Reason: Topic already exists with different tags");
        call(() ->
                topicApi.setTopicAttributes(
                        s -> s.topicArn(arn).attributeName("Policy").attributeValue(policy)));
        assertThat(call(() -> topicApi.getTopicAttributes(g -> g.topicArn(arn)).attributes()))
                .containsEntry("Policy", policy)
                .containsEntry("DisplayName", "T")
                .containsEntry("Owner", "123456789012")
                .containsEntry("SubscriptionsPending", "0")
                .containsEntry(
                        "EffectiveDeliveryPolicy",
                        "{\"http\":{\"defaultHealthyRetryPolicy\":{\"minDelayTarget\":20,\"maxDelayTarget\":20,\"numRetries\":3,\"numMaxDelayRetries\":0,\"numNoDelayRetries\":0,\"numMinDelayRetries\":0,\"backoffFunction\":\"linear\"},\"disableSubscriptionOverrides\":false,\"defaultRequestPolicy\":{\"headerContentType\":\"text/plain; charset=UTF-8\"}}}");
        call(() -> tagApi.tagResource(t -> t.resourceArn(arn).tags(tag("b", "c"))));
        call(() -> tagApi.untagResource(t -> t.resourceArn(arn).tagKeys("team")));
        assertThat(call(() -> tagApi.listTagsForResource(t -> t.resourceArn(arn)).tags()))
                .containsExactly(tag("b", "c"));
        call(() -> topicApi.deleteTopic(d -> d.topicArn(arn)));
        call(() -> topicApi.deleteTopic(d -> d.topicArn(arn)));
        assertThatThrownBy(() -> call(() -> topicApi.getTopicAttributes(g -> g.topicArn(arn))))
                .isInstanceOf(NotFoundException.class)
                .hasMessage("Topic does not exist");
    }

    @Test
    void subscribesOncePerEndpoint() {
        var topic = createTopic("t");
        subscribe(topic, "email", "a@example.org");
        var arn =
                call(() ->
                        subscriptionApi
                                .subscribe(s ->
                                        s.topicArn(topic)
                                                .protocol("email")
                                                .endpoint("a@example.org")
                                                .returnSubscriptionArn(true))
                                .subscriptionArn());
        assertThat(SubscriptionArn.parse(arn).topic()).hasToString(topic);
        assertThatThrownBy(() ->
                        call(() ->
                                subscriptionApi.subscribe(s ->
                                        s.topicArn(topic)
                                                .protocol("email")
                                                .endpoint("a@example.org")
                                                .attributes(
                                                        Map.of("FilterPolicy", "{\"a\":[1]}")))))
                .hasMessage(
                        "Invalid parameter: Attributes Reason: Subscription already exists with different attributes");
        var listed =
                call(() ->
                        subscriptionApi
                                .listSubscriptionsByTopic(l -> l.topicArn(topic))
                                .subscriptions());
        assertThat(listed).hasSize(1);
        assertThat(listed.getFirst().subscriptionArn()).isEqualTo("PendingConfirmation");
        assertThat(attributes(arn))
                .containsEntry("PendingConfirmation", "true")
                .containsEntry("RawMessageDelivery", "false")
                .containsEntry("SubscriptionPrincipal", "arn:aws:iam::123456789012:user/alice");
        assertThatThrownBy(
                        () -> call(() -> subscriptionApi.unsubscribe(u -> u.subscriptionArn(arn))))
                .hasMessageContaining("pending confirmation");
        assertThatThrownBy(() -> subscribe(topic + "x", "email", "a@example.org"))
                .hasMessage("Topic does not exist");
        assertThatThrownBy(() -> confirmByLink(topic, "a".repeat(192))).hasMessage("Invalid token");
        assertThatThrownBy(() -> confirmByLink(topic, "§")).hasMessage("Invalid parameter: Token");

        clock.advance(Duration.ofDays(3).plusSeconds(1));
        subscriptions.expire(clock.instant());
        assertThatThrownBy(() -> attributes(arn)).hasMessage("Subscription does not exist");
    }

    @Test
    void pagesByHundred() {
        IntStream.range(0, 101).forEach(i -> createTopic("t" + i));
        var first = call(() -> topicApi.listTopics());
        assertThat(first.topics()).hasSize(100);
        assertThat(first.nextToken()).isNotNull();
        var second = call(() -> topicApi.listTopics(l -> l.nextToken(first.nextToken())));
        assertThat(second.topics()).hasSize(1);
        assertThat(second.nextToken()).isNull();
        assertThatThrownBy(() -> call(() -> topicApi.listTopics(l -> l.nextToken("%"))))
                .hasMessage("Invalid parameter: NextToken");
    }

    @Test
    void publishesBatchesEntryByEntry() {
        var topic = createTopic("t");
        var answer =
                call(() ->
                        publishApi.publishBatch(b ->
                                b.topicArn(topic)
                                        .publishBatchRequestEntries(
                                                e -> e.id("a").message("m"),
                                                e -> e.id("b").message(""))));
        assertThat(answer.successful()).extracting(s -> s.id()).containsExactly("a");
        assertThat(answer.failed())
                .extracting(f -> f.id() + " " + f.code() + " " + f.message())
                .containsExactly("b InvalidParameter Invalid parameter: Empty message");
        assertThatThrownBy(() ->
                        call(() ->
                                publishApi.publishBatch(b ->
                                        b.topicArn(topic)
                                                .publishBatchRequestEntries(
                                                        e -> e.id("a").message("m"),
                                                        e -> e.id("a").message("m")))))
                .hasMessage("Two or more batch entries in the request have the same Id.");
        assertThatThrownBy(() ->
                        call(() ->
                                publishApi.publish(p ->
                                        p.targetArn(
                                                        "arn:aws:sns:us-east-1:123456789012:endpoint/GCM/a/b")
                                                .message("m"))))
                .hasMessage(
                        "Invalid parameter: TargetArn Reason: No endpoint found for the target arn specified");
    }

    private String createTopic(String name) {
        return call(() -> topicApi.createTopic(c -> c.name(name)).topicArn());
    }

    private String subscribe(String topic, String protocol, String endpoint) {
        return call(() ->
                subscriptionApi
                        .subscribe(s -> s.topicArn(topic).protocol(protocol).endpoint(endpoint))
                        .subscriptionArn());
    }

    private String confirmedHook(String topic, String path) throws Exception {
        RECEIVER.stubFor(post(urlEqualTo(path)).willReturn(ok()));
        subscribe(topic, "http", RECEIVER.baseUrl() + path);
        var arn = confirmByLink(topic, field(posts(path, 1).getFirst(), "Token"));
        Eventually.within(SOON, () -> assertThat(undelivered()).isZero());
        return arn;
    }

    private String confirmByLink(String topic, String token) {
        return unsigned(() ->
                subscriptionApi
                        .confirmSubscription(c -> c.topicArn(topic).token(token))
                        .subscriptionArn());
    }

    private String publish(String topic, String message) {
        return call(() -> publishApi.publish(p -> p.topicArn(topic).message(message)).messageId());
    }

    private void set(String arn, String name, String value) {
        call(() ->
                subscriptionApi.setSubscriptionAttributes(
                        s -> s.subscriptionArn(arn).attributeName(name).attributeValue(value)));
    }

    private Map<String, String> attributes(String arn) {
        return call(() ->
                subscriptionApi
                        .getSubscriptionAttributes(g -> g.subscriptionArn(arn))
                        .attributes());
    }

    private static Tag tag(String key, String value) {
        return Tag.builder().key(key).value(value).build();
    }

    private <T> T call(Supplier<T> operation) {
        return as("AKIAEXAMPLE", operation);
    }

    private <T> T unsigned(Supplier<T> operation) {
        return as("anonymous", operation);
    }

    private <T> T as(String accessKey, Supplier<T> operation) {
        var caller =
                new Caller(
                        TENANT,
                        accessKey,
                        "arn:aws:iam::123456789012:user/alice",
                        "request",
                        clock.instant(),
                        "127.0.0.1",
                        "test");
        return ScopedValue.where(Caller.SCOPE, caller).call(operation::get);
    }

    private void deliver() {
        worker.deliverDue(clock.instant());
    }

    private List<MimeMessage> mails(int count) throws Exception {
        Eventually.within(
                SOON,
                () -> {
                    deliver();
                    assertThat(MAILBOX.getReceivedMessages()).hasSize(count);
                    assertThat(undelivered()).isZero();
                });
        return List.of(MAILBOX.getReceivedMessages());
    }

    private static String text(MimeMessage mail) {
        try {
            return String.valueOf(mail.getContent()).replace("\r\n", "\n");
        } catch (Exception broken) {
            throw new AssertionError(GreenMailUtil.getWholeMessage(mail), broken);
        }
    }

    private List<LoggedRequest> posts(int count) {
        return posts("/hook", count);
    }

    private List<LoggedRequest> posts(String path, int count) {
        Eventually.within(
                SOON,
                () -> {
                    deliver();
                    assertThat(RECEIVER.findAll(postRequestedFor(urlEqualTo(path)))).hasSize(count);
                });
        return RECEIVER.findAll(postRequestedFor(urlEqualTo(path)));
    }

    private static String field(LoggedRequest request, String name) {
        return JsonText.read(request.getBodyAsString()).orElseThrow().path(name).asText();
    }

    private boolean isSigned(LoggedRequest request) throws Exception {
        var name = between(field(request, "SigningCertURL"), "/SimpleNotificationService-", ".pem");
        var certificate =
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(
                                new ByteArrayInputStream(
                                        keys.certificate(name)
                                                .orElseThrow()
                                                .getBytes(StandardCharsets.US_ASCII)));
        var signature = Signature.getInstance("SHA1withRSA");
        signature.initVerify(certificate);
        for (var member : List.of("Message", "MessageId", "Timestamp", "TopicArn", "Type")) {
            signature.update(
                    (member + "\n" + field(request, member) + "\n")
                            .getBytes(StandardCharsets.UTF_8));
        }
        return signature.verify(Base64.getDecoder().decode(field(request, "Signature")));
    }

    private static String between(String text, String start, String end) {
        var from = text.indexOf(start) + start.length();
        return text.substring(from, text.indexOf(end, from));
    }

    private static long undelivered() {
        return count("events.topic_delivery");
    }

    private long dueLater() {
        return count(
                "events.topic_delivery WHERE due_at BETWEEN timestamptz '"
                        + clock.instant().plusSeconds(19)
                        + "' AND timestamptz '"
                        + clock.instant().plusSeconds(23)
                        + "'");
    }

    private static long messagesKept() {
        return count("events.topic_message");
    }

    private static long count(String table) {
        return DATABASE.read(connection -> {
            try (var select = connection.createStatement();
                    var rows = select.executeQuery("SELECT count(*) FROM " + table)) {
                rows.next();
                return rows.getLong(1);
            }
        });
    }
}
