package io.pharos.events.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.wire.Tenant;

import org.junit.jupiter.api.Test;

import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.sns.model.MessageAttributeValue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// SNS's texts for what it refuses, and the arithmetic of retries.
class RulesTest {
    private static final TopicArn TOPIC =
            new TopicArn(new Tenant("123456789012", "us-east-1"), "orders");

    @Test
    void readsArns() {
        assertThat(TopicArn.parse("TopicArn", TOPIC.toString())).isEqualTo(TOPIC);
        refused(
                () -> TopicArn.parse("TopicArn", "a:b"),
                "Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not 2");
        refused(
                () -> TopicArn.parse("TopicArn", "arn:aws:sqs:us-east-1:123456789012:q"),
                "Invalid parameter: TopicArn");
        refused(() -> new TopicArn(TOPIC.tenant(), "a b"), "Invalid parameter: Topic Name");
        refused(() -> new TopicArn(TOPIC.tenant(), "a.fifo"), "Invalid parameter: Topic Name");
        refused(
                () -> SubscriptionArn.parse("x"),
                "Invalid parameter: SubscriptionArn Reason: An ARN must have at least 6 elements, not 1");
        refused(() -> SubscriptionArn.parse(TOPIC + ":1"), "Invalid parameter: SubscriptionId");
    }

    @Test
    void takesOnlyProtocolsAndEndpointsItCanReach() {
        for (var other : List.of("sqs", "lambda", "sms", "application", "carrier-pigeon")) {
            refused(
                    () -> Protocol.of(other),
                    "Invalid parameter: Amazon SNS does not support this protocol string: "
                            + other);
        }
        endpoint("http", "https://a.example/x", "Endpoint must match the specified protocol");
        endpoint("http", "http://", "Endpoint");
        endpoint("email", "nobody", "Email address");
        endpoint("email", "a@b\nBcc: c@d", "Email address");
        endpoint(
                "firehose",
                "arn:aws:kinesis:eu-west-1:123456789012:stream/s",
                "Firehose endpoint ARN");
        Protocol.of("email-json").checkEndpoint("ops@example.org", TOPIC);
        Protocol.of("firehose")
                .checkEndpoint("arn:aws:kinesis:us-east-1:123456789012:stream/s", TOPIC);
    }

    private static void endpoint(String protocol, String endpoint, String what) {
        refused(
                () -> Protocol.of(protocol).checkEndpoint(endpoint, TOPIC),
                "Invalid parameter: " + what);
    }

    @Test
    void checksPublications() {
        publication(null, "", null, "Empty message");
        publication("", "m", null, "Subject");
        publication("two\nlines", "m", null, "Subject");
        publication("x".repeat(101), "m", null, "Subject");
        publication(null, "x".repeat(Publication.MAX_BYTES + 1), null, "Message too long");
        publication(null, "€".repeat(Publication.MAX_BYTES / 3 + 1), null, "Message too long");
        publication(null, "m", "xml", "MessageStructure");
        publication(null, "m", "json", "Message Structure - JSON message body failed to parse");
        publication(
                null,
                "{\"email\":\"e\"}",
                "json",
                "Message Structure - No default entry in JSON message body");
        publication(
                null,
                "{\"default\":1}",
                "json",
                "Message Structure - No default entry in JSON message body");
        publication(
                null,
                "[".repeat(300) + "]".repeat(300),
                "json",
                "Message Structure - JSON message body failed to parse");
        assertThat(
                        new Publication("s", "x".repeat(Publication.MAX_BYTES), null, Map.of())
                                .subject())
                .isEqualTo("s");
    }

    private static void publication(
            @org.jspecify.annotations.Nullable String subject,
            String message,
            @org.jspecify.annotations.Nullable String structure,
            String what) {
        refused(
                () -> new Publication(subject, message, structure, Map.of()),
                "Invalid parameter: " + what);
    }

    @Test
    void checksMessageAttributes() {
        attribute(
                "a",
                value("String", ""),
                "The message attribute 'a' must contain non-empty message attribute value for message attribute type 'String'.");
        attribute(
                "a",
                value("Binary", "x"),
                "The message attribute 'a' with type 'Binary' must use field 'Binary'.");
        attribute(
                "a",
                value("Date", "x"),
                "The message attribute 'a' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.");
        attribute(
                "a^b",
                value("String", "x"),
                "Invalid non-alphanumeric character '#x5E' was found in the message attribute name. Can only include alphanumeric characters, hyphens, underscores, or dots.");
        attribute(
                ".a",
                value("String", "x"),
                "Invalid message attribute name starting with character '.' was found.");
        attribute(
                "a.",
                value("String", "x"),
                "Invalid message attribute name ending with character '.' was found.");
        attribute(
                "a..b",
                value("String", "x"),
                "Message attribute name can not have successive '.' character.");
        attribute(
                "a".repeat(256),
                value("String", "x"),
                "Length of message attribute name must be less than 256 bytes.");
        attribute(
                "a",
                value("Number", "1e999999999"),
                "Could not cast message attribute 'a' value to number.");
        var binary =
                MessageAttributeValue.builder()
                        .dataType("Binary.gif")
                        .binaryValue(SdkBytes.fromUtf8String("x"))
                        .build();
        assertThat(MessageAttribute.check(Map.of("b", binary)))
                .containsEntry("b", new MessageAttribute("Binary.gif", "eA=="));
    }

