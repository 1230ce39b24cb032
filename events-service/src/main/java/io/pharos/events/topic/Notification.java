package io.pharos.events.topic;

import io.pharos.events.json.JsonText;

import org.jspecify.annotations.Nullable;

import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What a receiver is sent for one delivery: SNS's JSON document, byte for byte, and its links.
///
/// @param publicUrl where receivers reach Pharos, without a trailing slash
public record Notification(Delivery delivery, String publicUrl) {
    private static final DateTimeFormatter TIMESTAMP =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    /// The message's text as this receiver sees it.
    public String text() {
        var message = delivery.message();
        return switch (message.kind()) {
            case NOTIFICATION -> message.textFor(delivery.subscription().protocol());
            case SUBSCRIPTION_CONFIRMATION ->
                    "You have chosen to subscribe to the topic "
                            + message.topic()
                            + ".\nTo confirm the subscription, visit the SubscribeURL included in this message.";
            case UNSUBSCRIBE_CONFIRMATION ->
                    "You have chosen to deactivate subscription "
                            + delivery.subscription().arn()
                            + ".\nTo cancel this operation and restore the subscription, visit the SubscribeURL included in this message.";
        };
    }

    public String timestamp() {
        return TIMESTAMP.format(delivery.message().publishedAt());
    }

    /// Confirms, by a GET without a signature.
    public String subscribeUrl() {
        return publicUrl
                + "/?Action=ConfirmSubscription&TopicArn="
                + delivery.message().topic()
                + "&Token="
                + delivery.message().requiredToken();
    }

    /// Unsubscribes, by a GET without a signature.
    public String unsubscribeUrl() {
        return publicUrl + "/?Action=Unsubscribe&SubscriptionArn=" + delivery.subscription().arn();
    }

    /// The JSON document: two spaces of indent, ` : `, SNS's order of keys.
    public String json(Signer signer) {
        var message = delivery.message();
        var lines = new LinkedHashMap<String, String>();
        lines.put("Type", message.kind().text());
        lines.put("MessageId", message.id().toString());
        if (isNotification()) {
            lines.put("TopicArn", message.topic().toString());
            putIfPresent(lines, "Subject", message.subject());
            lines.put("Message", text());
        } else {
            lines.put("Token", message.requiredToken());
            lines.put("TopicArn", message.topic().toString());
            lines.put("Message", text());
            lines.put("SubscribeURL", subscribeUrl());
        }
        lines.put("Timestamp", timestamp());
        lines.put("SignatureVersion", message.signatureVersion());
        lines.put("Signature", signer.sign(canonical(), message.signatureVersion()));
        lines.put(
                "SigningCertURL",
                publicUrl + "/SimpleNotificationService-" + signer.name() + ".pem");
        if (isNotification()) {
            lines.put("UnsubscribeURL", unsubscribeUrl());
        }
        var members = new ArrayList<String>();
        lines.forEach(
                (name, value) -> members.add("  \"" + name + "\" : " + JsonText.write(value)));
        if (isNotification() && !message.attributes().isEmpty()) {
            members.add("  \"MessageAttributes\" : " + attributes(message.attributes()));
        }
        return "{\n" + String.join(",\n", members) + "\n}";
    }

    /// What is signed: names and values in alphabetical order, one a line. Attributes are not.
    public String canonical() {
        var message = delivery.message();
        var lines = new ArrayList<String>();
        lines.addAll(List.of("Message", text(), "MessageId", message.id().toString()));
        if (isNotification()) {
            if (message.subject() != null) {
                lines.addAll(List.of("Subject", message.subject()));
            }
        } else {
            lines.addAll(List.of("SubscribeURL", subscribeUrl()));
        }
        lines.addAll(List.of("Timestamp", timestamp()));
        if (!isNotification()) {
            lines.addAll(List.of("Token", message.requiredToken()));
        }
        lines.addAll(List.of("TopicArn", message.topic().toString()));
        lines.addAll(List.of("Type", message.kind().text()));
        return String.join("\n", lines) + "\n";
    }

    private boolean isNotification() {
        return delivery.message().kind() == Message.Kind.NOTIFICATION;
    }

    private static void putIfPresent(
            Map<String, String> lines, String name, @Nullable String value) {
        if (value != null) {
            lines.put(name, value);
        }
    }

    private static String attributes(Map<String, MessageAttribute> attributes) {
        var members = new ArrayList<String>();
        new TreeMap<>(attributes)
                .forEach((name, attribute) ->
                        members.add(
                                "    %s : {\"Type\":%s,\"Value\":%s}"
                                        .formatted(
                                                JsonText.write(name),
                                                JsonText.write(attribute.type()),
                                                JsonText.write(attribute.value()))));
        return "{\n" + String.join(",\n", members) + "\n  }";
    }
}
