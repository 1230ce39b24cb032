package io.pharos.events.topic;

/// A message on its way to one subscriber.
///
/// @param attempts this one included: 1 for the first
/// @param topicDeliveryPolicy the topic's `DeliveryPolicy`, empty when not set
public record Delivery(
        long id,
        Message message,
        Subscription subscription,
        int attempts,
        String topicDeliveryPolicy) {

    /// How an attempt ended.
    public sealed interface Outcome {
        /// The receiver has it.
        record Delivered() implements Outcome {}

        /// It may work later: the receiver was away or overloaded.
        record Failed(String reason) implements Outcome {}

        /// It will never work: the receiver refused it.
        record Refused(String reason) implements Outcome {}
    }

    /// How the protocol's failures are retried.
    public RetryPolicy retries() {
        return switch (subscription.protocol()) {
            case HTTP, HTTPS -> httpPolicy().retries();
            case EMAIL, EMAIL_JSON -> RetryPolicy.MAIL;
            case FIREHOSE -> RetryPolicy.MANAGED;
        };
    }

    public DeliveryPolicy httpPolicy() {
        return DeliveryPolicy.effective(
                topicDeliveryPolicy, subscription.attribute("DeliveryPolicy"));
    }
}