    private static void attribute(String name, MessageAttributeValue value, String text) {
        refused(() -> MessageAttribute.check(Map.of(name, value)), text);
    }

    private static MessageAttributeValue value(String type, String text) {
        return MessageAttributeValue.builder().dataType(type).stringValue(text).build();
    }

    @Test
    void keepsWhatItHonoursOfTopicAttributesAndRefusesTheRest() {
        assertThat(set("DisplayName", "Orders")).containsEntry("DisplayName", "Orders");
        assertThat(set("FifoTopic", "false")).isEmpty();
        assertThat(set("KmsMasterKeyId", "")).isEmpty();
        assertThat(set("HTTPSuccessFeedbackRoleArn", "")).isEmpty();
        assertThat(set("HTTPSuccessFeedbackSampleRate", "0")).isEmpty();
        for (var name : List.of("FifoTopic", "KmsMasterKeyId", "LambdaFailureFeedbackRoleArn")) {
            assertThatThrownBy(() -> set(name, "true")).isInstanceOf(InvalidPolicyException.class);
        }
        assertThatThrownBy(() -> set("Colour", "red"))
                .isInstanceOf(TopicAttributes.UnknownAttributeException.class);
        assertThatThrownBy(() -> set("Policy", "{\"Statement\":[{\"Effect\":\"Deny\"}]}"))
                .hasMessage("Policy: Deny is not supported");
        assertThatThrownBy(() -> set("Policy", "{")).isInstanceOf(InvalidPolicyException.class);
        assertThatThrownBy(() -> set("SignatureVersion", "3"))
                .isInstanceOf(InvalidPolicyException.class);
    }

    private static Map<String, String> set(String name, String value) {
        return TopicAttributes.with(Map.of(), name, value);
    }

    @Test
    void retriesAsThePolicySays() {
        assertThat(RetryPolicy.HTTP.after(1)).contains(Duration.ofSeconds(20));
        assertThat(RetryPolicy.HTTP.after(3)).contains(Duration.ofSeconds(20));
        assertThat(RetryPolicy.HTTP.after(4)).isEmpty();
        assertThat(total(RetryPolicy.MAIL, 50)).isBetween(Duration.ofHours(6), Duration.ofHours(7));
        assertThat(RetryPolicy.MAIL.after(51)).isEmpty();
        assertThat(RetryPolicy.MANAGED.after(100_015)).contains(Duration.ofSeconds(20));
        assertThat(RetryPolicy.MANAGED.after(100_016)).isEmpty();

        var policy =
                DeliveryPolicy.ofSubscription(
                        """
                        {"healthyRetryPolicy":{"minDelayTarget":1,"maxDelayTarget":9,"numRetries":7,
                        "numNoDelayRetries":1,"numMinDelayRetries":2,"numMaxDelayRetries":1,
                        "backoffFunction":"linear"},"requestPolicy":{"headerContentType":"application/json"}}\
                        """);
        assertThat(policy.contentType()).isEqualTo("application/json");
        assertThat(IntStream.rangeClosed(1, 7).mapToObj(policy.retries()::after))
                .extracting(delay -> delay.orElseThrow().toMillis())
                .containsExactly(0L, 1000L, 1000L, 1000L, 5000L, 9000L, 9000L);
        for (var bad :
                List.of(
                        "{\"healthyRetryPolicy\":{\"numRetries\":101}}",
                        "{\"healthyRetryPolicy\":{\"minDelayTarget\":0}}",
                        "{\"healthyRetryPolicy\":{\"numRetries\":100,\"maxDelayTarget\":3600,\"minDelayTarget\":3600}}",
                        "{\"healthyRetryPolicy\":{\"numRetries\":1,\"numNoDelayRetries\":2}}",
                        "{\"throttlePolicy\":{\"maxReceivesPerSecond\":1}}",
                        "{\"unknown\":1}",
                        "[]")) {
            assertThatThrownBy(() -> DeliveryPolicy.ofSubscription(bad))
                    .as(bad)
                    .isInstanceOf(InvalidPolicyException.class);
        }
    }

    private static Duration total(RetryPolicy policy, int attempts) {
        return IntStream.rangeClosed(1, attempts)
                .mapToObj(policy::after)
                .map(java.util.Optional::orElseThrow)
                .reduce(Duration.ZERO, Duration::plus);
    }

