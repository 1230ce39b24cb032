package io.pharos.events.topic;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.wire.Tenant;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;

/// What receivers see, byte for byte.
class NotificationTest {
    private static final KeyPair KEYS = keys();
    private static final Instant NOW = Instant.parse("2026-01-30T10:15:30.655Z");
    private static final TopicArn TOPIC =
            new TopicArn(new Tenant("123456789012", "us-east-1"), "MyTopic");
    private static final UUID ID = UUID.fromString("22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324");
    private static final UUID SUBSCRIPTION =
            UUID.fromString("c9135db0-26c4-47ec-8998-413945fb5a96");

    @Test
    void isTheDocumentThatSnsSends() {
        var notification =
                notification(
                        Message.Kind.NOTIFICATION,
                        "My First Message",
                        "Hello \"world\"!\n€",
                        null,
                        Map.of("store", new MessageAttribute("String", "example")));
        var signature = signer().sign(notification.canonical(), "1");
        assertThat(notification.json(signer()))
                .isEqualTo(
                        """
                        {
                          "Type" : "Notification",
                          "MessageId" : "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
                          "TopicArn" : "arn:aws:sns:us-east-1:123456789012:MyTopic",
                          "Subject" : "My First Message",
                          "Message" : "Hello \\"world\\"!\\n€",
                          "Timestamp" : "2026-01-30T10:15:30.655Z",
                          "SignatureVersion" : "1",
                          "Signature" : "%s",
                          "SigningCertURL" : "http://pharos.example/SimpleNotificationService-%s.pem",
                          "UnsubscribeURL" : "http://pharos.example/?Action=Unsubscribe&SubscriptionArn=arn:aws:sns:us-east-1:123456789012:MyTopic:c9135db0-26c4-47ec-8998-413945fb5a96",
                          "MessageAttributes" : {
                            "store" : {"Type":"String","Value":"example"}
                          }
                        }\
                        """
                                .formatted(signature, "0".repeat(32)));
        assertThat(notification.canonical())
                .isEqualTo(
                        """
                        Message
                        Hello "world"!
                        €
                        MessageId
                        22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324
                        Subject
                        My First Message
                        Timestamp
                        2026-01-30T10:15:30.655Z
                        TopicArn
                        arn:aws:sns:us-east-1:123456789012:MyTopic
                        Type
                        Notification
                        """);
    }

    @Test
    void asksForConfirmation() {
        var asked = notification(Message.Kind.SUBSCRIPTION_CONFIRMATION, null, "", null, Map.of());
        assertThat(asked.json(signer()))
                .startsWith(
                        """
                        {
                          "Type" : "SubscriptionConfirmation",
                          "MessageId" : "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
                          "Token" : "abc",
                          "TopicArn" : "arn:aws:sns:us-east-1:123456789012:MyTopic",
                          "Message" : "You have chosen to subscribe to the topic arn:aws:sns:us-east-1:123456789012:MyTopic.\\nTo confirm the subscription, visit the SubscribeURL included in this message.",
                          "SubscribeURL" : "http://pharos.example/?Action=ConfirmSubscription&TopicArn=arn:aws:sns:us-east-1:123456789012:MyTopic&Token=abc",
                          "Timestamp" : "2026-01-30T10:15:30.655Z",
                        """)
                .doesNotContain("UnsubscribeURL");
        assertThat(Mail.plain(asked).subject())
                .isEqualTo("AWS Notification - Subscription Confirmation");
        assertThat(Mail.plain(asked).body()).contains(asked.subscribeUrl());
    }

    @Test
    void eachProtocolGetsItsOwnText() {
        var texts = "{\"default\":\"d\",\"email\":\"e\",\"http\":7}";
        var notification = notification(Message.Kind.NOTIFICATION, null, texts, "json", Map.of());
        assertThat(notification.text()).isEqualTo("d"); // http's is no string
        var message = notification.delivery().message();
        assertThat(message.textFor(Protocol.EMAIL)).isEqualTo("e");
        assertThat(message.textFor(Protocol.EMAIL_JSON)).isEqualTo("d");
    }

    @Test
    void mailSaysHowToLeave() {
        var mail =
                Mail.plain(notification(Message.Kind.NOTIFICATION, null, "hello", null, Map.of()));
        assertThat(mail.subject()).isEqualTo("AWS Notification Message");
        assertThat(mail.body()).startsWith("hello\n\n--\n").contains("?Action=Unsubscribe&");
    }

    @Test
    void theCertificateChecksTheSignature() throws Exception {
        var pem = SigningCertificate.pem(SigningCertificate.of(KEYS, "Pharos notifications", NOW));
        var certificate =
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(
                                new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
        certificate.verify(certificate.getPublicKey());
        assertThat(((java.security.cert.X509Certificate) certificate).getSubjectX500Principal())
                .hasToString("CN=Pharos notifications");
        for (var version : Map.of("1", "SHA1withRSA", "2", "SHA256withRSA").entrySet()) {
            var signature = Signature.getInstance(version.getValue());
            signature.initVerify(certificate);
            signature.update("text\n".getBytes(StandardCharsets.UTF_8));
            assertThat(
                            signature.verify(
                                    Base64.getDecoder()
                                            .decode(signer().sign("text\n", version.getKey()))))
                    .isTrue();
        }
    }

    private static Notification notification(
            Message.Kind kind,
            @Nullable String subject,
            String text,
            @Nullable String structure,
            Map<String, MessageAttribute> attributes) {
        var message =
                new Message(ID, TOPIC, kind, subject, text, structure, attributes, "abc", "1", NOW);
        var subscription =
                new Subscription(
                        new SubscriptionArn(TOPIC, SUBSCRIPTION),
                        Protocol.HTTP,
                        "http://receiver.example/",
                        Subscription.State.CONFIRMED,
                        Map.of(),
                        "arn:aws:iam::123456789012:root",
                        false,
                        false);
        return new Notification(
                new Delivery(1, message, subscription, 1, ""), "http://pharos.example");
    }

    private static Signer signer() {
        return new Signer("0".repeat(32), KEYS.getPrivate());
    }

    private static KeyPair keys() {
        try {
            return KeyPairGenerator.getInstance("RSA").generateKeyPair();
        } catch (java.security.GeneralSecurityException broken) {
            throw new IllegalStateException(broken);
        }
    }
}
