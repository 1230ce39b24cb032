package io.pharos.events.topic;

import com.fasterxml.jackson.databind.JsonNode;

import io.pharos.events.json.JsonText;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/// What a publisher gives, checked as SNS does.
public record Publication(
        @Nullable String subject,
        String message,
        @Nullable String structure,
        Map<String, MessageAttribute> attributes) {
    /// Of the message and its attributes together, and of a whole batch.
    public static final int MAX_BYTES = 262_144;

    private static final int MAX_SUBJECT = 100;

    /// @throws software.amazon.awssdk.services.sns.model.InvalidParameterException with SNS's text
    public Publication {
        attributes = Map.copyOf(attributes);
        if (message.isEmpty()) {
            throw SnsFault.invalid("Empty message");
        }
        if (structure != null) {
            if (!structure.equals("json")) {
                throw SnsFault.invalid("MessageStructure");
            }
            checkStructure(message);
        }
        if (sizeBytes(message, attributes) > MAX_BYTES) {
            throw SnsFault.invalid("Message too long");
        }
        if (subject != null && !isSubject(subject)) {
            throw SnsFault.invalid("Subject");
        }
    }

    /// Bytes of a text in UTF-8.
    public static long sizeOf(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static long sizeBytes(String message, Map<String, MessageAttribute> attributes) {
        return sizeOf(message)
                + attributes.entrySet().stream()
                        .mapToLong(e -> e.getKey().length() + e.getValue().sizeBytes())
                        .sum();
    }

    private static void checkStructure(String message) {
        var texts = JsonText.read(message).filter(JsonNode::isObject);
        if (texts.isEmpty()) {
            throw SnsFault.invalid("Message Structure - JSON message body failed to parse");
        }
        if (!texts.get().path("default").isTextual()) {
            throw SnsFault.invalid("Message Structure - No default entry in JSON message body");
        }
    }

    private static boolean isSubject(String subject) {
        return !subject.isEmpty()
                && subject.codePointCount(0, subject.length()) <= MAX_SUBJECT
                && subject.codePoints().noneMatch(Character::isISOControl);
    }
}