    @Test
    void filtersByAttributesAndByBody() {
        var byAttributes =
                FilterPolicy.of(
                        "{\"store\":[\"a\",{\"prefix\":\"b\"}],\"price\":[{\"numeric\":[\">\",10]}]}",
                        "");
        assertThat(byAttributes.accepts("", attributes("b1", "10.5"))).isTrue();
        assertThat(byAttributes.accepts("", attributes("b1", "10"))).isFalse();
        assertThat(byAttributes.accepts("", Map.of())).isFalse();
        var missing = FilterPolicy.of("{\"store\":[{\"exists\":false}]}", "MessageAttributes");
        assertThat(missing.accepts("", Map.of("other", new MessageAttribute("String", "x"))))
                .isTrue();
        assertThat(missing.accepts("", attributes("a", "1"))).isFalse();
        var array = Map.of("store", new MessageAttribute("String.Array", "[\"x\",\"a\"]"));
        assertThat(FilterPolicy.of("{\"store\":[\"a\"]}", "").accepts("", array)).isTrue();

        var byBody = FilterPolicy.of("{\"order\":{\"state\":[\"sent\"]}}", "MessageBody");
        assertThat(byBody.accepts("{\"order\":{\"state\":\"sent\"}}", Map.of())).isTrue();
        assertThat(byBody.accepts("{\"order\":{\"state\":\"new\"}}", Map.of())).isFalse();
        assertThat(byBody.accepts("sent", Map.of())).isFalse();
    }

    private static Map<String, MessageAttribute> attributes(String store, String price) {
        return Map.of(
                "store", new MessageAttribute("String", store),
                "price", new MessageAttribute("Number", price));
    }

    @Test
    void boundsFilterPolicies() {
        filter(
                "{\"a\":{\"b\":[1]}}",
                "Filter policy scope MessageAttributes does not support nested filter policy");
        filter(
                "{\"a\":[1],\"b\":[1],\"c\":[1],\"d\":[1],\"e\":[1],\"f\":[1]}",
                "FilterPolicy: Filter policy can not have more than 5 keys");
        filter(
                "{\"a\":" + numbers(13) + ",\"b\":" + numbers(12) + "}",
                "FilterPolicy: Filter policy is too complex");
        assertThatThrownBy(() -> FilterPolicy.of("{\"a\":", ""))
                .hasMessageStartingWith("FilterPolicy: failed to parse JSON. ");
        assertThatThrownBy(() -> FilterPolicy.checkScope("x"))
                .hasMessage(
                        "FilterPolicyScope: Invalid value [x]. Please use either MessageBody or MessageAttributes");
    }

    private static String numbers(int count) {
        return IntStream.range(0, count).boxed().toList().toString();
    }

    private static void filter(String policy, String text) {
        assertThatThrownBy(() -> FilterPolicy.of(policy, "")).hasMessage(text);
    }

    @Test
    void subscriptionAttributesFollowTheirProtocol() {
        assertThatThrownBy(() ->
                        SubscriptionAttributes.of(Protocol.HTTP, Map.of("RawMessageDelivery", "x")))
                .hasMessage("RawMessageDelivery: Invalid value [x]. Must be true or false.");
        assertThatThrownBy(() ->
                        SubscriptionAttributes.of(
                                Protocol.EMAIL, Map.of("RawMessageDelivery", "true")))
                .isInstanceOf(InvalidPolicyException.class);
        assertThatThrownBy(() ->
                        SubscriptionAttributes.of(
                                Protocol.HTTP,
                                Map.of("RedrivePolicy", "{\"deadLetterTargetArn\":\"x\"}")))
                .hasMessage("RedrivePolicy: deadLetterTargetArn is an invalid arn");
        assertThat(
                        SubscriptionAttributes.of(
                                Protocol.HTTP,
                                Map.of(
                                        "FilterPolicy", "{\"a\":{\"b\":[1]}}",
                                        "FilterPolicyScope", "MessageBody")))
                .containsEntry("FilterPolicyScope", "MessageBody");
        assertThat(SubscriptionAttributes.of(Protocol.HTTP, Map.of("FilterPolicy", "{\"a\":[1]}")))
                .containsEntry("FilterPolicyScope", "MessageAttributes");
    }

    @Test
    void aDeadSubscriberTakesOnlyPartOfTheRoom() {
        var flights = new Flights();
        var dead = new java.util.UUID(0, 1);
        for (var i = 0; i < Flights.PER_SUBSCRIPTION; i++) {
            flights.started(dead);
        }
        assertThat(flights.full()).containsExactly(dead);
        assertThat(flights.room()).isEqualTo(Flights.TOTAL - Flights.PER_SUBSCRIPTION);
        flights.ended(dead, false);
        assertThat(flights.full()).isEmpty();
        for (var i = 2; i < 2 + Flights.FAILING; i++) {
            var other = new java.util.UUID(0, i);
            flights.started(other);
            flights.started(other);
            flights.ended(other, false);
        }
        assertThat(flights.full()).contains(dead).hasSize(Flights.FAILING + 1);
    }

    private static void refused(
            org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String message) {
        assertThatThrownBy(call).hasMessage(message);
    }
}
