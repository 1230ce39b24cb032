package io.pharos.events.topic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.pharos.events.json.JsonText;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// What can be set on a topic: kept as given, so that it reads back unchanged, and checked first.
public final class TopicAttributes {
    private static final int MAX_DISPLAY_NAME = 100;
    private static final int MAX_POLICY = 30_720;
    private static final Set<String> SETTABLE =
            Set.of("DisplayName", "Policy", "DeliveryPolicy", "SignatureVersion", "TracingConfig");

    // Of AWS's further attributes only the values that change nothing are taken.
    private static final Map<String, String> REFUSED_UNLESS =
            Map.of(
                    "FifoTopic",
                    "false",
                    "ContentBasedDeduplication",
                    "false",
                    "KmsMasterKeyId",
                    "");
    private static final String EFFECTIVE =
            """
            {"http":{"defaultHealthyRetryPolicy":{"minDelayTarget":20,"maxDelayTarget":20,"numRetries":3,\
            "numMaxDelayRetries":0,"numNoDelayRetries":0,"numMinDelayRetries":0,"backoffFunction":"linear"},\
            "disableSubscriptionOverrides":false,"defaultRequestPolicy":{"headerContentType":"text/plain; charset=UTF-8"}}}\
            """;
    private static final String POLICY =
            """
            {"Version":"2008-10-17","Id":"__default_policy_ID","Statement":[{"Sid":"__default_statement_ID",\
            "Effect":"Allow","Principal":{"AWS":"*"},"Action":["SNS:GetTopicAttributes","SNS:SetTopicAttributes",\
            "SNS:AddPermission","SNS:RemovePermission","SNS:DeleteTopic","SNS:Subscribe",\
            "SNS:ListSubscriptionsByTopic","SNS:Publish"],"Resource":"%s","Condition":{"StringEquals":\
            {"AWS:SourceOwner":"%s"}}}]}\
            """;

    private TopicAttributes() {}

    /// The attributes after setting one. The empty value takes it away.
    ///
    /// @throws UnknownAttributeException no such attribute
    /// @throws InvalidPolicyException a value that SNS refuses or Pharos does not honour
    public static Map<String, String> with(Map<String, String> before, String name, String value) {
        var after = new TreeMap<>(before);
        if (SETTABLE.contains(name)) {
            if (value.isEmpty()) {
                after.remove(name);
            } else {
                check(name, value);
                after.put(name, value);
            }
            return after;
        }
        if (name.contains("Feedback") && (value.isEmpty() || isNoSample(name, value))) {
            return after;
        }
        if (name.contains("Feedback") || REFUSED_UNLESS.containsKey(name)) {
            if (!value.equals(REFUSED_UNLESS.get(name))) {
                throw new InvalidPolicyException(name + ": not supported by this endpoint");
            }
            return after;
        }
        throw new UnknownAttributeException(name);
    }

    // Terraform writes the default out.
    private static boolean isNoSample(String name, String value) {
        return name.endsWith("FeedbackSampleRate") && value.equals("0");
    }

    /// The value that counts when none was set, as `GetTopicAttributes` shows it; else empty.
    public static String byDefault(TopicArn topic, String name) {
        return name.equals("Policy") ? POLICY.formatted(topic, topic.tenant().account()) : "";
    }

    /// The delivery policy with AWS's defaults filled in.
    public static String effectiveDeliveryPolicy(String policy) {
        if (policy.isEmpty()) {
            return EFFECTIVE;
        }
        var effective = (ObjectNode) JsonText.read(EFFECTIVE).orElseThrow();
        JsonText.read(policy).ifPresent(set -> merge(effective, set));
        return JsonText.write(effective);
    }

    private static void merge(ObjectNode into, JsonNode set) {
        for (var member : set.properties()) {
            var inside = into.get(member.getKey());
            if (inside instanceof ObjectNode object && member.getValue().isObject()) {
                merge(object, member.getValue());
            } else if (!member.getValue().isNull()) {
                into.set(member.getKey(), member.getValue());
            }
        }
    }

    private static void check(String name, String value) {
        switch (name) {
            case "DisplayName" -> {
                if (value.length() > MAX_DISPLAY_NAME) {
                    throw new InvalidPolicyException("DisplayName: too long");
                }
            }
            case "Policy" -> checkPolicy(value);
            case "DeliveryPolicy" -> checkDeliveryPolicy(value);
            case "SignatureVersion" -> {
                if (!value.equals("1") && !value.equals("2")) {
                    throw new InvalidPolicyException(
                            "SignatureVersion: Invalid value [" + value + "]. Must be 1 or 2.");
                }
            }
            case "TracingConfig" -> {
                if (!value.equals("PassThrough")) {
                    throw new InvalidPolicyException("TracingConfig: not supported: " + value);
                }
            }
            default -> throw new UnknownAttributeException(name);
        }
    }

    private static void checkDeliveryPolicy(String value) {
        try {
            DeliveryPolicy.ofTopic(value);
        } catch (InvalidPolicyException refused) {
            throw new InvalidPolicyException("DeliveryPolicy: " + refused.getMessage());
        }
    }

    // Only the owner may use a topic here, so a policy that allows changes nothing and is kept for
    // its reader. One that denies would have to be followed: refused.
    private static void checkPolicy(String value) {
        var policy = JsonText.read(value).filter(JsonNode::isObject);
        if (policy.isEmpty()
                || value.length() > MAX_POLICY
                || policy.get().path("Statement").isMissingNode()) {
            throw new InvalidPolicyException("Policy Error: null");
        }
        var statements = policy.get().path("Statement");
        for (var statement : statements.isArray() ? statements : List.of(statements)) {
            switch (statement.path("Effect").asText()) {
                case "Allow" -> {}
                case "Deny" -> throw new InvalidPolicyException("Policy: Deny is not supported");
                default -> throw new InvalidPolicyException("Policy Error: null");
            }
        }
    }

    /// A name that SNS does not know.
    public static final class UnknownAttributeException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnknownAttributeException(String name) {
            super(name, null, false, false);
        }
    }
}
