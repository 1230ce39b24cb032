package io.pharos.events.topic;

import com.fasterxml.jackson.databind.JsonNode;

import io.pharos.events.json.JsonText;

import software.amazon.awssdk.services.sns.model.InvalidParameterValueException;
import software.amazon.awssdk.services.sns.model.MessageAttributeValue;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// A message attribute, checked. The value of a Binary one is base64.
public record MessageAttribute(String type, String value) {
    private static final int MAX_NAME_BYTES = 256;
    private static final Pattern IMPERMISSIBLE = Pattern.compile("[^A-Za-z0-9_.-]");

    /// Checks a publisher's attributes as SNS does.
    ///
    /// @throws InvalidParameterValueException with SNS's text
    public static Map<String, MessageAttribute> check(Map<String, MessageAttributeValue> given) {
        var checked = new TreeMap<String, MessageAttribute>();
        given.forEach((name, value) -> {
            checkName(name);
            checked.put(name, of(name, value));
        });
        return checked;
    }

    /// Bytes this attribute adds to the size of its message.
    long sizeBytes() {
        return (long) type.length()
                + (isBinary()
                        ? Base64.getDecoder().decode(value).length
                        : value.getBytes(StandardCharsets.UTF_8).length);
    }

    boolean isBinary() {
        return isOf("Binary");
    }

    boolean isNumber() {
        return isOf("Number");
    }

    boolean isArray() {
        return isOf("String.Array");
    }

    private boolean isOf(String prefix) {
        return type.equals(prefix) || type.startsWith(prefix + ".");
    }

    private static void checkName(String name) {
        if (name.isEmpty() || name.getBytes(StandardCharsets.UTF_8).length >= MAX_NAME_BYTES) {
            throw invalid("Length of message attribute name must be less than 256 bytes.");
        }
        var bad = IMPERMISSIBLE.matcher(name);
        if (bad.find()) {
            throw invalid(
                    ("Invalid non-alphanumeric character '#x%X' was found in the message attribute name."
                                    + " Can only include alphanumeric characters, hyphens, underscores, or dots.")
                            .formatted(name.codePointAt(bad.start())));
        }
        if (name.startsWith(".")) {
            throw invalid("Invalid message attribute name starting with character '.' was found.");
        }
        if (name.endsWith(".")) {
            throw invalid("Invalid message attribute name ending with character '.' was found.");
        }
        if (name.contains("..")) {
            throw invalid("Message attribute name can not have successive '.' character.");
        }
    }

    private static MessageAttribute of(String name, MessageAttributeValue given) {
        var type = given.dataType() == null ? "" : given.dataType();
        var made = new MessageAttribute(type, "");
        if (!made.isOf("String") && !made.isNumber() && !made.isBinary()) {
            throw invalid(
                    "The message attribute '%s' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String."
                            .formatted(name));
        }
        var binary = given.binaryValue();
        var text = given.stringValue();
        if (made.isBinary()) {
            if (binary == null && text != null) {
                throw wrongField(name, type, "Binary");
            }
            if (binary == null || binary.asByteArrayUnsafe().length == 0) {
                throw empty(name, type);
            }
            return new MessageAttribute(
                    type, Base64.getEncoder().encodeToString(binary.asByteArrayUnsafe()));
        }
        if (binary != null && text == null) {
            throw wrongField(name, type, "String");
        }
        if (text == null || text.isEmpty()) {
            throw empty(name, type);
        }
        if (made.isNumber() && !isNumeric(text)) {
            throw invalid("Could not cast message attribute '%s' value to number.".formatted(name));
        }
        if (made.isArray() && JsonText.read(text).filter(JsonNode::isArray).isEmpty()) {
            throw invalid(
                    "The message attribute '%s' with type 'String.Array' must hold a JSON array."
                            .formatted(name));
        }
        return new MessageAttribute(type, text);
    }

    private static boolean isNumeric(String text) {
        try {
            // Bounds the exponent: 1e999999999 must not become a number of a gigabyte.
            return text.length() <= 64 && Math.abs((long) new BigDecimal(text).scale()) <= 400;
        } catch (NumberFormatException _) {
            return false;
        }
    }

    private static InvalidParameterValueException wrongField(
            String name, String type, String field) {
        return invalid(
                "The message attribute '%s' with type '%s' must use field '%s'."
                        .formatted(name, type, field));
    }

    private static InvalidParameterValueException empty(String name, String type) {
        return invalid(
                "The message attribute '%s' must contain non-empty message attribute value for message attribute type '%s'."
                        .formatted(name, type));
    }

    private static InvalidParameterValueException invalid(String message) {
        return InvalidParameterValueException.builder().message(message).build();
    }
}
