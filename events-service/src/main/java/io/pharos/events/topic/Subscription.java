package io.pharos.events.topic;

import java.util.Map;

/// A subscriber of a topic.
///
/// @param attributes what was set, by SNS's names
/// @param principal the ARN that subscribed
/// @param confirmationSigned confirmed by a signed call rather than by the link
/// @param unsubscribeSigned only a signed call may unsubscribe (`AuthenticateOnUnsubscribe`)
public record Subscription(
        SubscriptionArn arn,
        Protocol protocol,
        String endpoint,
        State state,
        Map<String, String> attributes,
        String principal,
        boolean confirmationSigned,
        boolean unsubscribeSigned) {

    /// ```
    /// pending ──confirm──▶ confirmed ──unsubscribe──▶ deleted (http, https: restorable by token)
    ///    └─3 days─▶ gone       ▲──────confirm───────────┘
    /// ```
    public enum State {
        PENDING,
        CONFIRMED,
        DELETED
    }

    public boolean isPending() {
        return state == State.PENDING;
    }

    /// The message's bare text instead of the JSON document.
    public boolean isRaw() {
        return "true".equals(attributes.get("RawMessageDelivery"));
    }

    /// The value that counts: what was set, or SNS's default.
    public String attribute(String name) {
        return attributes.getOrDefault(name, name.equals("RawMessageDelivery") ? "false" : "");
    }
}
