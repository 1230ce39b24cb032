package io.pharos.events.topic;

import com.fasterxml.jackson.databind.JsonNode;

import io.pharos.events.json.JsonText;
import io.pharos.events.topic.TopicAttributes.UnknownAttributeException;

import java.util.Map;
import java.util.TreeMap;

/// What can be set on a subscription.
public final class SubscriptionAttributes {
    private SubscriptionAttributes() {}

    /// All given attributes, set one after the other.
    ///
    /// @throws UnknownAttributeException no such attribute
    /// @throws InvalidPolicyException a value that SNS refuses or Pharos does not honour
    public static Map<String, String> of(Protocol protocol, Map<String, String> given) {
        Map<String, String> attributes = new TreeMap<>();
        // The scope first: it decides how the filter policy is read.
        for (var name : new TreeMap<>(given).descendingKeySet()) {
            attributes = with(protocol, attributes, name, given.getOrDefault(name, ""));
        }
        return attributes;
    }

    /// The attributes after setting one. The empty value takes it away.
    public static Map<String, String> with(
            Protocol protocol, Map<String, String> before, String name, String value) {
        var after = new TreeMap<>(before);
        switch (name) {
            case "RawMessageDelivery" -> checkRaw(protocol, value);
            case "FilterPolicy" -> {
                if (!value.isEmpty()) {
                    FilterPolicy.of(value, after.getOrDefault("FilterPolicyScope", ""));
                    after.putIfAbsent("FilterPolicyScope", "MessageAttributes");
                }
            }
            case "FilterPolicyScope" -> {
                FilterPolicy.checkScope(value);
                if (after.containsKey("FilterPolicy")) {
                    FilterPolicy.of(after.getOrDefault("FilterPolicy", ""), value);
                }
            }
            case "DeliveryPolicy" -> checkDeliveryPolicy(protocol, value);
            case "RedrivePolicy" -> checkRedrive(value);
            case "SubscriptionRoleArn" -> {
                if (protocol != Protocol.FIREHOSE) {
                    throw new InvalidPolicyException(
                            "SubscriptionRoleArn: only supported for the firehose protocol");
                }
            }
            default -> throw new UnknownAttributeException(name);
        }
        if (value.isEmpty()) {
            after.remove(name);
        } else {
            after.put(name, value);
        }
        return after;
    }

    private static void checkRaw(Protocol protocol, String value) {
        if (!value.equals("true") && !value.equals("false")) {
            throw new InvalidPolicyException(
                    "RawMessageDelivery: Invalid value [" + value + "]. Must be true or false.");
        }
        if (value.equals("true")
                && (protocol == Protocol.EMAIL || protocol == Protocol.EMAIL_JSON)) {
            throw new InvalidPolicyException(
                    "Delivery protocol ["
                            + protocol.text()
                            + "] does not support raw message delivery.");
        }
    }

    private static void checkDeliveryPolicy(Protocol protocol, String value) {
        if (value.isEmpty()) {
            return;
        }
        if (!protocol.isHttp()) {
            throw new InvalidPolicyException(
                    "DeliveryPolicy: only supported for the http and https protocols");
        }
        try {
            DeliveryPolicy.ofSubscription(value);
        } catch (InvalidPolicyException refused) {
            throw new InvalidPolicyException("DeliveryPolicy: " + refused.getMessage());
        }
    }

    // A dead-letter target is an SQS queue, and Pharos has none.
    private static void checkRedrive(String value) {
        if (value.isEmpty()) {
            return;
        }
        var target =
                JsonText.read(value)
                        .filter(JsonNode::isObject)
                        .map(policy -> policy.path("deadLetterTargetArn").asText())
                        .orElseThrow(() ->
                                new InvalidPolicyException("RedrivePolicy: failed to parse JSON."));
        throw new InvalidPolicyException(
                target.matches("arn:aws:sqs:[a-z0-9-]+:\\d{12}:[A-Za-z0-9_-]{1,80}(\\.fifo)?")
                        ? "RedrivePolicy: dead-letter queues are not supported by this endpoint"
                        : "RedrivePolicy: deadLetterTargetArn is an invalid arn");
    }
}
