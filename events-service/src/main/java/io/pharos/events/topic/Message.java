package io.pharos.events.topic;

import com.fasterxml.jackson.databind.JsonNode;

import io.pharos.events.json.JsonText;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// A kept message: what a publisher gave, or a confirmation that a receiver is asked for.
///
/// @param token of confirmations
/// @param signatureVersion `1` (SHA-1) or `2` (SHA-256), the topic's at the time of publishing
public record Message(
        UUID id,
        TopicArn topic,
        Kind kind,
        @Nullable String subject,
        String text,
        @Nullable String structure,
        Map<String, MessageAttribute> attributes,
        @Nullable String token,
        String signatureVersion,
        Instant publishedAt) {

    /// SNS's message types; the names are what receivers see.
    public enum Kind {
        SUBSCRIPTION_CONFIRMATION("SubscriptionConfirmation"),
        NOTIFICATION("Notification"),
        UNSUBSCRIBE_CONFIRMATION("UnsubscribeConfirmation");

        private final String text;

        Kind(String text) {
            this.text = text;
        }

        public static Kind of(String text) {
            for (var kind : values()) {
                if (kind.text.equals(text)) {
                    return kind;
                }
            }
            throw new IllegalArgumentException("not a message type: " + text);
        }

        public String text() {
            return text;
        }
    }

    /// The text for one protocol: its entry of a `json` structure, else `default`, else the message.
    public String textFor(Protocol protocol) {
        if (structure == null) {
            return text;
        }
        var texts = JsonText.read(text);
        return texts.map(t -> t.path(protocol.text()))
                .filter(JsonNode::isTextual)
                .or(() -> texts.map(t -> t.path("default")))
                .map(JsonNode::asText)
                .orElse(text);
    }

    /// The token of a confirmation.
    public String requiredToken() {
        return Optional.ofNullable(token)
                .orElseThrow(() -> new IllegalStateException(kind + " without a token"));
    }
}
