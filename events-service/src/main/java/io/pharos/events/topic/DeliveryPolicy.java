package io.pharos.events.topic;

import com.fasterxml.jackson.databind.JsonNode;

import io.pharos.events.json.JsonText;

import java.util.Set;
import java.util.regex.Pattern;

/// How HTTP(S) endpoints are retried and what content type they are sent. A topic's policy wraps it
/// in `http`; a subscription's wins unless the topic forbids it.
///
/// @param overridable false when the topic's `disableSubscriptionOverrides` is set
public record DeliveryPolicy(RetryPolicy retries, String contentType, boolean overridable) {
    public static final DeliveryPolicy DEFAULT =
            new DeliveryPolicy(RetryPolicy.HTTP, "text/plain; charset=UTF-8", true);

    private static final int MAX_CONTENT_TYPE = 256;
    private static final Pattern CONTENT_TYPE = Pattern.compile("[\\x20-\\x7e]+/[\\x20-\\x7e]+");

    /// A topic's `{"http": {"defaultHealthyRetryPolicy": …, "defaultRequestPolicy": …}}`.
    ///
    /// @throws InvalidPolicyException what SNS refuses, or throttling, which is not built
    public static DeliveryPolicy ofTopic(String text) {
        var policy = object(text);
        onlyFields(policy, Set.of("http"));
        var http = policy.path("http");
        if (!http.isObject()) {
            throw new InvalidPolicyException("http must be an object");
        }
        onlyFields(
                http,
                Set.of(
                        "defaultHealthyRetryPolicy",
                        "disableSubscriptionOverrides",
                        "defaultThrottlePolicy",
                        "defaultRequestPolicy"));
        return of(
                http.path("defaultHealthyRetryPolicy"),
                http.path("defaultThrottlePolicy"),
                http.path("defaultRequestPolicy"),
                !http.path("disableSubscriptionOverrides").asBoolean(false));
    }

    /// A subscription's `{"healthyRetryPolicy": …, "requestPolicy": …}`.
    ///
    /// @throws InvalidPolicyException what SNS refuses, or throttling, which is not built
    public static DeliveryPolicy ofSubscription(String text) {
        var policy = object(text);
        onlyFields(
                policy,
                Set.of(
                        "healthyRetryPolicy",
                        "sicklyRetryPolicy",
                        "throttlePolicy",
                        "requestPolicy"));
        if (isSet(policy.path("sicklyRetryPolicy"))) {
            throw new InvalidPolicyException("sicklyRetryPolicy is not supported");
        }
        return of(
                policy.path("healthyRetryPolicy"),
                policy.path("throttlePolicy"),
                policy.path("requestPolicy"),
                true);
    }

    /// What counts for one subscription: its own part where set, else the topic's, else AWS's.
    public static DeliveryPolicy effective(String ofTopic, String ofSubscription) {
        var topic = ofTopic.isEmpty() ? DEFAULT : ofTopic(ofTopic);
        return ofSubscription.isEmpty() || !topic.overridable
                ? topic
                : ofSubscription(ofSubscription);
    }

    private static DeliveryPolicy of(
            JsonNode retries, JsonNode throttle, JsonNode request, boolean overridable) {
        if (isSet(throttle) && isSet(throttle.path("maxReceivesPerSecond"))) {
            throw new InvalidPolicyException("maxReceivesPerSecond is not supported");
        }
        return new DeliveryPolicy(
                isSet(retries) ? RetryPolicy.of(retries) : RetryPolicy.HTTP,
                isSet(request) ? contentType(request) : DEFAULT.contentType,
                overridable);
    }

    private static String contentType(JsonNode request) {
        onlyFields(request, Set.of("headerContentType"));
        var type = request.path("headerContentType");
        if (!isSet(type)) {
            return DEFAULT.contentType;
        }
        var text = type.asText();
        if (text.length() > MAX_CONTENT_TYPE || !CONTENT_TYPE.matcher(text).matches()) {
            throw new InvalidPolicyException("headerContentType is invalid");
        }
        return text;
    }

    private static JsonNode object(String text) {
        return JsonText.read(text)
                .filter(JsonNode::isObject)
                .orElseThrow(() -> new InvalidPolicyException("failed to parse JSON"));
    }

    private static void onlyFields(JsonNode object, Set<String> known) {
        object.fieldNames()
                .forEachRemaining(name -> {
                    if (!known.contains(name)) {
                        throw new InvalidPolicyException("Unexpected JSON member: " + name);
                    }
                });
    }

    private static boolean isSet(JsonNode node) {
        return !node.isMissingNode() && !node.isNull();
    }
}
